package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/sql"
)

type kpiCommand struct {
	Show    showKPICommand    `cmd:"" default:"withargs" help:"Print a KPI, or list the KPIs; this is what kpi does by itself."`
	Check   checkKPICommand   `cmd:"" help:"Tell whether a file may be a KPI of your own (--kpi-dir)."`
	Preview previewKPICommand `cmd:"" help:"Tell what a KPI would be by the definition in a file, beside what it is."`
}

type showKPICommand struct {
	Name    string `arg:"" optional:"" help:"KPI; without one, the KPIs are listed."`
	Period  string `help:"2026-03, 2026-Q1, 2026-H1, 2026, 2026-01..2026-03 or ytd." default:"ytd"`
	By      string `help:"project: one line a project." placeholder:"project"`
	Slice   string `help:"One line a value of this dimension, such as fee_item, building, category or dimension." placeholder:"DIM"`
	Project string `help:"Code of one project; default: all together." placeholder:"CODE"`
	KnownAt string `help:"As it was known at an instant, like 2026-03-31 or 2026-03-31T18:00." placeholder:"TIME"`
	Format  string `help:"table, json or csv." enum:"table,json,csv" default:"table"`
	SQL     bool   `name:"sql" help:"Print the KPI's SQL instead, to be run by hand."`
}

// kpiLine is one line of the answer. Value is null, or "—" in a table, where
// the denominator is zero.
type kpiLine struct {
	KPI         string           `json:"kpi"`
	Project     string           `json:"project"`
	Slice       string           `json:"slice,omitempty"`
	Period      string           `json:"period"`
	Numerator   decimal.Decimal  `json:"numerator"`
	Denominator decimal.Decimal  `json:"denominator"`
	Value       *decimal.Decimal `json:"value"`
	N           uint64           `json:"n"`
}

// Run prints the KPI. Without own KPIs no database is needed for what the program knows by itself.
func (c *showKPICommand) Run(ctx context.Context, s streams, set *settings) error {
	registry, err := analytics.ReadRegistry(sql.Files, "kpi")
	if err != nil {
		return err
	}
	if set.KPIDir == "" {
		if c.Name == "" {
			return listKPIs(s, registry)
		}
		if _, err := registry.Get(c.Name); err != nil {
			return err
		}
	}
	if c.By != "" && c.By != "project" {
		return gatehouse.Errorf(gatehouse.Invalid, "--by %q is not project, which is all that there is", c.By)
	}
	if set.KPIDir == "" && c.SQL {
		return c.printSQL(s, registry)
	}
	return set.with(ctx, func(st *site) error {
		switch {
		case c.Name == "":
			return listWithOwn(ctx, s, st)
		case c.SQL:
			return c.printSQL(s, st.kpis.Registry())
		}
		if _, err := st.kpis.Registry().Get(c.Name); err != nil {
			return why(err, st.kpis.Registry(), c.Name)
		}
		lines, err := c.lines(ctx, st)
		if err != nil {
			return err
		}
		return c.print(s, lines)
	})
}

func (c *showKPICommand) printSQL(s streams, registry *analytics.Registry) error {
	k, err := registry.Get(c.Name)
	if err != nil {
		return why(err, registry, c.Name)
	}
	s.out.println(k.Statement())
	return nil
}

func listKPIs(s streams, registry *analytics.Registry) error {
	var rows [][]string
	for _, k := range registry.All() {
		rows = append(rows, []string{k.Name, k.Title.ZH, k.Definition.EN})
	}
	return s.out.table(rows)
}

func (c *showKPICommand) lines(ctx context.Context, st *site) ([]kpiLine, error) {
	at, err := st.snapshot(ctx, c.KnownAt)
	if err != nil {
		return nil, err
	}
	calendar := st.db.Calendar()
	period, err := calendar.Parse(c.Period, at.AsOf)
	if err != nil {
		return nil, err
	}
	scope, err := st.scope(ctx, c.Project, at)
	if err != nil {
		return nil, err
	}
	values, err := st.kpis.Values(ctx, scope, at, analytics.Ask{
		KPI: c.Name, Periods: []gatehouse.Period{period}, ByProject: c.By == "project" || c.Project != "", Dim: c.Slice,
	})
	if err != nil {
		return nil, err
	}
	if len(values) == 0 && c.Slice == "" && c.By == "" {
		v, err := st.kpis.Value(ctx, scope, at, c.Name, period)
		if err != nil {
			return nil, err
		}
		v.Project = c.Project
		values = append(values, v)
	}
	lines := make([]kpiLine, len(values))
	for i, v := range values {
		lines[i] = kpiLine{
			KPI: c.Name, Project: v.Project, Slice: v.Slice, Period: calendar.Format(v.Period),
			Numerator: v.Numerator, Denominator: v.Denominator, N: v.N,
		}
		if exact, ok := v.Exact(); ok {
			rounded := exact.Round(6)
			lines[i].Value = &rounded
		}
	}
	return lines, nil
}

// scope is all projects, or the one asked for, which must exist.
func (st *site) scope(ctx context.Context, project string, at analytics.Snapshot) (gatehouse.Scope, error) {
	if project == "" {
		return gatehouse.AllProjects(), nil
	}
	all, err := st.kpis.Projects(ctx, gatehouse.AllProjects(), at)
	if err != nil {
		return gatehouse.Scope{}, err
	}
	var codes []string
	for _, p := range all {
		codes = append(codes, p.Code)
	}
	if !slices.Contains(codes, project) {
		return gatehouse.Scope{}, gatehouse.Errorf(gatehouse.NotFound, "there is no project %s: there are %s", project, strings.Join(codes, ", "))
	}
	return gatehouse.Projects(project), nil
}

func (c *showKPICommand) print(s streams, lines []kpiLine) error {
	heads := []string{"kpi", "project", "period", "numerator", "denominator", "value", "n"}
	if c.Slice != "" {
		heads = []string{"kpi", "project", c.Slice, "period", "numerator", "denominator", "value", "n"}
	}
	cells := func(l kpiLine, none string) []string {
		value := none
		if l.Value != nil {
			value = l.Value.String()
		}
		row := []string{l.KPI, l.Project, l.Period, l.Numerator.String(), l.Denominator.String(), value, strconv.FormatUint(l.N, 10)}
		if c.Slice != "" {
			row = append(row[:2], append([]string{l.Slice}, row[2:]...)...)
		}
		return row
	}
	switch c.Format {
	case "json":
		encoder := json.NewEncoder(s.out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(lines)
	case "csv":
		w := csv.NewWriter(s.out)
		if err := w.Write(heads); err != nil {
			return err
		}
		for _, l := range lines {
			if err := w.Write(cells(l, "")); err != nil {
				return err
			}
		}
		w.Flush()
		return w.Error()
	}
	rows := [][]string{heads}
	for _, l := range lines {
		if l.Project == "" {
			l.Project = "all"
			if c.By == "project" {
				l.Project = "未归属 (unassigned)"
			}
		}
		rows = append(rows, cells(l, "—"))
	}
	return s.out.table(rows)
}
