-- What meters used, of each project's newest finished run of a series.
CREATE OR REPLACE VIEW energy_usage_at AS
SELECT * EXCEPT (series, run, written)
FROM energy_usage
WHERE series = {series:UInt64}
  AND (project, run) IN
  (
      SELECT project, max(run) FROM refresh
      WHERE series = {series:UInt64} AND run <= {run:UInt64} AND ({all_projects:Bool} OR project IN {projects:Array(String)})
      GROUP BY project
  )
  AND ({all_projects:Bool} OR project IN {projects:Array(String)});
