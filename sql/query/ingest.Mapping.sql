-- One version of a mapping, the newest for version 0.
SELECT name, version, definition, changed_by, at
FROM mapping
WHERE name = {name:String} AND ({version:UInt32} = 0 OR version = {version:UInt32})
ORDER BY version DESC, at
LIMIT 1
