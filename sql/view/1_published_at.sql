-- Attempts visible at an instant, and since when.
CREATE OR REPLACE VIEW published_at AS
SELECT attempt, any(load_id) AS load_id, max(at) AS published
FROM publication
WHERE at <= {known_at:DateTime64(6, 'UTC')}
GROUP BY attempt
HAVING argMax(action, at) = 'publish';
