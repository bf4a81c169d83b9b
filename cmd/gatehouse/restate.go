package main

import (
	"context"
	"encoding/json"
	"fmt"

	"gatehouse"
	"gatehouse/analytics"
)

type restateCommand struct {
	askedOf
	Then string `help:"Instant to compare with; default: the closing of the period." placeholder:"TIME"`
}

// Run tells what changed of a number since an instant, by project, or of one
// project by load and row.
func (c *restateCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		side, err := c.resolve(ctx, st)
		if err != nil {
			return err
		}
		then, err := c.then(ctx, st, side.Period)
		if err != nil {
			return err
		}
		r, err := st.kpis.Restate(ctx, gatehouse.AllProjects(), then, side.At, analytics.LinesAsk{
			KPI: c.Name, Period: side.Period, OneProject: c.Project != "", Project: c.Project,
		})
		if err != nil {
			return err
		}
		if c.JSON {
			encoder := json.NewEncoder(s.out)
			encoder.SetIndent("", "  ")
			return encoder.Encode(map[string]any{
				"then": exactly(r.Then), "now": exactly(r.Now), "parts": r.Parts, "rows": r.Rows, "rows_in_all": r.All,
			})
		}
		rows := [][]string{
			{"", "numerator", "denominator", "value"},
			{"then", r.Then.Numerator.String(), r.Then.Denominator.String(), textOf(exactly(r.Then))},
			{"change", r.Now.Numerator.Sub(r.Then.Numerator).String(), r.Now.Denominator.Sub(r.Then.Denominator).String(), ""},
			{"now", r.Now.Numerator.String(), r.Now.Denominator.String(), textOf(exactly(r.Now))},
		}
		for _, p := range r.Parts {
			name := "project " + p.Name
			if c.Project != "" {
				name = fmt.Sprintf("%s, %d rows", p.File, p.Rows)
			}
			rows = append(rows, []string{name, p.NumeratorBy.String(), p.DenominatorBy.String(), ""})
		}
		for _, row := range r.Rows[:min(len(r.Rows), 50)] {
			rows = append(rows, []string{
				fmt.Sprintf("%s %s %s:%d", row.Cause, row.Origin.File, row.Origin.Sheet, row.Origin.Row), row.NumeratorBy.String(), row.DenominatorBy.String(), row.Key,
			})
		}
		return s.out.table(rows)
	})
}

func (c *restateCommand) then(ctx context.Context, st *site, p gatehouse.Period) (analytics.Snapshot, error) {
	if c.Then != "" {
		return st.snapshot(ctx, c.Then)
	}
	closing, closed, err := st.kpis.Closed(ctx, p)
	if err == nil && !closed {
		err = gatehouse.Errorf(gatehouse.Invalid, "%s is not closed: name the instant to compare with, as --then 2026-10-31", st.db.Calendar().Format(p))
	}
	if err != nil {
		return analytics.Snapshot{}, err
	}
	return st.kpis.At(ctx, closing.KnownAt)
}
