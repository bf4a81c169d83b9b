-- Lines of the collection report over the bills of [start, end): by project,
-- building (within project) or fee item. Late fees stay out.
-- sources: fee_entry
SELECT
    if({by:String} = 'fee_item', '', code) AS project,
    multiIf({by:String} = 'building', building, {by:String} = 'fee_item', fee_item, code) AS name,
    uniqExactIf((code, room), kind = 'billed') AS rooms,
    countIf(kind = 'billed') AS bills,
    sumIf(amount, kind = 'billed') AS billed,
    sumIf(amount, kind = 'reversed') AS reversed,
    sumIf(amount, kind = 'waived') AS waived,
    billed - reversed - waived AS net,
    sumIf(amount, kind = 'received' AND day <= {as_of:Date}) AS received,
    sumIf(amount, kind = 'received' AND day <= {as_of:Date} AND day <= due_on) AS on_time,
    sumIf(amount, kind = 'settled' AND day <= {as_of:Date}) AS settled,
    net - received - settled AS outstanding
FROM (SELECT * EXCEPT (project), project AS code FROM fee_entry)
WHERE NOT late AND kind IN ('billed', 'reversed', 'waived', 'received', 'settled') AND month >= {start:Date} AND month < {end:Date}
GROUP BY project, name
ORDER BY project, name
