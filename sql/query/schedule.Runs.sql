-- The newest runs of jobs, at most so many of each. One that is under way but
-- gave no sign of life for as long as its lease is shown as stopped: its
-- process died. An end counts whatever the clock did after the start.
SELECT job, number, scheduled_for, attempt, recorded,
    if(recorded = 'started' AND seen < now64(6) - toIntervalMillisecond({lease:UInt64}), 'stopped', recorded) AS state,
    cause, asked_by, process, began AS started, if(over > began, over, seen) AS ended, cancelled_by, detail, detail_zh,
    greatest(dateDiff('millisecond', started, ended), 0) / 1000 AS seconds
FROM
(
    SELECT r.job AS job, r.scheduled_for AS scheduled_for, r.attempt AS attempt, r.number AS number,
        argMaxIf(r.state, (r.state != 'started', r.at), r.state NOT IN ('alive', 'cancel')) AS recorded,
        argMinIf(r.cause, r.at, r.state = 'started') AS cause,
        argMinIf(r.asked_by, r.at, r.state = 'started') AS asked_by,
        argMinIf(r.started_by, r.at, r.state != 'cancel') AS process,
        min(r.at) AS began,
        maxIf(r.at, r.state IN ('started', 'alive')) AS seen,
        maxIf(r.at, r.state IN ('done', 'failed', 'cancelled')) AS over,
        argMaxIf(r.asked_by, r.at, r.state = 'cancel') AS cancelled_by,
        argMaxIf(r.detail, (r.state != 'started', r.at), r.state NOT IN ('alive', 'cancel')) AS detail,
        argMaxIf(r.detail_zh, (r.state != 'started', r.at), r.state NOT IN ('alive', 'cancel')) AS detail_zh
    FROM job_run AS r
    WHERE r.state != 'known' AND ({job:String} = '' OR r.job = {job:String})
    GROUP BY r.job, r.scheduled_for, r.attempt, r.number
)
ORDER BY started DESC, number DESC, job
LIMIT {each:UInt64} BY job
LIMIT {limit:UInt64}
