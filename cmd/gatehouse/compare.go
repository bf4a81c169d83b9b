package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/analytics/stat"
)

// askedOf is what the commands that look into a KPI have in common.
type askedOf struct {
	Name    string `arg:"" help:"KPI; gatehouse kpi lists them."`
	Period  string `help:"2026-03, 2026-Q1, 2026-H1, 2026, 2026-01..2026-03 or ytd." default:"ytd"`
	Project string `help:"Code of one project; default: all together." placeholder:"CODE"`
	KnownAt string `help:"As it was known at an instant, like 2026-03-31 or 2026-03-31T18:00." placeholder:"TIME"`
	JSON    bool   `name:"json" help:"Print JSON."`
}

// resolve finds the state, the period and the scope that are asked about.
func (c *askedOf) resolve(ctx context.Context, st *site) (analytics.Subject, error) {
	at, err := st.snapshot(ctx, c.KnownAt)
	if err != nil {
		return analytics.Subject{}, err
	}
	p, err := st.db.Calendar().Parse(c.Period, at.AsOf)
	if err != nil {
		return analytics.Subject{}, err
	}
	scope, err := st.scope(ctx, c.Project, at)
	return analytics.Subject{Scope: scope, At: at, Period: p}, err
}

type compareCommand struct {
	askedOf
	SameStore bool `help:"Only projects that have every month on both sides."`
}

// comparedLine is one comparison as it is printed.
type comparedLine struct {
	Against    string              `json:"against"`
	Now        *decimal.Decimal    `json:"now"`
	Then       *decimal.Decimal    `json:"then"`
	Difference *decimal.Decimal    `json:"difference"`
	Interval   []float64           `json:"interval_95,omitempty"`
	Verdict    string              `json:"verdict,omitempty"`
	Cautions   []analytics.Caution `json:"cautions,omitempty"`
	Uneven     []string            `json:"uneven_projects,omitempty"`
}

// Run holds a KPI against the period before, last year, its target and its peers.
func (c *compareCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		side, err := c.resolve(ctx, st)
		if err != nil {
			return err
		}
		bases := []analytics.Basis{analytics.AgainstPrevious, analytics.AgainstLastYear, analytics.AgainstTarget}
		if c.Project != "" {
			bases = append(bases, analytics.AgainstPeers)
		}
		rows := [][]string{{"against", "now", "then", "difference", "95 %", "", "mind"}}
		for _, basis := range bases {
			got, err := st.kpis.Compare(ctx, gatehouse.AllProjects(), side.At, analytics.CompareAsk{
				KPI: c.Name, Period: side.Period, Project: c.Project, Against: basis, SameStore: c.SameStore,
			})
			if err != nil {
				return err
			}
			line := compared(got)
			if c.JSON {
				if err := json.NewEncoder(s.out).Encode(line); err != nil {
					return err
				}
				continue
			}
			rows = append(rows, line.row())
		}
		if c.JSON {
			return nil
		}
		return s.out.table(rows)
	})
}

func compared(c analytics.Comparison) comparedLine {
	line := comparedLine{Against: string(c.Against), Cautions: c.Cautions, Uneven: c.Uneven, Now: exactly(c.Now), Then: exactly(c.Then)}
	if !c.Known {
		return line
	}
	if c.Against == analytics.AgainstTarget {
		line.Then = &c.Target
	}
	difference := c.Difference.Round(6)
	line.Difference = &difference
	switch {
	case c.Better() > 0:
		line.Verdict = "better"
	case c.Better() < 0:
		line.Verdict = "worse"
	default:
		line.Verdict = "level"
	}
	if c.HasInterval {
		line.Interval = []float64{c.Low, c.High}
		if !c.Real() {
			line.Verdict = "may be chance"
		}
	}
	return line
}

func exactly(v analytics.Value) *decimal.Decimal {
	exact, ok := v.Exact()
	if !ok {
		return nil
	}
	exact = exact.Round(6)
	return &exact
}

func textOf(d *decimal.Decimal) string {
	if d == nil {
		return "—"
	}
	return d.String()
}

func (l comparedLine) row() []string {
	interval := ""
	if l.Interval != nil {
		interval = fmt.Sprintf("%.6f to %.6f", l.Interval[0], l.Interval[1])
	}
	var mind []string
	for _, c := range l.Cautions {
		mind = append(mind, string(c))
	}
	if len(l.Uneven) > 0 {
		mind = append(mind, strings.Join(l.Uneven, " "))
	}
	return []string{l.Against, textOf(l.Now), textOf(l.Then), textOf(l.Difference), interval, l.Verdict, strings.Join(mind, ", ")}
}

type explainCommand struct {
	askedOf
	By      string `help:"project, or a slice of the KPI such as fee_item." default:"project"`
	Against string `help:"Period to explain the change from; default: a year before." placeholder:"PERIOD"`
	With    string `help:"Explain the difference to another project in the same period, in place of another period." placeholder:"CODE"`
}

// Run splits a change into what rates, weights and volume did.
func (c *explainCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		is, err := c.resolve(ctx, st)
		if err != nil {
			return err
		}
		was := is
		was.Period = is.Period.YearEarlier()
		switch {
		case c.With != "" && c.Against != "":
			return gatehouse.Errorf(gatehouse.Invalid, "--with and --against name two different things to compare with: give one")
		case c.With != "":
			was.Period = is.Period
			if was.Scope, err = st.scope(ctx, c.With, is.At); err != nil {
				return err
			}
		case c.Against != "":
			if was.Period, err = st.db.Calendar().Parse(c.Against, is.At.AsOf); err != nil {
				return err
			}
		}
		e, err := st.kpis.Explain(ctx, c.Name, c.By, was, is)
		if err != nil {
			return err
		}
		if c.JSON {
			encoder := json.NewEncoder(s.out)
			encoder.SetIndent("", "  ")
			return encoder.Encode(map[string]stat.Explanation{"value": e.Ratio, "numerator": e.Amount})
		}
		rows := [][]string{{c.By, "was", "is", "rate", "mix", "in", "numerator was", "is", "rate", "mix", "volume"}}
		amounts := map[string]stat.GroupEffect{}
		for _, g := range e.Amount.Groups {
			amounts[g.Key] = g
		}
		for _, g := range e.Ratio.Groups {
			a := amounts[g.Key]
			rows = append(rows, []string{
				g.Key, quotientOf(g.Was), quotientOf(g.Is), g.Rate.String(), g.Mix.String(), string(g.Presence),
				a.Was.Y.String(), a.Is.Y.String(), a.Rate.String(), a.Mix.String(), a.Volume.String(),
			})
		}
		rows = append(rows, []string{
			"all", e.Ratio.Was.String(), e.Ratio.Is.String(), e.Ratio.Rate.String(), e.Ratio.Mix.String(), "",
			e.Amount.Was.String(), e.Amount.Is.String(), e.Amount.Rate.String(), e.Amount.Mix.String(), e.Amount.Volume.String(),
		})
		return s.out.table(rows)
	})
}

func quotientOf(g stat.Sums) string {
	if g.X.IsZero() {
		return "—"
	}
	return g.Y.DivRound(g.X, 6).String()
}

type spreadCommand struct{ askedOf }

// Run tells which projects stand out, and whether the KPI has changed over time.
func (c *spreadCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		side, err := c.resolve(ctx, st)
		if err != nil {
			return err
		}
		control, controlErr := st.kpis.Control(ctx, side.Scope, side.At, c.Name, side.Period.Last(), 24)
		funnel, funnelErr := st.kpis.Funnel(ctx, gatehouse.AllProjects(), side.At, c.Name, side.Period)
		if c.JSON {
			answer := map[string]any{}
			if controlErr == nil {
				answer["control"] = control.XmR.Signals
			}
			if funnelErr == nil {
				answer["funnel"] = funnel
			}
			return json.NewEncoder(s.out).Encode(answer)
		}
		if controlErr != nil {
			s.out.println("over time: " + controlErr.Error())
		} else {
			s.out.printf("over time: mean %.6g, limits %.6g to %.6g over %d points%s\n", control.Mean, control.Lower, control.Upper, control.N, onTrial(control.Trial))
			for _, signal := range control.Signals {
				s.out.printf("  %s %s to %s\n", signal.Kind, control.Months[signal.First], control.Months[signal.Last])
			}
		}
		if funnelErr != nil {
			s.out.println("between projects: " + funnelErr.Error())
			return nil
		}
		s.out.printf("between projects: all together %.6g, spread φ %.3g, τ² %.3g\n", funnel.Target*funnel.Per, funnel.Phi, funnel.Tau2)
		rows := [][]string{{"project", "value", "z", "95 % limits", "", "with the spread", ""}}
		for _, p := range funnel.Points {
			rows = append(rows, []string{
				p.Key, fmt.Sprintf("%.6g", p.Value), strconv.FormatFloat(p.Z, 'f', 2, 64),
				fmt.Sprintf("%.6g to %.6g", p.Limits.Low95, p.Limits.High95), placeWord(p.Place),
				fmt.Sprintf("%.6g to %.6g", p.Adjusted.Low95, p.Adjusted.High95), placeWord(p.PlaceAdjusted),
			})
		}
		return s.out.table(rows)
	})
}

func onTrial(trial bool) string {
	if trial {
		return ", on trial: fewer than 12"
	}
	return ""
}

func placeWord(p stat.Place) string {
	return map[stat.Place]string{
		stat.FarBelow: "far below", stat.Below: "below", stat.Inside: "inside", stat.Above: "above", stat.FarAbove: "far above",
	}[p]
}

type expectCommand struct {
	Period  string `help:"Bills of these months." default:"ytd"`
	Project string `help:"Code of one project; default: all together." placeholder:"CODE"`
	KnownAt string `help:"As it was known at an instant, like 2026-03-31 or 2026-03-31T18:00." placeholder:"TIME"`
	Until   string `help:"Month by whose end; default: the last of the fiscal year." placeholder:"MONTH"`
}

// Run expects what bills will have brought in by a month's end.
func (c *expectCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.with(ctx, func(st *site) error {
		asked := askedOf{Period: c.Period, Project: c.Project, KnownAt: c.KnownAt}
		side, err := asked.resolve(ctx, st)
		if err != nil {
			return err
		}
		until := st.db.Calendar().FiscalYear(side.Period.Last()).Last()
		if c.Until != "" {
			if until, err = gatehouse.ParseMonth(c.Until); err != nil {
				return err
			}
		}
		d, err := st.kpis.Development(ctx, side.Scope, side.At, 36)
		if err != nil {
			return err
		}
		e, err := d.Expect(side.Period, until)
		if err != nil {
			return err
		}
		rate, se := e.Rate()
		rows := [][]string{{"bills of", "net", "received", "by", "expected", "± s.e."}}
		for i, m := range e.Months {
			o := e.Origins[i]
			rows = append(rows, []string{m.String(), "", yuan(o.Latest), until.String(), yuan(o.Value), yuan(o.SE)})
		}
		rows = append(rows, []string{"all", yuan(e.Net), yuan(e.Latest), until.String(), yuan(e.Value), yuan(e.SE)})
		if err := s.out.table(rows); err != nil {
			return err
		}
		s.out.printf("expected collection rate %.4f ± %.4f\n", rate, se)
		return nil
	})
}

func yuan(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }
