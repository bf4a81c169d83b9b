-- name: 千户投诉率 | Complaints per 1,000 households
-- unit: per_1000
-- direction: down
-- rollup: sum, last, sum
-- sources: service_request, project
-- slices: category
-- slice denominator: whole
-- n: 件 | complaints
-- n is: numerator
-- version: 2
-- change: 2 | 投诉与户数各成明细行，可逐行追溯；比率不变。 | Complaints and households are lines of their own, so that each can be traced; the rate is as before.
-- definition: 本期受理的投诉件数 ÷ 户数 × 1000。 | Complaints opened in the period ÷ households × 1,000.
WITH
    -- A project is observed from its first request on, in months without complaints too.
    observed AS
    (
        SELECT project, arrayJoin(arrayMap(i -> addMonths(first, i), range(toUInt32(dateDiff('month', first, {as_of:Date}) + 1)))) AS month
        FROM
        (
            SELECT project, toStartOfMonth(toDate(min(opened_at), {tz:String})) AS first
            FROM service_request
            WHERE toDate(opened_at, {tz:String}) <= {as_of:Date}
            GROUP BY project
        )
    )
SELECT
    project, toStartOfMonth(toDate(opened_at, {tz:String})) AS month, toNullable(category) AS category,
    1 AS numerator, 0 AS denominator, 'service_request' AS fact, ref, key
FROM service_request
WHERE kind = 'complaint' AND toDate(opened_at, {tz:String}) <= {as_of:Date}
UNION ALL
SELECT
    o.project AS project, o.month AS month, NULL AS category,
    0 AS numerator, p.households AS denominator, 'project' AS fact, '' AS ref, p.key AS key
FROM observed AS o
LEFT JOIN (SELECT project AS code, households, key FROM project) AS p ON p.code = o.project
