-- Forget that past states asked for before an instant are computed. Those of
-- closed periods are kept.
DELETE FROM refresh
WHERE series != 0 AND series IN (SELECT series FROM refresh WHERE series != 0 GROUP BY series HAVING max(at) < {before:DateTime64(6, 'UTC')})
  AND series NOT IN (SELECT toUnixTimestamp64Micro(known_at) FROM period_closing)
