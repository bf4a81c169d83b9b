-- What the publications known at an instant come to, worked out once for all
-- queries about it: which attempts are visible, which a correction has replaced,
-- and what files call projects. Derived; view/1_published_at.sql,
-- 1_replaced_at.sql and 2_project_ref_at.sql say how. A state is a name for it,
-- made up when it is worked out; publications is a fingerprint of those known.
CREATE TABLE state
(
    publications UInt64,
    state        UInt64,
    at           DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (publications, state)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE state_attempt
(
    state     UInt64,
    replaced  Bool,
    attempt   UInt64,
    load_id   String,
    published DateTime64(6, 'UTC'),
    written   DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (state, replaced, attempt);

CREATE TABLE state_project_ref
(
    state   UInt64,
    ref     String,
    code    String,
    written DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (state, ref);
