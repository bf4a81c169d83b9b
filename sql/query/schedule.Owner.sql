-- Whose a run is: the first claim of its number. The token keeps a second one
-- out; should the server have forgotten the token, the second is the later.
SELECT claim
FROM job_run
WHERE job = {job:String} AND number = {number:UInt64} AND state = 'started'
ORDER BY at, claim
LIMIT 1
