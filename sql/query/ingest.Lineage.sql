-- The published attempts of a load and of its corrections, each with the file
-- it read and the attempt whose place it took.
SELECT p.attempt AS attempt, p.replaces AS replaces, a.corrects AS corrects, l.load_id AS load_id,
    l.sha256 AS sha256, l.file_name AS file_name, l.feed AS feed, l.project AS project, l.mapping AS mapping
FROM
(
    SELECT attempt, any(load_id) AS load_id, argMax(replaces, at) AS replaces
    FROM publication
    GROUP BY attempt
    HAVING argMax(action, at) = 'publish'
) AS p
INNER JOIN (SELECT attempt, argMax(corrects, at) AS corrects FROM attempt GROUP BY attempt) AS a ON a.attempt = p.attempt
INNER JOIN
(
    SELECT load_id, argMax(sha256, at) AS sha256, argMax(file_name, at) AS file_name, argMax(feed, at) AS feed,
        argMax(project, at) AS project, argMax(mapping, at) AS mapping
    FROM load
    GROUP BY load_id
) AS l ON l.load_id = p.load_id
WHERE p.load_id = {load_id:String} OR a.corrects = {load_id:String}
