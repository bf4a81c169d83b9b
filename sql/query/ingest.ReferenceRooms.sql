-- Rooms that are published of a project, as xxh64. refs are what files call the
-- project; the attempt that a correction takes the place of does not count.
-- sources: published
SELECT groupUniqArray(xxHash64(room)) AS hashes
FROM room
WHERE project IN {refs:Array(String)} AND attempt IN (SELECT attempt FROM published WHERE attempt != {replaces:UInt64})
