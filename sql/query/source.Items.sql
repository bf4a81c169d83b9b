-- The newest items of a source ('': of all), files of archives one by one.
SELECT source, item, version, member, argMax(state, at) AS state, argMax(load_id, at) AS load_id, argMax(rows, at) AS rows,
    argMax(loaded, at) AS loaded, argMax(quarantined, at) AS quarantined, argMax(error, at) AS error, max(at) AS last
FROM source_item
WHERE {source:String} = '' OR source = {source:String}
GROUP BY source, item, version, member
ORDER BY last DESC, source, item, member
LIMIT {limit:UInt64}
