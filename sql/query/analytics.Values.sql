-- Values of one KPI for a list of periods [starts[i], ends[i]), by project or
-- for all in scope together. Within a project months add up, or one stands for
-- the period: the last month with a value of project and slice, the month that
-- closes the period or in which the as-of day lies, or the month that opens the
-- fiscal year, openings[i]; with by_period each period has a value of its own.
-- Projects always add up. The moments of a ratio are those of the very period.
-- months are all that may count: with them the newest rows are found among few,
-- where the view kpi_value_at would go through all.
WITH
    newest AS
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
    ),
    -- What a month is to a period; rows of nothing say that a value vanished.
    months AS
    (
        SELECT at, project, slice, month, numerator, denominator, n, moments, samples,
            month = {starts:Array(Date)}[at] AND until = {ends:Array(Date)}[at] AS exact,
            if({by_period:Bool}, exact, until = addMonths(month, 1) AND month >= {starts:Array(Date)}[at] AND month < {ends:Array(Date)}[at]) AS inside,
            until = addMonths(month, 1) AND month = {openings:Array(Date)}[at] AS opens,
            inside AND month = least(addMonths({ends:Array(Date)}[at], -1), toStartOfMonth({as_of:Date})) AS closes
        FROM newest
        ARRAY JOIN arrayEnumerate({starts:Array(Date)}) AS at
        WHERE (exact OR inside OR opens) AND (numerator != 0 OR denominator != 0 OR n != 0)
    ),
    projects AS
    (
        SELECT at, project, slice,
            multiIf({numerator:String} = 'opening', sumIf(m.numerator, opens), {numerator:String} = 'closing', sumIf(m.numerator, closes),
                {numerator:String} = 'last', argMaxIf(m.numerator, month, inside), sumIf(m.numerator, inside)) AS num,
            multiIf({denominator:String} = 'opening', sumIf(m.denominator, opens), {denominator:String} = 'closing', sumIf(m.denominator, closes),
                {denominator:String} = 'last', argMaxIf(m.denominator, month, inside), sumIf(m.denominator, inside)) AS den,
            multiIf({n:String} = 'opening', sumIf(m.n, opens), {n:String} = 'closing', sumIf(m.n, closes),
                {n:String} = 'last', argMaxIf(m.n, month, inside), sumIf(m.n, inside)) AS cnt,
            sumForEachIf(m.moments, if({ratio:Bool}, exact, inside)) AS mom, sumMapIf(m.samples, inside) AS sam
        FROM months AS m
        GROUP BY at, project, slice
    )
SELECT
    at, if({by_project:Bool}, p.project, '') AS project, slice,
    sum(num) AS numerator, sum(den) AS denominator, sum(cnt) AS n, sumForEach(mom) AS moments, sumMap(sam) AS samples
FROM projects AS p
GROUP BY at, project, slice
HAVING numerator != 0 OR denominator != 0 OR n != 0
ORDER BY at, project, slice
