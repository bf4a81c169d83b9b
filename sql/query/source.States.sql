-- Of each source its newest run, and how far it has come.
WITH runs AS
    (
        SELECT
            source, run, argMax(state, at) AS state, any(started_by) AS started_by, min(at) AS started, max(at) AS ended,
            argMax(items, at) AS items, argMax(published, at) AS published, argMax(already, at) AS already, argMax(refused, at) AS refused,
            argMax(failed, at) AS failed, argMax(rows, at) AS rows, argMax(loaded, at) AS loaded,
            argMax(quarantined, at) AS quarantined, argMax(error, at) AS error, argMax(notes, at) AS notes
        FROM source_run
        GROUP BY source, run
        ORDER BY source, run DESC
        LIMIT 1 BY source
    ),
    cursors AS (SELECT source, argMax(cursor, at) AS cursor FROM source_state GROUP BY source)
SELECT r.source AS source, r.state AS state, r.started_by AS started_by, r.started AS started, r.ended AS ended, r.items AS items,
    r.published AS published, r.already AS already, r.refused AS refused, r.failed AS failed, r.rows AS rows, r.loaded AS loaded,
    r.quarantined AS quarantined, r.error AS error, r.notes AS notes, c.cursor AS cursor
FROM runs AS r
LEFT JOIN cursors AS c ON c.source = r.source
ORDER BY r.source
