-- The fee ledger of each project's newest finished run of a series.
CREATE OR REPLACE VIEW fee_entry_at AS
SELECT *, fact, key
FROM fee_entry
WHERE series = {series:UInt64}
  AND (project, run) IN
  (
      SELECT project, max(run) FROM refresh
      WHERE series = {series:UInt64} AND run <= {run:UInt64} AND ({all_projects:Bool} OR project IN {projects:Array(String)})
      GROUP BY project
  )
  AND ({all_projects:Bool} OR project IN {projects:Array(String)});
