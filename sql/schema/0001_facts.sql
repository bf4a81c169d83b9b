-- Facts: one table a feed, append-only. Every row says which attempt of which
-- load wrote it and where it stood in the source. A row is visible only while
-- its attempt is published; of several rows with one key the newest published
-- one counts (view/fact_at.sql).
--   project      the project as the file names it: code or name
--   key          natural key within the project (ingest builds it)
--   row_no       number of the row in the attempt, from 1
--   sheet, source_row   where it stood
--   row_hash     xxh64 of the row's values, for the check before publishing
-- Instants are UTC; money is exact.

CREATE TABLE project
(
    project       String,
    name          String,
    region        LowCardinality(String),
    segment       LowCardinality(String),
    floor_area    Decimal(18, 2),
    billable_area Decimal(18, 2),
    households    UInt32,
    handed_over   Nullable(Date),
    manager       String,
    key String, attempt UInt64, row_no UInt32, sheet LowCardinality(String), source_row UInt32, row_hash UInt64
)
ENGINE = MergeTree ORDER BY (project, key)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE room
(
    project  String,
    room     String,
    building LowCardinality(String),
    area     Decimal(18, 2),
    kind     LowCardinality(String),
    status   LowCardinality(String),
    key String, attempt UInt64, row_no UInt32, sheet LowCardinality(String), source_row UInt32, row_hash UInt64
)
ENGINE = MergeTree ORDER BY (project, key)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE fee_bill
(
    project      String,
    room         String,
    bill_no      String,
    fee_item     LowCardinality(String),
    period_start Nullable(Date),
    period_end   Nullable(Date),
    month        Date,
    due_on       Date,
    amount       Decimal(18, 2),
    waived       Decimal(18, 2),
    kind         LowCardinality(String),
    reverses     String,
    payer        LowCardinality(String),
    key String, attempt UInt64, row_no UInt32, sheet LowCardinality(String), source_row UInt32, row_hash UInt64
)
ENGINE = MergeTree ORDER BY (project, key)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE fee_payment
(
    project      String,
    room         String,
    receipt_no   String,
    bill_no      String,
    fee_item     LowCardinality(String),
    period_start Nullable(Date),
    period_end   Nullable(Date),
    paid_on      Date,
    amount       Decimal(18, 2),
    method       LowCardinality(String),
    cashier      LowCardinality(String),
    reverses     String,
    key String, attempt UInt64, row_no UInt32, sheet LowCardinality(String), source_row UInt32, row_hash UInt64
)
ENGINE = MergeTree ORDER BY (project, key)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE service_request
(
    project        String,
    request_no     String,
    kind           LowCardinality(String),
    category       LowCardinality(String),
    channel        LowCardinality(String),
    room           String,
    opened_at      DateTime('UTC'),
    responded_at   Nullable(DateTime('UTC')),
    due_at         Nullable(DateTime('UTC')),
    closed_at      Nullable(DateTime('UTC')),
    followed_up_at Nullable(DateTime('UTC')),
    follow_up      LowCardinality(String),
    handler        LowCardinality(String),
    status         LowCardinality(String),
    text           String,
    key String, attempt UInt64, row_no UInt32, sheet LowCardinality(String), source_row UInt32, row_hash UInt64
)
ENGINE = MergeTree ORDER BY (project, key)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE survey_response
(
    project      String,
    wave         LowCardinality(String),
    respondent   String,
    channel      LowCardinality(String),
    submitted_at DateTime('UTC'),
    question     LowCardinality(String),
    dimension    LowCardinality(String),
    score        Nullable(Decimal(9, 2)),
    scale_min    Decimal(9, 2),
    scale_max    Decimal(9, 2),
    dont_know    Bool,
    comment      String,
    key String, attempt UInt64, row_no UInt32, sheet LowCardinality(String), source_row UInt32, row_hash UInt64
)
ENGINE = MergeTree ORDER BY (project, key)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE survey_wave
(
    project    String,
    wave       LowCardinality(String),
    issued     UInt32,
    population UInt32,
    key String, attempt UInt64, row_no UInt32, sheet LowCardinality(String), source_row UInt32, row_hash UInt64
)
ENGINE = MergeTree ORDER BY (project, key)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE meter
(
    project    String,
    meter      String,
    energy     LowCardinality(String),
    role       LowCardinality(String),
    multiplier Decimal(18, 4),
    unit       LowCardinality(String),
    key String, attempt UInt64, row_no UInt32, sheet LowCardinality(String), source_row UInt32, row_hash UInt64
)
ENGINE = MergeTree ORDER BY (project, key)
SETTINGS non_replicated_deduplication_window = 1000;

-- Register form: value read on the day read_on, with or without the previous
-- reading. Interval form: usage over [prev_on, read_on), value empty.
CREATE TABLE energy_reading
(
    project    String,
    meter      String,
    read_on    Date,
    value      Nullable(Decimal(18, 4)),
    prev_on    Nullable(Date),
    prev_value Nullable(Decimal(18, 4)),
    usage      Nullable(Decimal(18, 4)),
    event      LowCardinality(String),
    cost       Nullable(Decimal(18, 2)),
    key String, attempt UInt64, row_no UInt32, sheet LowCardinality(String), source_row UInt32, row_hash UInt64
)
ENGINE = MergeTree ORDER BY (project, key)
SETTINGS non_replicated_deduplication_window = 1000;

-- project is empty for a target of the whole portfolio; months are [month_start, month_end).
CREATE TABLE kpi_target
(
    project     String,
    kpi         LowCardinality(String),
    month_start Date,
    month_end   Date,
    target      Decimal(18, 6),
    warn        Nullable(Decimal(18, 6)),
    key String, attempt UInt64, row_no UInt32, sheet LowCardinality(String), source_row UInt32, row_hash UInt64
)
ENGINE = MergeTree ORDER BY (project, key)
SETTINGS non_replicated_deduplication_window = 1000;
