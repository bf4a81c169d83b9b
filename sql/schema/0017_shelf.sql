-- What people put beside the figures. Newest row by id; a removed one stays on
-- record.

-- path and query are the address of a page; opened, it shows what the viewer's
-- own scope allows. A shared view is offered to everybody.
CREATE TABLE IF NOT EXISTS saved_view
(
    id         String,
    owner      String,
    name       String,
    path       String,
    query      String,
    shared     Bool,
    removed    Bool,
    changed_by String,
    at         DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (id, at)
SETTINGS non_replicated_deduplication_window = 1000;

-- A note on a day, of one project or of all (''), about one KPI or about all ('').
CREATE TABLE IF NOT EXISTS annotation
(
    id         String,
    project    String,
    kpi        LowCardinality(String),
    day        Date,
    text       String,
    author     String,
    removed    Bool,
    changed_by String,
    at         DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (id, at)
SETTINGS non_replicated_deduplication_window = 1000;
