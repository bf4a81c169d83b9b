-- The newest finished run of each project in a series.
SELECT project, max(run) AS newest, argMax(as_of, run) AS day, argMax(fingerprint, run) AS seen, argMax(definitions, run) AS rules
FROM refresh
WHERE series = {series:UInt64} AND run <= {run:UInt64}
GROUP BY project
