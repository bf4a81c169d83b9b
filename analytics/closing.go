package analytics

import (
	"context"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// ClosingTimes tells how long requests of a kind took. Days[i] closed within
// i to i+1 days of opening; the last bin holds all that took longer.
type ClosingTimes struct {
	Days   []uint64 // 15 bins
	Open   uint64   // not closed by the as-of day
	Median float64  // hours from opening to closing of those closed, NaN when none is
	P90    float64
}

// Received is all requests opened in the period.
func (c ClosingTimes) Received() uint64 {
	n := c.Open
	for _, d := range c.Days {
		n += d
	}
	return n
}

// ClosingTimes reads the requests of a kind opened in a period; an empty kind means all.
func (s *Service) ClosingTimes(ctx context.Context, scope gatehouse.Scope, at Snapshot, p gatehouse.Period, kind string) (ClosingTimes, error) {
	type row struct {
		Days   []uint64 `ch:"days"`
		Open   uint64   `ch:"open"`
		Median float64  `ch:"median"`
		P90    float64  `ch:"p90"`
	}
	r, err := onlyAnswer[row](ctx, s, "analytics.ClosingTimes", at.asked(scope), clickhouse.Params{"start": p.Start, "end": p.End, "kind": kind})
	return ClosingTimes(r), err
}
