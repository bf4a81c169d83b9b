-- Every closed period, latest first, as it stood at an instant of the record.
SELECT start, end, argMax(c.known_at, at) AS known, argMax(by, at) AS closed_by, argMax(note, at) AS why, max(at) AS closed_at
FROM period_closing AS c
GROUP BY start, end
HAVING argMax(action, at) = 'close'
ORDER BY start DESC, end
