-- How far a source has come, and how many cursors it has put on record.
SELECT argMax(cursor, at) AS cursor, count() AS turn
FROM source_state
WHERE source = {source:String}
