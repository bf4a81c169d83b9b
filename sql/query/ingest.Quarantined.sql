-- The findings of an attempt, errors first, in the order in which the file has
-- them, each with the file that has the cell.
SELECT q.feed AS feed, q.sheet AS sheet, q.source_row AS source_row, q.cell AS cell, q.field AS field, q.header AS header,
    q.value AS value, q.code AS code, q.detail AS detail, q.level AS level, q.rows AS rows, q.brought AS brought, f.file_name AS file, f.sha256 AS sha256
FROM quarantine AS q
LEFT JOIN
(
    SELECT a.attempt AS attempt, any(l.file_name) AS file_name, any(l.sha256) AS sha256
    FROM (SELECT attempt, any(load_id) AS load_id FROM attempt WHERE attempt IN (SELECT arrayJoin([attempt, brought]) FROM quarantine WHERE attempt = {attempt:UInt64}) GROUP BY attempt) AS a
    INNER JOIN (SELECT load_id, argMax(file_name, at) AS file_name, any(sha256) AS sha256 FROM load GROUP BY load_id) AS l ON l.load_id = a.load_id
    GROUP BY a.attempt
) AS f ON f.attempt = if(q.brought = 0, q.attempt, q.brought)
WHERE q.attempt = {attempt:UInt64}
ORDER BY q.level, q.row_no
