-- Where the facts of some keys of a project stand that count: in what file, sheet
-- and row, and by which load. It ranks the rows of a key as view/3_fact_at.sql
-- does, and reads those of one project's names only.
-- sources: published, replaced
WITH (SELECT (groupArray(attempt), groupArray(published)) FROM replaced) AS carried
SELECT c.fact AS fact, c.natural_key AS natural_key, c.attempt AS attempt, c.brought AS brought, p.load_id AS load_id, c.sheet AS sheet,
    c.source_row AS source_row, f.file_name AS file_name
FROM
(
    SELECT 'project' AS fact, key AS natural_key, attempt, brought, row_no, sheet, source_row FROM project
    WHERE has({facts:Array(String)}, 'project') AND project IN (SELECT arrayJoin({names:Array(String)})) AND key IN (SELECT arrayJoin({keys:Array(String)}))
    UNION ALL
    SELECT 'room' AS fact, key AS natural_key, attempt, brought, row_no, sheet, source_row FROM room
    WHERE has({facts:Array(String)}, 'room') AND project IN (SELECT arrayJoin({names:Array(String)})) AND key IN (SELECT arrayJoin({keys:Array(String)}))
    UNION ALL
    SELECT 'fee_bill' AS fact, key AS natural_key, attempt, brought, row_no, sheet, source_row FROM fee_bill
    WHERE has({facts:Array(String)}, 'fee_bill') AND project IN (SELECT arrayJoin({names:Array(String)})) AND key IN (SELECT arrayJoin({keys:Array(String)}))
    UNION ALL
    SELECT 'fee_payment' AS fact, key AS natural_key, attempt, brought, row_no, sheet, source_row FROM fee_payment
    WHERE has({facts:Array(String)}, 'fee_payment') AND project IN (SELECT arrayJoin({names:Array(String)})) AND key IN (SELECT arrayJoin({keys:Array(String)}))
    UNION ALL
    SELECT 'service_request' AS fact, key AS natural_key, attempt, brought, row_no, sheet, source_row FROM service_request
    WHERE has({facts:Array(String)}, 'service_request') AND project IN (SELECT arrayJoin({names:Array(String)})) AND key IN (SELECT arrayJoin({keys:Array(String)}))
    UNION ALL
    SELECT 'survey_response' AS fact, key AS natural_key, attempt, brought, row_no, sheet, source_row FROM survey_response
    WHERE has({facts:Array(String)}, 'survey_response') AND project IN (SELECT arrayJoin({names:Array(String)})) AND key IN (SELECT arrayJoin({keys:Array(String)}))
    UNION ALL
    SELECT 'survey_wave' AS fact, key AS natural_key, attempt, brought, row_no, sheet, source_row FROM survey_wave
    WHERE has({facts:Array(String)}, 'survey_wave') AND project IN (SELECT arrayJoin({names:Array(String)})) AND key IN (SELECT arrayJoin({keys:Array(String)}))
    UNION ALL
    SELECT 'meter' AS fact, key AS natural_key, attempt, brought, row_no, sheet, source_row FROM meter
    WHERE has({facts:Array(String)}, 'meter') AND project IN (SELECT arrayJoin({names:Array(String)})) AND key IN (SELECT arrayJoin({keys:Array(String)}))
    UNION ALL
    SELECT 'energy_reading' AS fact, key AS natural_key, attempt, brought, row_no, sheet, source_row FROM energy_reading
    WHERE has({facts:Array(String)}, 'energy_reading') AND project IN (SELECT arrayJoin({names:Array(String)})) AND key IN (SELECT arrayJoin({keys:Array(String)}))
    UNION ALL
    SELECT 'kpi_target' AS fact, key AS natural_key, attempt, brought, row_no, sheet, source_row FROM kpi_target
    WHERE has({facts:Array(String)}, 'kpi_target') AND project IN (SELECT arrayJoin({names:Array(String)})) AND key IN (SELECT arrayJoin({keys:Array(String)}))
) AS c
INNER JOIN published AS p ON p.attempt = c.attempt
LEFT JOIN
(
    SELECT a.attempt AS attempt, l.file_name AS file_name
    FROM (SELECT attempt, any(load_id) AS load_id FROM attempt GROUP BY attempt) AS a
    INNER JOIN (SELECT load_id, argMax(file_name, at) AS file_name FROM load GROUP BY load_id) AS l ON l.load_id = a.load_id
) AS f ON f.attempt = if(c.brought = 0, c.attempt, c.brought)
ORDER BY fact, natural_key, transform(c.brought, carried.1, carried.2, p.published) DESC, c.row_no DESC
LIMIT 1 BY fact, natural_key
