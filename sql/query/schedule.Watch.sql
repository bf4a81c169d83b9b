-- What others have written about a run that is under way: who wants it to end,
-- and whether it was taken for dead.
SELECT countIf(state = 'cancel') > 0 AS cancelled, argMaxIf(asked_by, at, state = 'cancel') AS cancelled_by,
    countIf(state NOT IN ('started', 'alive', 'cancel')) > 0 AS over
FROM job_run
WHERE job = {job:String} AND scheduled_for = {slot:DateTime64(6, 'UTC')} AND number = {number:UInt64}
