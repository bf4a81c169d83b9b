-- The newest readings of each meter of some projects, oldest first. refs,
-- estates, attempts and ranks as in ingest.ReferenceCharges; meters are xxh64,
-- days count from 1970, readings are in ten-thousandths.
--   shown   what the register showed, empty in the interval form
--   daily   use a day since the reading before, in units of the register, in
--           the interval form of what was used; empty where it cannot be told
WITH
    readings AS
    (
        SELECT transform(project, {refs:Array(String)}, {estates:Array(UInt32)}, toUInt32(0)) AS estate,
            key, meter, read_on, value, prev_on, prev_value, usage, event
        FROM energy_reading
        WHERE project IN {refs:Array(String)} AND attempt IN {attempts:Array(UInt64)}
        ORDER BY estate, key, transform(brought, {ranked:Array(UInt64)}, {ranks:Array(UInt32)}, transform(attempt, {ranked:Array(UInt64)}, {ranks:Array(UInt32)}, toUInt32(0))) DESC, row_no DESC
        LIMIT 1 BY estate, key
    ),
    spans AS
    (
        SELECT estate, meter, read_on, value, usage, event, prev_value,
            coalesce(prev_on, lagInFrame(toNullable(read_on)) OVER earlier) AS since,
            coalesce(prev_value, lagInFrame(value) OVER earlier) AS before
        FROM readings
        WINDOW earlier AS (PARTITION BY estate, meter ORDER BY read_on ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    ),
    uses AS
    (
        SELECT estate, meter, read_on, value, usage IS NOT NULL AS metered,
            multiIf(usage IS NOT NULL, usage, event = 'rollover', NULL, event = 'replaced', value - coalesce(prev_value, 0), value - before) AS used,
            if(since < read_on AND used >= 0, intDiv(toInt64(toDecimal128(used, 4) * 10000), toInt64(read_on - since)), NULL) AS daily
        FROM spans
        ORDER BY estate, meter, read_on DESC
        LIMIT {most:UInt64} BY estate, meter
    )
SELECT estate, xxHash64(meter) AS meter_hash, toInt32(read_on) AS day, metered, toInt64(toDecimal128(value, 4) * 10000) AS shown, daily
FROM uses
ORDER BY estate, meter_hash, day
SETTINGS max_threads = 1
