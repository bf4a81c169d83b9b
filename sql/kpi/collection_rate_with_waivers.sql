-- name: 含减免收缴率 | Collection rate with waivers
-- unit: percent
-- direction: up
-- sources: fee_entry
-- slices: fee_item, building
-- n: 户·月 | room-months
-- interval: ratio
-- version: 1
-- definition: （分配到本期账单且在截止日前收到的款项 + 结算减免）÷ 本期账单净应收。 | Money received by the as-of day and allocated to bills of the period, and settlement waivers on them ÷ net amount of those bills.
SELECT
    project, month, fee_item, building, room AS unit,
    if(kind IN ('received', 'settled') AND day <= {as_of:Date}, amount, 0) AS numerator,
    multiIf(kind = 'billed', amount, kind IN ('reversed', 'waived'), -amount, 0) AS denominator,
    fact, ref, key
FROM fee_entry
WHERE NOT late AND kind IN ('billed', 'reversed', 'waived', 'received', 'settled')
