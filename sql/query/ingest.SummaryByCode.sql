-- Bad cells of the published loads by code and feed. A limited scope sees the
-- loads whose projects all lie in it, and the viewer's own (as in ingest.Loads).
-- sources: published
WITH
    seen AS
    (
        SELECT p.attempt AS attempt
        FROM published AS p
        LEFT JOIN (SELECT attempt, argMax(projects, at) AS projects FROM publication GROUP BY attempt) AS n ON n.attempt = p.attempt
        LEFT JOIN (SELECT load_id, argMax(loaded_by, at) AS loaded_by FROM load GROUP BY load_id) AS f ON f.load_id = p.load_id
        WHERE {all_projects:Bool}
            OR {viewer:String} != '' AND f.loaded_by = {viewer:String}
            OR notEmpty(n.projects) AND hasAll({refs:Array(String)}, n.projects)
    )
SELECT code, feed, count() AS cells, uniqExact(attempt, sheet, source_row, brought) AS rows, uniqExact(attempt) AS loads
FROM quarantine
WHERE level = 'error' AND attempt IN (SELECT attempt FROM seen)
GROUP BY code, feed
ORDER BY cells DESC, code, feed
