-- Values of one KPI for a list of periods [starts[i], ends[i]), by project or
-- for all in scope together. Within a project months add up, or one stands for
-- the period: the last month with a value of project and slice, the month that
-- closes the period or in which the as-of day lies, or the month that opens the
-- fiscal year, openings[i]; with by_period each period has a value of its own.
-- months are all that may count. Projects always add up. The moments of a ratio are those of the very period.
-- sources: kpi_value
WITH
    months AS
    (
        SELECT at, v.project AS code, v.slice AS s, v.month AS m,
            v.numerator AS num, v.denominator AS den, v.n AS cnt, v.moments AS mom, v.samples AS sam,
            m = {starts:Array(Date)}[at] AND v.until = {ends:Array(Date)}[at] AS exact,
            if({by_period:Bool}, exact, v.until = addMonths(m, 1) AND m >= {starts:Array(Date)}[at] AND m < {ends:Array(Date)}[at]) AS inside,
            v.until = addMonths(m, 1) AND m = {openings:Array(Date)}[at] AS opens,
            max(if(inside, m, toDate(0))) OVER (PARTITION BY at, code, s) AS last,
            inside AND m = least(addMonths({ends:Array(Date)}[at], -1), toStartOfMonth({as_of:Date})) AS closes
        FROM (SELECT * FROM kpi_value WHERE kpi = {kpi:String} AND dim = {dim:String} AND month IN {months:Array(Date)}) AS v
        ARRAY JOIN arrayEnumerate({starts:Array(Date)}) AS at
        WHERE exact OR inside OR opens
    )
SELECT
    at, if({by_project:Bool}, code, '') AS project, s AS slice,
    sumIf(num, multiIf({numerator:String} = 'opening', opens, {numerator:String} = 'closing', closes, {numerator:String} = 'last', inside AND m = last, inside)) AS numerator,
    sumIf(den, multiIf({denominator:String} = 'opening', opens, {denominator:String} = 'closing', closes, {denominator:String} = 'last', inside AND m = last, inside)) AS denominator,
    sumIf(cnt, multiIf({n:String} = 'opening', opens, {n:String} = 'closing', closes, {n:String} = 'last', inside AND m = last, inside)) AS n,
    sumForEachIf(mom, if({ratio:Bool}, exact, inside)) AS moments,
    sumMapIf(sam, inside) AS samples
FROM months
GROUP BY at, project, slice
HAVING numerator != 0 OR denominator != 0 OR n != 0
ORDER BY at, project, slice
