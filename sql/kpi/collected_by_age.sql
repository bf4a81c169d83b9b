-- name: 回款进度 | Collected by age
-- unit: percent
-- direction: up
-- sources: fee_entry
-- slices: age
-- slice denominator: whole
-- n: 户·月 | room-months
-- version: 1
-- definition: 本期账单收到的款项 ÷ 账单净应收，按收款时距账单月的月数分组（当月及以前为 0）。 | Money received on bills of the period ÷ their net amount, by how many months after the month of the bill it came (0 within that month and before).
SELECT
    project, month, room AS unit,
    if(kind = 'received', leftPad(toString(greatest(dateDiff('month', month, day), 0)), 3, '0'), NULL) AS age,
    if(kind = 'received', amount, 0) AS numerator,
    multiIf(kind = 'billed', amount, kind IN ('reversed', 'waived'), -amount, 0) AS denominator,
    fact, ref, key
FROM fee_entry
WHERE NOT late AND (kind IN ('billed', 'reversed', 'waived') OR kind = 'received' AND day <= {as_of:Date})
