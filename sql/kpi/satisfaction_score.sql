-- name: 满意度得分 | Satisfaction score
-- unit: score
-- direction: up
-- rollup: sum, sum, sum
-- sources: survey_response
-- slices: dimension, question, channel
-- n: 答卷 | answers
-- interval: mean
-- version: 1
-- definition: Σ(评分 − 最低分) ÷ (最高分 − 最低分) × 100 ÷ 有效回答数；问卷有“总体”维度时只看总体。 | Σ(score − min) ÷ (max − min) × 100 ÷ valid answers; over the dimension overall (总体) where the wave has one.
WITH
    answers AS
    (
        SELECT project, wave, toStartOfMonth(toDate(submitted_at, {tz:String})) AS month, dimension, question, channel,
            toDecimal128(assumeNotNull(score) - scale_min, 6) * 100 / (scale_max - scale_min) AS points
        FROM survey_response
        WHERE score IS NOT NULL AND NOT dont_know AND scale_max > scale_min AND toDate(submitted_at, {tz:String}) <= {as_of:Date}
    ),
    headline AS
    (
        SELECT project, wave, countIf(dimension = '总体') > 0 AS has_overall FROM answers GROUP BY project, wave
    )
SELECT
    a.project AS project, a.month AS month, s.1 AS dim, s.2 AS slice,
    sum(a.points) AS numerator, count() AS denominator, count() AS n,
    sum(toFloat64(a.points) * toFloat64(a.points)) AS spread
FROM answers AS a
INNER JOIN headline AS h ON h.project = a.project AND h.wave = a.wave
ARRAY JOIN arrayConcat(
    if(h.has_overall AND a.dimension != '总体', [], [('', ''), ('channel', toString(a.channel))]),
    [('dimension', toString(a.dimension)), ('question', toString(a.question))]) AS s
GROUP BY project, month, dim, slice
