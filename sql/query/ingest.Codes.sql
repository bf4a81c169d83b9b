-- The projects meant by what files call them; '' for one that is not known.
-- sources: project_ref
SELECT DISTINCT r.code AS code
FROM (SELECT arrayJoin({refs:Array(String)}) AS ref) AS f
LEFT JOIN project_ref AS r ON r.ref = f.ref
