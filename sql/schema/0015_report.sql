-- Workbooks that were written. A report has two rows: begun takes its number
-- (claim tells two that take the same one apart; the earlier counts), written
-- says what came of it. A number without the second was never handed out.
CREATE TABLE IF NOT EXISTS report
(
    year         UInt16,
    seq          UInt32, -- number R-year-seq
    state        LowCardinality(String), -- begun, written
    claim        String,
    kind         LowCardinality(String), -- collection
    by           String,
    start        Date,
    end          Date,   -- charge period [start, end)
    project      String, -- asked for alone, else ''
    all_projects Bool,   -- of the scope
    projects     Array(String),
    lang         LowCardinality(String),
    known_at     DateTime64(6, 'UTC'),
    as_of        Date,
    content_hash String, -- docs/reports.md says of what
    sheets       Array(String),
    sheet_hashes Array(String),
    file_hash    String, -- SHA-256 of the file as written
    bytes        UInt64,
    bills        UInt64, -- rows of the detail
    at           DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (year, seq, at)
SETTINGS non_replicated_deduplication_window = 1000;
