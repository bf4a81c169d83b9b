-- Small mutable things, as append-only versions: newest by key.

CREATE TABLE user_account
(
    name          String,
    role          LowCardinality(String),
    projects      Array(String),
    password_hash String,
    epoch         UInt32,
    disabled      Bool,
    changed_by    String,
    at            DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (name, at);

CREATE TABLE job_run
(
    job           LowCardinality(String),
    scheduled_for DateTime64(3, 'UTC'),
    attempt       UInt16,
    state         LowCardinality(String),
    started_by    String,
    detail        String,
    at            DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (job, scheduled_for, attempt, at);

-- Hours in which a request is due when the file does not say; '' is any category.
CREATE TABLE sla_hours
(
    kind     LowCardinality(String),
    category LowCardinality(String),
    hours    UInt32,
    at       DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (kind, category, at);

INSERT INTO sla_hours (kind, category, hours) VALUES
    ('complaint', '', 72), ('repair', '', 48), ('suggestion', '', 168), ('enquiry', '', 24);
