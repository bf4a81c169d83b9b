-- Which attempt of a load is visible (0: none), and how often that has changed.
SELECT
    maxIf(attempt, action = 'publish') AS visible,
    sum(changes) AS changes
FROM
(
    SELECT attempt, argMax(action, at) AS action, count() AS changes
    FROM publication
    WHERE load_id = {load_id:String}
    GROUP BY attempt
)
