package analytics

import (
	"context"
	"fmt"
	"time"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// Closing says that a period's books are closed: its reports read as they were
// known at KnownAt, whatever is loaded later.
type Closing struct {
	Start   gatehouse.Month `ch:"start"`
	End     gatehouse.Month `ch:"end"`
	KnownAt time.Time       `ch:"known"`
	By      string          `ch:"closed_by"`
	Note    string          `ch:"why"`
	At      time.Time       `ch:"closed_at"`
}

// Period is what is closed.
func (c Closing) Period() gatehouse.Period { return gatehouse.Period{Start: c.Start, End: c.End} }

// Closings lists the closed periods, latest first.
func (s *Service) Closings(ctx context.Context) ([]Closing, error) {
	return clickhouse.Select[Closing](ctx, s.db, "analytics.Closings", clickhouse.Asked{}, nil)
}

// Closed finds the closing of a very period.
func (s *Service) Closed(ctx context.Context, p gatehouse.Period) (Closing, bool, error) {
	all, err := s.Closings(ctx)
	for _, c := range all {
		if c.Period() == p {
			return c, true, err
		}
	}
	return Closing{}, false, err
}

// Close closes a period as it is known now, after a refresh. It must be over
// and not closed already.
func (s *Service) Close(ctx context.Context, p gatehouse.Period, by, note string) (Closing, error) {
	r, err := s.Refresh(ctx, false)
	if err != nil {
		return Closing{}, err
	}
	name := s.Calendar().Format(p)
	if today := gatehouse.DateOf(r.KnownAt.In(s.Calendar().Location)); today < p.End.Start() {
		return Closing{}, gatehouse.Errorf(gatehouse.Invalid, "%s is not over: it can be closed from %s on", name, p.End.Start())
	}
	if c, closed, err := s.Closed(ctx, p); err != nil || closed {
		if err == nil {
			err = gatehouse.Errorf(gatehouse.Conflict, "%s was closed by %s already, as known at %s: open it again first", name, c.By, c.KnownAt.In(s.Calendar().Location).Format(time.DateTime))
		}
		return Closing{}, err
	}
	return s.recordClosing(ctx, p, "close", r.KnownAt, by, note)
}

// Reopen takes a closing back: the period reads as the newest facts have it.
func (s *Service) Reopen(ctx context.Context, p gatehouse.Period, by, note string) error {
	c, closed, err := s.Closed(ctx, p)
	if err != nil {
		return err
	}
	if !closed {
		return gatehouse.Errorf(gatehouse.NotFound, "%s is not closed", s.Calendar().Format(p))
	}
	_, err = s.recordClosing(ctx, p, "reopen", c.KnownAt, by, note)
	return err
}

func (s *Service) recordClosing(ctx context.Context, p gatehouse.Period, action string, knownAt time.Time, by, note string) (Closing, error) {
	// Of two people at once one row is left: each would write the next change.
	changes, err := clickhouse.First[struct {
		N uint64 `ch:"n"`
	}](ctx, s.db, "analytics.ClosingChanges", clickhouse.Asked{}, clickhouse.Params{"start": p.Start, "end": p.End})
	if err != nil {
		return Closing{}, err
	}
	err = s.db.Insert(ctx, "period_closing", fmt.Sprintf("closing/%s/%s/%d", p.Start, p.End, changes.N), []clickhouse.Column{
		{Name: "start", Values: []time.Time{p.Start.Time()}}, {Name: "end", Values: []time.Time{p.End.Time()}},
		{Name: "action", Values: []string{action}}, {Name: "known_at", Values: []time.Time{knownAt.UTC()}},
		{Name: "by", Values: []string{by}}, {Name: "note", Values: []string{note}},
	})
	if err != nil {
		return Closing{}, err
	}
	c, _, err := s.Closed(ctx, p)
	return c, err
}

// Adjustment is what changed in the books of a closed period, by project:
// AsClosed is what was reported, Adjusted what facts up to the same day come to
// as they are known now, Now what they come to with what was received since.
type Adjustment struct {
	Project                 string
	AsClosed, Adjusted, Now FeeLine
}

// Prior is Adjusted − AsClosed: what later loads brought of before the closing.
func (a Adjustment) Prior() FeeLine { return a.Adjusted.minus(a.AsClosed) }

// Since is Now − Adjusted: what was received and settled since the closing.
func (a Adjustment) Since() FeeLine { return a.Now.minus(a.Adjusted) }

// minus is the difference of the amounts; counts are those of l.
func (l FeeLine) minus(o FeeLine) FeeLine {
	l.Billed -= o.Billed
	l.Reversed -= o.Reversed
	l.Waived -= o.Waived
	l.Net -= o.Net
	l.Received -= o.Received
	l.OnTime -= o.OnTime
	l.Settled -= o.Settled
	l.Outstanding -= o.Outstanding
	return l
}

// Adjustments tells how a closed period has moved since, by project and in all.
// The three states of each project are read the same way, so that
// Now = AsClosed + Prior + Since to the cent.
func (s *Service) Adjustments(ctx context.Context, scope gatehouse.Scope, c Closing, at Snapshot) (lines []Adjustment, total Adjustment, err error) {
	closed, err := s.At(ctx, c.KnownAt)
	if err != nil {
		return nil, total, err
	}
	sameDay := at
	sameDay.AsOf = closed.AsOf
	byProject := map[string]*Adjustment{}
	var order []string
	for _, state := range []struct {
		at  Snapshot
		put func(*Adjustment) *FeeLine
	}{
		{closed, func(a *Adjustment) *FeeLine { return &a.AsClosed }},
		{sameDay, func(a *Adjustment) *FeeLine { return &a.Adjusted }},
		{at, func(a *Adjustment) *FeeLine { return &a.Now }},
	} {
		some, sum, err := s.Fees(ctx, scope, state.at, c.Period(), FeesByProject)
		if err != nil {
			return nil, total, err
		}
		*state.put(&total) = sum
		for _, l := range some {
			if byProject[l.Project] == nil {
				byProject[l.Project] = &Adjustment{Project: l.Project}
				order = append(order, l.Project)
			}
			*state.put(byProject[l.Project]) = l
		}
	}
	for _, project := range order {
		lines = append(lines, *byProject[project])
	}
	return lines, total, nil
}
