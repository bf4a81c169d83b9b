-- The first and the last month that published facts are about; the first is
-- after the last when there are none.
-- sources: published
SELECT if(count() = 0, toDate('2100-01-01'), toStartOfMonth(toDate(min(first), 'UTC'))) AS first, toStartOfMonth(toDate(max(last), 'UTC')) AS last
FROM coverage
WHERE attempt IN (SELECT attempt FROM published)
