-- Forget states that were last asked for before an instant.
DELETE FROM state
WHERE state IN (SELECT state FROM state GROUP BY state HAVING max(at) < {before:DateTime64(6, 'UTC')})
