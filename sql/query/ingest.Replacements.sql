-- How often the place of an attempt was taken or given back, and the attempt
-- and load that have it now (0 and '' for none).
SELECT
    sum(times) AS changes,
    maxIf(attempt, action = 'publish') AS by,
    argMaxIf(owner, attempt, action = 'publish') AS load_id
FROM
(
    SELECT attempt, any(load_id) AS owner, argMax(action, at) AS action, count() AS times
    FROM publication
    WHERE replaces = {attempt:UInt64}
    GROUP BY attempt
)
