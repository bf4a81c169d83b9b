package dashboard

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"
	"golang.org/x/sync/errgroup"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
	"gatehouse/dashboard/panel"
)

// farBelow is how far below the project a cell is outlined.
const farBelow = 0.1

// heatPanel is what each building had paid of each month's bills by the end of
// that month. The end of the bill's own month is the one age that all months
// that are over have reached, so that young months compare with old ones.
func (s *Server) heatPanel(f Frame) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		year := f.yearTo()
		for year.End > year.Start && year.End.Start()-1 > f.Snapshot.AsOf {
			year.End--
		}
		p.Unit, p.Period = "%", f.PeriodLabel(year)
		p.Note = []string{
			f.PeriodLabel(year), f.T("每月账单收到当月月末为止，逐月可比", "each month's bills to the end of that month: months compare"), f.T("均值由低到高", "worst mean first"),
		}
		if year.End == year.Start {
			p.Empty = f.T("还没有过完的月份。", "No month is over yet.")
			return nil
		}
		h, err := s.heatOf(ctx, f, year)
		if err != nil {
			return err
		}
		if h.project.Net == 0 {
			p.Empty = f.T("这些月份没有账单，请选择较早的期间。", "No bills in these months: choose an earlier period.")
			return nil
		}
		p.Table, p.Style = f.heatTable(h), "heat"
		p.N = "n " + f.T(f.Count(len(h.buildings))+" 栋 "+f.Count(h.project.Rooms)+" 户", f.Count(len(h.buildings))+" buildings, "+f.Count(h.project.Rooms)+" rooms")
		p.Rows = f.Trace(f.whole("collection_rate", year))
		finding, sentence := f.heatWords(h, p.Title)
		found(p, finding)
		p.Sentence = sentence
		return nil
	}
}

// heat is the rates of buildings by month, all at one age, worst mean first.
type heat struct {
	year      gatehouse.Period
	buildings []heatRow
	project   heatRow
	bounds    [4]float64 // least values of the second to the fifth class
}

// heatRow is a building, or the project: what was billed and received of it.
type heatRow struct {
	analytics.FeeLine
	months []analytics.FeeLine
}

func (r *heatRow) add(i int, l analytics.FeeLine) {
	r.months[i] = l
	r.Net, r.Received, r.Rooms = r.Net+l.Net, r.Received+l.Received, max(r.Rooms, l.Rooms)
}

// heatOf reads each month as it stood on its last day.
func (s *Server) heatOf(ctx context.Context, f Frame, year gatehouse.Period) (heat, error) {
	months := monthsOf(year)
	lines, totals := make([][]analytics.FeeLine, len(months)), make([]analytics.FeeLine, len(months))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(panelsAtOnce)
	for i, m := range months {
		group.Go(func() error {
			return guarded(func() (err error) {
				at := f.Snapshot
				at.AsOf = m.End.Start() - 1
				lines[i], totals[i], err = s.kpis.Fees(ctx, f.Scope, at, m, analytics.FeesByBuilding)
				return err
			})
		})
	}
	if err := group.Wait(); err != nil {
		return heat{}, err
	}
	h := heat{year: year, project: heatRow{months: make([]analytics.FeeLine, len(months))}}
	rows := map[[2]string]*heatRow{}
	for i := range months {
		h.project.add(i, totals[i])
		for _, l := range lines[i] {
			key := [2]string{l.Project, l.Group}
			row := rows[key]
			if row == nil {
				row = &heatRow{FeeLine: analytics.FeeLine{Project: l.Project, Group: l.Group}, months: make([]analytics.FeeLine, len(months))}
				rows[key] = row
			}
			row.add(i, l)
		}
	}
	for _, row := range rows {
		h.buildings = append(h.buildings, *row)
	}
	slices.SortFunc(h.buildings, func(a, b heatRow) int {
		return cmp.Or(cmp.Compare(rateOf(a.FeeLine), rateOf(b.FeeLine)), cmp.Compare(a.Project, b.Project), cmp.Compare(a.Group, b.Group))
	})
	h.bounds = heatBounds(h.rates())
	return h, nil
}

// rates are those of all cells that have one.
func (h heat) rates() []float64 {
	var all []float64
	for _, row := range h.buildings {
		for _, l := range row.months {
			if v := rateOf(l); !math.IsNaN(v) {
				all = append(all, v)
			}
		}
	}
	return all
}

// heatBounds part values into five classes of equal width in whole points, laid
// around the middle nine tenths of them, so that a single stray cell does not
// take the differences from the others.
func heatBounds(values []float64) [4]float64 {
	if len(values) == 0 {
		return [4]float64{}
	}
	values = slices.Sorted(slices.Values(values))
	last := float64(len(values) - 1)
	low, high := values[int(math.Round(last*0.05))]*100, values[int(math.Round(last*0.95))]*100
	step := max(math.Ceil((high-low)/5), 1)
	first := math.Round((low+high)/2 - 1.5*step)
	var bounds [4]float64
	for i := range bounds {
		bounds[i] = (first + float64(i)*step) / 100
	}
	return bounds
}

// class is that of a value, from 1; a value is as readers see it, in whole points.
func (h heat) class(v float64) int {
	class := 1
	for _, bound := range h.bounds {
		if math.Round(v*100) >= math.Round(bound*100) {
			class++
		}
	}
	return class
}

// heatTable has a row for each building and the project's below.
func (f Frame) heatTable(h heat) panel.Table {
	percent := panel.Plain(panel.Percent)
	percent.Places, percent.Suffix = 0, ""
	t := panel.Table{Columns: []panel.Column{
		column("building", "楼栋", "Building", panel.Plain(panel.Text)), styled(column("rooms", "户数", "Rooms", panel.Plain(panel.Integer)), "muted optional"),
	}}
	for m := h.year.Start; m < h.year.End; m++ {
		head := fmt.Sprintf("%02d-%02d", m.Year()%100, int(m.Of()))
		t.Columns = append(t.Columns, column(fmt.Sprintf("m%d_%02d", m.Year(), int(m.Of())), head, head, percent))
	}
	t.Columns = append(t.Columns, styled(column("mean", "均值", "Mean", percent), "mean"))
	for _, row := range h.buildings {
		name := panel.OfText(row.Group).Linked(f.Trace(f.sliceOf("collection_rate", h.year, "building", row.Group)))
		name.Shown = f.buildingName(row.FeeLine)
		cells := []panel.Cell{name, panel.OfCount(row.Rooms)}
		for i, l := range row.months {
			cells = append(cells, h.cell(l, h.project.months[i]))
		}
		t.Rows = append(t.Rows, panel.Row{Cells: append(cells, h.cell(row.FeeLine, h.project.FeeLine))})
	}
	whole := []panel.Cell{{Exact: f.T("项目", "Project")}, panel.OfCount(h.project.Rooms)}
	for i, l := range h.project.months {
		ask := f.sliceOf("collected_by_age", gatehouse.MonthPeriod(h.year.Start+gatehouse.Month(i)), "age", "000")
		whole = append(whole, h.cell(l, analytics.FeeLine{}).Linked(f.Trace(ask)))
	}
	t.Rows = append(t.Rows, panel.Row{Total: true, Cells: append(whole, h.cell(h.project.FeeLine, analytics.FeeLine{}))})
	return t
}

// buildingName is a building, with its project where there are others.
func (f Frame) buildingName(l analytics.FeeLine) string {
	name := cmp.Or(l.Group, f.T("未填楼栋", "no building"))
	if _, err := strconv.Atoi(name); err == nil {
		name = f.T(name+" 栋", "No. "+name)
	}
	if f.Filter.Project == "" {
		return f.ProjectName(l.Project) + " " + name
	}
	return name
}

// cell is a rate in its class, outlined where it is far below that of all.
func (h heat) cell(l, all analytics.FeeLine) panel.Cell {
	rate, whole := rateOf(l), rateOf(all)
	if math.IsNaN(rate) {
		return panel.Cell{Class: "heat0"}
	}
	c := quotient(decimal.NewFromInt(int64(l.Received)), decimal.NewFromInt(int64(l.Net)))
	c.Class = fmt.Sprintf("heat%d", h.class(rate))
	if whole-rate >= farBelow {
		c.Class += " low"
	}
	return c
}

// heatWords are what is to be seen: buildings far below the project, and what
// the worst of them holds back.
func (f Frame) heatWords(h heat, title string) (finding, sentence string) {
	whole := rateOf(h.project.FeeLine)
	far, outlined := 0, 0
	for _, row := range h.buildings {
		if whole-rateOf(row.FeeLine) >= farBelow {
			far++
		}
		for i, l := range row.months {
			if rateOf(h.project.months[i])-rateOf(l) >= farBelow {
				outlined++
			}
		}
	}
	worst := h.buildings[0]
	gap := whole - rateOf(worst.FeeLine)
	name := f.buildingName(worst.FeeLine)
	points := chart.Decimal(gap*100, 0)
	switch {
	case far == 1:
		finding = f.T(name+"当月收缴率比项目低 "+points+" 个百分点", name+" pays "+points+" points less within the month than the project")
	case far > 1:
		finding = f.T(f.Count(far)+" 栋当月收缴率比项目低 10 个百分点以上", f.Count(far)+" buildings pay 10 or more points less within the month than the project")
	default:
		finding = title
	}
	sentence = f.T("没有低于项目 10 个百分点的格", "No cell is 10 points below the project")
	if outlined > 0 {
		sentence = f.T("框线：比项目低 10 个百分点以上，"+f.Count(outlined)+" 格", "Outlined: 10 or more points below the project, "+f.Count(outlined)+" cells")
	}
	if gap > 0 {
		short := chart.Money(gap*worst.Net.Yuan(), f.Lang)
		sentence += f.T("；"+name+"达到项目均值可早收 "+short, "; "+name+" at the project's mean would bring "+short+" sooner")
	}
	return finding, sentence
}
