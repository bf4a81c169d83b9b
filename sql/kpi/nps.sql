-- name: 净推荐值 | Net promoter score
-- unit: score
-- direction: up
-- sources: survey_response
-- slices: question, channel
-- n: 答卷 | answers
-- n is: denominator
-- interval: mean
-- version: 1
-- definition: 0–10 分题目中，（9–10 分人数 − 0–6 分人数）÷ 有效回答 × 100。 | Of the answers on a scale of 0 to 10: (those of 9 and 10 − those of 0 to 6) ÷ valid answers × 100.
SELECT
    project, toStartOfMonth(toDate(submitted_at, {tz:String})) AS month, question, channel,
    multiIf(score >= 9, 100, score <= 6, -100, 0) AS numerator, 1 AS denominator, 'survey_response' AS fact, ref, key
FROM survey_response
WHERE score IS NOT NULL AND NOT dont_know AND scale_min = 0 AND scale_max = 10 AND toDate(submitted_at, {tz:String}) <= {as_of:Date}
