package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"gatehouse"
	"gatehouse/ingest"
)

type quarantineCommand struct {
	Load string `arg:"" help:"Load, as gatehouse loads lists it."`
	Out  string `short:"o" help:"Write the sender's file with its bad cells marked, to be corrected and loaded again; without it the cells are listed." placeholder:"FILE.xlsx" type:"path"`
	Lang string `help:"Language of the marks: zh or en." enum:"zh,en" default:"zh"`
}

// Run lists the findings of a load, or writes its marked workbook.
func (c *quarantineCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		if c.Out == "" {
			return c.list(ctx, s, st)
		}
		// Written beside its place first: a file half written is none.
		file, err := os.CreateTemp(filepath.Dir(c.Out), ".gatehouse-*.xlsx")
		if err != nil {
			return fmt.Errorf("%s cannot be written: %w", c.Out, cause(err))
		}
		defer os.Remove(file.Name())
		if err := st.loader.WriteMarked(ctx, file, gatehouse.AllProjects(), whoami(), c.Load, gatehouse.Lang(c.Lang)); err != nil {
			file.Close()
			return err
		}
		if err := file.Close(); err != nil {
			return fmt.Errorf("%s cannot be written: %w", c.Out, cause(err))
		}
		if err := os.Rename(file.Name(), c.Out); err != nil {
			return fmt.Errorf("%s cannot be written: %w", c.Out, cause(err))
		}
		s.out.printf("%s: correct the coloured cells and load it with gatehouse ingest\n", c.Out)
		return nil
	})
}

func (c *quarantineCommand) list(ctx context.Context, s streams, st *site) error {
	cells, err := ingest.Quarantined(ctx, st.db, gatehouse.AllProjects(), whoami(), c.Load)
	if err != nil {
		return err
	}
	for _, q := range cells {
		e := q.Code.Explain()
		at := cell(ingest.RowError{Sheet: q.Sheet, Cell: q.Cell})
		detail := ""
		if q.Detail != "" {
			detail = " (" + q.Detail + ")"
		}
		if q.Rows > 1 {
			detail += fmt.Sprintf(" in %d rows", q.Rows)
		}
		s.out.printf("%s %s %s %q: %s%s; %s (%s)\n", q.Level, at, q.Field, q.Value, e.Message.EN, detail, e.Hint.EN, q.Code)
	}
	return nil
}

type loadsCommand struct {
	Feed   string `help:"Only loads of a feed." placeholder:"FEED"`
	State  string `help:"Only loads in a state: published, corrected, refused, withdrawn or abandoned." placeholder:"STATE"`
	Search string `help:"Only files whose name contains this." placeholder:"TEXT"`
	Limit  int    `help:"How many." default:"50"`
}

// Run lists loads, newest first.
func (c *loadsCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		rows, err := ingest.Loads(ctx, st.db, gatehouse.AllProjects(), ingest.LoadFilter{
			Feed: c.Feed, State: ingest.State(c.State), Search: c.Search, Limit: c.Limit,
		})
		if err != nil {
			return err
		}
		for _, l := range rows {
			s.out.printf("%s %s %s %s: %d rows, %d loaded, %d quarantined, %d warnings\n",
				l.LoadID, l.At.In(st.db.Calendar().Location).Format("2006-01-02 15:04:05"), l.State, l.File, l.Rows, l.Loaded, l.Quarantined, l.Warnings)
		}
		return nil
	})
}

type withdrawCommand struct {
	Load string `arg:"" help:"Load, as gatehouse loads lists it."`
}

// Run makes a load invisible.
func (c *withdrawCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		if err := st.loader.Withdraw(ctx, gatehouse.AllProjects(), c.Load, whoami()); err != nil {
			return err
		}
		s.out.printf("load %s is withdrawn; gatehouse restore %s brings it back\n", c.Load, c.Load)
		return st.refreshed(ctx)
	})
}

type restoreCommand struct {
	Load string `arg:"" help:"Load that was withdrawn."`
}

// Run makes a withdrawn load visible again.
func (c *restoreCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		if err := st.loader.Restore(ctx, gatehouse.AllProjects(), c.Load, whoami()); err != nil {
			return err
		}
		s.out.printf("load %s is published again\n", c.Load)
		return st.refreshed(ctx)
	})
}

// refreshed brings the KPIs up to what was just changed.
func (st *site) refreshed(ctx context.Context) error {
	if _, err := st.kpis.Refresh(ctx, false); err != nil {
		return fmt.Errorf("it is done, but the KPIs could not be computed (run gatehouse refresh): %w", err)
	}
	return nil
}
