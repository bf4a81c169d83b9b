-- What is outstanding on the as-of day of the bills of [start, end), by project
-- and class of days past due: 0 not due, then those that end at each of the age
-- edges, and one more. Late fees stay out.
-- sources: fee_entry
SELECT
    project,
    toUInt8(multiIf(
        dateDiff('day', due, {as_of:Date}) <= 0, 0,
        (arrayFirstIndex(edge -> dateDiff('day', due, {as_of:Date}) <= edge, {age_edges:Array(UInt16)}) AS i) > 0, i,
        length({age_edges:Array(UInt16)}) + 1)) AS class,
    sum(open) AS outstanding, count() AS bills
FROM
(
    SELECT
        code AS project, due,
        sumIf(amount, kind = 'billed') - sumIf(amount, kind IN ('reversed', 'waived') OR kind IN ('received', 'settled') AND day <= {as_of:Date}) AS open
    FROM (SELECT * EXCEPT (project, due_on), project AS code, due_on AS due FROM fee_entry)
    WHERE NOT late AND kind IN ('billed', 'reversed', 'waived', 'received', 'settled') AND month >= {start:Date} AND month < {end:Date}
    GROUP BY project, ref, bill_key, due
)
WHERE open != 0
GROUP BY project, class
ORDER BY project, class
