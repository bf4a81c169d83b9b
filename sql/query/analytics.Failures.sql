-- Operators' own KPIs whose last computation failed, with the projects in scope
-- for which it did.
SELECT kpi, arraySort(groupArray(code)) AS projects, max(last) AS run, argMax(newest, last) AS message
FROM
(
    SELECT kpi, project AS code, argMax(message, at) AS newest, argMax(run, at) AS last
    FROM kpi_failure
    WHERE {all_projects:Bool} OR project IN {projects:Array(String)}
    GROUP BY kpi, code
    HAVING newest != ''
)
GROUP BY kpi
ORDER BY kpi
