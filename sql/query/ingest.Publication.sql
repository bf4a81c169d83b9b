-- What is known of a load's visibility.
--   visible   attempt that is published, 0 for none
--   undone    newest attempt that was withdrawn, 0 for none, and what it replaced
--   changes   how often that has changed
SELECT
    maxIf(attempt, action = 'publish') AS visible,
    maxIf(attempt, action = 'withdraw') AS undone,
    argMaxIf(place, attempt, action = 'publish') AS replaces,
    argMaxIf(place, attempt, action = 'withdraw') AS replaced,
    sum(times) AS changes
FROM
(
    SELECT attempt, argMax(action, at) AS action, argMax(replaces, at) AS place, count() AS times
    FROM publication
    WHERE load_id = {load_id:String}
    GROUP BY attempt
)
