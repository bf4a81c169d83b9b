package dashboard

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/analytics/stat"
	"gatehouse/dashboard/chart"
	"gatehouse/dashboard/panel"
)

// moved is the change of a KPI between two periods taken apart by projects: of
// the money received where that is what the KPI is made of, else of the rate.
type moved struct {
	stat.Explanation
	by      gatehouse.Period // what it is held against
	unit    analytics.Unit
	money   bool
	lasting []stat.GroupEffect // by their rate effects, best first
}

// Weight is what it counts for among the answers that are kept.
func (m *moved) Weight() int { return 1 + len(m.Groups) }

// explained tells whether a KPI's change can be taken apart.
func explained(k *analytics.KPI) bool {
	return k.Kind == analytics.Ratio && !k.SharedDenominator && len(k.Parts) == 0 && k.Whole == ""
}

// ofMoney are the KPIs whose numerator is money received.
func ofMoney(kpi string) bool {
	return slices.Contains([]string{"collection_rate", "collection_rate_with_waivers", "arrears_recovery_rate"}, kpi)
}

// movedOf explains a KPI against last year as it stood on the same day, or
// against the period before.
func (s *Server) movedOf(ctx context.Context, f Frame, k *analytics.KPI, against analytics.Basis) (*moved, gatehouse.Period, error) {
	b, err := s.boardOf(ctx, f, k)
	if err != nil {
		return nil, gatehouse.Period{}, err
	}
	question := fmt.Sprintf("moved %s %s %d %d", k.Name, against, b.period.Start, b.period.End)
	found, err := analytics.Remembered(ctx, s.kpis, f.Scope, f.Snapshot, question, func(ctx context.Context) ([]*moved, error) {
		m := &moved{money: ofMoney(k.Name), unit: k.Unit, by: b.period.Previous()}
		was := analytics.Subject{Scope: f.Scope, At: f.Snapshot, Period: m.by}
		if against == analytics.AgainstLastYear {
			m.by = b.period.YearEarlier()
			at, err := s.evenDay(ctx, f, k)
			if err != nil {
				return nil, err
			}
			was.Period, was.At = m.by, at.YearEarlier()
		}
		e, err := s.kpis.Explain(ctx, k.Name, analytics.ByProjects, was, analytics.Subject{Scope: f.Scope, At: f.Snapshot, Period: b.period})
		if err != nil {
			return nil, err
		}
		if m.Explanation = e.Ratio; m.money {
			m.Explanation, m.unit = e.Amount, analytics.Yuan
		}
		m.lasting = slices.SortedStableFunc(slices.Values(m.Groups), func(a, b stat.GroupEffect) int {
			return cmp.Or(b.Rate.Cmp(a.Rate)*k.HigherIs, cmp.Compare(a.Key, b.Key))
		})
		return []*moved{m}, nil
	})
	if err != nil {
		return nil, b.period, err
	}
	return found[0], b.period, nil
}

// evenDay is the snapshot whose same day a year ago is compared with: of what is
// paid over time, the last day that receipts are loaded for.
func (s *Server) evenDay(ctx context.Context, f Frame, k *analytics.KPI) (analytics.Snapshot, error) {
	at := f.Snapshot
	if !measureOf(k.Name).sameAge {
		return at, nil
	}
	lastYear, err := s.sameDay(ctx, f)
	at.AsOf = gatehouse.DateOf(lastYear.AsOf.Time().AddDate(1, 0, 0))
	return at, err
}

// movedSentence words the change and its parts.
func (f Frame) movedSentence(m *moved) string {
	format := chart.Format{Lang: f.Lang, Unit: m.unit}
	part := func(zh, en string, d decimal.Decimal) string {
		return f.T(zh, en) + " " + format.Change(d.InexactFloat64())
	}
	text := part("变化", "Change", m.Change()) + " " + format.ChangeSymbol() + f.T("：", ": ")
	if m.money {
		text += part("量", "volume", m.Volume) + f.T("，", ", ")
	}
	return text + part("结构", "mix", m.Mix) + f.T("，", ", ") + part("率", "rate", m.Rate)
}

// effect is a part of the change, judged.
func effect(d decimal.Decimal, format panel.Format, higherIs int) panel.Cell {
	return judged(panel.Of(d), format, higherIs)
}

// explained fills a panel from what moved since the basis, or says that there
// is nothing to compare with.
func (s *Server) explained(f Frame, k *analytics.KPI, against analytics.Basis, fill func(*panel.Result, *moved) error) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		m, period, err := s.movedOf(ctx, f, k, against)
		if isFewOrUnknown(err) {
			p.Empty = f.T("没有可比的一期，无法拆解变化。", "There is no period to compare with, so no change to explain.")
			return nil
		}
		if err != nil {
			return err
		}
		p.Period = f.PeriodLabel(period)
		return fill(p, m)
	}
}

// movedPanel is the change as a waterfall: volume, mix, and the rates by region.
func (s *Server) movedPanel(f Frame, k *analytics.KPI, against analytics.Basis) func(context.Context, *panel.Result) error {
	return s.explained(f, k, against, func(p *panel.Result, m *moved) error {
		format := f.movedFormat(m)
		name := f.In(measureOf(k.Name).title(k))
		if m.money {
			name = f.T("收到的款项", "Money received")
		}
		p.Title, p.Unit = f.T("谁在变、为什么", "Who moved and why"), name+" "+format.Unit
		levels := chart.Format{Lang: f.Lang, Unit: m.unit}
		p.Note = []string{f.PeriodLabel(m.by) + " " + levels.Value(m.Was.InexactFloat64()) + " → " + p.Period + " " + levels.Value(m.Is.InexactFloat64()), f.T("从零变化起", "from no change")}
		p.Sentence = f.movedSentence(m)
		p.Table = panel.Table{Columns: []panel.Column{
			column("cause", "原因", "Cause", panel.Plain(panel.Text)), column("from", "自", "From", format), column("to", "至", "To", format), column("effect", "影响", "Effect", format),
		}}
		at := decimal.Zero
		add := func(cause string, d decimal.Decimal) {
			p.Table.Rows = append(p.Table.Rows, panel.Row{Cells: []panel.Cell{panel.OfText(cause), panel.Of(at), panel.Of(at.Add(d)), effect(d, format, k.HigherIs)}})
			at = at.Add(d)
		}
		if m.money {
			add(f.T("量：应收变化", "Volume: more or less due"), m.Volume)
		}
		add(f.T("结构：项目占比变化", "Mix: weights of projects"), m.Mix)
		regions, rates := f.byRegion(m)
		for _, region := range regions {
			add(f.T("率：", "Rate: ")+region, rates[region])
		}
		p.Table.Rows = append(p.Table.Rows, panel.Row{Total: true, Cells: []panel.Cell{panel.OfText(f.T("合计变化", "Change in all")), panel.Of(decimal.Zero), panel.Of(at), effect(at, format, k.HigherIs)}})
		drawn, err := chart.Waterfall{ID: p.Name, Name: f.named(p), Format: levels, Steps: f.stepsOf(p.Table)}.Chart()
		return draw(p, drawn, err)
	})
}

func (f Frame) movedFormat(m *moved) panel.Format {
	shown := chart.Format{Lang: f.Lang, Unit: m.unit}
	format := f.ofUnit(m.unit).Change()
	if m.unit == analytics.Percent {
		format = format.In(shown.ChangeSymbol())
	}
	return format
}

// byRegion adds the rate effects of projects up by region, the greatest first.
func (f Frame) byRegion(m *moved) (names []string, rates map[string]decimal.Decimal) {
	of := map[string]string{}
	for _, p := range f.Projects {
		of[p.Code] = p.Region
	}
	rates = map[string]decimal.Decimal{}
	for _, g := range m.Groups {
		name := of[g.Key]
		if name == "" {
			name = f.T("未分区", "No region")
		}
		if _, ok := rates[name]; !ok {
			names = append(names, name)
		}
		rates[name] = rates[name].Add(g.Rate)
	}
	slices.SortStableFunc(names, func(a, b string) int { return rates[b].Cmp(rates[a]) })
	return names, rates
}

// stepsOf are the rows of the table as bars.
func (f Frame) stepsOf(t panel.Table) []chart.Step {
	var steps []chart.Step
	for _, row := range t.Rows {
		c := row.Cells[3]
		better := 0
		switch c.Class {
		case "good":
			better = 1
		case "bad":
			better = -1
		}
		text := t.Columns[3].Text(f.Lang, c)
		if c.Glyph != "" {
			text = c.Glyph + " " + text
		}
		steps = append(steps, chart.Step{Name: row.Cells[0].Exact, From: row.Cells[1].Float(), To: row.Cells[2].Float(), Text: text, Better: better, Total: row.Total})
	}
	return steps
}
