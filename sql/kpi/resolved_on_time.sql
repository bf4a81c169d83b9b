-- name: 处理及时率 | Resolved on time
-- unit: percent
-- direction: up
-- sources: request
-- slices: kind, category, handler
-- n: 件 | requests
-- n is: denominator
-- interval: wilson
-- version: 1
-- definition: 在要求完成时间内办结的工单 ÷ 本期到期的全部工单（含逾期未办结）。 | Requests closed within their due time ÷ all that fell due in the period, open overdue ones included.
SELECT
    project, toStartOfMonth(toDate(close_due, {tz:String})) AS month, kind, category, handler,
    ifNull(closed_at <= close_due, false) AS numerator, 1 AS denominator, 'service_request' AS fact, ref, key
FROM request
WHERE toDate(close_due, {tz:String}) <= {as_of:Date}
