package dashboard

import (
	"context"
	"math"
	"slices"
	"strings"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
	"gatehouse/dashboard/panel"
)

// Region is the small lines of one region's projects.
type Region struct {
	Name, Value, Count string
	Columns            string // CSS class: lines are as wide as the largest region allows
	Projects           []Multiple
}

// Multiple is one small line, on the scale that all share.
type Multiple struct {
	Name, URL, Value string
	Change           Judgement
	Own, Average     chart.Spark
	Why              string
}

// rankPanel is the projects in order of one KPI.
func (s *Server) rankPanel(f Frame, k *analytics.KPI) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		b, err := s.boardOf(ctx, f, k)
		if err != nil {
			return err
		}
		p.Unit, p.Period = f.In(k.Title)+" "+f.unitOf(b.measure, k), f.PeriodLabel(b.period)
		p.Note = []string{f.PeriodLabel(b.period), f.T("由好到差", "best first"), f.T("蓝线为合计", "blue line: all together"), f.T("虚线为目标", "dashed: target")}
		if b.measure.sameAge {
			p.Note = append(p.Note, f.T("上年截至同日", "last year to the same day"))
		}
		if len(b.standing) == 0 {
			p.Empty = f.T("没有项目。先在“数据”页上传项目主数据。", "No projects. Upload the project list on the Data page first.")
			return nil
		}
		p.Table, p.Style = f.rankTable(b), "bars rank"
		missedTarget, known, n := 0, 0, uint64(0)
		for _, one := range b.standing {
			if math.IsNaN(one.value) {
				continue
			}
			known, n = known+1, n+one.n
			if one.verdict() == missed {
				missedTarget++
			}
		}
		if missedTarget > 0 {
			p.Title = f.T(f.Count(missedTarget)+" 个项目未达目标", f.Count(missedTarget)+" of "+f.Count(known)+" projects miss their target")
		}
		p.N = "n " + f.Count(n) + " " + f.In(k.NUnit)
		p.Rows = f.Trace(f.whole(k.Name, b.period))
		p.Sentence = f.T("合计 ", "All together ") + b.format.Value(b.average) + f.T("，", ", ") + f.Count(known) + "/" + f.Count(len(b.standing)) + f.T(" 个项目有数据", " projects with data")
		return nil
	}
}

func (f Frame) rankTable(b *board) panel.Table {
	format := f.ofUnit(b.kpi.Unit)
	if b.kpi.Unit != analytics.Percent {
		format.Unit = f.unitOf(b.measure, b.kpi)
	}
	bars := panel.Bars{Actual: "value", Prior: "prior", Target: "target", Average: b.average, End: b.measure.end}
	if b.kpi.Unit == analytics.Percent {
		bars.End = 1
	}
	bar := barColumn(bars)
	t := panel.Table{Columns: []panel.Column{
		styled(column("place", "名次", "#", panel.Plain(panel.Integer)), "muted optional"),
		extra(column("code", "项目编码", "Project code", panel.Plain(panel.Text))),
		column("project", "项目", "Project", panel.Plain(panel.Text)),
		styled(column("region", "区域", "Region", panel.Plain(panel.Text)), "muted optional nowrap"),
		bar,
		styled(column("value", "本期", "Now", format), "strong"), extra(column("target", "目标", "Target", format)), column("vs_target", "比目标", "vs target", format.Change()),
		extra(column("prior", "上年", "Last year", format)), column("change", "比上年", "vs last year", format.Change()),
		extra(column("n", "n", "n", panel.Plain(panel.Integer))), extra(column("why", "说明", "Remark", panel.Plain(panel.Text))),
	}}
	// The row is named by the project, not by its code, which only files need first.
	for i, one := range b.standing {
		why := f.lacking(b, one)
		place, value := panel.Cell{}, panel.OfFloat(one.value)
		if !math.IsNaN(one.value) {
			place = panel.OfCount(i + 1)
			value = value.Linked(f.Trace(analytics.LinesAsk{KPI: b.kpi.Name, Period: b.period, OneProject: true, Project: one.Code}))
		}
		name := panel.OfText(f.ProjectName(one.Code)).Linked(f.toProject(one.Code))
		name.Note = why
		t.Rows = append(t.Rows, panel.Row{Cells: []panel.Cell{
			place, panel.OfText(one.Code), name, panel.OfText(one.Region), {}, value, panel.OfFloat(one.target), f.statusCell(one.reading, b.format),
			panel.OfFloat(one.prior), f.changeCell(one.reading, b.format), panel.OfCount(one.n), panel.OfText(why),
		}, Bare: math.IsNaN(one.value)})
	}
	return t
}

func (f Frame) toProject(code string) string {
	return Filter{path: "/project", query: f.Filter.query}.With("project", code)
}

// lacking says why a project cannot be compared in full.
func (f Frame) lacking(b *board, one standing) string {
	switch {
	case one.tooFew:
		return f.T("n 少于 ", "n under ") + f.Count(analytics.MinimumN)
	case one.since == 0:
		return f.T("近两年无数据", "no data in two years")
	case math.IsNaN(one.value):
		return f.T("本期无数据", "no data in this period")
	case one.startedLater(b):
		return f.T("自 "+f.PeriodLabel(gatehouse.MonthPeriod(one.since))+" 起有数据", "data since "+f.PeriodLabel(gatehouse.MonthPeriod(one.since)))
	}
	return ""
}

// columnsFor is the layout of small lines when the largest region has n, the
// same in every region so that slopes compare.
func columnsFor(n int) string {
	switch {
	case n <= 4:
		return "of4"
	case n <= 6:
		return "of6"
	}
	return ""
}

// trendPanel is a small line for each project.
func (s *Server) trendPanel(f Frame, k *analytics.KPI) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		b, err := s.boardOf(ctx, f, k)
		if err != nil {
			return err
		}
		whole := gatehouse.Period{Start: b.first, End: f.Filter.Period.End}
		p.Unit, p.Period = f.In(k.Title)+" "+b.format.Symbol(), f.PeriodLabel(whole)
		p.Table = f.trendTable(b)
		small := &panel.Multiples{Name: "project", Value: "value", Change: "change", Group: "region", First: trendFixed, Average: b.months}
		lines := [][]float64{b.months}
		for _, row := range p.Table.Rows {
			lines = append(lines, small.Line(p.Table, row))
		}
		small.Scale = chart.ScaleOf(lines...)
		if slices.IndexFunc(b.months, func(v float64) bool { return !math.IsNaN(v) }) < 0 {
			p.Empty = f.T("近两年无数据。", "No data in the last two years.")
			return nil
		}
		p.Note = []string{
			f.PeriodLabel(whole),
			f.T("同一纵轴 ", "one scale ") + b.format.Number(small.Scale.Low) + "–" + b.format.Number(small.Scale.High),
			f.T("浅线为合计", "light line: all together"), f.T("箭头比上年同期", "arrows: against last year"),
		}
		p.Body, p.Figure, p.Multiples = "regions", f.regions(b, p.Table, small), small
		if b.measure.sameAge {
			p.Sentence = f.T("最近几个月的账单仍在收款，线尾偏低。", "Bills of the latest months are still being paid: the lines end low.")
		}
		if n := countLater(b); n > 0 {
			p.Sentence = strings.TrimSpace(p.Sentence + " " + f.T(f.Count(n)+" 个项目起始较晚，上年不可比。", f.Count(n)+" started later and cannot be compared with last year."))
		}
		return nil
	}
}

// trendFixed is how many columns stand before those of the months.
const trendFixed = 5

// trendTable has the points of all lines.
func (f Frame) trendTable(b *board) panel.Table {
	format := f.ofUnit(b.kpi.Unit)
	t := panel.Table{Columns: []panel.Column{
		column("project", "项目", "Project", panel.Plain(panel.Text)), column("code", "项目编码", "Project code", panel.Plain(panel.Text)),
		column("region", "区域", "Region", panel.Plain(panel.Text)), column("value", f.PeriodLabel(b.period), f.PeriodLabel(b.period), format),
		column("change", "比上年", "vs last year", format.Change()),
	}}
	for _, step := range b.steps {
		key, name := step.Last().Start().String()[:7], chart.MonthYear(step.Last(), f.Lang)
		if step.Months() > 1 {
			name = halfLabel(f.Calendar, step)
		}
		t.Columns = append(t.Columns, column("m"+strings.ReplaceAll(key, "-", "_"), name, name, format))
	}
	for _, one := range b.standing {
		cells := []panel.Cell{
			panel.OfText(f.ProjectName(one.Code)).Linked(f.toProject(one.Code)), panel.OfText(one.Code), panel.OfText(one.Region),
			panel.OfFloat(one.value), f.changeCell(one.reading, b.format),
		}
		cells[0].Note = f.lacking(b, one)
		for i := range b.steps {
			c := panel.OfFloat(one.months[i])
			if one.tooFew {
				c = panel.Cell{}
			}
			cells = append(cells, c)
		}
		t.Rows = append(t.Rows, panel.Row{Cells: cells})
	}
	return t
}

// regions draws the lines of the table, region by region in the order of their
// best project.
func (f Frame) regions(b *board, t panel.Table, small *panel.Multiples) []Region {
	names, places := small.Groups(t)
	most := 0
	for _, rows := range places {
		most = max(most, len(rows))
	}
	var regions []Region
	for _, name := range names {
		region := Region{Name: name, Columns: columnsFor(most), Count: f.Count(len(places[name])) + f.T(" 个项目", " projects")}
		if name == "" {
			region.Name = f.T("未分区", "No region")
		}
		var sum analytics.Value
		for _, i := range places[name] {
			one, cells := b.standing[i], t.Rows[i].Cells
			if one.whole.Known() {
				sum = sum.Plus(one.whole)
			}
			m := Multiple{Name: cells[0].Exact, URL: cells[0].Link, Value: t.Columns[3].Text(f.Lang, cells[3]), Why: cells[0].Note}
			m.Average, m.Own = chart.Line(b.months, 0, small.Scale), chart.Line(small.Line(t, t.Rows[i]), 0, small.Scale)
			if c := cells[4]; c.Exact != "" {
				m.Change = Judgement{Glyph: c.Glyph, Figure: t.Columns[4].Text(f.Lang, c), Class: c.Class}
			}
			region.Projects = append(region.Projects, m)
		}
		if !b.measure.monthly {
			region.Value = b.format.Number(sum.Float())
		}
		regions = append(regions, region)
	}
	return regions
}

func countLater(b *board) (n int) {
	for _, one := range b.standing {
		if one.startedLater(b) {
			n++
		}
	}
	return n
}
