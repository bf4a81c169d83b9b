-- The bills of [start, end) with what became of each, late fees left out.
-- sources: fee_entry
SELECT
    code AS project, building, room, fee_item,
    replaceRegexpOne(bill_key, '^no:', '') AS bill, due AS due_on, month,
    sumIf(amount, kind = 'billed') AS billed,
    sumIf(amount, kind = 'reversed') AS reversed,
    sumIf(amount, kind = 'waived') AS waived,
    sumIf(amount, kind = 'received' AND day <= {as_of:Date}) AS received,
    sumIf(amount, kind = 'settled' AND day <= {as_of:Date}) AS settled,
    billed - reversed - waived - received - settled AS outstanding
FROM (SELECT * EXCEPT (project, due_on), project AS code, due_on AS due FROM fee_entry)
WHERE NOT late AND kind IN ('billed', 'reversed', 'waived', 'received', 'settled') AND month >= {start:Date} AND month < {end:Date}
GROUP BY project, building, room, fee_item, ref, bill_key, due_on, month
ORDER BY project, building, room, month, fee_item, ref, bill_key
