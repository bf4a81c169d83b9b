-- Sources: what they offered and what became of it. All append-only.

-- An item, and the files within it when it is an archive (member; '' is the
-- item itself). Newest row by source, item, version and member.
CREATE TABLE source_item
(
    source      LowCardinality(String),
    item        String,
    version     String,
    member      String,
    run         UInt64,
    state       LowCardinality(String),
    load_id     String,
    rows        UInt64,
    loaded      UInt64,
    quarantined UInt64,
    error       String,
    at          DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (source, item, version, at);

-- How far a source has come. Newest row by source.
CREATE TABLE source_state
(
    source     LowCardinality(String),
    cursor     String,
    run        UInt64,
    changed_by String,
    at         DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (source, at)
SETTINGS non_replicated_deduplication_window = 1000;

-- A run of a source: a row when it starts, one when it ends. Newest row by run.
CREATE TABLE source_run
(
    source      LowCardinality(String),
    run         UInt64,
    state       LowCardinality(String),
    started_by  String,
    items       UInt32,
    published   UInt32,
    already     UInt32,
    refused     UInt32,
    failed      UInt32,
    rows        UInt64,
    loaded      UInt64,
    quarantined UInt64,
    error       String,
    notes       Array(String),
    at          DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (source, run, at);
