-- The newest readings of each meter of a project, oldest first. refs and
-- replaces as in ingest.ReferenceRooms; meters are xxh64, days count from 1970,
-- readings are in ten-thousandths.
--   shown   what the register showed, empty in the interval form
--   daily   use a day since the reading before, in units of the register, in
--           the interval form of what was used; empty where it cannot be told
-- sources: published, replaced
WITH
    -- Rows that a correction carries over rank by when they were first published.
    (SELECT (groupArray(attempt), groupArray(published)) FROM replaced) AS carried,
    readings AS
    (
        SELECT e.key AS key, e.meter AS meter, e.read_on AS read_on, e.value AS value, e.prev_on AS prev_on, e.prev_value AS prev_value,
            e.usage AS usage, e.event AS event
        FROM energy_reading AS e
        INNER JOIN (SELECT attempt, published FROM published WHERE attempt != {replaces:UInt64}) AS p ON p.attempt = e.attempt
        WHERE e.project IN {refs:Array(String)}
        ORDER BY e.key, transform(e.brought, carried.1, carried.2, p.published) DESC, e.row_no DESC
        LIMIT 1 BY e.key
    ),
    spans AS
    (
        SELECT meter, read_on, value, usage, event, prev_value,
            coalesce(prev_on, lagInFrame(toNullable(read_on)) OVER earlier) AS since,
            coalesce(prev_value, lagInFrame(value) OVER earlier) AS before
        FROM readings
        WINDOW earlier AS (PARTITION BY meter ORDER BY read_on ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    ),
    uses AS
    (
        SELECT meter, read_on, value, usage IS NOT NULL AS metered,
            multiIf(usage IS NOT NULL, usage, event = 'rollover', NULL, event = 'replaced', value - coalesce(prev_value, 0), value - before) AS used,
            if(since < read_on AND used >= 0, intDiv(toInt64(toDecimal128(used, 4) * 10000), toInt64(read_on - since)), NULL) AS daily
        FROM spans
        ORDER BY meter, read_on DESC
        LIMIT {most:UInt64} BY meter
    )
SELECT xxHash64(meter) AS meter_hash, toInt32(read_on) AS day, metered, toInt64(toDecimal128(value, 4) * 10000) AS shown, daily
FROM uses
ORDER BY meter_hash, day
