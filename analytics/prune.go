package analytics

import (
	"context"
	"time"

	"gatehouse/sql/clickhouse"
)

const (
	// keepEntries is how long the ledger of a run outlives the next run, for
	// pages under way and for looks back at the last days.
	keepEntries = 48 * time.Hour
	// keepSeries is how long a past state that somebody asked for stays computed.
	keepSeries = 7 * 24 * time.Hour
)

// Prune removes derived rows that nothing reads any more: ledgers of superseded
// and broken-off runs, and past states asked for long ago. Facts are never
// touched, so all of it can be computed again.
func (s *Service) Prune(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, err := s.db.Now(ctx)
	if err != nil {
		return err
	}
	for _, step := range []struct {
		query  string
		before time.Time
	}{
		// First what says that a state is there, then the state.
		{"analytics.PruneSeries", now.Add(-keepSeries)},
		{"analytics.PruneSeriesEntries", now.Add(-keepEntries)},
		{"analytics.PruneSeriesValues", now.Add(-keepEntries)},
		{"analytics.PruneSeriesUsage", now.Add(-keepEntries)},
		{"analytics.PruneEntries", now.Add(-keepEntries)},
		{"analytics.PruneUsage", now.Add(-keepEntries)},
		{"analytics.PruneSums", now.Add(-keepEntries)},
		{"analytics.PruneStates", now.Add(-clickhouse.KeepStates)},
		{"analytics.PruneStateAttempts", now.Add(-clickhouse.KeepStates)},
		{"analytics.PruneStateProjectRefs", now.Add(-clickhouse.KeepStates)},
	} {
		if err := s.db.Exec(ctx, step.query, clickhouse.Asked{}, clickhouse.Params{"before": step.before}); err != nil {
			return err
		}
	}
	return nil
}
