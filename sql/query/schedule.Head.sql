-- Where a job's ledger has come to: the number of its newest run, and the
-- newest of its times that a run was claimed for, or when it was known first. Times that lie ahead were
-- claimed by a clock that was wrong; they count when they come.
SELECT max(number) AS number, maxIf(scheduled_for, cause IN ('schedule', 'missed') AND scheduled_for <= {now:DateTime64(6, 'UTC')}) AS slot
FROM job_run
WHERE job = {job:String}
