-- The newest runs of jobs, each in its newest state.
SELECT job, scheduled_for, argMax(state, at) AS state, max(at) AS ended, argMax(started_by, at) AS by, argMax(detail, at) AS detail,
    dateDiff('millisecond', min(at), max(at)) / 1000 AS seconds
FROM job_run
WHERE {job:String} = '' OR job = {job:String}
GROUP BY job, scheduled_for, attempt
ORDER BY scheduled_for DESC, job
LIMIT {limit:UInt64}
