-- Remove the KPIs of past states that are forgotten.
DELETE FROM kpi_value
WHERE series != 0 AND series NOT IN (SELECT series FROM refresh) AND written < {before:DateTime64(6, 'UTC')}
