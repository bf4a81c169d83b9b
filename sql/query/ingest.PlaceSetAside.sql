-- Why rows of a file, from one number to another, were set aside by an attempt.
SELECT source_row, cell, code, detail
FROM quarantine
WHERE attempt = {attempt:UInt64} AND brought = {brought:UInt64} AND sheet = {sheet:String}
    AND source_row BETWEEN {first:UInt32} AND {last:UInt32} AND level = 'error'
ORDER BY source_row, row_no
