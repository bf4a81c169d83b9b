-- name: 问卷回收率 | Survey response rate
-- unit: percent
-- direction: up
-- grain: half-year
-- sources: survey_response, survey_wave
-- n: 份 | questionnaires
-- n is: denominator
-- interval: wilson
-- version: 1
-- definition: 有效答卷人数 ÷ 发放份数，按问卷批次所属半年。 | Respondents with a valid answer ÷ questionnaires issued, by the half-year of the wave.
SELECT project, addMonths(makeDate(toUInt16(substring(wave, 1, 4)), 1, 1), {year_start:UInt8} - 1 + if(endsWith(wave, 'H2'), 6, 0)) AS month, numerator, denominator, fact, ref, key
FROM
(
    -- The line of a respondent names his first answer.
    SELECT project, toString(wave) AS wave, 1 AS numerator, 0 AS denominator, 'survey_response' AS fact, ref, min(survey_response.key) AS key
    FROM survey_response
    WHERE score IS NOT NULL AND NOT dont_know AND toDate(submitted_at, {tz:String}) <= {as_of:Date}
    GROUP BY project, ref, wave, respondent
    UNION ALL
    SELECT project, toString(wave) AS wave, 0 AS numerator, issued AS denominator, 'survey_wave' AS fact, ref, key
    FROM survey_wave
)
WHERE match(wave, '^[0-9]{4}H[12]$') AND month <= {as_of:Date}
