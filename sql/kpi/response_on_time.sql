-- name: 受理及时率 | Answered on time
-- unit: percent
-- direction: up
-- sources: request
-- slices: kind, category, handler
-- n: 件 | requests
-- n is: denominator
-- interval: wilson
-- version: 1
-- definition: 在规定时间内首次响应（未记响应时间的按办结时间）的工单 ÷ 本期受理的工单。 | Requests first answered within their time (those without an answer on record, closed within it) ÷ requests opened in the period.
SELECT
    project, toStartOfMonth(toDate(opened_at, {tz:String})) AS month, kind, category, handler,
    least(ifNull(responded_at, closed_at), ifNull(closed_at, responded_at)) AS answered_at,
    ifNull(answered_at <= answer_due AND toDate(answered_at, {tz:String}) <= {as_of:Date}, false) AS numerator,
    1 AS denominator, 'service_request' AS fact, ref, key
FROM request
WHERE toDate(opened_at, {tz:String}) <= {as_of:Date}
