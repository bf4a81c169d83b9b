-- Every user as last changed.
SELECT
    name, argMax(role, at) AS role, argMax(projects, at) AS projects, argMax(password_hash, at) AS password_hash,
    argMax(epoch, at) AS epoch, argMax(disabled, at) AS disabled, argMax(changed_by, at) AS changed_by, max(at) AS changed_at
FROM (SELECT name, role, projects, password_hash, epoch, disabled, changed_by, at FROM user_account)
GROUP BY name
ORDER BY name
