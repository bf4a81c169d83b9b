-- What was due and received of the bills of each month in [start, end), by
-- project. Late fees stay out.
-- sources: fee_entry
SELECT
    code AS project, month,
    sumIf(amount, kind = 'billed') - sumIf(amount, kind IN ('reversed', 'waived')) AS net,
    sumIf(amount, kind = 'received' AND day <= {as_of:Date}) AS received
FROM (SELECT * EXCEPT (project), project AS code FROM fee_entry)
WHERE NOT late AND kind IN ('billed', 'reversed', 'waived', 'received') AND month >= {start:Date} AND month < {end:Date}
GROUP BY project, month
ORDER BY project, month
