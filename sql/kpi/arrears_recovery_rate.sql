-- name: 往年清欠率 | Arrears recovery rate
-- unit: percent
-- direction: up
-- rollup: sum, last, last
-- sources: fee_entry
-- n: 户 | rooms
-- version: 1
-- definition: 本年收到的往年账单款项 ÷ 年初欠费（往年账单净应收 − 年初前已收与已结算减免）。 | Money received this year on bills of earlier years ÷ arrears at the start of the year (net bills of earlier years − received and settled before).
WITH
    bills AS
    (
        SELECT project, room, month, day, kind, amount,
            addMonths(toStartOfYear(addMonths(day, 1 - {year_start:UInt8})), {year_start:UInt8} - 1) AS year_of_day
        FROM fee_entry
        WHERE NOT late AND kind IN ('billed', 'reversed', 'waived', 'received', 'settled') AND day <= {as_of:Date}
    ),
    months AS
    (
        SELECT project,
            arrayJoin(arrayMap(i -> addMonths(first, i), range(toUInt32(dateDiff('month', first, {as_of:Date}) + 1)))) AS month,
            addMonths(toStartOfYear(addMonths(month, 1 - {year_start:UInt8})), {year_start:UInt8} - 1) AS year_begin
        FROM (SELECT project, min(month) AS first FROM bills WHERE kind = 'billed' GROUP BY project)
        WHERE first <= {as_of:Date}
    ),
    owed AS
    (
        SELECT b.project AS project, y.year_begin AS year_begin, b.room,
            sum(multiIf(kind = 'billed', amount, kind IN ('reversed', 'waived') OR day < y.year_begin, -amount, 0)) AS arrears
        FROM bills AS b
        INNER JOIN (SELECT DISTINCT project, year_begin FROM months) AS y ON y.project = b.project
        WHERE b.month < y.year_begin
        GROUP BY project, year_begin, b.room
    ),
    arrears AS
    (
        SELECT project, year_begin, sum(arrears) AS amount, countIf(arrears > 0) AS rooms
        FROM owed GROUP BY project, year_begin
    ),
    recovered AS
    (
        SELECT project, toStartOfMonth(day) AS paid_month, sum(amount) AS amount
        FROM bills
        WHERE kind = 'received' AND month < year_of_day
        GROUP BY project, paid_month
    )
SELECT
    m.project AS project, m.month AS month, '' AS dim, '' AS slice,
    r.amount AS numerator, a.amount AS denominator, a.rooms AS n, 0 AS spread
FROM months AS m
LEFT JOIN arrears AS a ON a.project = m.project AND a.year_begin = m.year_begin
LEFT JOIN recovered AS r ON r.project = m.project AND r.paid_month = m.month
