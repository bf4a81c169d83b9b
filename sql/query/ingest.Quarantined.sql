-- The bad cells of an attempt, in the order in which the file has them.
SELECT feed, sheet, source_row, cell, field, header, value, code, detail
FROM quarantine
WHERE attempt = {attempt:UInt64}
ORDER BY row_no
