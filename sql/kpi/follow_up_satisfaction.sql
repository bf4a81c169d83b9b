-- name: 回访满意率 | Follow-up satisfaction
-- unit: percent
-- direction: up
-- sources: service_request
-- slices: kind, category, handler
-- n: 件 | requests
-- n is: denominator
-- interval: wilson
-- version: 1
-- definition: 回访结果为满意的工单 ÷ 已回访的工单（按办结时间归期；未回访的不计）。 | Follow-ups that were satisfied ÷ requests followed up, by the month they were closed in; those not followed up do not count.
SELECT
    project, toStartOfMonth(toDate(assumeNotNull(closed_at), {tz:String})) AS month, kind, category, handler,
    follow_up = 'satisfied' AS numerator, 1 AS denominator, 'service_request' AS fact, ref, key
FROM service_request
WHERE toDate(closed_at, {tz:String}) <= {as_of:Date} AND toDate(followed_up_at, {tz:String}) <= {as_of:Date}
