-- Payments received in [start, end), without settlement waivers, by what they paid.
-- sources: fee_entry
SELECT
    sumIf(amount, kind = 'received' AND NOT is_late AND month >= {start:Date} AND month < {end:Date}) AS current,
    sumIf(amount, kind = 'received' AND NOT is_late AND month < {start:Date}) AS arrears,
    sumIf(amount, kind = 'received' AND NOT is_late AND month >= {end:Date}) AS ahead,
    sumIf(amount, kind = 'received' AND is_late) AS late,
    sumIf(amount, kind = 'prepaid') AS prepaid,
    sumIf(amount, kind = 'refunded') AS refunds,
    current + arrears + ahead + late + prepaid + refunds AS total
FROM (SELECT kind, amount, month, late AS is_late, day FROM fee_entry WHERE payment_key != '')
WHERE kind IN ('received', 'prepaid', 'refunded') AND day >= {start:Date} AND day < {end:Date} AND day <= {as_of:Date}
