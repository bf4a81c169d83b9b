-- Remove what meters used of runs that never finished, and of those that another
-- had superseded before an instant.
DELETE FROM energy_usage
WHERE series = 0 AND run < toUnixTimestamp64Micro({before:DateTime64(6, 'UTC')})
  AND (project, run) NOT IN
  (
      SELECT project, max(run) FROM refresh
      WHERE series = 0 AND run < toUnixTimestamp64Micro({before:DateTime64(6, 'UTC')})
      GROUP BY project
  )
