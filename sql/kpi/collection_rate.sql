-- name: 当期收缴率 | Collection rate
-- unit: percent
-- direction: up
-- sources: fee_entry
-- slices: fee_item, building
-- n: 户·月 | room-months
-- interval: ratio
-- version: 2
-- change: 2 | n 计本月有账单、减免或收款的户（原只计有账单的户）；新增按户计算的 95% 区间，比率不变。 | n counts the rooms with a bill, waiver or receipt of the month, not those billed alone; a 95 % interval over rooms; the rate is as before.
-- definition: 分配到本期账单且在截止日前收到的款项 ÷ 本期账单净应收（应收 − 红冲 − 应收减免）；违约金不计；结算减免不算收款。 | Money received by the as-of day and allocated to bills of the period ÷ net amount of those bills (billed − reversed − waived); late fees stay out, settlement waivers are not money.
SELECT
    project, month, fee_item, building, room AS unit,
    if(kind = 'received' AND day <= {as_of:Date}, amount, 0) AS numerator,
    multiIf(kind = 'billed', amount, kind IN ('reversed', 'waived'), -amount, 0) AS denominator,
    fact, ref, key
FROM fee_entry
WHERE NOT late AND kind IN ('billed', 'reversed', 'waived', 'received')
