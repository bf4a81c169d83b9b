-- Values of one KPI for a list of periods [starts[i], ends[i]), by project or
-- for all in scope together. Within a project months add up, or the last month
-- with a value of the project stands for the period; projects always add up.
-- sources: kpi_value
WITH
    months AS
    (
        SELECT at, v.project AS code, v.dim AS d, v.slice AS s, v.month AS m, v.numerator AS num, v.denominator AS den, v.n AS cnt, v.spread AS spr,
            max(m) OVER (PARTITION BY at, code) AS last
        FROM kpi_value AS v
        ARRAY JOIN arrayEnumerate({starts:Array(Date)}) AS at
        WHERE v.kpi = {kpi:String} AND v.dim IN ('', {dim:String})
          AND v.month >= {starts:Array(Date)}[at] AND v.month < {ends:Array(Date)}[at]
    )
SELECT
    at, if({by_project:Bool}, code, '') AS project, s AS slice,
    sumIf(num, m = last OR NOT {numerator_last:Bool}) AS numerator,
    sumIf(den, m = last OR NOT {denominator_last:Bool}) AS denominator,
    sumIf(cnt, m = last OR NOT {n_last:Bool}) AS n,
    sum(spr) AS spread
FROM months
WHERE d = {dim:String}
GROUP BY at, project, slice
ORDER BY at, project, slice
