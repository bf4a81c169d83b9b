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

// overall is the dimension of a survey that asks about everything.
const overall = "总体"

// surveySlicePanel is the newest survey's satisfaction by a slice, the least
// satisfied first, against the survey before.
func (s *Server) surveySlicePanel(f Frame, dim string) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		p.Unit = f.T("最高两档占比 %", "top two points, %")
		half := f.Calendar.HalfYear(f.Filter.Period.Last())
		before := gatehouse.Period{Start: half.Start - 6, End: half.Start}
		last := gatehouse.Period{Start: before.Start - 6, End: before.Start}
		values, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: "satisfaction_rate", Dim: dim, Periods: []gatehouse.Period{half, before, last}})
		if err != nil {
			return err
		}
		// The survey of the half-year that runs may not have begun.
		if !slices.ContainsFunc(values, func(v analytics.Value) bool { return v.Period == half }) {
			half, before = before, last
		}
		p.Period = f.PeriodLabel(half)
		rows, withheld := surveySlices(values, half, before)
		p.Note = []string{p.Period, f.T("由低到高", "lowest first"), f.T("点为估计，横线为 95% 区间，圈为上次", "dot: estimate, line: 95% interval, ring: survey before")}
		if len(rows) == 0 {
			p.Empty = f.T("近期没有调查。", "No recent survey.")
			if withheld > 0 {
				p.Empty = f.T("每项都少于 "+f.Count(analytics.MinimumN)+" 份，不显示数值。", "Fewer than "+f.Count(analytics.MinimumN)+" answers each: values are withheld.")
			}
			return nil
		}
		whole, err := s.kpis.Value(ctx, f.Scope, f.Snapshot, "satisfaction_rate", half)
		if err != nil {
			return err
		}
		format := f.ofUnit(analytics.Percent)
		p.Table = panel.Table{Columns: []panel.Column{
			column("slice", "项目", "Item", panel.Plain(panel.Text)), column("value", "估计值", "Estimate", format),
			column("low", "95% 下限", "95% low", format), column("high", "95% 上限", "95% high", format), column("prior", "上次", "Before", format),
			column("change", "变化", "Change", format.Change()), column("n", "n", "n", panel.Plain(panel.Integer)),
		}}
		drawn := chart.Ranges{ID: p.Name, Format: chart.Format{Lang: f.Lang, Unit: analytics.Percent}, Whole: whole.Float()}
		n := uint64(0)
		for _, row := range rows {
			low, high := interval(row.now)
			name := panel.OfText(row.now.Slice)
			cells := []panel.Cell{name, ofValue(row.now).Linked(f.Trace(f.sliceOf("satisfaction_rate", half, dim, row.now.Slice))), panel.OfFloat(low), panel.OfFloat(high), {}, {}, panel.OfCount(row.now.N)}
			if row.then.N >= analytics.MinimumN {
				cells[4] = ofValue(row.then)
				change := reading{value: row.now.Float(), prior: row.then.Float(), low: low, high: high}
				change.pLow, change.pHigh = interval(row.then)
				if cells[5] = less(change.value, change.prior); change.significant() {
					cells[5] = judged(cells[5], format.Change(), 1)
				} else {
					cells[5] = cells[5].Judged("", f.T("不显著", "not signif."), "muted")
				}
			}
			p.Table.Rows = append(p.Table.Rows, panel.Row{Cells: cells})
			drawn.Rows = append(drawn.Rows, chart.Range{Name: name.Exact, Value: cells[1].Float(), Low: cells[2].Float(), High: cells[3].Float(), Prior: cells[4].Float()})
			n = max(n, row.now.N)
		}
		p.Note = append(p.Note, f.T("横轴自 ", "axis from ")+chart.Decimal(drawn.Floor()*100, 0)+"%")
		p.N = "n " + f.T("最多 ", "up to ") + f.Count(n) + " " + f.In(whole.KPI.NUnit)
		finding, sentence := f.sliceWords(rows, whole, p.Title)
		found(p, finding)
		p.Sentence = sentence
		if withheld > 0 {
			p.Sentence += f.T("；另 "+f.Count(withheld)+" 项 n 少于 30，不显示", "; "+f.Count(withheld)+" more with n under 30 are withheld")
		}
		p.Rows = f.Trace(f.sliceOf("satisfaction_rate", half, dim, rows[0].now.Slice))
		drawn.Name = f.named(p)
		plot, err := drawn.Chart()
		return draw(p, plot, err)
	}
}

// surveySlice is one of the newest survey, and of the one before.
type surveySlice struct{ now, then analytics.Value }

// surveySlices are those of enough answers, the least satisfied first; how all
// is liked is no part of it.
func surveySlices(values []analytics.Value, now, then gatehouse.Period) (rows []surveySlice, withheld int) {
	before := map[string]analytics.Value{}
	for _, v := range values {
		if v.Period == then {
			before[v.Slice] = v
		}
	}
	for _, v := range values {
		switch {
		case v.Period != now || v.Slice == overall || v.Slice == "":
		case v.N < analytics.MinimumN:
			withheld++
		default:
			rows = append(rows, surveySlice{v, before[v.Slice]})
		}
	}
	slices.SortFunc(rows, func(a, b surveySlice) int {
		return cmp.Or(cmp.Compare(a.now.Float(), b.now.Float()), cmp.Compare(a.now.Slice, b.now.Slice))
	})
	return rows, withheld
}

// sliceWords name what lies below the whole beyond chance.
func (f Frame) sliceWords(rows []surveySlice, whole analytics.Value, title string) (finding, sentence string) {
	format := chart.Format{Lang: f.Lang, Unit: analytics.Percent}
	low := 0
	for _, row := range rows {
		if _, high := interval(row.now); high < whole.Float() {
			low++
		}
	}
	first := rows[0].now.Slice + " " + format.Value(rows[0].now.Float())
	switch {
	case math.IsNaN(whole.Float()) || low == 0:
		return title, f.T("最低：", "Lowest: ") + first + f.T("，与总体的差别可能只是偶然", ", which may differ from the whole by chance")
	case low == 1:
		return f.T(first+"，低于总体 ", first+", below the overall ") + format.Value(whole.Float()), f.T("其余各项的区间都含或高于总体", "The intervals of the others contain or exceed it")
	}
	return f.T(f.Count(low)+" 项低于总体，最低为", f.Count(low)+" lie below overall, lowest ") + first, f.T("区间整段低于总体 "+format.Value(whole.Float())+" 的才算", "Counted where the whole interval lies below "+format.Value(whole.Float()))
}
