-- KPIs as of a run: the newest value of each key from a finished run.
CREATE OR REPLACE VIEW kpi_value_at AS
SELECT
    kpi, project, month, dim, slice,
    argMax(v.numerator, v.run) AS numerator,
    argMax(v.denominator, v.run) AS denominator,
    argMax(v.n, v.run) AS n,
    argMax(v.spread, v.run) AS spread
FROM kpi_value AS v
WHERE series = {series:UInt64}
  AND run <= {run:UInt64}
  AND (run, project) IN (SELECT run, project FROM refresh WHERE series = {series:UInt64})
  AND ({all_projects:Bool} OR has({projects:Array(String)}, project))
GROUP BY kpi, project, month, dim, slice
HAVING numerator != 0 OR denominator != 0 OR n != 0;
