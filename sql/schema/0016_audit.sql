-- What people did that no other table records. person is empty where nobody is
-- known by the name that was given; address is where the request came from.
-- Nothing secret is in it: no password, no words of a search, no sealed ticket.
CREATE TABLE IF NOT EXISTS audit
(
    person   String,
    action   LowCardinality(String), -- sign_in, sign_in_failed, sign_in_locked, sign_out, download
    subject  String,                 -- what it was done to: the path of a download
    detail   String,
    projects Array(String),
    address  String,
    at       DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (at, person)
SETTINGS non_replicated_deduplication_window = 1000;
