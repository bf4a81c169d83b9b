-- What became of each bill of some rooms by the as-of day, and by the same day a
-- year before: net of reversals and waivers, and paid, settlement waivers
-- included. Money that waits for a bill has an empty key.
-- sources: fee_entry
SELECT
    toString(project) AS project, toString(ref) AS ref, room, late, toString(fee_item) AS item, bill_key AS key, month, due_on,
    sum(multiIf(kind = 'billed', amount, kind IN ('reversed', 'waived'), -amount, 0)) AS net,
    sumIf(amount, kind IN ('received', 'settled') AND day <= {as_of:Date}) AS paid,
    sumIf(amount, kind IN ('received', 'settled') AND day <= addYears({as_of:Date}, -1)) AS paid_year_ago,
    maxIf(day, kind IN ('received', 'prepaid') AND amount > 0 AND day <= {as_of:Date}) AS last_paid
FROM fee_entry
WHERE (project, ref, room) IN (SELECT arrayJoin(arrayZip({codes:Array(String)}, {refs:Array(String)}, {rooms:Array(String)})))
    AND month <= {as_of:Date} AND kind IN ('billed', 'reversed', 'waived', 'received', 'settled', 'prepaid')
GROUP BY project, ref, room, late, item, key, month, due_on
ORDER BY project, ref, room, month, due_on, key
