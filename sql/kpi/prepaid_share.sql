-- name: 预收率 | Prepaid share
-- unit: percent
-- direction: up
-- grain: period
-- sources: fee_entry
-- slices: building
-- n: 户 | rooms
-- version: 1
-- definition: 本期收款中尚未被本期及以前账单冲抵的部分 ÷ 本期收款（扣除退款）；违约金不计。 | Of the receipts of the period, those that no bill of the period or an earlier month has taken ÷ receipts of the period, less refunds; late fees stay out.
SELECT
    project, p.1 AS month, p.2 AS until, building, room AS unit,
    if(kind = 'prepaid' OR kind = 'received' AND fee_entry.month >= p.2, amount, 0) AS numerator,
    amount AS denominator,
    fact, ref, key
FROM fee_entry
ARRAY JOIN arrayFilter(p -> day >= p.1 AND day < p.2, arrayZip({starts:Array(Date)}, {ends:Array(Date)})) AS p
WHERE NOT late AND kind IN ('received', 'prepaid', 'refunded') AND payment_key != '' AND day <= {as_of:Date}
