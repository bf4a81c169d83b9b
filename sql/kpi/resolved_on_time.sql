-- name: 处理及时率 | Resolved on time
-- unit: percent
-- direction: up
-- sources: service_request, sla
-- slices: kind, category, handler
-- n: 件 | requests
-- n is: denominator
-- interval: wilson
-- version: 1
-- definition: 在要求完成时间内办结的工单 ÷ 本期到期的全部工单（含逾期未办结）。 | Requests closed within their due time ÷ all that fell due in the period, open overdue ones included.
WITH due AS
(
    SELECT r.project AS project, r.kind AS kind, r.category AS category, r.handler AS handler, r.closed_at AS closed_at, r.ref AS ref, r.key AS key,
        coalesce(r.due_at, addHours(r.opened_at, if(c.hours > 0, c.hours, k.hours))) AS due_at
    FROM service_request AS r
    LEFT JOIN sla AS c ON c.kind = r.kind AND c.category = r.category AND r.category != ''
    LEFT JOIN (SELECT kind, hours FROM sla WHERE category = '') AS k ON k.kind = r.kind
)
SELECT
    project, toStartOfMonth(toDate(due_at, {tz:String})) AS month, kind, category, handler,
    ifNull(closed_at <= due_at, false) AS numerator, 1 AS denominator, 'service_request' AS fact, ref, key
FROM due
WHERE toDate(due_at, {tz:String}) <= {as_of:Date}
