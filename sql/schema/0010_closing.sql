-- Periods that finance has closed or opened again: [start, end) reads from then
-- on as it was known at known_at. The newest row of a period counts.
CREATE TABLE IF NOT EXISTS period_closing
(
    start     Date,
    end       Date,
    action    LowCardinality(String), -- close, reopen
    known_at  DateTime64(6, 'UTC'),
    by        String,
    note      String,
    at        DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (start, end, at)
SETTINGS non_replicated_deduplication_window = 1000;
