-- Targets that hold for [start, end): the one of the shortest period that
-- contains it, for each KPI and project; project '' is the whole portfolio.
-- sources: kpi_target
SELECT kpi, project, argMin(target, dateDiff('month', month_start, month_end)) AS target,
    argMin(tuple(warn), dateDiff('month', month_start, month_end)).1 AS warn
FROM kpi_target
WHERE month_start <= {start:Date} AND month_end >= {end:Date} AND (project != '' OR project_ref = '')
GROUP BY kpi, project
ORDER BY kpi, project
