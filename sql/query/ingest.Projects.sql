-- Known projects, by which titles and file names are recognised.
-- sources: published
SELECT f.project AS code, f.name AS name
FROM project AS f
INNER JOIN published AS p ON p.attempt = f.attempt
ORDER BY f.project, p.published DESC, f.row_no DESC
LIMIT 1 BY f.project
