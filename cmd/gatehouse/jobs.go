package main

import (
	"context"
	"errors"
	"time"

	"gatehouse/analytics/schedule"
)

// refreshJob is run after each load as well.
const refreshJob = "refresh"

// stagedFor is how long a file that was only looked at may still be loaded.
const stagedFor = 24 * time.Hour

// jobs is the table of what the program does for itself. Each runs once at the
// start, which makes up for what was missed.
func (st *site) jobs(refreshEvery time.Duration) []schedule.Job {
	return []schedule.Job{
		{Name: refreshJob, Every: refreshEvery, AtStart: true, Run: func(ctx context.Context) (string, error) {
			r, err := st.kpis.Refresh(ctx, false)
			if err != nil {
				return "", err
			}
			return refreshedText(len(r.Projects), r.Took), nil
		}},
		{Name: "prune", Every: 24 * time.Hour, AtStart: true, Run: func(ctx context.Context) (string, error) {
			return "superseded ledgers and previewed files removed", errors.Join(st.kpis.Prune(ctx), st.files.DropStaged(time.Now().Add(-stagedFor)))
		}},
	}
}
