-- Sums that a report is held against: of the ledger, and, past the ledger, of
-- the rows of the files themselves. Bills are those of [start, end), payments
-- those received then.
-- sources: fee_entry, fee_bill, fee_payment
SELECT
    l.billed AS billed, l.reversed AS reversed, l.waived AS waived, l.received AS received, l.settled AS settled, l.late AS late,
    l.billed - l.reversed - l.waived - l.received - l.settled AS outstanding, f.bills AS bills_in_files, p.payments AS payments_in_files
FROM
(
    SELECT
        sumIf(amount, kind = 'billed' AND NOT is_late) AS billed,
        sumIf(amount, kind = 'reversed' AND NOT is_late) AS reversed,
        sumIf(amount, kind = 'waived' AND NOT is_late) AS waived,
        sumIf(amount, kind = 'received' AND NOT is_late AND day <= {as_of:Date}) AS received,
        sumIf(amount, kind = 'settled' AND NOT is_late AND day <= {as_of:Date}) AS settled,
        sumIf(amount, kind = 'billed' AND is_late) AS late
    FROM (SELECT kind, amount, late AS is_late, day FROM fee_entry WHERE month >= {start:Date} AND month < {end:Date} AND bill_key != '')
) AS l
CROSS JOIN (SELECT sum(amount) AS bills FROM fee_bill WHERE kind != 'reversal' AND month >= {start:Date} AND month < {end:Date}) AS f
CROSS JOIN
(
    SELECT sum(amount) AS payments
    FROM fee_payment
    WHERE method != 'settlement_waiver' AND paid_on >= {start:Date} AND paid_on < {end:Date} AND paid_on <= {as_of:Date}
) AS p
