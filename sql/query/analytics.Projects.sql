-- The projects in scope.
-- sources: project
SELECT project AS code, name, region, segment, households, manager
FROM project
WHERE project != ''
ORDER BY region, code
