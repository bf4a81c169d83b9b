-- Attempts whose place a published correction has taken, since when they were
-- published themselves.
CREATE OR REPLACE VIEW replaced_at AS
WITH latest AS
(
    SELECT attempt, max(at) AS published, argMax(replaces, at) AS replaces
    FROM publication
    WHERE at <= {known_at:DateTime64(6, 'UTC')}
    GROUP BY attempt
    HAVING argMax(action, at) = 'publish'
)
SELECT attempt, published
FROM latest
WHERE attempt IN (SELECT replaces FROM latest);
