package dashboard

import (
	"math"
	"strings"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
)

// Tile is one KPI as SYSTEM.md lays it out, worded.
type Tile struct {
	KPI, Name, Definition string
	Value, Unit, Margin   string
	Why                   string // in place of a value
	Period                string // not the page's where a survey or a year decides
	Bullet                chart.Bullet
	Target                string
	Status                Judgement
	Change                Judgement
	Versus                string // names the period compared with and its value
	Spark                 chart.Spark
	From, Measure, To     string
	N                     string
	Rows                  string // address of what the number is made of
	Failed                bool
}

// Judgement is a glyph, a figure and a word; Class is good, bad, warn or empty.
type Judgement struct {
	Glyph, Figure, Unit, Word, Class string
}

// unitOf is the unit beside a tile's value.
func (f Frame) unitOf(m measure, k *analytics.KPI) string {
	if m.monthly {
		return f.T("件/千户·月", "/1,000 homes·mo")
	}
	return f.format(k).Symbol()
}

// tile words a reading.
func (f Frame) tile(r reading) Tile {
	format := f.format(r.of)
	t := Tile{
		KPI: r.kpi, Name: f.In(r.title(r.of)), Definition: f.In(r.of.Definition), Unit: f.unitOf(r.measure, r.of),
		Value: format.Number(r.value), From: f.PeriodLabel(gatehouse.MonthPeriod(r.first)), To: f.PeriodLabel(gatehouse.MonthPeriod(r.latest)),
		Measure: f.T("当月", "in month"), Period: f.PeriodLabel(r.period),
	}
	if r.survey {
		t.Measure = f.T("每半年", "half-yearly")
		t.From, t.To = halfLabel(f.Calendar, gatehouse.MonthPeriod(r.first)), halfLabel(f.Calendar, gatehouse.MonthPeriod(r.latest))
	}
	t.Rows = f.Trace(f.whole(r.kpi, r.period))
	unit := f.In(r.of.NUnit)
	t.N = "n " + f.Count(r.n) + " " + unit
	t.Spark = chart.Line(r.line, r.joint, chart.ScaleOf(r.line))
	switch {
	case r.tooFew:
		t.Value, t.Unit = chart.None, ""
		t.Why = f.T("n 少于 ", "n is under ") + f.Count(analytics.MinimumN) + f.T("，不显示数值", ", value withheld")
		t.Spark = chart.Spark{}
		return t
	case math.IsNaN(r.value):
		t.Unit = ""
		t.Why = f.whyNone(r)
		return t
	}
	if !math.IsNaN(r.low) {
		t.Margin = "±" + strings.TrimPrefix(format.Change((r.high-r.low)/2), "+")
	}
	t.Bullet = chart.NewBullet(r.value, r.prior, r.target, r.end)
	t.Target, t.Status = f.status(r, format)
	t.Change, t.Versus = f.change(r, format)
	return t
}

func (f Frame) whyNone(r reading) string {
	if r.survey {
		return f.T("近两个半年没有有效答卷", "No valid answers in the last two half-years")
	}
	return f.T("本期没有数据", "No data in this period")
}

// status words a reading against its target.
func (f Frame) status(r reading, format chart.Format) (string, Judgement) {
	if math.IsNaN(r.target) {
		return f.T("未设目标", "No target set"), Judgement{}
	}
	name := f.T("目标 ", "Target ")
	if r.of.HigherIs < 0 {
		name += "≤ "
	}
	name += format.Number(r.target)
	if r.of.Unit == analytics.Percent {
		name += "%"
	}
	gap := r.value - r.target
	j := Judgement{Figure: format.Change(gap)}
	switch r.verdict() {
	case met:
		j.Glyph, j.Word, j.Class = "✓", f.T("达标", "Met"), "good"
	case missed:
		j.Glyph, j.Word, j.Class = arrow(format.Sign(gap)), f.T("未达标", "Missed"), "bad"
	case unclear:
		j.Glyph, j.Word, j.Class = "≈", f.T("未定", "Unclear"), "warn"
	case noTarget:
	}
	return name, j
}

// change words a reading against last year.
func (f Frame) change(r reading, format chart.Format) (Judgement, string) {
	name := f.T("比 ", "vs ") + f.PeriodLabel(r.period.YearEarlier())
	if r.yearlong {
		name = f.T("比此前十二个月", "vs the 12 months before")
	}
	if math.IsNaN(r.prior) {
		return Judgement{}, name + f.T("：无数据", ": no data")
	}
	value := format.Number(r.prior)
	if r.of.Unit == analytics.Percent {
		value += "%"
	}
	return f.difference(r, format), name + " " + value
}

// difference judges the change from last year by the direction of the KPI.
func (f Frame) difference(r reading, format chart.Format) Judgement {
	d := r.value - r.prior
	sign := format.Sign(d)
	j := Judgement{Glyph: arrow(sign), Figure: format.Change(d), Unit: format.ChangeSymbol()}
	switch {
	case r.relative && r.prior != 0:
		j.Figure, j.Unit = chart.Signed(d/r.prior*100, 1)+"%", ""
	case r.of.Unit == analytics.Per1000:
		j.Unit = f.T("件", "")
	}
	switch {
	case sign == 0:
		j.Word = f.T("持平", "unchanged")
	case !r.significant():
		j.Word = f.T("不显著", "not signif.")
	case sign == r.of.HigherIs:
		j.Word, j.Class = f.T("改善", "better"), "good"
	default:
		j.Word, j.Class = f.T("变差", "worse"), "bad"
	}
	return j
}

// arrow is the direction of a number.
func arrow(sign int) string {
	switch {
	case sign > 0:
		return "▲"
	case sign < 0:
		return "▼"
	}
	return ""
}

// tally words how many of the indicators met their target, and the widest gap
// relative to its target.
func (f Frame) tally(readings []reading) (parts []Judgement, gap string) {
	var n [4]int
	widest, worst := 0.0, -1
	for i, r := range readings {
		if r.of == nil {
			continue
		}
		v := r.verdict()
		n[v]++
		if share := math.Abs(r.value-r.target) / r.target; v == missed && share > widest {
			widest, worst = share, i
		}
	}
	for _, one := range []struct {
		of                 verdict
		glyph, word, class string
	}{
		{met, "✓", f.T("项达标", "met"), "good"}, {missed, "▼", f.T("项未达标", "missed"), "bad"}, {unclear, "≈", f.T("项未定", "unclear"), "warn"},
	} {
		if n[one.of] > 0 {
			parts = append(parts, Judgement{Glyph: one.glyph, Figure: f.Count(n[one.of]), Word: one.word, Class: one.class})
		}
	}
	if worst < 0 {
		return parts, ""
	}
	r := readings[worst]
	format := f.format(r.of)
	size := strings.TrimLeft(format.Change(r.value-r.target), "+−±")
	side := f.T("低于目标 ", "below target by ")
	if r.value > r.target {
		side = f.T("高于目标 ", "above target by ")
	}
	unit := format.ChangeSymbol()
	if r.monthly {
		unit = f.unitOf(r.measure, r.of)
	}
	gap = f.T("差距最大的是"+f.In(r.title(r.of))+"，"+side+size+" "+unit, "Widest gap: "+f.In(r.title(r.of))+", "+side+size+" "+unit)
	if r.kpi == "collection_rate" || r.kpi == "arrears_recovery_rate" {
		money := chart.Money(math.Abs(r.value-r.target)*r.denominator, f.Lang)
		gap += f.T("，约合 "+money, ", about "+money)
	}
	return parts, gap + f.T("。", ".")
}
