-- What programs have pushed under an idempotency key: the oldest row of a
-- source's key says which body it stands for. request tells apart two that
-- came at once; ClickHouse keeps the one of them whose token came first.
CREATE TABLE push_request
(
    source  LowCardinality(String),
    key     String,
    request String,
    feed    LowCardinality(String),
    sha256  String,
    load_id String,
    at      DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (source, key, at)
SETTINGS non_replicated_deduplication_window = 1000;
