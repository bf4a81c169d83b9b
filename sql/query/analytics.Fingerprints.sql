-- For each project, '' for rows of no known project, a fingerprint of the
-- published attempts that touch it, and under which name: equal fingerprints
-- mean equal facts. Without the names, the rows that a new project takes away
-- from '' would stay counted there as well while an attempt has others of ''.
-- sources: published, project_ref
SELECT project, groupBitXor(cityHash64(attempt, ref)) AS fingerprint
FROM
(
    SELECT DISTINCT coalesce(r.code, '') AS project, t.attempt AS attempt, t.ref AS ref
    FROM (SELECT DISTINCT attempt, arrayJoin(projects) AS ref FROM publication WHERE action = 'publish') AS t
    INNER JOIN published AS p ON p.attempt = t.attempt
    LEFT JOIN project_ref AS r ON r.ref = t.ref
)
GROUP BY project
