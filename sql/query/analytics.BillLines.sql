-- The bills of [start, end) with what became of each, late fees left out, and
-- where each stands. A file has the name under which it was known at known_at,
-- so that the same instant gives the same text for ever.
-- sources: fee_entry, fee_bill
SELECT
    b.project AS project, b.building AS building, b.room AS room, b.fee_item AS fee_item, b.ref AS ref,
    replaceRegexpOne(b.key, '^no:', '') AS bill, b.month AS month, b.due_on AS due_on,
    b.billed AS billed, b.reversed AS reversed, b.waived AS waived, b.received AS received, b.on_time AS on_time, b.settled AS settled,
    b.billed - b.reversed - b.waived - b.received - b.settled AS outstanding,
    b.paid_on AS paid_on, f.source AS source, n.file AS file, f.sheet AS sheet, f.source_row AS source_row
FROM
(
    SELECT
        code AS project, ref, building, room, fee_item, bill_key AS key, month, due AS due_on,
        sumIf(amount, kind = 'billed') AS billed,
        sumIf(amount, kind = 'reversed') AS reversed,
        sumIf(amount, kind = 'waived') AS waived,
        sumIf(amount, kind = 'received' AND day <= {as_of:Date}) AS received,
        sumIf(amount, kind = 'received' AND day <= {as_of:Date} AND day <= due) AS on_time,
        sumIf(amount, kind = 'settled' AND day <= {as_of:Date}) AS settled,
        maxIf(day, kind = 'received' AND day <= {as_of:Date} AND amount > 0) AS paid_on
    FROM (SELECT * EXCEPT (project, due_on), project AS code, due_on AS due FROM fee_entry)
    WHERE NOT late AND kind IN ('billed', 'reversed', 'waived', 'received', 'settled') AND month >= {start:Date} AND month < {end:Date}
    GROUP BY project, ref, building, room, fee_item, bill_key, month, due_on
) AS b
LEFT JOIN
(
    SELECT project, ref, key, if(brought = 0, attempt, brought) AS source, toString(sheet) AS sheet, source_row
    FROM fee_bill
    WHERE month >= {start:Date} AND month < {end:Date}
) AS f ON f.project = b.project AND f.ref = b.ref AND f.key = b.key
LEFT JOIN
(
    SELECT a.attempt AS attempt, l.file AS file
    FROM (SELECT attempt, any(load_id) AS load_id FROM attempt GROUP BY attempt) AS a
    INNER JOIN
    (
        SELECT load_id, argMax(file_name, at) AS file
        FROM load
        WHERE at <= {known_at:DateTime64(6, 'UTC')}
        GROUP BY load_id
    ) AS l ON l.load_id = a.load_id
) AS n ON n.attempt = f.source
ORDER BY project, building, room, month, fee_item, ref, b.key
SETTINGS max_block_size = 8192 -- a reader holds a few blocks at a time
