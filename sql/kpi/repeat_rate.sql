-- name: 重复投诉率 | Repeat complaints
-- unit: percent
-- direction: down
-- sources: service_request
-- slices: category, handler
-- n: 件 | complaints
-- n is: denominator
-- interval: wilson
-- version: 1
-- definition: 同一房屋同一类别在 30 天内再次投诉的件数 ÷ 本期受理的投诉件数。 | Complaints of a room about what it had complained about within the 30 days before ÷ complaints opened in the period.
SELECT
    project, toStartOfMonth(toDate(opened_at, {tz:String})) AS month, category, handler,
    room != '' AND ifNull(dateDiff('second', before, opened_at) <= 30 * 86400, false) AS numerator, 1 AS denominator,
    'service_request' AS fact, ref, key
FROM
(
    SELECT project, ref, key, room, category, handler, opened_at,
        lagInFrame(toNullable(opened_at)) OVER (PARTITION BY project, ref, room, category ORDER BY opened_at, key
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS before
    FROM service_request
    WHERE kind = 'complaint' AND toDate(opened_at, {tz:String}) <= {as_of:Date}
)
