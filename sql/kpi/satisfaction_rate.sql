-- name: 满意率 | Satisfaction rate
-- unit: percent
-- direction: up
-- rollup: sum, sum, sum
-- sources: survey_response
-- slices: dimension, question, channel
-- n: 答卷 | answers
-- interval: wilson
-- version: 1
-- definition: 评分为最高两档的回答 ÷ 有效回答（不清楚不计）；问卷有“总体”维度时只看总体。 | Answers on the top two points ÷ valid answers, don't-know left out; over the dimension overall (总体) where the wave has one.
WITH
    answers AS
    (
        SELECT project, wave, toStartOfMonth(toDate(submitted_at, {tz:String})) AS month,
            dimension, question, channel, assumeNotNull(score) >= scale_max - 1 AS satisfied
        FROM survey_response
        WHERE score IS NOT NULL AND NOT dont_know AND toDate(submitted_at, {tz:String}) <= {as_of:Date}
    ),
    headline AS
    (
        SELECT project, wave, countIf(dimension = '总体') > 0 AS has_overall FROM answers GROUP BY project, wave
    )
SELECT
    a.project AS project, a.month AS month, s.1 AS dim, s.2 AS slice,
    countIf(a.satisfied) AS numerator, count() AS denominator, count() AS n, 0 AS spread
FROM answers AS a
INNER JOIN headline AS h ON h.project = a.project AND h.wave = a.wave
ARRAY JOIN arrayConcat(
    if(h.has_overall AND a.dimension != '总体', [], [('', ''), ('channel', toString(a.channel))]),
    [('dimension', toString(a.dimension)), ('question', toString(a.question))]) AS s
GROUP BY project, month, dim, slice
