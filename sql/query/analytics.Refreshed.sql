-- The newest finished run of each project in a series up to an instant, and
-- the run that superseded it, 0 when none did.
SELECT project, maxIf(r.run, r.run <= {run:UInt64}) AS newest, minIf(r.run, r.run > {run:UInt64}) AS next,
    argMaxIf(as_of, r.run, r.run <= {run:UInt64}) AS day, argMaxIf(fingerprint, r.run, r.run <= {run:UInt64}) AS seen,
    argMaxIf(definitions, r.run, r.run <= {run:UInt64}) AS rules
FROM refresh AS r
WHERE series = {series:UInt64}
GROUP BY project
HAVING newest > 0
