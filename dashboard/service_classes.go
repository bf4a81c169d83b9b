package dashboard

import (
	"context"
	"math"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/panel"
)

// classKey names a line of the classified summary.
type classKey struct {
	level          analytics.ClassLevel
	kind, category string
}

// classesOf are the requests of the period, of the one before, and of a year
// ago; order is that in which they are shown: all of a kind, then its categories.
func (s *Server) classesOf(ctx context.Context, f Frame) (order []classKey, now, before, lastYear map[classKey]analytics.RequestClass, err error) {
	p := f.Filter.Period
	classes, err := s.kpis.RequestClasses(ctx, f.Scope, f.Snapshot, []gatehouse.Period{p, p.Previous(), p.YearEarlier()})
	if err != nil {
		return nil, nil, nil, nil, err
	}
	of := map[gatehouse.Period]map[classKey]analytics.RequestClass{p: {}, p.Previous(): {}, p.YearEarlier(): {}}
	var kinds []string
	categories, seen := map[string][]classKey{}, map[classKey]bool{}
	for _, c := range classes {
		key := classKey{c.Level, c.Kind, c.Category}
		of[c.Period][key] = c
		if seen[key] {
			continue
		}
		seen[key] = true
		switch c.Level {
		case analytics.OfKind:
			kinds = append(kinds, c.Kind)
		case analytics.OfCategory:
			categories[c.Kind] = append(categories[c.Kind], key)
		case analytics.AllRequests:
		}
	}
	for _, kind := range kinds {
		order = append(order, classKey{analytics.OfKind, kind, ""})
		order = append(order, categories[kind]...)
	}
	return order, of[p], of[p.Previous()], of[p.YearEarlier()], nil
}

// kindIs tells which way the number of a kind is better: fewer complaints are,
// of other kinds neither.
func kindIs(kind string) int {
	if kind == "complaint" {
		return -1
	}
	return 0
}

// classesPanel is the classified summary that is due on the 28th.
func (s *Server) classesPanel(f Frame) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		p.Unit = f.T("件", "count")
		order, now, before, lastYear, err := s.classesOf(ctx, f)
		if err != nil {
			return err
		}
		all := classKey{level: analytics.AllRequests}
		if len(order) == 0 {
			p.Empty = f.noRequests()
			return nil
		}
		count, share, hours := panel.Plain(panel.Integer), panel.Plain(panel.Percent), f.ofUnit(analytics.Hours)
		prior, ago := f.T("上月", "last month"), f.T("上年同月", "last year")
		if f.Filter.Period.Months() != 1 {
			prior, ago = f.T("上期", "period before"), f.T("上年同期", "last year")
		}
		p.Table = panel.Table{Columns: []panel.Column{
			column("class", "类型与类别", "Kind and category", panel.Plain(panel.Text)), extra(column("kind", "类型", "Kind", panel.Plain(panel.Text))),
			styled(column("opened", "受理", "Opened", count), "strong"),
			extra(column("before", prior, prior, count)), column("change", "比"+prior, "vs "+prior, count.Change()),
			extra(column("last_year", ago, ago, count)), column("change_year", "比"+ago, "vs "+ago, count.Change()),
			column("open", "期末未办结", "Open at end", count), extra(column("overdue", "其中逾期", "Of it overdue", count)),
			column("answered", "受理及时率", "Answered on time", share),
			column("due", "到期", "Fell due", count), column("resolved", "处理及时率", "Resolved on time", share),
			extra(column("closed", "办结", "Closed", count)), column("hours", "中位时长", "Median time", hours),
		}}
		for _, key := range append(order, all) {
			p.Table.Rows = append(p.Table.Rows, f.classRow(key, now[key], before[key], lastYear[key]))
		}
		sum, prev, year := now[all], before[all], lastYear[all]
		p.Note = []string{f.PeriodLabel(f.Filter.Period), f.T("受理按受理日，及时率按到期日，时长按办结日归期", "opened by the day of opening, on time by that of the deadline, hours by that of closing"), f.T("期末未办结至 ", "open at the end of ") + f.Day(f.lastDay())}
		p.N = "n " + f.T(f.Count(sum.Opened)+" 件", f.things(int(sum.Opened), "request"))
		p.Rows, p.Style = f.Trace(f.whole("closure_rate", f.Filter.Period)), "work-table classes"
		p.Sentence = f.T(
			"受理 "+f.Count(sum.Opened)+" 件，比"+prior+" "+change(sum.Opened, prev.Opened)+"，比"+ago+" "+change(sum.Opened, year.Opened)+"；期末未办结 "+f.Count(sum.Open)+" 件，其中逾期 "+f.Count(sum.OverdueNow)+" 件",
			f.things(int(sum.Opened), "request")+" opened, "+change(sum.Opened, prev.Opened)+" on "+prior+", "+change(sum.Opened, year.Opened)+" on "+ago+"; "+f.Count(sum.Open)+" open at the end, "+f.Count(sum.OverdueNow)+" of them overdue")
		return nil
	}
}

// lastDay is the day on which the period ends, or today while it runs.
func (f Frame) lastDay() gatehouse.Date {
	return min(f.Filter.Period.End.Start()-1, f.Snapshot.AsOf)
}

// change is the difference of two counts with its sign.
func change(now, before uint64) string {
	return signed(float64(now)-float64(before), 0)
}

func (f Frame) noRequests() string {
	if f.Snapshot.Empty() {
		return f.T("还没有计算过指标。请先在“数据”页上传。", "No figures have been computed yet. Upload data on the Data page first.")
	}
	return f.T("本期及比较期都没有工单，请查看上一期。", "No requests in this period or those it is compared with: see the period before.")
}

func (f Frame) classRow(key classKey, now, before, lastYear analytics.RequestClass) panel.Row {
	name, better := panel.OfText(f.categoryName(key.category)), kindIs(key.kind)
	ask := f.sliceOf("closure_rate", f.Filter.Period, "kind", key.kind)
	switch key.level {
	case analytics.OfCategory:
		name.Class = "sub"
	case analytics.OfKind:
		name = panel.OfText(f.codeName(key.kind))
		name.Class = "strong"
	case analytics.AllRequests:
		name, ask = panel.OfText(f.T("合计", "Total")), f.whole("closure_rate", f.Filter.Period)
	}
	count := panel.Plain(panel.Integer)
	difference := func(then uint64) panel.Cell {
		return judged(panel.Of(decimal.NewFromUint64(now.Opened).Sub(decimal.NewFromUint64(then))), count, better)
	}
	opened := panel.OfCount(now.Opened)
	if key.level != analytics.OfCategory { // a category may be of several kinds: its rows are not a slice
		opened = opened.Linked(f.Trace(ask))
	}
	return panel.Row{Total: key.level == analytics.AllRequests, Cells: []panel.Cell{
		name, panel.OfText(f.codeName(key.kind)), opened,
		panel.OfCount(before.Opened), difference(before.Opened), panel.OfCount(lastYear.Opened), difference(lastYear.Opened),
		panel.OfCount(now.Open), panel.OfCount(now.OverdueNow), ratio(now.Answered, now.Opened),
		panel.OfCount(now.Due), ratio(now.Resolved, now.Due), panel.OfCount(now.Closed), medianCell(now),
	}}
}

func (f Frame) categoryName(category string) string {
	if category == "" {
		return f.T("未填类别", "No category")
	}
	return category
}

// medianCell is the median hours of what was closed.
func medianCell(c analytics.RequestClass) panel.Cell {
	if c.Closed == 0 {
		return panel.Cell{}
	}
	return panel.OfFloat(c.Median)
}

func ratio(a, b uint64) panel.Cell {
	return quotient(decimal.NewFromUint64(a), decimal.NewFromUint64(b))
}

// backlogPanel is what is open at the end of the period, by age.
func (s *Server) backlogPanel(f Frame) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		p.Unit = f.T("件", "count")
		_, now, before, lastYear, err := s.classesOf(ctx, f)
		if err != nil {
			return err
		}
		all := classKey{level: analytics.AllRequests}
		sum, then := now[all], lastYear[all]
		p.Note = []string{f.T("至 ", "on ") + f.Day(f.lastDay()), f.T("受理至今的天数", "days since opening"), f.T("浅色为上年同期末", "light: a year before")}
		p.N = "n " + f.T(f.Count(sum.Open)+" 件", f.things(int(sum.Open), "request"))
		if sum.Open == 0 {
			p.Empty = f.T("期末没有未办结的工单。", "Nothing was open at the end of the period.")
			return nil
		}
		count := panel.Plain(panel.Integer)
		p.Style = "bars"
		p.Table = panel.Table{Columns: []panel.Column{
			column("age", "历时", "Age", panel.Plain(panel.Text)), barColumn(panel.Bars{Actual: "now", Prior: "last_year", Average: math.NaN()}),
			styled(column("now", "期末", "Now", count), "strong"), styled(column("last_year", "上年", "Last year", count), "muted"),
			column("change", "差异", "Change", count.Change()), styled(column("share", "占比", "Share", panel.Plain(panel.Percent)), "muted"),
		}}
		row := func(name string, a, b uint64) panel.Row {
			return panel.Row{Cells: []panel.Cell{
				panel.OfText(name), {}, panel.OfCount(a), panel.OfCount(b), judged(panel.Of(decimal.NewFromUint64(a).Sub(decimal.NewFromUint64(b))), count, -1), ratio(a, sum.Open),
			}}
		}
		for i, n := range sum.Ages {
			prior := uint64(0)
			if len(then.Ages) > i {
				prior = then.Ages[i]
			}
			p.Table.Rows = append(p.Table.Rows, row(f.openAge(i), n, prior))
		}
		total := row(f.T("合计", "Total"), sum.Open, then.Open)
		total.Total, total.Bare = true, true // it would make the classes small
		p.Table.Rows = append(p.Table.Rows, total)
		p.Sentence = f.T(
			"逾期 "+f.Count(sum.OverdueNow)+" 件；上期末未办结 "+f.Count(before[all].Open)+" 件",
			f.Count(sum.OverdueNow)+" past their deadline; "+f.Count(before[all].Open)+" were open when the period before ended")
		return nil
	}
}

// openAge names a class of days since opening.
func (f Frame) openAge(i int) string {
	edges := analytics.OpenAges()
	switch {
	case i == 0:
		return "≤ " + f.Count(edges[0]) + f.T(" 天", " day")
	case i == len(edges):
		return "> " + f.Count(edges[i-1]) + f.T(" 天", " days")
	}
	return f.Count(edges[i-1]+1) + "–" + f.Count(edges[i]) + f.T(" 天", " days")
}
