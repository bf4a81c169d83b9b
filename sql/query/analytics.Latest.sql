-- The newest finished run of the running series.
SELECT max(run) AS run, argMax(as_of, run) AS as_of
FROM refresh
WHERE series = 0
