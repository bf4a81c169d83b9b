-- Rooms that are published of some projects, as xxh64. refs are what files call
-- the projects, of each the number of its estate; attempts are the published ones.
SELECT DISTINCT transform(project, {refs:Array(String)}, {estates:Array(UInt32)}, toUInt32(0)) AS estate, xxHash64(room) AS hash
FROM room
WHERE project IN {refs:Array(String)} AND attempt IN {attempts:Array(UInt64)}
