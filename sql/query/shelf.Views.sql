-- Saved views that are not removed, by name.
SELECT id, argMax(v.owner, at) AS owner, argMax(v.name, at) AS name, argMax(v.path, at) AS path, argMax(v.query, at) AS query, argMax(v.shared, at) AS shared
FROM saved_view AS v
GROUP BY id
HAVING NOT argMax(v.removed, at)
ORDER BY lowerUTF8(name), id
