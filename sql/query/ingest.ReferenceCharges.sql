-- Published bills of some projects. refs, estates and attempts as in
-- ingest.ReferenceRooms; facts, accounts and bills are xxh64, days count from
-- 1970, amounts are in fen. To find the row of a fact that counts, and the newest
-- of an account, takes less work where they are kept (ingest/billing.go).
--   rank   of rows of one fact the greatest counts: the one published last, by the
--          ranks of attempts; one that a correction carries over ranks by when it
--          was first published
--   what   1 normal, 2 reversal, 0 another
--   bill   its own key, of a reversal that of the bill it takes back
SELECT
    transform(project, {refs:Array(String)}, {estates:Array(UInt32)}, toUInt32(0)) AS estate,
    xxHash64(key) AS fact,
    bitShiftLeft(toUInt64(transform(brought, {ranked:Array(UInt64)}, {ranks:Array(UInt32)}, transform(attempt, {ranked:Array(UInt64)}, {ranks:Array(UInt32)}, toUInt32(0)))), 32) + row_no AS rank,
    xxHash64(concat(room, '\0', fee_item)) AS account,
    CAST(transform(kind, ['normal', 'reversal'], [1, 2], 0), 'UInt8') AS what,
    if(what = 2, xxHash64(concat('no:', reverses)), fact) AS bill,
    toInt32(assumeNotNull(period_start)) AS first, toInt32(assumeNotNull(period_end)) AS until,
    toInt64(toDecimal128(amount, 2) * 100) AS fen
FROM fee_bill
WHERE project IN {refs:Array(String)} AND attempt IN {attempts:Array(UInt64)}
SETTINGS max_threads = 1
