-- What a source need not offer again: loaded, or refused, in this version.
SELECT item, version
FROM source_item
WHERE source = {source:String} AND member = ''
GROUP BY item, version
HAVING argMax(state, at) IN ('published', 'already_loaded', 'refused')
