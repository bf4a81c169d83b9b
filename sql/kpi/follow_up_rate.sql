-- name: 回访率 | Follow-up rate
-- unit: percent
-- direction: up
-- rollup: sum, sum, sum
-- sources: service_request
-- slices: kind, category
-- n: 件 | requests
-- interval: wilson
-- version: 1
-- definition: 已回访的工单 ÷ 本期办结的工单。 | Requests followed up ÷ requests closed in the period.
SELECT
    project, toStartOfMonth(toDate(assumeNotNull(closed_at), {tz:String})) AS month, s.1 AS dim, s.2 AS slice,
    countIf(toDate(followed_up_at, {tz:String}) <= {as_of:Date}) AS numerator, count() AS denominator, count() AS n, 0 AS spread
FROM service_request
ARRAY JOIN [('', ''), ('kind', kind), ('category', category)] AS s
WHERE toDate(closed_at, {tz:String}) <= {as_of:Date}
GROUP BY project, month, dim, slice
