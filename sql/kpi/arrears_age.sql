-- name: 欠费账龄 | Arrears by age
-- unit: yuan
-- direction: down
-- value: sum
-- rollup: last, last, last
-- sources: fee_entry
-- slices: age
-- n: 笔 | bills
-- version: 1
-- definition: 期末（未过完的月份为截止日）未收账单余额，按逾期天数分组；分母为至此的账单净应收。 | Outstanding net bills at the end of the period (the as-of day while it runs), grouped by days past due; the denominator is the net amount of all bills until then.
WITH
    -- What became of each bill month by month; bills count from their month on.
    flows AS
    (
        SELECT project, bill_key, due_on, greatest(toStartOfMonth(day), month) AS since,
            sum(if(kind = 'billed', amount, -amount)) AS moved,
            sum(multiIf(kind = 'billed', amount, kind IN ('reversed', 'waived'), -amount, 0)) AS net
        FROM fee_entry
        WHERE NOT late AND day <= {as_of:Date} AND kind IN ('billed', 'reversed', 'waived', 'received', 'settled')
        GROUP BY project, bill_key, due_on, since
    ),
    -- A bill counts as open from its month until the month that brings its balance to nil.
    steps AS
    (
        SELECT project, due_on, since, moved, net, 0 AS bills FROM flows
        UNION ALL
        SELECT project, due_on, s.1 AS since, 0 AS moved, 0 AS net, s.2 AS bills
        FROM (SELECT project, due_on, min(since) AS first, max(since) AS last, sum(moved) AS open FROM flows GROUP BY project, bill_key, due_on)
        ARRAY JOIN arrayConcat([(first, 1)], if(open = 0, [(last, -1)], [])) AS s
    ),
    months AS
    (
        SELECT project, due_on, since, sum(moved) AS amount, sum(s.net) AS net, sum(s.bills) AS bills
        FROM steps AS s GROUP BY project, due_on, since
    ),
    ages AS
    (
        SELECT project, amount, net, bills,
            arrayJoin(arrayMap(i -> addMonths(since, i), range(toUInt32(greatest(dateDiff('month', since, {as_of:Date}) + 1, 0))))) AS month,
            least(addDays(addMonths(month, 1), -1), {as_of:Date}) - due_on AS days,
            arrayFirstIndex(edge -> days <= edge, {age_edges:Array(UInt16)}) AS i,
            multiIf(
                days <= 0, 'not_due',
                i = 0, concat('>', toString({age_edges:Array(UInt16)}[-1])),
                concat(toString(if(i = 1, 1, {age_edges:Array(UInt16)}[i - 1] + 1)), '-', toString({age_edges:Array(UInt16)}[i]))) AS age
        FROM months
    )
SELECT
    project, month, s.1 AS dim, s.2 AS slice,
    sum(amount) AS numerator, sumIf(net, dim = '') AS denominator, sum(bills) AS n, 0 AS spread
FROM ages
ARRAY JOIN [('', ''), ('age', age)] AS s
GROUP BY project, month, dim, slice
