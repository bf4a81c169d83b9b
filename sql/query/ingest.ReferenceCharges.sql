-- What was billed for each room and fee item of a project: the newest normal
-- bills, newest first, and the newest reversals, whose key is that of the bill
-- they take back. refs and replaces as in ingest.ReferenceRooms; keys and
-- accounts are xxh64, days count from 1970, amounts are in fen.
-- sources: published, replaced
WITH
    -- Rows that a correction carries over rank by when they were first published.
    (SELECT (groupArray(attempt), groupArray(published)) FROM replaced) AS carried,
    bills AS
    (
        SELECT
            xxHash64(concat(b.room, '\0', b.fee_item)) AS account,
            b.kind = 'reversal' AS reversal,
            xxHash64(if(reversal, concat('no:', b.reverses), b.key)) AS bill,
            toInt32(assumeNotNull(b.period_start)) AS first, toInt32(assumeNotNull(b.period_end)) AS until,
            toInt64(toDecimal128(b.amount, 2) * 100) AS fen, b.kind AS kind
        FROM fee_bill AS b
        INNER JOIN (SELECT attempt, published FROM published WHERE attempt != {replaces:UInt64}) AS p ON p.attempt = b.attempt
        WHERE b.project IN {refs:Array(String)}
        ORDER BY b.key, transform(b.brought, carried.1, carried.2, p.published) DESC, b.row_no DESC
        LIMIT 1 BY b.key
    )
SELECT account, reversal, bill, first, until, fen
FROM bills
WHERE reversal OR kind = 'normal' AND first < until
ORDER BY account, first DESC, until DESC
LIMIT {most:UInt64} BY account, reversal
