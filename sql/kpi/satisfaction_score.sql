-- name: 满意度得分 | Satisfaction score
-- unit: score
-- direction: up
-- sources: survey_response
-- slices: dimension, question, channel
-- n: 答卷 | answers
-- n is: denominator
-- whole: headline
-- interval: mean
-- version: 1
-- definition: Σ(评分 − 最低分) ÷ (最高分 − 最低分) × 100 ÷ 有效回答数；问卷有“总体”维度时只看总体。 | Σ(score − min) ÷ (max − min) × 100 ÷ valid answers; over the dimension overall (总体) where the wave has one.
WITH
    answers AS
    (
        SELECT project, wave, toStartOfMonth(toDate(submitted_at, {tz:String})) AS month, dimension, question, channel, ref, key,
            toDecimal128(assumeNotNull(score) - scale_min, 6) * 100 / (scale_max - scale_min) AS numerator
        FROM survey_response
        WHERE score IS NOT NULL AND NOT dont_know AND scale_max > scale_min AND toDate(submitted_at, {tz:String}) <= {as_of:Date}
    ),
    waves AS
    (
        SELECT project, ref, wave, countIf(dimension = '总体') > 0 AS has_overall
        FROM survey_response WHERE toDate(submitted_at, {tz:String}) <= {as_of:Date} GROUP BY project, ref, wave
    )
SELECT
    a.project AS project, a.month AS month, NOT w.has_overall OR a.dimension = '总体' AS headline,
    a.dimension AS dimension, a.question AS question, if(headline, toString(a.channel), NULL) AS channel,
    a.numerator AS numerator, 1 AS denominator, 'survey_response' AS fact, a.ref AS ref, a.key AS key
FROM answers AS a
INNER JOIN waves AS w ON w.project = a.project AND w.ref = a.ref AND w.wave = a.wave
