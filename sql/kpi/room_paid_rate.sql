-- name: 户收缴率 | Rooms paid up
-- unit: percent
-- direction: up
-- grain: period
-- sources: fee_entry
-- slices: building
-- n: 户 | rooms
-- n is: denominator
-- interval: wilson
-- version: 1
-- definition: 本期账单已无欠款的户数 ÷ 本期有账单的户数；结算减免算作付清，违约金不计。 | Rooms with nothing outstanding on bills of the period ÷ rooms billed for the period; settlement waivers count as paid, late fees stay out.
WITH
    months AS
    (
        SELECT project, ref, room, building, month,
            sum(multiIf(kind = 'billed', amount, kind IN ('reversed', 'waived') OR day <= {as_of:Date}, -amount, 0)) AS open,
            argMaxIf(bill_key, amount, kind = 'billed') AS bill
        FROM fee_entry
        WHERE NOT late AND kind IN ('billed', 'reversed', 'waived', 'received', 'settled')
        GROUP BY project, ref, room, building, month
    ),
    rooms AS
    (
        SELECT project, ref, room, building, arraySort(groupArray((month, open, bill))) AS months
        FROM months GROUP BY project, ref, room, building
    )
-- The line of a room names its largest bill of the first month with something
-- outstanding, else of the last month.
SELECT
    project, p.1 AS month, p.2 AS until, building, room AS unit,
    arraySum(m -> m.2, billed) <= 0 AS numerator, 1 AS denominator,
    'fee_bill' AS fact, ref, if(numerator, arrayLast(m -> m.3 != '', billed).3, arrayFirst(m -> m.2 > 0, billed).3) AS key
FROM
(
    SELECT project, ref, room, building, p, arrayFilter(m -> m.1 >= p.1 AND m.1 < p.2, months) AS billed
    FROM rooms
    ARRAY JOIN arrayZip({starts:Array(Date)}, {ends:Array(Date)}) AS p
)
WHERE arrayExists(m -> m.3 != '', billed)
