-- The newest version of each mapping.
SELECT name, max(m.version) AS version, argMax(definition, m.version) AS definition, argMax(changed_by, m.version) AS changed_by,
    argMax(at, m.version) AS at
FROM mapping AS m
GROUP BY name
ORDER BY name
