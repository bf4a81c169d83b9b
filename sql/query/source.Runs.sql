-- The newest runs of a source.
SELECT
    source, argMax(state, at) AS state, any(started_by) AS started_by, min(at) AS started, max(at) AS ended,
    argMax(items, at) AS items, argMax(published, at) AS published, argMax(already, at) AS already, argMax(refused, at) AS refused,
    argMax(failed, at) AS failed, argMax(rows, at) AS rows, argMax(loaded, at) AS loaded,
    argMax(quarantined, at) AS quarantined, argMax(error, at) AS error, argMax(notes, at) AS notes
FROM source_run
WHERE source = {source:String}
GROUP BY source, run
ORDER BY run DESC
LIMIT {limit:UInt64}
