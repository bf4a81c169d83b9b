-- name: 当期收缴率 | Collection rate
-- unit: percent
-- direction: up
-- rollup: sum, sum, sum
-- sources: fee_entry
-- slices: fee_item, building
-- n: 户·月 | room-months
-- version: 1
-- definition: 分配到本期账单且在截止日前收到的款项 ÷ 本期账单净应收（应收 − 红冲 − 应收减免）；违约金不计；结算减免不算收款。 | Money received by the as-of day and allocated to bills of the period ÷ net amount of those bills (billed − reversed − waived); late fees stay out, settlement waivers are not money.
SELECT
    project, month, s.1 AS dim, s.2 AS slice,
    sumIf(amount, kind = 'received' AND day <= {as_of:Date}) AS numerator,
    sumIf(amount, kind = 'billed') - sumIf(amount, kind IN ('reversed', 'waived')) AS denominator,
    uniqExactIf(room, kind = 'billed') AS n,
    0 AS spread
FROM fee_entry
ARRAY JOIN [('', ''), ('fee_item', fee_item), ('building', building)] AS s
WHERE NOT late AND kind IN ('billed', 'reversed', 'waived', 'received')
GROUP BY project, month, dim, slice
