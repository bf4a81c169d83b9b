-- What a load tells beyond its rows: findings that do not hold a row back,
-- control totals, corrections of earlier loads, and mappings.

-- notes and errors are English; notes_zh and errors_zh say the same in Chinese.
--   warnings    findings that did not hold a row back
--   claimed     sums that the file's own total rows claim, by "table.column"
--   cells       sums of the cells of those columns, as the file has them
--   held        sums of the rows in quarantine, as far as they could be read
--   corrects    load as it first came whose rows this one corrects, '' for none
ALTER TABLE attempt
    ADD COLUMN IF NOT EXISTS notes_zh Array(String),
    ADD COLUMN IF NOT EXISTS errors_zh Array(String),
    ADD COLUMN IF NOT EXISTS warnings UInt64,
    ADD COLUMN IF NOT EXISTS claimed Map(String, Decimal(18, 2)),
    ADD COLUMN IF NOT EXISTS cells Map(String, Decimal(18, 2)),
    ADD COLUMN IF NOT EXISTS held Map(String, Decimal(18, 2)),
    ADD COLUMN IF NOT EXISTS corrects String;

-- level is error or warning. A warning that many rows share is kept once, with
-- the first of its cells; rows says how many. brought is the attempt whose file
-- has the cell where that is not this one: a correction carries over the rows
-- that it leaves alone. project is the row's own, as the file names it.
ALTER TABLE quarantine
    ADD COLUMN IF NOT EXISTS level LowCardinality(String) DEFAULT 'error',
    ADD COLUMN IF NOT EXISTS rows UInt32 DEFAULT 1,
    ADD COLUMN IF NOT EXISTS brought UInt64,
    ADD COLUMN IF NOT EXISTS project String;

-- replaces is the attempt that this one takes the place of while it is
-- published: a correction holds all rows of what it corrects.
ALTER TABLE publication
    ADD COLUMN IF NOT EXISTS replaces UInt64,
    ADD COLUMN IF NOT EXISTS changed_by String;

-- brought as in quarantine; such a row ranks by when it was first published.
ALTER TABLE project ADD COLUMN IF NOT EXISTS brought UInt64;
ALTER TABLE room ADD COLUMN IF NOT EXISTS brought UInt64;
ALTER TABLE fee_bill ADD COLUMN IF NOT EXISTS brought UInt64;
ALTER TABLE fee_payment ADD COLUMN IF NOT EXISTS brought UInt64;
ALTER TABLE service_request ADD COLUMN IF NOT EXISTS brought UInt64;
ALTER TABLE survey_response ADD COLUMN IF NOT EXISTS brought UInt64;
ALTER TABLE survey_wave ADD COLUMN IF NOT EXISTS brought UInt64;
ALTER TABLE meter ADD COLUMN IF NOT EXISTS brought UInt64;
ALTER TABLE energy_reading ADD COLUMN IF NOT EXISTS brought UInt64;
ALTER TABLE kpi_target ADD COLUMN IF NOT EXISTS brought UInt64;

-- How the file was asked to be read (mapping as name@version), and the declared
-- source that delivered it, '' for a person.
ALTER TABLE load
    ADD COLUMN IF NOT EXISTS feed LowCardinality(String),
    ADD COLUMN IF NOT EXISTS project String,
    ADD COLUMN IF NOT EXISTS mapping String,
    ADD COLUMN IF NOT EXISTS source LowCardinality(String);

-- How the files of a source are read, as YAML; newest version by name.
CREATE TABLE mapping
(
    name       String,
    version    UInt32,
    definition String,
    changed_by String,
    at         DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (name, version)
SETTINGS non_replicated_deduplication_window = 1000;
