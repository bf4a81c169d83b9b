-- Of what an attempt calls projects, what names none: neither published nor in the same file.
-- sources: project_ref
SELECT arrayJoin({refs:Array(String)}) AS ref
WHERE ref NOT IN
(
    SELECT ref FROM project_ref
    UNION ALL
    SELECT project FROM project WHERE attempt = {attempt:UInt64}
    UNION ALL
    SELECT name FROM project WHERE attempt = {attempt:UInt64} AND name != ''
)
