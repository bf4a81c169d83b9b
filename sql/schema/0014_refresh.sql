-- Sums of the KPIs of a run that is being computed, for the projects of one
-- step: what differs of them from the run before goes to kpi_value, all KPIs at
-- once. Nothing else reads them.
CREATE TABLE kpi_sum
(
    kpi         LowCardinality(String),
    version     UInt16,
    series      UInt64,
    run         UInt64,
    project     LowCardinality(String),
    month       Date,
    until       Date,
    dim         LowCardinality(String),
    slice       LowCardinality(String),
    numerator   Decimal(38, 6),
    denominator Decimal(38, 6),
    n           UInt64,
    moments     Array(Float64),
    samples     Map(UInt32, UInt64),
    written     DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (series, run, project, kpi)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 0, fsync_part_directory = 0;

-- What meters used in each month, of each run as fee_entry; view/4_usage_at.sql
-- says how it comes of the readings. Five KPIs and all that leads from them to
-- their readings are made of it.
CREATE TABLE energy_usage
(
    series  UInt64,
    run     UInt64,
    project LowCardinality(String),
    ref     LowCardinality(String),
    key     String,
    meter   String,
    energy  LowCardinality(String),
    role    LowCardinality(String),
    counts  Bool,
    month   Date,
    since   Date,
    until   Date,
    days    Int64,
    used    Decimal(38, 6),
    cost    Nullable(Decimal(38, 6)),
    written DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (series, project, run, energy, month)
SETTINGS non_replicated_deduplication_window = 1000;
