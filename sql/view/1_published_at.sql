-- Attempts visible at an instant, and since when. While a correction is
-- published, what it replaces is not visible.
CREATE OR REPLACE VIEW published_at AS
WITH latest AS
(
    SELECT attempt, any(load_id) AS load_id, max(at) AS published, argMax(replaces, at) AS replaces
    FROM publication
    WHERE at <= {known_at:DateTime64(6, 'UTC')}
    GROUP BY attempt
    HAVING argMax(action, at) = 'publish'
)
SELECT attempt, load_id, published
FROM latest
WHERE attempt NOT IN (SELECT replaces FROM latest);
