-- Payments of the projects in scope, with the building of their room. The
-- service period is given as months, [from_month, to_month).
-- sources: fee_payment, room
SELECT
    p.project AS project, if(p.project = '', p.project_ref, '') AS ref, p.key AS key, p.receipt_no AS receipt, p.bill_no AS bill,
    p.room AS room, r.building AS building, p.fee_item AS item,
    toStartOfMonth(coalesce(p.period_start, toDate(0))) AS from_month,
    if(p.period_start IS NULL, toDate(0), addMonths(toStartOfMonth(addDays(coalesce(p.period_end, addDays(p.period_start, 1)), -1)), 1)) AS to_month,
    p.paid_on AS paid_on, p.amount AS amount, (p.method = 'settlement_waiver')::Bool AS waiver, p.reverses AS reverses
FROM fee_payment AS p
LEFT JOIN (SELECT project, room, any(building) AS building FROM room GROUP BY project, room) AS r ON r.project = p.project AND r.room = p.room
ORDER BY project
