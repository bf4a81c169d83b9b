-- The ledger of jobs also decides who runs: claiming a run is an insert with a
-- token made of the job and the run's number, of which the server takes one.

-- Rows of a run: started (the claim), alive (a sign of life now and then),
-- cancel (somebody asks it to end; asked_by is he), and one of done, failed,
-- cancelled, stopped. A row known, of no run, says since when a job has times.
-- number counts the runs of a job, claim tells two claims
-- of one number apart; rows of before this file have neither.
ALTER TABLE job_run
    ADD COLUMN IF NOT EXISTS number UInt64 AFTER attempt,
    ADD COLUMN IF NOT EXISTS claim String AFTER number,
    ADD COLUMN IF NOT EXISTS cause LowCardinality(String) AFTER claim,
    ADD COLUMN IF NOT EXISTS asked_by String AFTER cause,
    ADD COLUMN IF NOT EXISTS detail_zh String AFTER detail;

ALTER TABLE job_run MODIFY SETTING non_replicated_deduplication_window = 1000;

-- Signs of life matter while a run is under way only.
ALTER TABLE job_run MODIFY TTL toDateTime(at) + INTERVAL 7 DAY DELETE WHERE state = 'alive';
