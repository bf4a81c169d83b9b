-- Bills and payments of an attempt whose project, room or bill is not known:
-- neither published nor in the same file.
-- sources: published, project_ref
WITH
    (
        SELECT (arrayConcat([''], groupArray(ref)), arrayConcat([''], groupArray(code)))
        FROM
        (
            SELECT ref, code FROM project_ref
            UNION ALL
            SELECT project AS ref, project AS code FROM project WHERE attempt = {attempt:UInt64}
            UNION ALL
            SELECT name AS ref, project AS code FROM project WHERE attempt = {attempt:UInt64} AND name != ''
        )
    ) AS refs,
    visible AS (SELECT attempt FROM published UNION ALL SELECT {attempt:UInt64} AS attempt),
    facts AS
    (
        SELECT project, room, '' AS bill_no FROM fee_bill WHERE attempt = {attempt:UInt64}
        UNION ALL
        SELECT project, room, bill_no FROM fee_payment WHERE attempt = {attempt:UInt64}
    ),
    rooms AS
    (
        SELECT DISTINCT transform(project, refs.1, refs.2, '') AS code, room
        FROM room
        WHERE attempt IN (SELECT attempt FROM visible) AND room IN (SELECT room FROM facts WHERE room != '')
    ),
    bills AS
    (
        SELECT DISTINCT transform(project, refs.1, refs.2, '') AS code, bill_no
        FROM fee_bill
        WHERE attempt IN (SELECT attempt FROM visible) AND bill_no IN (SELECT bill_no FROM facts WHERE bill_no != '')
    )
SELECT countIf(
    code = ''
    OR room != '' AND (code, room) NOT IN (SELECT code, room FROM rooms)
    OR bill_no != '' AND (code, bill_no) NOT IN (SELECT code, bill_no FROM bills)) AS orphans
FROM (SELECT transform(project, refs.1, refs.2, '') AS code, room, bill_no FROM facts)
