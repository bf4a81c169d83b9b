-- The attempts of a load, the feeds they had, and the projects of their rows:
-- codes, '' for what files call no known project.
-- sources: project_ref
WITH (SELECT (arrayConcat([''], groupArray(ref)), arrayConcat([''], groupArray(code))) FROM project_ref) AS refs
SELECT groupUniqArray(attempt) AS attempts, groupUniqArrayArray(arrayFlatten(arrayMap(f -> splitByChar('+', toString(f)), feeds))) AS feeds,
    groupUniqArrayArray(arrayMap(p -> transform(p, refs.1, refs.2, ''), projects)) AS codes
FROM attempt
WHERE load_id = {load_id:String}
