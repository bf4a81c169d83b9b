-- name: 受理及时率 | Answered on time
-- unit: percent
-- direction: up
-- sources: service_request, sla
-- slices: kind, category, handler
-- n: 件 | requests
-- n is: denominator
-- interval: wilson
-- version: 1
-- definition: 在规定时间内首次响应（未记响应时间的按办结时间）的工单 ÷ 本期受理的工单。 | Requests first answered within their time (those without an answer on record, closed within it) ÷ requests opened in the period.
SELECT
    r.project AS project, toStartOfMonth(toDate(r.opened_at, {tz:String})) AS month, r.kind AS kind, r.category AS category, r.handler AS handler,
    least(ifNull(r.responded_at, r.closed_at), ifNull(r.closed_at, r.responded_at)) AS answered_at,
    ifNull(answered_at <= addHours(r.opened_at, if(c.response_hours > 0, c.response_hours, k.response_hours))
        AND toDate(answered_at, {tz:String}) <= {as_of:Date}, false) AS numerator,
    1 AS denominator, 'service_request' AS fact, r.ref AS ref, r.key AS key
FROM service_request AS r
LEFT JOIN sla AS c ON c.kind = r.kind AND c.category = r.category AND r.category != ''
LEFT JOIN (SELECT kind, response_hours FROM sla WHERE category = '') AS k ON k.kind = r.kind
WHERE toDate(r.opened_at, {tz:String}) <= {as_of:Date}
