-- Known projects, by which titles and file names are recognised: the master as
-- project_ref_at has it, without what else that view works out.
-- sources: published, replaced
WITH (SELECT (groupArray(attempt), groupArray(published)) FROM replaced) AS carried
SELECT f.project AS code, f.name AS name
FROM project AS f
INNER JOIN published AS p ON p.attempt = f.attempt
WHERE code != ''
ORDER BY code, transform(f.brought, carried.1, carried.2, p.published) DESC, f.row_no DESC
LIMIT 1 BY code
