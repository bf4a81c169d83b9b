package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"time"

	"gatehouse"
	"gatehouse/ingest"
	"gatehouse/ingest/source"
)

type sourceCommand struct {
	List    sourceListCommand    `cmd:"" help:"List the declared sources with their last and next runs."`
	Run     sourceRunCommand     `cmd:"" help:"Run a source now."`
	Restart sourceRestartCommand `cmd:"" help:"Forget how far a source has come, so that its next run begins anew; what is loaded stays."`
	Check   sourceCheckCommand   `cmd:"" help:"Read the declarations and tell what is in them."`
}

type sourceListCommand struct {
	JSON bool `name:"json" help:"Print one JSON object a source."`
}

// Run lists the sources.
func (c *sourceListCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.withSources(ctx, func(st *site) error {
		list, err := st.sources.Status(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			for _, one := range list {
				if err := json.NewEncoder(s.out).Encode(sourceLine(one)); err != nil {
					return err
				}
			}
			return nil
		}
		at := func(t time.Time) string { return t.In(st.db.Calendar().Location).Format("2006-01-02 15:04:05") }
		rows := [][]string{{"source", "kind", "schedule", "last run", "next run"}}
		for _, one := range list {
			last, next := "never ran", "-"
			if l := one.Last; l != nil {
				last = fmt.Sprintf("%s %s, %s", at(l.Started), l.State, countsText(l.Items, l.Loaded, l.Already, l.Refused, l.Failed, l.RowsLoaded, l.Quarantined))
			}
			if one.Next != nil {
				next = at(*one.Next)
			}
			rows = append(rows, []string{one.Source.Name, string(one.Source.Kind), scheduleText(one.Source), last, next})
		}
		return s.out.table(rows)
	})
}

// sourceLine is a source as scripts read it.
func sourceLine(s source.Status) any {
	return struct {
		Name     string           `json:"name"`
		Kind     source.Kind      `json:"kind"`
		Schedule string           `json:"schedule"`
		Last     *source.StateRow `json:"last"`
		Next     *time.Time       `json:"next"`
	}{s.Source.Name, s.Source.Kind, scheduleText(s.Source), s.Last, s.Next}
}

func scheduleText(s source.Source) string {
	switch {
	case s.Disabled:
		return "disabled"
	case s.Kind == source.Push:
		return "when sent"
	case s.Every > 0:
		return "every " + s.Every.String()
	case s.Cron != "":
		return "cron " + s.Cron
	}
	return "by hand"
}

type sourceRunCommand struct {
	Source    string `arg:"" name:"name" help:"Name of the source."`
	JSON      bool   `name:"json" help:"Print the report as JSON."`
	NoRefresh bool   `help:"Leave the KPIs to the next refresh."`
}

// Run runs a source. It ends with exit status 1 when something was refused or
// went wrong, 3 when rows were quarantined.
func (c *sourceRunCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.withSources(ctx, func(st *site) error {
		began, err := st.db.Now(ctx)
		if err != nil {
			return err
		}
		report, failed := st.sources.Run(ctx, c.Source, whoami())
		if report.Items > 0 || failed == nil {
			if err := c.print(ctx, s, st, report, began); err != nil {
				return err
			}
		}
		if report.Loaded > 0 && !c.NoRefresh && ctx.Err() == nil {
			if err := st.refreshed(ctx); err != nil && failed == nil {
				failed = err
			}
		}
		switch {
		case failed != nil:
			return failed
		case report.Refused > 0 || report.Failed > 0:
			return status(exitFailed)
		case report.Quarantined > 0:
			return status(exitQuarantined)
		}
		return nil
	})
}

// print tells what a run did, and of each file that was not loaded why.
func (c *sourceRunCommand) print(ctx context.Context, s streams, st *site, report source.Report, began time.Time) error {
	if c.JSON {
		return json.NewEncoder(s.out).Encode(report)
	}
	s.out.printf("%s: %s\n", c.Source, reportText(report))
	for _, note := range report.Notes {
		s.out.printf("  note: %s\n", note)
	}
	if report.Refused+report.Failed == 0 {
		return nil
	}
	items, err := source.Items(ctx, st.db, c.Source, itemsLooked)
	for _, i := range items {
		if i.At.Before(began) || i.Member != "" || i.State == ingest.Published || i.State == ingest.AlreadyLoaded {
			continue
		}
		s.err.printf("gatehouse: %s is %s: %s\n", i.Item, i.State, i.Error)
	}
	return err
}

// itemsLooked is how many of the newest items are looked through for those of a run.
const itemsLooked = 10_000

type sourceRestartCommand struct {
	Source string `arg:"" name:"name" help:"Name of the source."`
}

// Run forgets how far a source has come.
func (c *sourceRestartCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.withSources(ctx, func(st *site) error {
		if err := st.sources.Restart(ctx, c.Source, whoami()); err != nil {
			return err
		}
		s.out.printf("%s: the next run begins anew\n", c.Source)
		return nil
	})
}

type sourceCheckCommand struct{}

// Run reads the declarations. It needs no database and reaches no source.
func (sourceCheckCommand) Run(s streams, set *settings) error {
	declared, err := set.named()
	if err != nil {
		return err
	}
	if _, err := source.NewRunner(nil, nil, nil, source.Deps{Getenv: os.Getenv, Log: set.log()}, declared); err != nil {
		return fmt.Errorf("%s: %w", set.Sources, err)
	}
	var rows [][]string
	for _, one := range declared {
		feed, project := one.Feed, one.Project
		if feed == "" {
			feed = "feed guessed"
		}
		if project == "" {
			project = "project as the rows say"
		}
		rows = append(rows, []string{one.Name, string(one.Kind), scheduleText(one), feed, project})
	}
	if err := s.out.table(rows); err != nil {
		return err
	}
	s.out.printf("%s: %d sources, no fault found\n", set.Sources, len(declared))
	return nil
}

// named reads the declarations of a command that is of no use without.
func (s *settings) named() ([]source.Source, error) {
	if s.Sources == "" {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "no sources are declared: name their file with --sources or GATEHOUSE_SOURCES")
	}
	return s.declared()
}

// withSources opens the site and the sources for do.
func (s *settings) withSources(ctx context.Context, do func(*site) error) error {
	if _, err := s.named(); err != nil { // before a database is started
		return err
	}
	return s.with(ctx, func(st *site) error {
		if err := s.openSources(st, slog.New(slog.DiscardHandler)); err != nil {
			return err
		}
		return do(st)
	})
}
