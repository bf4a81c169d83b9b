-- name: 满意率 | Satisfaction rate
-- unit: percent
-- direction: up
-- sources: survey_response
-- slices: dimension, question, channel
-- n: 答卷 | answers
-- n is: denominator
-- whole: headline
-- interval: wilson
-- version: 1
-- definition: 评分为最高两档的回答 ÷ 有效回答（不清楚不计）；问卷有“总体”维度时只看总体。 | Answers on the top two points ÷ valid answers, don't-know left out; over the dimension overall (总体) where the wave has one.
WITH
    answers AS
    (
        SELECT project, wave, toStartOfMonth(toDate(submitted_at, {tz:String})) AS month, dimension, question, channel, ref, key,
            assumeNotNull(score) >= scale_max - 1 AS numerator
        FROM survey_response
        WHERE score IS NOT NULL AND NOT dont_know AND toDate(submitted_at, {tz:String}) <= {as_of:Date}
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
