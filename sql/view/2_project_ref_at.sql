-- What a file may call a project, and the project meant. A code means itself;
-- a name that two projects share means neither.
CREATE OR REPLACE VIEW project_ref_at AS
WITH
    master AS
    (
        SELECT f.project AS code, f.name AS name
        FROM project AS f
        INNER JOIN published_at(known_at = {known_at:DateTime64(6, 'UTC')}) AS p ON p.attempt = f.attempt
        LEFT JOIN replaced_at(known_at = {known_at:DateTime64(6, 'UTC')}) AS c ON c.attempt = f.brought
        ORDER BY f.project, if(c.attempt = 0, p.published, c.published) DESC, f.row_no DESC
        LIMIT 1 BY f.project
    )
SELECT ref, argMin(code, is_name) AS code
FROM
(
    -- Each project by both, in one reading of the masters.
    SELECT called.1 AS ref, called.2 AS is_name, any(code) AS code
    FROM (SELECT code, arrayJoin([(code, 0), (name, 1)]) AS called FROM master)
    WHERE is_name = 0 OR ref != ''
    GROUP BY ref, is_name
    HAVING is_name = 0 OR count() = 1
)
GROUP BY ref;
