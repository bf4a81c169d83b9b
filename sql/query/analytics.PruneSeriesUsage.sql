-- Remove what meters used of past states that are forgotten.
DELETE FROM energy_usage
WHERE series != 0 AND series NOT IN (SELECT series FROM refresh) AND written < {before:DateTime64(6, 'UTC')}
