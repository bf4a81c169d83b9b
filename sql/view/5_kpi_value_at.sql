-- KPIs as of a run: the newest value of each key from a finished run.
CREATE OR REPLACE VIEW kpi_value_at AS
SELECT
    kpi, project, month, until, dim, slice,
    newest.1 AS numerator, newest.2 AS denominator, newest.3 AS n, newest.4 AS moments, newest.5 AS samples
FROM
(
    SELECT kpi, project, month, until, dim, slice, argMax((v.numerator, v.denominator, v.n, v.moments, v.samples), v.run) AS newest
    FROM kpi_value AS v
    WHERE series = {series:UInt64}
      AND run <= {run:UInt64}
      AND (run, project) IN
      (
          SELECT run, project FROM refresh
          WHERE series = {series:UInt64} AND ({all_projects:Bool} OR project IN {projects:Array(String)})
      )
      AND ({all_projects:Bool} OR project IN {projects:Array(String)})
    GROUP BY kpi, project, month, until, dim, slice
)
WHERE numerator != 0 OR denominator != 0 OR n != 0;
