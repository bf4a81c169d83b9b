package dashboard

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/analytics/stat"
	"gatehouse/dashboard/chart"
	"gatehouse/dashboard/panel"
)

// sizePanel is the rate of each project against its size, with control limits.
func (s *Server) sizePanel(f Frame, k *analytics.KPI) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		b, err := s.boardOf(ctx, f, k)
		if err != nil {
			return err
		}
		p.Period, p.Note = f.PeriodLabel(b.period), []string{f.PeriodLabel(b.period)}
		limits, err := k.Funnel(b.values())
		if err != nil && !isFewOrUnknown(err) {
			return err
		}
		p.Table = f.sizeTable(b, limits)
		if len(p.Table.Rows) == 0 {
			p.Empty = f.T("本期无数据，请选择较早的期间。", "No data in this period: choose an earlier one.")
			return nil
		}
		p.Rows = f.Trace(f.whole(k.Name, b.period))
		places := map[int]int{}
		for _, point := range f.funnelPoints(p.Table) {
			places[point.Place]++
		}
		switch high, low, near := places[2], places[-2], places[1]+places[-1]; {
		case limits == nil:
			p.Sentence = f.T("项目少于 "+f.Count(analytics.LeastProjects)+" 个或无从估计误差，不画控制限。", "Fewer than "+f.Count(analytics.LeastProjects)+" projects, or no known error: no limits are drawn.")
		case high+low > 0:
			p.Title = f.outside(high, low)
		case near > 0:
			p.Title = f.T(f.Count(near)+" 个项目在 95% 与 99.8% 限之间，其余在限内", f.Count(near)+" between the 95 and 99.8% limits, the others inside")
		default:
			p.Title = f.T("项目之间的差别未超出随机波动", "The projects differ no more than chance would have it")
		}
		if limits != nil {
			p.Note = append(p.Note, f.T("限内的差别可能只是偶然，不排名次", "inside the limits a difference may be chance"))
			p.Sentence = f.T("项目间离散不超过随机波动，φ = ", "The projects spread no more than by chance, φ = ") + chart.Decimal(limits.Phi, 1) + f.T("。", ".")
			if limits.Tau2 > 0 {
				p.Sentence = f.T("控制限按各项目实际离散放宽，φ = ", "Limits are widened by the spread the projects show, φ = ") + chart.Decimal(limits.Phi, 1) + f.T("。", ".")
			}
		}
		drawn, err := f.funnel(p, b, limits).Chart()
		return draw(p, drawn, err)
	}
}

// isFewOrUnknown tells that there are no limits to be had, which is no failure.
func isFewOrUnknown(err error) bool {
	kind := gatehouse.KindOf(err)
	return kind == gatehouse.NotFound || kind == gatehouse.Invalid
}

// values are those of the period by project, of projects that may be shown.
func (b *board) values() []analytics.Value {
	var values []analytics.Value
	for _, one := range b.standing {
		if !math.IsNaN(one.value) {
			v := one.whole
			v.Project = one.Code
			values = append(values, v)
		}
	}
	return values
}

// sizeOf scales what limits depend on to something to be thought of: the
// precision of a ratio is told as the number of rooms, each of which pays all or
// nothing, that would be as sure.
func sizeOf(limits *stat.Funnel) float64 {
	if limits.Kind == stat.Ratios && limits.Target > 0 && limits.Target < 1 {
		return limits.Target * (1 - limits.Target)
	}
	return 1
}

func (f Frame) sizeTable(b *board, limits *stat.Funnel) panel.Table {
	format, size := f.ofUnit(b.kpi.Unit), panel.Plain(panel.Decimal)
	size.Places = 0
	head := f.sizeHead(b, limits)
	t := panel.Table{Columns: []panel.Column{
		column("project", "项目", "Project", panel.Plain(panel.Text)), column("code", "项目编码", "Project code", panel.Plain(panel.Text)),
		column("rate", b.kpi.Title.ZH, b.kpi.Title.EN, format), {Key: "size", Head: head, Format: size},
		column("n", "n", "n", panel.Plain(panel.Integer)), column("place", "位置", "Place", panel.Plain(panel.Text)),
		column("low998", "99.8% 下限", "99.8% low", format), column("low95", "95% 下限", "95% low", format),
		column("high95", "95% 上限", "95% high", format), column("high998", "99.8% 上限", "99.8% high", format),
	}}
	points := map[string]stat.FunnelPoint{}
	if limits != nil {
		for _, point := range limits.Points {
			points[point.Key] = point
		}
	}
	for _, one := range b.standing {
		point, ok := points[one.Code]
		if math.IsNaN(one.value) || limits != nil && !ok {
			continue
		}
		cells := []panel.Cell{
			panel.OfText(f.ProjectName(one.Code)).Linked(f.toProject(one.Code)), panel.OfText(one.Code), panel.OfFloat(one.value), panel.OfCount(one.n), panel.OfCount(one.n), {}, {}, {}, {}, {},
		}
		if limits != nil {
			l := point.Adjusted
			cells[3] = panel.OfFloat(point.Size * sizeOf(limits))
			cells[5] = panel.Cell{Exact: chart.PlaceName(f.Lang, int(point.PlaceAdjusted))}
			for i, limit := range []float64{l.Low998, l.Low95, l.High95, l.High998} {
				cells[6+i] = panel.OfFloat(min(max(limit, 0), 1)) // of a share
			}
		}
		t.Rows = append(t.Rows, panel.Row{Cells: cells})
	}
	slices.SortStableFunc(t.Rows, func(x, y panel.Row) int { return cmp.Compare(y.Cells[2].Float(), x.Cells[2].Float()) })
	return t
}

// sizeHead names what limits depend on.
func (f Frame) sizeHead(b *board, limits *stat.Funnel) gatehouse.Text {
	if limits != nil && limits.Kind == stat.Ratios {
		return gatehouse.Text{ZH: "等效户数", EN: "Equivalent rooms"}
	}
	return gatehouse.Text{ZH: "规模，" + b.kpi.NUnit.ZH, EN: "Size, " + b.kpi.NUnit.EN}
}

// funnelPoints are the rows of the table as points.
func (f Frame) funnelPoints(t panel.Table) []chart.Point {
	var points []chart.Point
	for _, row := range t.Rows {
		point := chart.Point{Name: row.Cells[0].Exact, Rate: row.Cells[2].Float(), Size: row.Cells[3].Float()}
		for place := -2; place <= 2; place++ {
			if row.Cells[5].Exact == chart.PlaceName(f.Lang, place) {
				point.Place = place
			}
		}
		points = append(points, point)
	}
	return points
}

func (f Frame) funnel(p *panel.Result, b *board, limits *stat.Funnel) chart.Funnel {
	funnel := chart.Funnel{
		ID: p.Name, Name: f.named(p), Format: b.format, Average: b.average, HigherIs: b.kpi.HigherIs, Points: f.funnelPoints(p.Table),
		SizeName: f.In(f.sizeHead(b, limits)), RateName: f.In(b.kpi.Title) + " %",
	}
	if limits != nil {
		scale := sizeOf(limits)
		funnel.Average = limits.Target
		funnel.Limits = func(size float64) chart.Limits {
			_, l := limits.At(size / scale)
			return chart.Limits{Size: size, Low998: l.Low998, Low95: l.Low95, High95: l.High95, High998: l.High998}
		}
	}
	return funnel
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
