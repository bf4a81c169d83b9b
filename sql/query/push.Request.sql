-- What a source's idempotency key stands for.
SELECT request, load_id, at
FROM push_request
WHERE source = {source:String} AND key = {key:String}
ORDER BY at, request
LIMIT 1
