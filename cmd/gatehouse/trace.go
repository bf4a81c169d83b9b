package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/analytics"
)

type traceCommand struct {
	Name    string `arg:"" help:"KPI."`
	Period  string `help:"2026-03, 2026-Q1, 2026-H1, 2026, 2026-01..2026-03 or ytd." default:"ytd"`
	Project string `help:"Code of one project, or unassigned; default: all together." placeholder:"CODE"`
	Slice   string `help:"One value of a dimension, such as fee_item=物业费." placeholder:"DIM=VALUE"`
	Side    string `help:"Only rows that add to the numerator or to the denominator." enum:",numerator,denominator" default:""`
	KnownAt string `help:"As it was known at an instant, like 2026-03-31 or 2026-03-31T18:00." placeholder:"TIME"`
	Limit   int    `help:"Rows of the table, those that add most first; json and csv have all." default:"50"`
	Format  string `help:"table, json or csv." enum:"table,json,csv" default:"table"`
}

// traceLine is a row of a file and what it adds to the number.
type traceLine struct {
	KPI         string            `json:"kpi"`
	Project     string            `json:"project"`
	Fact        string            `json:"fact"`
	Row         map[string]string `json:"row"`
	Numerator   decimal.Decimal   `json:"numerator"`
	Denominator decimal.Decimal   `json:"denominator"`
	File        string            `json:"file"`
	Sheet       string            `json:"sheet"`
	SourceRow   uint32            `json:"source_row"`
	Load        string            `json:"load"`
}

// traced is the number and what its rows add up to.
type traced struct {
	KPI             string           `json:"kpi"`
	Period          string           `json:"period"`
	Project         string           `json:"project"`
	Slice           string           `json:"slice,omitempty"`
	Value           *decimal.Decimal `json:"value"`
	Numerator       decimal.Decimal  `json:"numerator"`
	Denominator     decimal.Decimal  `json:"denominator"`
	N               uint64           `json:"n"`
	Ties            bool             `json:"ties"`
	NumeratorRows   int              `json:"numerator_rows"`
	DenominatorRows int              `json:"denominator_rows"`
	Rows            []traceLine      `json:"rows"`
}

// Run prints the number and its rows.
func (c *traceCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		at, err := st.snapshot(ctx, c.KnownAt)
		if err != nil {
			return err
		}
		ask, scope, err := c.ask(ctx, st, at)
		if err != nil {
			return err
		}
		if c.Format == "csv" {
			return c.csv(ctx, s, st, scope, at, ask)
		}
		if c.Format == "table" {
			ask.Limit = max(c.Limit, 1)
		}
		found, err := st.kpis.Lines(ctx, scope, at, ask)
		if err != nil {
			return err
		}
		if c.Format == "json" {
			encoder := json.NewEncoder(s.out)
			encoder.SetIndent("", "  ")
			return encoder.Encode(c.answer(st.db.Calendar(), found))
		}
		return c.table(s, c.answer(st.db.Calendar(), found), found.Of(ask.Side))
	})
}

func (c *traceCommand) ask(ctx context.Context, st *site, at analytics.Snapshot) (analytics.LinesAsk, gatehouse.Scope, error) {
	ask := analytics.LinesAsk{KPI: c.Name, Project: c.Project, OneProject: c.Project != "", Side: analytics.Side(c.Side)}
	scope := gatehouse.AllProjects()
	var err error
	if ask.Period, err = st.db.Calendar().Parse(c.Period, at.AsOf); err != nil {
		return ask, scope, err
	}
	if c.Slice != "" {
		var ok bool
		if ask.Dim, ask.Slice, ok = strings.Cut(c.Slice, "="); !ok {
			return ask, scope, gatehouse.Errorf(gatehouse.Invalid, "--slice %q is not of the form dimension=value, like fee_item=物业费", c.Slice)
		}
	}
	if c.Project == "unassigned" {
		ask.Project = ""
		return ask, scope, nil
	}
	scope, err = st.scope(ctx, c.Project, at)
	return ask, scope, err
}

func (c *traceCommand) answer(calendar gatehouse.Calendar, found analytics.Lines) traced {
	t := traced{
		KPI: c.Name, Period: calendar.Format(found.Period), Project: c.Project, Slice: c.Slice, Numerator: found.Sum.Numerator, Denominator: found.Sum.Denominator,
		N: found.Sum.N, Ties: found.Tie(), NumeratorRows: found.Numerators, DenominatorRows: found.Denominators, Rows: []traceLine{},
	}
	if exact, ok := found.Value.Exact(); ok {
		rounded := exact.Round(6)
		t.Value = &rounded
	}
	for _, l := range found.Lines {
		t.Rows = append(t.Rows, lineOf(l))
	}
	return t
}

func lineOf(l analytics.Line) traceLine {
	row := map[string]string{}
	for i, field := range analytics.ShownOf(l.Fact) {
		if l.Shown[i] != "" {
			row[field.Name] = l.Shown[i]
		}
	}
	return traceLine{
		KPI: l.KPI, Project: l.Project, Fact: l.Fact, Row: row, Numerator: l.Numerator, Denominator: l.Denominator,
		File: l.Origin.File, Sheet: l.Origin.Sheet, SourceRow: l.Origin.Row, Load: l.Origin.Load,
	}
}

// table prints the sums, then the rows.
func (c *traceCommand) table(s streams, t traced, all int) error {
	value, ties := "—", "rows tie to the number"
	if t.Value != nil {
		value = t.Value.String()
	}
	if !t.Ties {
		ties = "ROWS DO NOT TIE TO THE NUMBER: run gatehouse refresh --all"
	}
	s.out.printf("%s %s: %s\n", t.KPI, t.Period, value)
	s.out.printf("numerator    %s from %d rows\ndenominator  %s from %d rows\nn            %d\n%s\n", t.Numerator, t.NumeratorRows, t.Denominator, t.DenominatorRows, t.N, ties)
	if len(t.Rows) == 0 {
		return nil
	}
	s.out.println()
	rows := [][]string{{"project", "fact", "row", "numerator", "denominator", "file", "sheet", "source row"}}
	for _, l := range t.Rows {
		var known []string
		for _, field := range analytics.ShownOf(l.Fact) {
			if v := l.Row[field.Name]; v != "" {
				known = append(known, v)
			}
		}
		project := l.Project
		if project == "" {
			project = "未归属 (unassigned)"
		}
		rows = append(rows, []string{project, l.Fact, strings.Join(known, " "), l.Numerator.String(), l.Denominator.String(), l.File, l.Sheet, fmt.Sprint(l.SourceRow)})
	}
	if err := s.out.table(rows); err != nil {
		return err
	}
	if more := all - len(t.Rows); more > 0 {
		s.out.printf("and %d rows more: --limit, --format csv\n", more)
	}
	return nil
}

// csv streams all rows.
func (c *traceCommand) csv(ctx context.Context, s streams, st *site, scope gatehouse.Scope, at analytics.Snapshot, ask analytics.LinesAsk) error {
	w := csv.NewWriter(s.out)
	if err := w.Write([]string{"kpi", "project", "fact", "key", "numerator", "denominator", "file", "sheet", "source_row", "load"}); err != nil {
		return err
	}
	err := st.kpis.EachLine(ctx, scope, at, ask, func(l analytics.Line) error {
		return w.Write([]string{l.KPI, l.Project, l.Fact, l.Key, l.Numerator.String(), l.Denominator.String(), l.Origin.File, l.Origin.Sheet, strconv.FormatUint(uint64(l.Origin.Row), 10), l.Origin.Load})
	})
	w.Flush()
	if err != nil {
		return err
	}
	return w.Error()
}
