-- The values of analytics.Values.sql of a KPI without the roll-up 'last': then
-- projects need not be told apart to add up, which spares ClickHouse half of
-- what it takes to understand the question.
WITH newest AS
(
    SELECT project, month, until, slice, numerator, denominator, n, moments, samples
    FROM kpi_value
    WHERE kpi = {kpi:String} AND series = {series:UInt64} AND dim = {dim:String} AND month IN {months:Array(Date)} AND run <= {run:UInt64}
      AND ({all_projects:Bool} OR project IN {projects:Array(String)})
      AND (run, project) IN
      (
          SELECT run, project FROM refresh
          WHERE series = {series:UInt64} AND ({all_projects:Bool} OR project IN {projects:Array(String)})
      )
    ORDER BY project, month, until, slice, run DESC
    LIMIT 1 BY project, month, until, slice
)
SELECT
    at, if({by_project:Bool}, v.project, '') AS project, slice,
    sumIf(v.numerator, multiIf({numerator:String} = 'opening', opens, {numerator:String} = 'closing', closes, inside)) AS numerator,
    sumIf(v.denominator, multiIf({denominator:String} = 'opening', opens, {denominator:String} = 'closing', closes, inside)) AS denominator,
    sumIf(v.n, multiIf({n:String} = 'opening', opens, {n:String} = 'closing', closes, inside)) AS n,
    sumForEachIf(v.moments, if({ratio:Bool}, exact, inside)) AS moments,
    sumMapIf(v.samples, inside) AS samples
FROM
(
    SELECT *, at,
        month = {starts:Array(Date)}[at] AND until = {ends:Array(Date)}[at] AS exact,
        if({by_period:Bool}, exact, until = addMonths(month, 1) AND month >= {starts:Array(Date)}[at] AND month < {ends:Array(Date)}[at]) AS inside,
        until = addMonths(month, 1) AND month = {openings:Array(Date)}[at] AS opens,
        inside AND month = least(addMonths({ends:Array(Date)}[at], -1), toStartOfMonth({as_of:Date})) AS closes
    FROM newest
    ARRAY JOIN arrayEnumerate({starts:Array(Date)}) AS at
    WHERE exact OR inside OR opens
) AS v
GROUP BY at, project, slice
HAVING numerator != 0 OR denominator != 0 OR n != 0
ORDER BY at, project, slice
