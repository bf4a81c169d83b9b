-- name: 处理时长 | Time to resolve
-- unit: hours
-- direction: down
-- value: median
-- sources: service_request
-- slices: kind, category, handler
-- n: 件 | requests
-- n is: denominator
-- version: 1
-- definition: 本期办结工单从受理到办结的小时数，取中位数，另示第 90 百分位。 | Hours from opening to closing of the requests closed in the period: the median, and the 90th percentile beside it.
SELECT
    project, toStartOfMonth(toDate(assumeNotNull(closed_at), {tz:String})) AS month, kind, category, handler,
    greatest(dateDiff('minute', opened_at, assumeNotNull(closed_at)), 0) AS numerator, 1 AS denominator,
    'service_request' AS fact, ref, key
FROM service_request
WHERE toDate(closed_at, {tz:String}) <= {as_of:Date}
