-- The newest finished run of the running series, 0 when there is none.
SELECT max(run) AS newest, argMax(as_of, run) AS day
FROM refresh
WHERE series = 0
