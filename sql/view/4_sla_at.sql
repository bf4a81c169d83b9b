-- Hours in which a request of a kind and category is due, and those in which it
-- is to be answered first, as configured at an instant.
CREATE OR REPLACE VIEW sla_at AS
SELECT kind, category, argMax(hours, at) AS hours, argMax(response_hours, at) AS response_hours
FROM sla_hours
WHERE at <= greatest({known_at:DateTime64(6, 'UTC')}, (SELECT min(at) FROM sla_hours))
GROUP BY kind, category;
