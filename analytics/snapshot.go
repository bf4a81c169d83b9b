package analytics

import (
	"context"
	"time"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// Snapshot is a state of knowledge whose KPIs are computed and can be read.
// The zero Snapshot knows nothing.
type Snapshot struct {
	KnownAt time.Time      // facts published up to this instant
	AsOf    gatehouse.Date // business day of that instant
	series  uint64
	run     uint64
	moved   bool // AsOf is not that of the run: nothing stored holds for it
}

// Empty tells that nothing was ever computed.
func (n Snapshot) Empty() bool { return n.run == 0 }

func (n Snapshot) asked(scope gatehouse.Scope) clickhouse.Asked {
	return clickhouse.Asked{Scope: scope, KnownAt: n.KnownAt, AsOf: n.AsOf, Series: n.series, Run: n.run}
}

// Latest is the newest refreshed state, an empty one when there is none yet.
func (s *Service) Latest(ctx context.Context) (Snapshot, error) {
	type newest struct {
		Run  uint64         `ch:"newest"`
		AsOf gatehouse.Date `ch:"day"`
	}
	rows, err := clickhouse.Select[newest](ctx, s.db, "analytics.Latest", clickhouse.Asked{}, nil)
	if err != nil || len(rows) == 0 || rows[0].Run == 0 {
		return Snapshot{}, err
	}
	return Snapshot{KnownAt: time.UnixMicro(int64(rows[0].Run)).UTC(), AsOf: rows[0].AsOf, run: rows[0].Run}, nil
}

// At is the state as it was known at t. Where the running series was up to
// date at t it is read from there; otherwise the state is computed now from
// the facts published up to t, once, and kept as a series of its own.
func (s *Service) At(ctx context.Context, t time.Time) (Snapshot, error) {
	t = t.UTC().Truncate(time.Microsecond)
	now, err := s.db.Now(ctx)
	if err != nil {
		return Snapshot{}, err
	}
	if t.After(now) {
		return Snapshot{}, gatehouse.Errorf(gatehouse.Invalid, "known-at %s is in the future", t.Format(time.RFC3339))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, series := range []uint64{0, uint64(t.UnixMicro())} {
		asked := s.asked(t, series)
		states, err := s.states(ctx, asked)
		if err != nil {
			return Snapshot{}, err
		}
		if s.readable(states, asked, now) {
			return Snapshot{KnownAt: t, AsOf: asked.AsOf, series: series, run: asked.Run}, nil
		}
	}
	asked := s.asked(t, uint64(t.UnixMicro()))
	if _, err := s.refresh(ctx, asked, false); err != nil {
		return Snapshot{}, err
	}
	return Snapshot{KnownAt: t, AsOf: asked.AsOf, series: asked.Series, run: asked.Run}, nil
}

// readable tells whether every project's newest run up to the instant asked
// about shows the facts of that instant, and whether its ledger is still kept.
func (s *Service) readable(states map[string]state, asked clickhouse.Asked, now time.Time) bool {
	for _, st := range states {
		kept := st.next == 0 || time.UnixMicro(int64(st.next)).After(now.Add(-keepEntries/2))
		if !kept || !st.fresh(asked, s.rules()) {
			return false
		}
	}
	return true
}
