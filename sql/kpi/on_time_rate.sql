-- name: 按期收缴率 | On-time collection rate
-- unit: percent
-- direction: up
-- sources: fee_entry
-- slices: fee_item, building
-- n: 户·月 | room-months
-- interval: ratio
-- version: 2
-- definition: 在应交日期（含）之前收到的款项 ÷ 本期账单净应收。 | Money received on or before the due date ÷ net amount of the bills of the period.
SELECT
    project, month, fee_item, building, room AS unit,
    if(kind = 'received' AND day <= due_on AND day <= {as_of:Date}, amount, 0) AS numerator,
    multiIf(kind = 'billed', amount, kind IN ('reversed', 'waived'), -amount, 0) AS denominator,
    fact, ref, key
FROM fee_entry
WHERE NOT late AND kind IN ('billed', 'reversed', 'waived', 'received')
