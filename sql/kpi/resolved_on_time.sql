-- name: 处理及时率 | Resolved on time
-- unit: percent
-- direction: up
-- rollup: sum, sum, sum
-- sources: service_request, sla
-- slices: kind, category
-- n: 件 | requests
-- interval: wilson
-- version: 1
-- definition: 在要求完成时间内办结的工单 ÷ 本期到期的全部工单（含逾期未办结）。 | Requests closed within their due time ÷ all that fell due in the period, open overdue ones included.
WITH due AS
(
    SELECT r.project AS project, r.kind AS kind, r.category AS category, r.closed_at AS closed_at,
        coalesce(r.due_at, addHours(r.opened_at, if(c.hours > 0, c.hours, k.hours))) AS due_at
    FROM service_request AS r
    LEFT JOIN sla AS c ON c.kind = r.kind AND c.category = r.category AND r.category != ''
    LEFT JOIN (SELECT kind, hours FROM sla WHERE category = '') AS k ON k.kind = r.kind
)
SELECT
    project, toStartOfMonth(toDate(due_at, {tz:String})) AS month, s.1 AS dim, s.2 AS slice,
    countIf(closed_at <= due_at) AS numerator, count() AS denominator, count() AS n, 0 AS spread
FROM due
ARRAY JOIN [('', ''), ('kind', kind), ('category', category)] AS s
WHERE toDate(due_at, {tz:String}) <= {as_of:Date}
GROUP BY project, month, dim, slice
