-- Annotations that are not removed, by day.
SELECT id, argMax(a.project, at) AS project, argMax(a.kpi, at) AS kpi, argMax(a.day, at) AS day, argMax(a.text, at) AS text, argMax(a.author, at) AS author, min(at) AS made
FROM annotation AS a
GROUP BY id
HAVING NOT argMax(a.removed, at)
ORDER BY day, made, id
