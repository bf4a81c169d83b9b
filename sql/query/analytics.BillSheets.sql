-- The bills of analytics.BillLines in its order, so many to a sheet: how many
-- there are on each and what they add up to.
-- sources: fee_entry
SELECT
    toUInt64(intDiv(n - 1, greatest({per_sheet:UInt64}, 1))) AS part, count() AS bills,
    sum(b) AS billed, sum(r) AS reversed, sum(w) AS waived, sum(x) AS received, sum(o) AS on_time, sum(s) AS settled
FROM
(
    SELECT b, r, w, x, o, s, row_number() OVER (ORDER BY code, building, room, month, fee_item, ref, bill_key) AS n
    FROM
    (
        SELECT
            project AS code, building, room, month, fee_item, ref, bill_key,
            sumIf(amount, kind = 'billed') AS b,
            sumIf(amount, kind = 'reversed') AS r,
            sumIf(amount, kind = 'waived') AS w,
            sumIf(amount, kind = 'received' AND day <= {as_of:Date}) AS x,
            sumIf(amount, kind = 'received' AND day <= {as_of:Date} AND day <= due_on) AS o,
            sumIf(amount, kind = 'settled' AND day <= {as_of:Date}) AS s
        FROM fee_entry
        WHERE NOT late AND kind IN ('billed', 'reversed', 'waived', 'received', 'settled') AND month >= {start:Date} AND month < {end:Date}
        GROUP BY code, ref, building, room, fee_item, bill_key, month, due_on
    )
)
GROUP BY part
ORDER BY part
