-- How far the published rows of each fact reach, by project ('' for rows of no
-- known one): first and last day, the months that have rows, the newest load,
-- and the rows of published loads that wait in quarantine. Rows that name no
-- project are of the only one of their file, where it has one.
-- sources: published, project_ref
WITH
    rows_of AS
    (
        SELECT attempt, fact, project,
            if(fact IN ('service_request', 'survey_response'), toDate(toTimeZone(first, {tz:String})), toDate(first)) AS since,
            if(fact IN ('service_request', 'survey_response'), toDate(toTimeZone(last, {tz:String})), toDate(last)) AS until
        FROM coverage
    ),
    held_of AS
    (
        SELECT attempt, if(feed = 'fee_ledger', 'fee_bill', feed) AS fact, project, uniqExact(sheet, source_row, brought) AS held
        FROM quarantine
        WHERE level = 'error'
        GROUP BY attempt, fact, project
    ),
    only_project AS
    (
        SELECT attempt, any(projects) AS names FROM publication WHERE length(projects) = 1 GROUP BY attempt
    ),
    all_of AS
    (
        SELECT attempt, fact, project AS ref, since, until, [toStartOfMonth(since), toStartOfMonth(until)] AS months, toUInt64(0) AS held
        FROM rows_of
        UNION ALL
        SELECT h.attempt AS attempt, h.fact AS fact, if(h.project = '' AND notEmpty(o.names), o.names[1], h.project) AS ref,
            toDate(0) AS since, toDate(0) AS until, CAST([], 'Array(Date)') AS months, h.held AS held
        FROM held_of AS h
        LEFT JOIN only_project AS o ON o.attempt = h.attempt
    )
SELECT
    r.code AS project, a.fact AS feed,
    minIf(a.since, notEmpty(a.months)) AS first, maxIf(a.until, notEmpty(a.months)) AS last,
    arraySort(groupUniqArrayArray(a.months)) AS months, max(p.published) AS published, sum(a.held) AS held
FROM all_of AS a
INNER JOIN published AS p ON p.attempt = a.attempt
LEFT JOIN project_ref AS r ON r.ref = a.ref
WHERE a.fact IN ('fee_bill', 'fee_payment', 'service_request', 'survey_response', 'energy_reading')
    AND ({all_projects:Bool} OR r.code != '' AND has({projects:Array(String)}, r.code))
GROUP BY project, feed
ORDER BY project, feed
