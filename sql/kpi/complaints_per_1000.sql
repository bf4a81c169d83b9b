-- name: 千户投诉率 | Complaints per 1,000 households
-- unit: per_1000
-- direction: down
-- rollup: sum, last, sum
-- sources: service_request, project
-- slices: category
-- slice denominator: whole
-- n: 件 | complaints
-- version: 1
-- definition: 本期受理的投诉件数 ÷ 户数 × 1000。 | Complaints opened in the period ÷ households × 1,000.
WITH
    complaints AS
    (
        SELECT project, toStartOfMonth(toDate(opened_at, {tz:String})) AS month, category
        FROM service_request
        WHERE kind = 'complaint' AND toDate(opened_at, {tz:String}) <= {as_of:Date}
    ),
    -- A project is observed from its first request on, in months without complaints too.
    months AS
    (
        SELECT project, arrayJoin(arrayMap(i -> addMonths(first, i), range(toUInt32(dateDiff('month', first, {as_of:Date}) + 1)))) AS month
        FROM
        (
            SELECT project, toStartOfMonth(toDate(min(opened_at), {tz:String})) AS first
            FROM service_request GROUP BY project
        )
        WHERE first <= {as_of:Date}
    ),
    counted AS
    (
        SELECT project, month, '' AS dim, '' AS slice, 0 AS complaint FROM months
        UNION ALL
        SELECT project, month, s.1 AS dim, s.2 AS slice, 1 AS complaint
        FROM complaints ARRAY JOIN [('', ''), ('category', category)] AS s
    )
SELECT
    c.project AS project, c.month AS month, c.dim AS dim, c.slice AS slice,
    sum(c.complaint) AS numerator, any(p.households) AS denominator, sum(c.complaint) AS n, 0 AS spread
FROM counted AS c
LEFT JOIN (SELECT project AS code, households FROM project) AS p ON p.code = c.project
GROUP BY project, month, dim, slice
