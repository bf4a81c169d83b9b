-- Remove the names of projects of states that are forgotten or were never finished.
DELETE FROM state_project_ref
WHERE state NOT IN (SELECT state FROM state) AND written < {before:DateTime64(6, 'UTC')}
