-- name: 办结率 | Closure rate
-- unit: percent
-- direction: up
-- sources: service_request
-- slices: kind, category, handler
-- n: 件 | requests
-- n is: denominator
-- interval: wilson
-- version: 1
-- definition: 本期受理且在截止日前办结的工单 ÷ 本期受理的工单。 | Requests opened in the period and closed by the as-of day ÷ requests opened in the period.
SELECT
    project, toStartOfMonth(toDate(opened_at, {tz:String})) AS month, kind, category, handler,
    ifNull(toDate(closed_at, {tz:String}) <= {as_of:Date}, false) AS numerator, 1 AS denominator,
    'service_request' AS fact, ref, key
FROM service_request
WHERE toDate(opened_at, {tz:String}) <= {as_of:Date}
