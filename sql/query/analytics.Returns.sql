-- Questionnaires that came back of each project's waves in the half-year of the
-- as-of day, against those issued; the wave's own row where there is one.
-- sources: survey_response, survey_wave
WITH max(own) AS place
SELECT project, ref, w AS wave, max(i) AS issued, max(p) AS population, sum(r) AS returned, max(l) AS last_answer,
    place.1 AS load_id, place.2 AS attempt, place.3 AS brought, place.4 AS sheet, place.5 AS source_row, place.6 AS key
FROM
(
    SELECT project, ref, toString(wave) AS w, issued AS i, population AS p, toUInt64(0) AS r, toDate(0) AS l,
        (load_id, attempt, brought, toString(sheet), source_row, key) AS own
    FROM survey_wave
    UNION ALL
    SELECT project, ref, toString(wave) AS w, 0 AS i, 0 AS p, uniqExact(respondent) AS r, max(toDate(submitted_at, {tz:String})) AS l,
        ('', toUInt64(0), toUInt64(0), '', toUInt32(0), '') AS own
    FROM survey_response
    WHERE score IS NOT NULL AND NOT dont_know AND toDate(submitted_at, {tz:String}) <= {as_of:Date}
    GROUP BY project, ref, w
)
-- As the response rate has it, the name of a wave says its half-year.
WHERE match(w, '^[0-9]{4}H[12]$')
    AND (addMonths(makeDate(toUInt16(substring(w, 1, 4)), 1, 1), {year_start:UInt8} - 1 + if(endsWith(w, 'H2'), 6, 0)) AS half) <= {as_of:Date}
    AND addMonths(half, 6) > {as_of:Date}
GROUP BY project, ref, wave
ORDER BY project, ref, wave
