package main

import (
	"context"
	"time"

	"gatehouse"
)

type closeCommand struct {
	Period string `arg:"" optional:"" help:"2026-03, 2026-Q1, 2026-H1 or 2026; without one, closed periods are listed."`
	Reopen bool   `help:"Take the closing back."`
	Note   string `help:"Why."`
}

// Run closes a period, opens it again, or lists what is closed.
func (c *closeCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		calendar := st.db.Calendar()
		if c.Period == "" {
			closings, err := st.kpis.Closings(ctx)
			if err != nil {
				return err
			}
			if len(closings) == 0 {
				s.err.println("no period is closed")
			}
			rows := make([][]string, len(closings))
			for i, one := range closings {
				rows[i] = []string{calendar.Format(one.Period()), "as known at " + one.KnownAt.In(calendar.Location).Format(time.DateTime), one.By, one.Note}
			}
			return s.out.table(rows)
		}
		now, err := st.db.Now(ctx)
		if err != nil {
			return err
		}
		p, err := calendar.Parse(c.Period, gatehouse.DateOf(now.In(calendar.Location)))
		if err != nil {
			return err
		}
		if c.Reopen {
			if err := st.kpis.Reopen(ctx, p, whoami(), c.Note); err != nil {
				return err
			}
			s.out.println(calendar.Format(p) + " is open again")
			return nil
		}
		closed, err := st.kpis.Close(ctx, p, whoami(), c.Note)
		if err != nil {
			return err
		}
		s.out.println(calendar.Format(p) + " is closed as known at " + closed.KnownAt.In(calendar.Location).Format(time.DateTime))
		return nil
	})
}
