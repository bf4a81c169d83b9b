package main

import (
	"context"
	"time"

	"gatehouse/analytics/schedule"
)

// refreshJob is run after each load as well.
const refreshJob = "refresh"

// jobs is the table of everything done regularly. Each runs once at the start,
// which makes up for what was missed.
func (st *site) jobs(refreshEvery time.Duration) []schedule.Job {
	return []schedule.Job{
		{Name: refreshJob, Every: refreshEvery, Run: func(ctx context.Context) (string, error) {
			r, err := st.kpis.Refresh(ctx, false)
			if err != nil {
				return "", err
			}
			return refreshedText(len(r.Projects), r.Took), nil
		}},
		{Name: "prune", Every: 24 * time.Hour, Run: func(ctx context.Context) (string, error) {
			return "superseded ledgers removed", st.kpis.Prune(ctx)
		}},
	}
}
