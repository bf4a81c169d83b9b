-- Rooms whose number, or a part of it after a hyphen, begins with a text: at
-- most so many, within some projects (none named: all in scope), exact ones
-- first. The number is the room's key within its project, so rows are chosen by
-- it before the newest of each is: the view of rooms would sort them all first.
-- sources: published, replaced, project_ref
WITH
    (SELECT (arrayConcat([''], groupArray(ref)), arrayConcat([''], groupArray(code))) FROM project_ref) AS refs,
    (SELECT (groupArray(attempt), groupArray(published)) FROM replaced) AS carried
SELECT project, room, building
FROM
(
    SELECT transform(f.project, refs.1, refs.2, '') AS project, f.room AS room, toString(f.building) AS building
    FROM room AS f
    INNER JOIN published AS p ON p.attempt = f.attempt
    WHERE (startsWith(lowerUTF8(f.room), {begins:String}) OR position(lowerUTF8(f.room), concat('-', {begins:String})) > 0)
      AND transform(f.project, refs.1, refs.2, '') != ''
      AND ({all_projects:Bool} OR has({projects:Array(String)}, transform(f.project, refs.1, refs.2, '')))
      AND (empty({within:Array(String)}) OR has({within:Array(String)}, transform(f.project, refs.1, refs.2, '')))
    ORDER BY project, room, transform(f.brought, carried.1, carried.2, p.published) DESC, f.row_no DESC
    LIMIT 1 BY project, room
)
ORDER BY lowerUTF8(room) = {begins:String} DESC, endsWith(lowerUTF8(room), concat('-', {begins:String})) DESC, project, length(room), room
LIMIT {limit:UInt64}
