-- Derived tables: computed from the facts, disposable, rebuilt by a refresh.
--   run     the refresh that wrote the row: its known-at instant in microseconds
--   series  0 for the running series; else the known-at instant, in
--           microseconds, of a past state that somebody asked to see again

-- The fee ledger after allocation: each bill and what became of each payment.
--   billed     amount of a bill, by its month
--   reversed   taken back by a reversal (positive)
--   waived     waived up front
--   received   money allocated to the bill on the day it was paid
--   settled    allocated settlement waiver: settles, but is not money
--   prepaid    money no bill has taken yet
--   waiting    settlement waiver no bill has taken yet
--   refunded   money paid and taken back, as two rows that cancel out
-- late is true for late fees, which stay out of every rate.
CREATE TABLE fee_entry
(
    series      UInt64,
    run         UInt64,
    project     LowCardinality(String),
    kind        LowCardinality(String),
    month       Date,
    due_on      Date,
    day         Date,
    fee_item    LowCardinality(String),
    building    LowCardinality(String),
    room        String,
    payer       LowCardinality(String),
    late        Bool,
    amount      Decimal(18, 2),
    bill_key    String,
    payment_key String,
    written     DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (series, project, run, kind, month)
SETTINGS non_replicated_deduplication_window = 1000;

-- KPIs by project, month and slice (dim '' is the whole). A run adds only the
-- rows whose numbers changed; numbers that vanished are added as zeros.
CREATE TABLE kpi_value
(
    kpi         LowCardinality(String),
    version     UInt16,
    series      UInt64,
    run         UInt64,
    project     LowCardinality(String),
    month       Date,
    dim         LowCardinality(String),
    slice       LowCardinality(String),
    numerator   Decimal(38, 6),
    denominator Decimal(38, 6),
    n           UInt64,
    spread      Float64,
    written     DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (kpi, series, dim, project, month, slice, run)
SETTINGS non_replicated_deduplication_window = 1000;

-- A run that came to its end, for one project: only its rows count. The
-- fingerprint is that of the publications it saw, as_of its business day, and
-- definitions a hash of the KPI files.
CREATE TABLE refresh
(
    series      UInt64,
    run         UInt64,
    project     String,
    as_of       Date,
    fingerprint UInt64,
    definitions UInt64,
    at          DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (series, project, run)
SETTINGS non_replicated_deduplication_window = 1000;
