-- name: 回访满意率 | Follow-up satisfaction
-- unit: percent
-- direction: up
-- rollup: sum, sum, sum
-- sources: service_request
-- slices: kind, category
-- n: 件 | requests
-- interval: wilson
-- version: 1
-- definition: 回访结果为满意的工单 ÷ 已回访的工单（按办结时间归期；未回访的不计）。 | Follow-ups that were satisfied ÷ requests followed up, by the month they were closed in; those not followed up do not count.
SELECT
    project, toStartOfMonth(toDate(assumeNotNull(closed_at), {tz:String})) AS month, s.1 AS dim, s.2 AS slice,
    countIf(follow_up = 'satisfied') AS numerator, count() AS denominator, count() AS n, 0 AS spread
FROM service_request
ARRAY JOIN [('', ''), ('kind', kind), ('category', category)] AS s
WHERE toDate(closed_at, {tz:String}) <= {as_of:Date} AND toDate(followed_up_at, {tz:String}) <= {as_of:Date}
GROUP BY project, month, dim, slice
