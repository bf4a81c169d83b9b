-- Remove the ledgers of past states that are forgotten. One that is being
-- computed just now is not on record either, but its rows are new.
DELETE FROM fee_entry
WHERE series != 0 AND series NOT IN (SELECT series FROM refresh) AND written < {before:DateTime64(6, 'UTC')}
