-- How much is on record. Both tables only grow, so whatever is read of loads
-- and of what they published stays the same while these numbers do.
SELECT (SELECT count() FROM publication) AS publications, (SELECT count() FROM attempt) AS attempts
