-- name: 按期收缴率 | On-time collection rate
-- unit: percent
-- direction: up
-- rollup: sum, sum, sum
-- sources: fee_entry
-- slices: fee_item, building
-- n: 户·月 | room-months
-- version: 1
-- definition: 在应交日期（含）之前收到的款项 ÷ 本期账单净应收。 | Money received on or before the due date ÷ net amount of the bills of the period.
SELECT
    project, month, s.1 AS dim, s.2 AS slice,
    sumIf(amount, kind = 'received' AND day <= due_on AND day <= {as_of:Date}) AS numerator,
    sumIf(amount, kind = 'billed') - sumIf(amount, kind IN ('reversed', 'waived')) AS denominator,
    uniqExactIf(room, kind = 'billed') AS n,
    0 AS spread
FROM fee_entry
ARRAY JOIN [('', ''), ('fee_item', fee_item), ('building', building)] AS s
WHERE NOT late AND kind IN ('billed', 'reversed', 'waived', 'received')
GROUP BY project, month, dim, slice
