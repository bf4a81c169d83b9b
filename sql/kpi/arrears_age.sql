-- name: 欠费账龄 | Arrears by age
-- unit: yuan
-- direction: down
-- value: sum
-- rollup: closing, closing, closing
-- sources: fee_entry
-- slices: age, building, fee_item
-- n: 笔 | bills
-- version: 2
-- change: 2 | 不再有分母（原为至此的账单净应收）；新增按楼栋与收费项目切分。 | No denominator any more (it was the net amount of all bills until then); slices by building and fee item.
-- definition: 期末（未过完的月份为截止日）未收账单余额，按逾期天数分组。 | Outstanding net bills at the end of the period (the as-of day while it runs), grouped by days past due.
WITH
    -- What moved each bill, month by month; bills count from their month on. A
    -- reversed bill was never due: what was paid on it pays others since then.
    bills AS
    (
        SELECT project, ref, bill_key, room, building, fee_item, due_on,
            arraySort(groupArray((if(kind IN ('reversed', 'waived'), month, greatest(toStartOfMonth(day), month)) AS since, if(kind = 'billed', amount, -amount)))) AS moves
        FROM fee_entry
        WHERE NOT late AND month <= {as_of:Date} AND (kind IN ('billed', 'reversed', 'waived') OR kind IN ('received', 'settled') AND day <= {as_of:Date})
        GROUP BY project, ref, bill_key, room, building, fee_item, due_on
    ),
    -- A bill is looked at from its month on, to the month of its last move when nothing is open after it.
    months AS
    (
        SELECT project, ref, bill_key, building, fee_item, due_on, moves,
            arrayJoin(arrayMap(i -> addMonths(moves[1].1, i), range(toUInt32(1 + dateDiff('month', moves[1].1,
                if(arraySum(m -> m.2, moves) = 0, moves[-1].1, {as_of:Date})))))) AS month,
            arraySum(m -> if(m.1 <= month, m.2, 0), moves) AS open
        FROM bills
    )
SELECT
    project, month, building, fee_item, concat(ref, '/', bill_key) AS unit,
    multiIf(
        days <= 0, 'not_due',
        i = 0, concat('>', toString({age_edges:Array(UInt16)}[-1])),
        concat(toString(if(i = 1, 1, {age_edges:Array(UInt16)}[i - 1] + 1)), '-', toString({age_edges:Array(UInt16)}[i]))) AS age,
    open AS numerator, 0 AS denominator, 'fee_bill' AS fact, ref, bill_key AS key,
    least(addDays(addMonths(month, 1), -1), {as_of:Date}) - due_on AS days,
    arrayFirstIndex(edge -> days <= edge, {age_edges:Array(UInt16)}) AS i
FROM months
WHERE open != 0
