package main

import (
	"context"
	"errors"
	"time"

	"gatehouse"
	"gatehouse/analytics/schedule"
)

// refreshJob is run after each load as well.
const refreshJob = "refresh"

const (
	// stagedFor is how long a file that was only looked at may still be loaded.
	stagedFor = 24 * time.Hour
	// pruneAt is when nobody works, and no clock is put forward or back.
	pruneAt = "10 4 * * *"

	refreshTime, pruneTime = 2 * time.Hour, time.Hour // after which something is wrong
	ownRetries             = 2
)

// jobs is the table of what the program does for itself. What was missed is
// made up for by one run: each does all there is to do.
func (st *site) jobs(refreshEvery time.Duration) []schedule.Job {
	return []schedule.Job{
		{
			Name: refreshJob, Title: gatehouse.Text{ZH: "计算指标", EN: "Refresh KPIs"},
			Every: refreshEvery, AtStart: true, Timeout: refreshTime, Retries: ownRetries,
			Run: func(ctx context.Context, _ schedule.Run) (gatehouse.Text, error) {
				r, err := st.kpis.Refresh(ctx, false)
				if err != nil {
					return gatehouse.Text{}, err
				}
				return refreshedWords(len(r.Projects), r.Took), nil
			},
		},
		{
			Name: "prune", Title: gatehouse.Text{ZH: "清理", EN: "Clean up"},
			Cron: pruneAt, Timeout: pruneTime, Retries: ownRetries,
			Run: func(ctx context.Context, _ schedule.Run) (gatehouse.Text, error) {
				done := gatehouse.Text{ZH: "已清理被取代的台账和仅预览过的文件", EN: "superseded ledgers and previewed files removed"}
				return done, errors.Join(st.kpis.Prune(ctx), st.files.DropStaged(time.Now().Add(-stagedFor)))
			},
		},
	}
}

// scheduler has all jobs of the program: its own, and those of the sources.
func (st *site) scheduler(ctx context.Context, refreshEvery time.Duration) (*schedule.Scheduler, error) {
	var scheduler *schedule.Scheduler
	fetching := fetching{site: st, loaded: func() {
		_ = scheduler.Trigger(refreshJob, schedule.AfterLoad, "") // in the table, so it cannot be unknown
	}}
	sourceJobs, err := fetching.jobs(ctx)
	if err != nil {
		return nil, err
	}
	scheduler, err = schedule.New(st.db, st.log, append(st.jobs(refreshEvery), sourceJobs...)...)
	return scheduler, err
}
