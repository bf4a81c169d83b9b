package dashboard

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
	"gatehouse/dashboard/panel"
)

// volumePanel is how many requests were opened in each of twelve months.
func (s *Server) volumePanel(f Frame) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		year := f.yearTo()
		p.Unit, p.Period = f.T("件", "count"), f.PeriodLabel(year)
		months := monthsOf(year)
		asked := slices.Clone(months)
		for _, m := range months {
			asked = append(asked, m.YearEarlier())
		}
		values, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: "closure_rate", Periods: asked})
		if err != nil {
			return err
		}
		if len(values) == 0 {
			p.Empty = f.noRequests()
			return nil
		}
		known := byPeriod(values)
		columns := chart.Columns{ID: p.Name, Format: chart.Format{Lang: f.Lang, Unit: chart.Count}}
		var rows []panel.Row
		var sum, now, before uint64
		both := 0
		for _, m := range months {
			v, then := known[m], known[m.YearEarlier()]
			cells := make([]panel.Cell, 6)
			cells[0] = panel.OfMonth(m.Start)
			if v.Known() {
				cells[1] = panel.OfCount(v.N).Linked(f.Trace(f.whole("closure_rate", m)))
				sum += v.N
			}
			if then.Known() {
				cells[3] = panel.OfCount(then.N)
			}
			if v.Known() && then.Known() {
				now, before, both = now+v.N, before+then.N, both+1
			}
			columns.Months = append(columns.Months, chart.Column{Month: m.Start, Actual: cells[1].Float(), Prior: cells[3].Float(), Plan: math.NaN(), Open: f.open(m.Start)})
			rows = append(rows, panel.Row{Cells: cells})
		}
		p.Table = f.monthTable(&columns, rows, panel.Plain(panel.Integer)).Without("billed", "plan")
		p.Note = []string{f.PeriodLabel(year), f.T("各类工单", "requests of all kinds"), f.T("浅色为上年同月", "light: same month last year"), f.T("多少不分好坏", "more is neither good nor bad")}
		p.N = "n " + f.T(f.Count(sum)+" 件", f.things(int(sum), "request"))
		p.Rows = f.Trace(f.whole("closure_rate", year))
		p.Sentence = f.T("十二个月受理 "+f.Count(sum)+" 件", f.things(int(sum), "request")+" in twelve months")
		if both > 0 {
			p.Sentence += f.T("，可比 "+f.Count(both)+" 个月比上年 "+change(now, before), "; "+change(now, before)+" on last year over "+f.things(both, "comparable month"))
		}
		columns.Name = f.named(p)
		drawn, err := columns.Chart()
		return draw(p, drawn, err)
	}
}

// repeatsPanel is the complaints that a room made again, by category.
func (s *Server) repeatsPanel(f Frame) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		p.Unit = f.T("30 天内同一房屋同一类别再次投诉", "same room and category within 30 days")
		now, then, err := s.slicesNowAndThen(ctx, f, "repeat_rate", "category")
		if err != nil {
			return err
		}
		whole, before, err := s.nowAndThen(ctx, f, "repeat_rate")
		if err != nil {
			return err
		}
		p.Note = []string{f.PeriodLabel(f.Filter.Period), f.T("浅色为上年同期", "light: a year before"), f.T("未填房号的不算重复", "without a room nothing repeats")}
		p.N = "n " + f.T(f.Count(whole.N)+" 件投诉", f.things(int(whole.N), "complaint"))
		if !whole.Known() {
			p.Empty = f.T("本期没有投诉。", "No complaints in this period.")
			return nil
		}
		count, share := panel.Plain(panel.Integer), panel.Plain(panel.Percent)
		p.Table = panel.Table{Columns: []panel.Column{
			column("category", "类别", "Category", panel.Plain(panel.Text)), barColumn(panel.Bars{Actual: "rate", Prior: "prior", Average: math.NaN()}),
			column("repeated", "重复", "Repeated", count), styled(column("complaints", "投诉", "Complaints", count), "muted"),
			styled(column("rate", "重复率", "Rate", share), "strong"), styled(column("prior", "上年", "Last year", share), "muted"),
		}}
		slices.SortFunc(now, func(a, b analytics.Value) int {
			return cmp.Or(b.Numerator.Cmp(a.Numerator), cmp.Compare(b.N, a.N), cmp.Compare(a.Slice, b.Slice))
		})
		var other, otherThen analytics.Value
		row := func(name string, v, was analytics.Value, link string) panel.Row {
			return panel.Row{Cells: []panel.Cell{panel.OfText(name), {}, panel.Of(v.Numerator).Linked(link), panel.OfCount(v.N), ofValue(v), ofValue(was)}}
		}
		for i, v := range now {
			if i >= shownCategories {
				other = other.Plus(v)
				if was, ok := then[v.Slice]; ok {
					otherThen = otherThen.Plus(was)
				}
				continue
			}
			p.Table.Rows = append(p.Table.Rows, row(f.categoryName(v.Slice), v, then[v.Slice], f.Trace(f.sliceOf("repeat_rate", f.Filter.Period, "category", v.Slice))))
		}
		if other.Known() {
			p.Table.Rows = append(p.Table.Rows, row(f.T("其他", "Other"), other, otherThen, ""))
		}
		p.Rows, p.Style = f.Trace(f.whole("repeat_rate", f.Filter.Period)), "bars"
		total := row(f.T("合计", "Total"), whole, before, p.Rows)
		total.Total = true
		p.Table.Rows = append(p.Table.Rows, total)
		p.Sentence = f.T(whole.Numerator.String()+" 件为重复投诉，"+percent(whole.Float()), whole.Numerator.String()+" of them repeated, "+percent(whole.Float())) + f.heldAgainst(whole, before)
		return nil
	}
}

// heldAgainst words the change from last year as far as the intervals allow.
func (f Frame) heldAgainst(now, before analytics.Value) string {
	j := f.differs(now, before)
	if j.Word == "" {
		return ""
	}
	return f.T("，比上年同期 ", ", ") + j.Figure + " " + j.Unit + f.T("，", " on last year, ") + j.Word
}

// followUpsPanel is how many closed requests were followed up, and what their
// rooms said, by kind.
func (s *Server) followUpsPanel(f Frame) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		p.Unit = "%"
		asked, askedThen, err := s.slicesNowAndThen(ctx, f, "follow_up_rate", "kind")
		if err != nil {
			return err
		}
		said, _, err := s.slicesNowAndThen(ctx, f, "follow_up_satisfaction", "kind")
		if err != nil {
			return err
		}
		whole, before, err := s.nowAndThen(ctx, f, "follow_up_rate")
		if err != nil {
			return err
		}
		content, contentThen, err := s.nowAndThen(ctx, f, "follow_up_satisfaction")
		if err != nil {
			return err
		}
		p.Note = []string{f.PeriodLabel(f.Filter.Period), f.T("按办结日归期", "by the day of closing"), f.T("浅色为上年同期", "light: a year before")}
		p.N = "n " + f.T(f.Count(whole.N)+" 件办结", f.things(int(whole.N), "request")+" closed")
		if !whole.Known() {
			p.Empty = f.T("本期没有办结的工单。", "No request was closed in this period.")
			return nil
		}
		count, share := panel.Plain(panel.Integer), panel.Plain(panel.Percent)
		p.Table = panel.Table{Columns: []panel.Column{
			column("kind", "类型", "Kind", panel.Plain(panel.Text)), barColumn(panel.Bars{Actual: "rate", Prior: "prior", Average: math.NaN(), End: 1}),
			styled(column("closed", "办结", "Closed", count), "muted"), styled(column("rate", "回访率", "Followed up", share), "strong"), styled(column("prior", "上年", "Last year", share), "muted"),
			styled(column("followed", "回访", "Calls", count), "muted"), styled(column("satisfied", "满意率", "Satisfied", share), "strong"),
		}}
		row := func(name string, v, was, happy analytics.Value, link string) panel.Row {
			return panel.Row{Cells: []panel.Cell{panel.OfText(name), {}, panel.OfCount(v.N), ofValue(v).Linked(link), ofValue(was), panel.Of(v.Numerator), ofValue(happy)}}
		}
		happyOf := bySlice(said)
		slices.SortFunc(asked, func(a, b analytics.Value) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Slice, b.Slice)) })
		for _, v := range asked {
			p.Table.Rows = append(p.Table.Rows, row(f.codeName(v.Slice), v, askedThen[v.Slice], happyOf[v.Slice], f.Trace(f.sliceOf("follow_up_rate", f.Filter.Period, "kind", v.Slice))))
		}
		p.Rows, p.Style = f.Trace(f.whole("follow_up_rate", f.Filter.Period)), "bars"
		total := row(f.T("合计", "Total"), whole, before, content, p.Rows)
		total.Total = true
		p.Table.Rows = append(p.Table.Rows, total)
		p.Sentence = f.T("回访率 ", "Followed up ") + percent(whole.Float()) + f.heldAgainst(whole, before)
		if content.Known() {
			p.Sentence += f.T("；回访满意率 ", "; satisfied ") + percent(content.Float()) + f.heldAgainst(content, contentThen)
		}
		return nil
	}
}

// nowAndThen is a KPI of the period and of a year ago.
func (s *Server) nowAndThen(ctx context.Context, f Frame, kpi string) (now, then analytics.Value, err error) {
	p := f.Filter.Period
	values, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: kpi, Periods: []gatehouse.Period{p, p.YearEarlier()}})
	known := byPeriod(values)
	return known[p], known[p.YearEarlier()], err
}

// slicesNowAndThen are its slices.
func (s *Server) slicesNowAndThen(ctx context.Context, f Frame, kpi, dim string) (now []analytics.Value, then map[string]analytics.Value, err error) {
	p := f.Filter.Period
	values, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: kpi, Dim: dim, Periods: []gatehouse.Period{p, p.YearEarlier()}})
	then = map[string]analytics.Value{}
	for _, v := range values {
		if v.Period == p {
			now = append(now, v)
		} else {
			then[v.Slice] = v
		}
	}
	return now, then, err
}

func bySlice(values []analytics.Value) map[string]analytics.Value {
	m := map[string]analytics.Value{}
	for _, v := range values {
		m[v.Slice] = v
	}
	return m
}

// differs judges a value against an earlier one of the same KPI by the interval
// of their difference; nothing where one is missing or stands on too few.
func (f Frame) differs(now, then analytics.Value) Judgement {
	c := analytics.Between(now, then)
	if !c.Known || slices.Contains(c.Cautions, analytics.SmallN) {
		return Judgement{}
	}
	format := f.format(c.Now.KPI)
	d := c.Difference.InexactFloat64()
	sign := format.Sign(d)
	j := Judgement{Glyph: arrow(sign), Figure: format.Change(d), Unit: format.ChangeSymbol()}
	switch {
	case sign == 0:
		j.Word = f.T("持平", "unchanged")
	case !c.Real():
		j.Word = f.T("不显著", "not signif.")
	case c.Better() > 0:
		j.Word, j.Class = f.T("改善", "better"), "good"
	default:
		j.Word, j.Class = f.T("变差", "worse"), "bad"
	}
	return j
}

// pointsFormat is that of a difference of shares: points as shown, shares in files.
func (f Frame) pointsFormat() panel.Format {
	format := f.ofUnit(analytics.Percent).Change().In(chart.Format{Lang: f.Lang, Unit: analytics.Percent}.ChangeSymbol())
	format.Base = ""
	return format
}

// differsCell is that as a cell of a table.
func (f Frame) differsCell(now, then analytics.Value) panel.Cell {
	j := f.differs(now, then)
	if j.Word == "" {
		return panel.Cell{}
	}
	a, _ := now.Exact()
	b, _ := then.Exact()
	return panel.Of(a.Sub(b)).Judged(j.Glyph, j.Word, j.Class)
}
