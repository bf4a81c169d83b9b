-- name: 回访率 | Follow-up rate
-- unit: percent
-- direction: up
-- sources: service_request
-- slices: kind, category, handler
-- n: 件 | requests
-- n is: denominator
-- interval: wilson
-- version: 1
-- definition: 已回访的工单 ÷ 本期办结的工单。 | Requests followed up ÷ requests closed in the period.
SELECT
    project, toStartOfMonth(toDate(assumeNotNull(closed_at), {tz:String})) AS month, kind, category, handler,
    ifNull(toDate(followed_up_at, {tz:String}) <= {as_of:Date}, false) AS numerator, 1 AS denominator,
    'service_request' AS fact, ref, key
FROM service_request
WHERE toDate(closed_at, {tz:String}) <= {as_of:Date}
