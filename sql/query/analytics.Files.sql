-- The files that attempts read, under their newest names.
SELECT a.attempt AS attempt, l.file_name AS file
FROM (SELECT attempt, any(load_id) AS load_id FROM attempt WHERE attempt IN {attempts:Array(UInt64)} GROUP BY attempt) AS a
INNER JOIN
(
    SELECT load_id, argMax(file_name, at) AS file_name
    FROM load
    WHERE load_id IN (SELECT load_id FROM attempt WHERE attempt IN {attempts:Array(UInt64)})
    GROUP BY load_id
) AS l ON l.load_id = a.load_id
