package dashboard

import (
	"context"
	"math"
	"slices"
	"strings"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
)

// Rank is the projects in order of one KPI.
type Rank struct {
	Unit    string
	Average string
	Rows    []RankRow
}

// RankRow is one project.
type RankRow struct {
	Place          int // 0 without a value
	Code, Name     string
	Region         string
	URL            string
	Bar            chart.Bullet
	Value          string
	Rows           string // address of what it is made of
	Target, Change Judgement
	Why            string // lacks data, or started later
	N              string
}

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

func (f Frame) rankPanel(read func() (board, error)) builder {
	return func(_ context.Context, p *Panel) error {
		p.Title, p.Class = f.T("各项目排序", "Projects in order"), "w7"
		b, err := read()
		if err != nil {
			return err
		}
		p.Unit = f.In(b.kpi.Title) + " " + f.unitOf(b.measure, b.kpi)
		p.Note = []string{f.PeriodLabel(b.period), f.T("由好到差", "best first"), f.T("蓝线为合计", "blue line: all together"), f.T("虚线为目标", "dashed: target")}
		if b.measure.sameAge {
			p.Note = append(p.Note, f.T("上年截至同日", "last year to the same day"))
		}
		if len(b.standing) == 0 {
			p.Empty = f.T("没有项目。先在“数据”页上传项目主数据。", "No projects. Upload the project list on the Data page first.")
			return nil
		}
		rank := &Rank{Unit: f.T("本期 ", "Now ") + f.unitOf(b.measure, b.kpi), Average: b.format.Number(b.average)}
		end, missedTarget, known := b.measure.end, 0, 0
		if b.kpi.Unit == analytics.Percent {
			end = 1
		}
		for _, one := range b.standing {
			for _, v := range []float64{one.value, one.prior, one.target} {
				if !math.IsNaN(v) {
					end = max(end, v)
				}
			}
		}
		for i, one := range b.standing {
			row := RankRow{Code: one.Code, Name: f.ProjectName(one.Code), Region: one.Region, URL: f.toProject(one.Code), Value: b.format.Number(one.value), N: f.Count(one.n)}
			row.Why = f.lacking(b, one)
			if !math.IsNaN(one.value) {
				known++
				row.Place = i + 1
				row.Rows = f.Trace(analytics.LinesAsk{KPI: b.kpi.Name, Period: b.period, OneProject: true, Project: one.Code})
				row.Bar = chart.NewBullet(one.value, one.prior, one.target, end).WithAverage(b.average, end)
				_, row.Target = f.status(one.reading, b.format)
				if !math.IsNaN(one.prior) {
					row.Change = f.difference(one.reading, b.format)
				}
				if one.verdict() == missed {
					missedTarget++
				}
			}
			rank.Rows = append(rank.Rows, row)
		}
		p.Rank = rank
		if missedTarget > 0 {
			p.Title = f.T(f.Count(missedTarget)+" 个项目未达目标", f.Count(missedTarget)+" of "+f.Count(known)+" projects miss their target")
		}
		p.Foot = f.T("合计 ", "All together ") + b.format.Value(b.average) + f.T("，", ", ") + f.Count(known) + "/" + f.Count(len(b.standing)) + f.T(" 个项目有数据", " projects with data")
		return nil
	}
}

func (f Frame) toProject(code string) string {
	return Filter{path: "/project", query: f.Filter.query}.With("project", code)
}

// lacking says why a project cannot be compared in full.
func (f Frame) lacking(b board, one standing) string {
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

func (f Frame) sizePanel(read func() (board, error)) builder {
	return func(_ context.Context, p *Panel) error {
		p.Title, p.Class = f.T("收缴率与规模", "Rate against size"), "w5"
		b, err := read()
		if err != nil {
			return err
		}
		p.Title = f.In(b.kpi.Title) + f.T("与规模", " against size")
		funnel := chart.Funnel{
			ID: "size", Format: b.format, Average: b.average,
			SizeName: f.T("规模，", "Size, ") + f.In(b.kpi.NUnit), RateName: f.In(b.kpi.Title) + " %",
			Name: p.Title + f.T("，", ", ") + f.PeriodLabel(b.period),
		}
		for _, one := range b.standing {
			if !math.IsNaN(one.value) {
				funnel.Points = append(funnel.Points, chart.Point{Name: f.ProjectName(one.Code), Size: float64(one.n), Rate: one.value})
			}
		}
		if len(funnel.Points) == 0 {
			p.Empty = f.T("本期无数据，请选择较早的期间。", "No data in this period: choose an earlier one.")
			return nil
		}
		p.Note = []string{f.PeriodLabel(b.period), f.T("限内的差别可能只是偶然，不排名次", "inside the limits a difference may be chance")}
		high, low, near := 0, 0, 0
		for _, point := range funnel.Points {
			switch funnel.Place(point) {
			case 2:
				high++
			case -2:
				low++
			case 1, -1:
				near++
			default:
			}
		}
		phi := funnel.Dispersion()
		switch {
		case phi == 0:
			p.Note = []string{f.PeriodLabel(b.period)}
			p.Foot = f.T("项目少于 8 个，不画控制限。", "Fewer than eight projects: no limits are drawn.")
		case high+low > 0:
			p.Title = f.outside(high, low)
		case near > 0:
			p.Title = f.T(f.Count(near)+" 个项目在 95% 与 99.8% 限之间，其余在限内", f.Count(near)+" between the 95 and 99.8% limits, the others inside")
		default:
			p.Title = f.T("项目之间的差别未超出随机波动", "The projects differ no more than chance would have it")
		}
		if phi > 0 {
			p.Foot = f.T("控制限按各项目实际离散放宽，φ = ", "Limits are widened by the spread the projects show, φ = ") + chart.Decimal(phi, 1) + f.T("。", ".")
		}
		return p.set(funnel.Chart())
	}
}

// outside words how many projects differ beyond chance.
func (f Frame) outside(high, low int) string {
	var sides []string
	if high > 0 {
		sides = append(sides, f.T("偏高 "+f.Count(high)+" 个", f.Count(high)+" high"))
	}
	if low > 0 {
		sides = append(sides, f.T("偏低 "+f.Count(low)+" 个", f.Count(low)+" low"))
	}
	return f.T("超出随机波动的项目：", "Projects outside chance: ") + strings.Join(sides, f.T("，", ", "))
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

func (f Frame) trendPanel(read func() (board, error)) builder {
	return func(_ context.Context, p *Panel) error {
		p.Title = f.T("各项目走势", "Trend by project")
		b, err := read()
		if err != nil {
			return err
		}
		p.Unit = f.In(b.kpi.Title) + " " + b.format.Symbol()
		lines := [][]float64{b.months}
		for _, one := range b.standing {
			if !one.tooFew {
				lines = append(lines, one.months)
			}
		}
		scale := chart.ScaleOf(lines...)
		if slices.IndexFunc(b.months, func(v float64) bool { return !math.IsNaN(v) }) < 0 {
			p.Empty = f.T("近两年无数据。", "No data in the last two years.")
			return nil
		}
		p.Note = []string{
			f.PeriodLabel(gatehouse.Period{Start: b.first, End: f.Filter.Period.End}),
			f.T("同一纵轴 ", "one scale ") + b.format.Number(scale.Low) + "–" + b.format.Number(scale.High),
			f.T("浅线为合计", "light line: all together"), f.T("箭头比上年同期", "arrows: against last year"),
		}
		byRegion := map[string][]standing{}
		var names []string
		for _, one := range b.standing {
			if byRegion[one.Region] == nil {
				names = append(names, one.Region)
			}
			byRegion[one.Region] = append(byRegion[one.Region], one)
		}
		most := 0
		for _, own := range byRegion {
			most = max(most, len(own))
		}
		for _, name := range names {
			region := Region{Name: name, Columns: columnsFor(most), Count: f.Count(len(byRegion[name])) + f.T(" 个项目", " projects")}
			if name == "" {
				region.Name = f.T("未分区", "No region")
			}
			var sum analytics.Value
			for _, one := range byRegion[name] {
				if one.whole.Known() {
					sum = sum.Plus(one.whole)
				}
				m := Multiple{Name: f.ProjectName(one.Code), URL: f.toProject(one.Code), Value: b.format.Number(one.value), Why: f.lacking(b, one)}
				m.Average = chart.Line(b.months, 0, scale)
				if !one.tooFew {
					m.Own = chart.Line(one.months, 0, scale)
				}
				if !math.IsNaN(one.value) && !math.IsNaN(one.prior) {
					m.Change = f.difference(one.reading, b.format)
				}
				region.Projects = append(region.Projects, m)
			}
			if !b.measure.monthly {
				region.Value = b.format.Number(sum.Float())
			}
			p.Regions = append(p.Regions, region)
		}
		if b.measure.sameAge {
			p.Foot = f.T("最近几个月的账单仍在收款，线尾偏低。", "Bills of the latest months are still being paid: the lines end low.")
		}
		if n := countLater(b); n > 0 {
			p.Foot = strings.TrimSpace(p.Foot + " " + f.T(f.Count(n)+" 个项目起始较晚，上年不可比。", f.Count(n)+" started later and cannot be compared with last year."))
		}
		return nil
	}
}

func countLater(b board) (n int) {
	for _, one := range b.standing {
		if one.startedLater(b) {
			n++
		}
	}
	return n
}
