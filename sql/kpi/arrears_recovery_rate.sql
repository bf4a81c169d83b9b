-- name: 往年清欠率 | Arrears recovery rate
-- unit: percent
-- direction: up
-- rollup: sum, opening, opening
-- sources: fee_entry
-- n: 户 | rooms
-- version: 2
-- change: 2 | n 计年初有未清账单的户（原只计净欠费的户）；较长期间取财年首月的年初欠费（原取期内最后一月的）。 | n counts rooms with anything open at the start of the year, not those in debt on balance alone; a longer period takes the arrears of the month that opens its fiscal year, not of its last month with a value.
-- definition: 本年收到的往年账单款项 ÷ 年初欠费（往年账单净应收 − 年初前已收与已结算减免）。 | Money received this year on bills of earlier years ÷ arrears at the start of the year (net bills of earlier years − received and settled before).
WITH
    entries AS
    (
        SELECT project, room, month, day, kind, amount, fact, ref, key, bill_key,
            addMonths(toStartOfYear(addMonths(day, 1 - {year_start:UInt8})), {year_start:UInt8} - 1) AS year_of_day
        FROM fee_entry
        WHERE NOT late AND (kind IN ('billed', 'reversed', 'waived') OR kind IN ('received', 'settled') AND day <= {as_of:Date})
    ),
    -- Each bill at the start of each later year, as far as something of it was open then.
    arrears AS
    (
        SELECT project, ref, room, bill_key, opening,
            sum(multiIf(kind = 'billed', amount, kind IN ('reversed', 'waived') OR day < opening, -amount, 0)) AS open
        FROM entries
        ARRAY JOIN arrayFilter(y -> y > month AND y <= {as_of:Date}, arrayMap(
            y -> addMonths(makeDate(y, 1, 1), {year_start:UInt8} - 1), range(toYear(month), toYear({as_of:Date}) + 1))) AS opening
        GROUP BY project, ref, room, bill_key, opening
        HAVING open != 0
    )
SELECT project, toStartOfMonth(day) AS month, '' AS unit, amount AS numerator, 0 AS denominator, fact, ref, key
FROM entries
WHERE kind = 'received' AND entries.month < year_of_day
UNION ALL
SELECT project, opening AS month, room AS unit, 0 AS numerator, open AS denominator, 'fee_bill' AS fact, ref, bill_key AS key
FROM arrears
