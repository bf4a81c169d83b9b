package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"gatehouse"
	"gatehouse/analytics"
)

// listWithOwn lists the KPIs, and says on standard error what is wrong with the
// operator's own.
func listWithOwn(ctx context.Context, s streams, st *site) error {
	registry := st.kpis.Registry()
	if err := listKPIs(s, registry); err != nil {
		return err
	}
	for _, r := range registry.Refused() {
		s.err.printf("refused  %s: %v\n", r.File, r.Why)
	}
	failures, err := st.kpis.Failures(ctx, gatehouse.AllProjects())
	if err != nil {
		return err
	}
	for _, f := range failures {
		s.err.printf("failed   %s: for %d projects at %s, their values are those of before: %s\n",
			f.KPI, len(f.Projects), f.At().In(st.db.Calendar().Location).Format(time.DateTime), f.Message)
	}
	for _, p := range registry.Proposed() {
		if p.Why != nil {
			s.err.printf("refused  %s: %v\n", p.File, p.Why)
			continue
		}
		s.err.printf("waiting  %s: see gatehouse kpi preview %s, and move it one folder up to make it live\n", p.File, p.File)
	}
	return nil
}

// why adds to "there is no such KPI" that its file is refused.
func why(err error, registry *analytics.Registry, name string) error {
	for _, r := range registry.Refused() {
		if r.File == name+".sql" {
			return gatehouse.Errorf(gatehouse.Invalid, "KPI %s is refused: %s: %w", name, r.File, r.Why)
		}
	}
	return err
}

type checkKPICommand struct {
	File string `arg:"" help:"File, named like the KPI." type:"path"`
}

// Run checks the file.
func (c *checkKPICommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		k, err := readKPI(ctx, st, c.File, true)
		if err != nil {
			return err
		}
		s.out.printf("%s is good: KPI %s, %s (%s), version %d\n", filepath.Base(c.File), k.Name, k.Title.EN, k.Title.ZH, k.Version)
		return nil
	})
}

// readKPI reads and vets a file; live tells whether it must be able to go live.
func readKPI(ctx context.Context, st *site, file string, live bool) (*analytics.KPI, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", file, cause(err))
	}
	k, err := st.kpis.Check(ctx, filepath.Base(file), string(text), live)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
	}
	return k, nil
}

type previewKPICommand struct {
	File    string `arg:"" help:"File with the new definition, named like the KPI; a relative name is also looked for in --kpi-dir."`
	Period  string `help:"Months to compare: 2026-03, 2026-Q1, 2026, 2026-01..2026-03 or ytd; default: the twelve months to the running one." placeholder:"PERIOD"`
	KnownAt string `help:"As it was known at an instant, like 2026-03-31 or 2026-03-31T18:00." placeholder:"TIME"`
}

// Run prints both values of each month, and the projects that change most.
func (c *previewKPICommand) Run(ctx context.Context, s streams, set *settings) error {
	if _, err := os.Stat(c.File); err != nil && set.KPIDir != "" && !filepath.IsAbs(c.File) {
		c.File = filepath.Join(set.KPIDir, c.File)
	}
	return set.with(ctx, func(st *site) error {
		k, err := readKPI(ctx, st, c.File, false)
		if err != nil {
			return err
		}
		at, err := st.snapshot(ctx, c.KnownAt)
		if err != nil {
			return err
		}
		span := analytics.LastMonths(at)
		if c.Period != "" {
			if span, err = st.db.Calendar().Parse(c.Period, at.AsOf); err != nil {
				return err
			}
		}
		p, err := st.kpis.Preview(ctx, gatehouse.AllProjects(), at, k, span)
		if err != nil {
			return err
		}
		return printPreview(s, p, st.db.Calendar())
	})
}

func printPreview(s streams, p analytics.Preview, calendar gatehouse.Calendar) error {
	switch {
	case p.Old == nil:
		s.err.printf("%s is new: there is nothing to compare it with\n", p.New.Name)
	case p.SameVersion:
		s.err.printf("%s is still version %d: raise it, and say in a line \"-- change:\" what it changes\n", p.New.Name, p.New.Version)
	}
	rows := [][]string{{"period", "project", "old", "new", "difference", "n old", "n new"}}
	add := func(c analytics.BeforeAfter, project string) {
		rows = append(rows, []string{
			calendar.Format(c.Period), project, exactText(c.Old), exactText(c.New), signedText(c), strconv.FormatUint(c.Old.N, 10), strconv.FormatUint(c.New.N, 10),
		})
	}
	for _, c := range p.Months {
		add(c, "all")
	}
	for _, c := range p.Projects {
		project := c.Project
		if project == "" {
			project = "未归属 (unassigned)"
		}
		add(c, project)
	}
	return s.out.table(rows)
}

func exactText(v analytics.Value) string {
	exact, ok := v.Exact()
	if !ok {
		return "—"
	}
	return exact.Round(6).String()
}

func signedText(c analytics.BeforeAfter) string {
	text := c.Change().Round(6).String()
	if !strings.HasPrefix(text, "-") && text != "0" {
		text = "+" + text
	}
	return text
}
