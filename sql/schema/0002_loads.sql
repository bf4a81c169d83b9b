-- Loads: what came in, what each attempt found, and the one row that makes an
-- attempt visible. All append-only.

-- A file as it arrived; load_id is made of its sha256 and how it is read.
CREATE TABLE load
(
    load_id   String,
    sha256    String,
    file_name String,
    bytes     UInt64,
    loaded_by String,
    at        DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (load_id, at);

-- States of an attempt: started, refused (with errors), verified (with the
-- manifest that the server's own count agreed with). Newest row by attempt.
CREATE TABLE attempt
(
    attempt     UInt64,
    load_id     String,
    state       LowCardinality(String),
    feeds       Array(LowCardinality(String)),
    projects    Array(String),
    rows        UInt64,
    loaded      UInt64,
    quarantined UInt64,
    skipped     UInt64,
    orphans     UInt64,
    sums        Map(String, Decimal(18, 2)),
    errors      Array(String),
    notes       Array(String),
    at          DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (attempt, at);

CREATE TABLE quarantine
(
    attempt    UInt64,
    row_no     UInt32,
    feed       LowCardinality(String),
    sheet      LowCardinality(String),
    source_row UInt32,
    cell       String,
    field      LowCardinality(String),
    header     String,
    value      String,
    code       LowCardinality(String),
    detail     String
)
ENGINE = MergeTree ORDER BY (attempt, row_no)
SETTINGS non_replicated_deduplication_window = 1000;

-- One row makes a whole attempt visible (publish) or invisible again
-- (withdraw). projects are the projects as the rows name them.
CREATE TABLE publication
(
    attempt  UInt64,
    load_id  String,
    action   LowCardinality(String),
    projects Array(String),
    at       DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (at, attempt)
SETTINGS non_replicated_deduplication_window = 1000;
