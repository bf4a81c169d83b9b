-- What the server holds of an attempt, to be compared with what was sent.
-- Tables that are not asked for are not read.
SELECT 'project' AS table, count() AS rows, uniqExact(row_no) AS unique_rows, groupBitXor(row_hash) AS xor, CAST(map(), 'Map(String, Decimal(38, 2))') AS sums
FROM project WHERE attempt = {attempt:UInt64} AND has({tables:Array(String)}, 'project')
UNION ALL
SELECT 'room' AS table, count() AS rows, uniqExact(row_no) AS unique_rows, groupBitXor(row_hash) AS xor, CAST(map(), 'Map(String, Decimal(38, 2))') AS sums
FROM room WHERE attempt = {attempt:UInt64} AND has({tables:Array(String)}, 'room')
UNION ALL
SELECT 'fee_bill' AS table, count() AS rows, uniqExact(row_no) AS unique_rows, groupBitXor(row_hash) AS xor, map('amount', toDecimal128(sum(amount), 2), 'waived', toDecimal128(sum(waived), 2)) AS sums
FROM fee_bill WHERE attempt = {attempt:UInt64} AND has({tables:Array(String)}, 'fee_bill')
UNION ALL
SELECT 'fee_payment' AS table, count() AS rows, uniqExact(row_no) AS unique_rows, groupBitXor(row_hash) AS xor, map('amount', toDecimal128(sum(amount), 2)) AS sums
FROM fee_payment WHERE attempt = {attempt:UInt64} AND has({tables:Array(String)}, 'fee_payment')
UNION ALL
SELECT 'service_request' AS table, count() AS rows, uniqExact(row_no) AS unique_rows, groupBitXor(row_hash) AS xor, CAST(map(), 'Map(String, Decimal(38, 2))') AS sums
FROM service_request WHERE attempt = {attempt:UInt64} AND has({tables:Array(String)}, 'service_request')
UNION ALL
SELECT 'survey_response' AS table, count() AS rows, uniqExact(row_no) AS unique_rows, groupBitXor(row_hash) AS xor, CAST(map(), 'Map(String, Decimal(38, 2))') AS sums
FROM survey_response WHERE attempt = {attempt:UInt64} AND has({tables:Array(String)}, 'survey_response')
UNION ALL
SELECT 'survey_wave' AS table, count() AS rows, uniqExact(row_no) AS unique_rows, groupBitXor(row_hash) AS xor, CAST(map(), 'Map(String, Decimal(38, 2))') AS sums
FROM survey_wave WHERE attempt = {attempt:UInt64} AND has({tables:Array(String)}, 'survey_wave')
UNION ALL
SELECT 'meter' AS table, count() AS rows, uniqExact(row_no) AS unique_rows, groupBitXor(row_hash) AS xor, CAST(map(), 'Map(String, Decimal(38, 2))') AS sums
FROM meter WHERE attempt = {attempt:UInt64} AND has({tables:Array(String)}, 'meter')
UNION ALL
SELECT 'energy_reading' AS table, count() AS rows, uniqExact(row_no) AS unique_rows, groupBitXor(row_hash) AS xor, map('cost', toDecimal128(ifNull(sum(cost), 0), 2)) AS sums
FROM energy_reading WHERE attempt = {attempt:UInt64} AND has({tables:Array(String)}, 'energy_reading')
UNION ALL
SELECT 'kpi_target' AS table, count() AS rows, uniqExact(row_no) AS unique_rows, groupBitXor(row_hash) AS xor, CAST(map(), 'Map(String, Decimal(38, 2))') AS sums
FROM kpi_target WHERE attempt = {attempt:UInt64} AND has({tables:Array(String)}, 'kpi_target')
UNION ALL
SELECT 'quarantine' AS table, count() AS rows, uniqExact(row_no) AS unique_rows, toUInt64(0) AS xor, CAST(map(), 'Map(String, Decimal(38, 2))') AS sums
FROM quarantine WHERE attempt = {attempt:UInt64} AND has({tables:Array(String)}, 'quarantine')
