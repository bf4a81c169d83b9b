-- Operators' own KPIs that a refresh could not compute, by project: their values
-- stay those of the run before. The newest row of a KPI and project counts; an
-- empty message says that it was computed again.
CREATE TABLE IF NOT EXISTS kpi_failure
(
    kpi     LowCardinality(String),
    project String,
    run     UInt64,
    message String,
    at      DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (kpi, project, at)
SETTINGS non_replicated_deduplication_window = 1000;
