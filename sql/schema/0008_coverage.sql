-- Which months each attempt has rows of, by fact and project as the file names
-- it: kept up by the inserts themselves, so that a page can tell how far the
-- data reaches without reading facts. Facts are never changed, so neither is
-- this; a repeated row says the same once more and does no harm.
--   first, last   least and greatest day or instant of the month's rows
-- A reading is of the days before it: one of 1 March covers February.
-- Instants are grouped by months of UTC: such a month spans two of the
-- business's at most, which the least and the greatest instant then name.
CREATE TABLE coverage
(
    attempt UInt64,
    fact    LowCardinality(String),
    project String,
    first   DateTime64(0, 'UTC'),
    last    DateTime64(0, 'UTC')
)
ENGINE = MergeTree ORDER BY (attempt, fact, project);

CREATE MATERIALIZED VIEW coverage_of_fee_bill TO coverage AS
SELECT attempt, 'fee_bill' AS fact, project, min(toDateTime64(month, 0, 'UTC')) AS first, max(toDateTime64(month, 0, 'UTC')) AS last
FROM fee_bill GROUP BY attempt, project, toStartOfMonth(month);

CREATE MATERIALIZED VIEW coverage_of_fee_payment TO coverage AS
SELECT attempt, 'fee_payment' AS fact, project, min(toDateTime64(paid_on, 0, 'UTC')) AS first, max(toDateTime64(paid_on, 0, 'UTC')) AS last
FROM fee_payment GROUP BY attempt, project, toStartOfMonth(paid_on);

CREATE MATERIALIZED VIEW coverage_of_service_request TO coverage AS
SELECT attempt, 'service_request' AS fact, project, min(toDateTime64(opened_at, 0, 'UTC')) AS first, max(toDateTime64(opened_at, 0, 'UTC')) AS last
FROM service_request GROUP BY attempt, project, toStartOfMonth(opened_at);

CREATE MATERIALIZED VIEW coverage_of_survey_response TO coverage AS
SELECT attempt, 'survey_response' AS fact, project, min(toDateTime64(submitted_at, 0, 'UTC')) AS first, max(toDateTime64(submitted_at, 0, 'UTC')) AS last
FROM survey_response GROUP BY attempt, project, toStartOfMonth(submitted_at);

CREATE MATERIALIZED VIEW coverage_of_energy_reading TO coverage AS
SELECT attempt, 'energy_reading' AS fact, project, min(toDateTime64(read_on - 1, 0, 'UTC')) AS first, max(toDateTime64(read_on - 1, 0, 'UTC')) AS last
FROM energy_reading GROUP BY attempt, project, toStartOfMonth(read_on - 1);

-- Rows of before.
INSERT INTO coverage
SELECT attempt, 'fee_bill' AS fact, project, min(toDateTime64(month, 0, 'UTC')) AS first, max(toDateTime64(month, 0, 'UTC')) AS last
FROM fee_bill GROUP BY attempt, project, toStartOfMonth(month);

INSERT INTO coverage
SELECT attempt, 'fee_payment' AS fact, project, min(toDateTime64(paid_on, 0, 'UTC')) AS first, max(toDateTime64(paid_on, 0, 'UTC')) AS last
FROM fee_payment GROUP BY attempt, project, toStartOfMonth(paid_on);

INSERT INTO coverage
SELECT attempt, 'service_request' AS fact, project, min(toDateTime64(opened_at, 0, 'UTC')) AS first, max(toDateTime64(opened_at, 0, 'UTC')) AS last
FROM service_request GROUP BY attempt, project, toStartOfMonth(opened_at);

INSERT INTO coverage
SELECT attempt, 'survey_response' AS fact, project, min(toDateTime64(submitted_at, 0, 'UTC')) AS first, max(toDateTime64(submitted_at, 0, 'UTC')) AS last
FROM survey_response GROUP BY attempt, project, toStartOfMonth(submitted_at);

INSERT INTO coverage
SELECT attempt, 'energy_reading' AS fact, project, min(toDateTime64(read_on - 1, 0, 'UTC')) AS first, max(toDateTime64(read_on - 1, 0, 'UTC')) AS last
FROM energy_reading GROUP BY attempt, project, toStartOfMonth(read_on - 1);
