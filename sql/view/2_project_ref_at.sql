-- What a file may call a project, and the project meant. A code means itself;
-- a name that two projects share means neither.
CREATE OR REPLACE VIEW project_ref_at AS
WITH
    (
        SELECT (groupArray(attempt), groupArray(published)) FROM replaced_at(known_at = {known_at:DateTime64(6, 'UTC')})
    ) AS carried,
    master AS
    (
        SELECT f.project AS code, f.name AS name
        FROM project AS f
        INNER JOIN published_at(known_at = {known_at:DateTime64(6, 'UTC')}) AS p ON p.attempt = f.attempt
        ORDER BY f.project, transform(f.brought, carried.1, carried.2, p.published) DESC, f.row_no DESC
        LIMIT 1 BY f.project
    )
SELECT ref, argMin(code, is_name) AS code
FROM
(
    SELECT code AS ref, code, 0 AS is_name FROM master
    UNION ALL
    SELECT name AS ref, any(code) AS code, 1 AS is_name FROM master WHERE name != '' GROUP BY name HAVING count() = 1
)
GROUP BY ref;
