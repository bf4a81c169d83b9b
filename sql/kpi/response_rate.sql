-- name: 问卷回收率 | Survey response rate
-- unit: percent
-- direction: up
-- grain: half-year
-- rollup: sum, sum, sum
-- sources: survey_response, survey_wave
-- n: 份 | questionnaires
-- interval: wilson
-- version: 1
-- definition: 有效答卷人数 ÷ 发放份数，按问卷批次所属半年。 | Respondents with a valid answer ÷ questionnaires issued, by the half-year of the wave.
WITH
    respondents AS
    (
        SELECT project, wave, uniqExact(respondent) AS valid
        FROM survey_response
        WHERE score IS NOT NULL AND NOT dont_know AND toDate(submitted_at, {tz:String}) <= {as_of:Date}
        GROUP BY project, wave
    ),
    waves AS
    (
        SELECT project, wave, sum(valid) AS valid, sum(issued) AS issued
        FROM
        (
            SELECT project, wave, valid, 0 AS issued FROM respondents
            UNION ALL
            SELECT project, wave, 0 AS valid, issued FROM survey_wave
        )
        GROUP BY project, wave
    )
SELECT
    project, makeDate(toUInt16(substring(wave, 1, 4)), if(endsWith(wave, 'H2'), 7, 1), 1) AS month, '' AS dim, '' AS slice,
    sum(valid) AS numerator, sum(issued) AS denominator, sum(issued) AS n, 0 AS spread
FROM waves
WHERE match(wave, '^[0-9]{4}H[12]$') AND month <= {as_of:Date}
GROUP BY project, month
