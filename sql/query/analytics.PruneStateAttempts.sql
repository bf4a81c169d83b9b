-- Remove the attempts of states that are forgotten or were never finished.
DELETE FROM state_attempt
WHERE state NOT IN (SELECT state FROM state) AND written < {before:DateTime64(6, 'UTC')}
