-- Remove the ledgers of runs that never finished, and of those that another had
-- superseded before an instant.
DELETE FROM fee_entry
WHERE series = 0 AND run < toUnixTimestamp64Micro({before:DateTime64(6, 'UTC')})
  AND (project, run) NOT IN
  (
      SELECT project, max(run) FROM refresh
      WHERE series = 0 AND run < toUnixTimestamp64Micro({before:DateTime64(6, 'UTC')})
      GROUP BY project
  )
