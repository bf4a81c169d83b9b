-- Facts of an attempt whose project, room or bill is not known: neither
-- published nor in the same file.
-- sources: published, project_ref
WITH visible AS (SELECT attempt FROM published UNION ALL SELECT {attempt:UInt64} AS attempt),
    refs AS
    (
        SELECT ref, code FROM project_ref
        UNION ALL
        SELECT project AS ref, project AS code FROM project WHERE attempt = {attempt:UInt64}
        UNION ALL
        SELECT name AS ref, project AS code FROM project WHERE attempt = {attempt:UInt64} AND name != ''
    ),
    facts AS
    (
        SELECT project, room, '' AS bill_no FROM fee_bill WHERE attempt = {attempt:UInt64} AND has({tables:Array(String)}, 'fee_bill')
        UNION ALL
        SELECT project, room, bill_no FROM fee_payment WHERE attempt = {attempt:UInt64} AND has({tables:Array(String)}, 'fee_payment')
        UNION ALL
        SELECT project, '' AS room, '' AS bill_no FROM room WHERE attempt = {attempt:UInt64} AND has({tables:Array(String)}, 'room')
        UNION ALL
        SELECT project, '' AS room, '' AS bill_no FROM service_request WHERE attempt = {attempt:UInt64} AND has({tables:Array(String)}, 'service_request')
        UNION ALL
        SELECT project, '' AS room, '' AS bill_no FROM survey_response WHERE attempt = {attempt:UInt64} AND has({tables:Array(String)}, 'survey_response')
        UNION ALL
        SELECT project, '' AS room, '' AS bill_no FROM survey_wave WHERE attempt = {attempt:UInt64} AND has({tables:Array(String)}, 'survey_wave')
        UNION ALL
        SELECT project, '' AS room, '' AS bill_no FROM meter WHERE attempt = {attempt:UInt64} AND has({tables:Array(String)}, 'meter')
        UNION ALL
        SELECT project, '' AS room, '' AS bill_no FROM energy_reading WHERE attempt = {attempt:UInt64} AND has({tables:Array(String)}, 'energy_reading')
        UNION ALL
        SELECT project, '' AS room, '' AS bill_no FROM kpi_target WHERE attempt = {attempt:UInt64} AND project != '' AND has({tables:Array(String)}, 'kpi_target')
    ),
    rooms AS
    (
        SELECT DISTINCT r.code AS code, m.room AS room
        FROM room AS m
        LEFT ANY JOIN refs AS r ON r.ref = m.project
        WHERE m.attempt IN (SELECT attempt FROM visible) AND m.room IN (SELECT room FROM facts WHERE room != '')
    ),
    bills AS
    (
        SELECT DISTINCT r.code AS code, b.bill_no AS bill_no
        FROM fee_bill AS b
        LEFT ANY JOIN refs AS r ON r.ref = b.project
        WHERE b.attempt IN (SELECT attempt FROM visible) AND b.bill_no IN (SELECT bill_no FROM facts WHERE bill_no != '')
    )
SELECT countIf(
    r.code = ''
    OR f.room != '' AND (r.code, f.room) NOT IN (SELECT code, room FROM rooms)
    OR f.bill_no != '' AND (r.code, f.bill_no) NOT IN (SELECT code, bill_no FROM bills)) AS orphans
FROM facts AS f
LEFT ANY JOIN refs AS r ON r.ref = f.project
