-- Attempts whose newest change is that they were published, in the order in
-- which that was: of which projects as files call them, and the attempt that
-- each takes the place of.
SELECT attempt, argMax(replaces, at) AS place, argMax(projects, at) AS refs
FROM publication
GROUP BY attempt
HAVING argMax(action, at) = 'publish'
ORDER BY max(at)
