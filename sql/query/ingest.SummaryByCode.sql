-- Bad cells of some attempts by code and feed.
SELECT code, feed, count() AS cells, uniqExact(attempt, sheet, source_row) AS rows, uniqExact(attempt) AS loads
FROM quarantine
WHERE level = 'error' AND has({attempts:Array(UInt64)}, attempt)
GROUP BY code, feed
ORDER BY cells DESC, code, feed
