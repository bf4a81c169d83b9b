-- Forget that past states asked for before an instant are computed.
DELETE FROM refresh
WHERE series != 0 AND series IN (SELECT series FROM refresh WHERE series != 0 GROUP BY series HAVING max(at) < {before:DateTime64(6, 'UTC')})
