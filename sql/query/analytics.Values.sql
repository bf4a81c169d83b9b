-- Values of one KPI for a list of periods [starts[i], ends[i]), by project or
-- for all in scope together. Within a project months add up, or the last month
-- with a value stands for the period; projects always add up.
-- sources: kpi_value
SELECT
    at, if({by_project:Bool}, code, '') AS project, slice,
    sum(num) AS numerator, sum(den) AS denominator, sum(cnt) AS n, sum(spr) AS spread
FROM
(
    SELECT
        at, v.project AS code, v.slice AS slice,
        if({numerator_last:Bool}, argMax(v.numerator, v.month), sum(v.numerator)) AS num,
        if({denominator_last:Bool}, argMax(v.denominator, v.month), sum(v.denominator)) AS den,
        if({n_last:Bool}, argMax(v.n, v.month), sum(v.n)) AS cnt,
        sum(v.spread) AS spr
    FROM kpi_value AS v
    ARRAY JOIN arrayEnumerate({starts:Array(Date)}) AS at
    WHERE v.kpi = {kpi:String} AND v.dim = {dim:String}
      AND v.month >= {starts:Array(Date)}[at] AND v.month < {ends:Array(Date)}[at]
    GROUP BY at, code, slice
)
GROUP BY at, project, slice
ORDER BY at, project, slice
