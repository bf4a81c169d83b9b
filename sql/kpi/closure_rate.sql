-- name: 办结率 | Closure rate
-- unit: percent
-- direction: up
-- rollup: sum, sum, sum
-- sources: service_request
-- slices: kind, category
-- n: 件 | requests
-- interval: wilson
-- version: 1
-- definition: 本期受理且在截止日前办结的工单 ÷ 本期受理的工单。 | Requests opened in the period and closed by the as-of day ÷ requests opened in the period.
SELECT
    project, toStartOfMonth(toDate(opened_at, {tz:String})) AS month, s.1 AS dim, s.2 AS slice,
    countIf(toDate(closed_at, {tz:String}) <= {as_of:Date}) AS numerator, count() AS denominator, count() AS n, 0 AS spread
FROM service_request
ARRAY JOIN [('', ''), ('kind', kind), ('category', category)] AS s
WHERE toDate(opened_at, {tz:String}) <= {as_of:Date}
GROUP BY project, month, dim, slice
