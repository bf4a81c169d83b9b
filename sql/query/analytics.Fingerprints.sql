-- For each project, '' for rows of no known project, a fingerprint of the
-- published attempts that touch it: equal fingerprints mean equal facts.
-- sources: published, project_ref
SELECT project, groupBitXor(cityHash64(attempt)) AS fingerprint
FROM
(
    SELECT DISTINCT coalesce(r.code, '') AS project, t.attempt AS attempt
    FROM (SELECT DISTINCT attempt, arrayJoin(projects) AS ref FROM publication WHERE action = 'publish') AS t
    INNER JOIN published AS p ON p.attempt = t.attempt
    LEFT JOIN project_ref AS r ON r.ref = t.ref
)
GROUP BY project
