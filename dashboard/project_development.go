package dashboard

import (
	"context"
	"fmt"
	"math"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/analytics/stat"
	"gatehouse/dashboard/chart"
	"gatehouse/dashboard/panel"
)

const (
	// drawnAges is how many ages of bills are drawn: a year.
	drawnAges = 12
	// learnedMonths is from how many months of bills an expectation is learned.
	learnedMonths = 36
)

// developmentPanel is how the bills of the year are being paid, and where they
// will stand at the year's end if they go on as older ones did.
func (s *Server) developmentPanel(f Frame) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		fiscal := f.Calendar.FiscalYear(f.Filter.Period.Last())
		p.Unit, p.Period = f.T("累计 %", "cumulative %"), f.PeriodLabel(fiscal)
		back := max(learnedMonths, int(f.Snapshot.AsOf.Month()-fiscal.Start)+drawnAges+1)
		all, err := s.kpis.Development(ctx, f.Scope, f.Snapshot, back)
		if err != nil {
			return err
		}
		d := f.development(all, fiscal)
		if len(d.lines) == 0 {
			p.Empty = f.T("本财年还没有过完且有账单的月份，请选择上一年。", "No month of this fiscal year is over and billed: choose the year before.")
			return nil
		}
		targets, err := s.yearTargets(ctx, f, "collection_rate", fiscal)
		if err != nil {
			return err
		}
		d.target = targets[len(targets)-1]
		p.Table = f.developmentTable(d)
		drawn := chart.Development{
			ID: p.Name, Format: chart.Format{Lang: f.Lang, Unit: analytics.Percent}, Target: d.target, Prior: p.Table.Floats("prior"), Latest: p.Table.Floats("latest"),
			LatestOf: make([]string, drawnAges), Expected: p.Table.Floats("expected"), Low: p.Table.Floats("low"), High: p.Table.Floats("high"),
		}
		for i, line := range d.lines {
			drawn.Lines = append(drawn.Lines, chart.Developing{
				Key: line.key(), Name: chart.MonthName(line.month, f.Lang), Rates: p.Table.Floats(line.key()), Path: line.path, Strong: i == d.lowest,
			})
			if drawn.LatestOf[line.age] == "" { // of a year that is long over all have come as far: the oldest stands for them
				drawn.LatestOf[line.age] = chart.MonthName(line.month, f.Lang)
			}
		}
		p.Note = []string{
			f.PeriodLabel(gatehouse.Period{Start: d.lines[0].month, End: d.lines[len(d.lines)-1].month + 1}) + f.T("账单", " bills"), f.T("圆点为最新，宽灰线为上年均值", "dot: latest, wide grey line: last year's mean"),
		}
		if d.ahead {
			p.Note = append(p.Note, f.T("虚线与圆圈为年末预计", "dotted to ring: expected at year end"))
		}
		p.Note = append(p.Note, f.T("纵轴自 ", "axis from ")+chart.Decimal(drawn.Floor()*100, 0)+"%")
		finding, sentence := f.developmentWords(d, p.Title)
		found(p, finding)
		p.Sentence = sentence
		chase := d.lines[max(d.lowest, 0)].month
		p.Rows, p.RowsName = f.Trace(f.whole("collection_rate", gatehouse.MonthPeriod(chase))), chart.MonthName(chase, f.Lang)+f.T("账单", " bills")
		p.N = "n " + f.T(f.Count(len(d.lines))+" 个账单月", f.Count(len(d.lines))+" months of bills")
		drawn.Name = f.named(p)
		plot, err := drawn.Chart()
		return draw(p, plot, err)
	}
}

// development is that of a fiscal year's bills.
type development struct {
	lines  []developing
	prior  []float64
	whole  analytics.Expectation
	ahead  bool // whole is known and the year's end lies ahead
	lowest int  // of lines, the furthest below last year at the same age; −1 for none
	behind float64
	target float64
	last   gatehouse.Month // of the year
}

// developing is the bills of a month.
type developing struct {
	month gatehouse.Month
	rates []float64 // by age
	age   int       // the latest that is known
	path  []float64 // what is expected from there on, to the end of the year
	end   int       // age at the end of the year, −1 where nothing is expected
	value float64   // expected then, with its interval
	se    float64
}

func (l developing) key() string { return fmt.Sprintf("m%d_%02d", l.month.Year(), int(l.month.Of())) }

// development draws the bills of a year from all that are known.
func (f Frame) development(all analytics.Development, fiscal gatehouse.Period) development {
	d := development{lowest: -1, last: fiscal.Last(), prior: make([]float64, drawnAges)}
	earlier := fiscal.YearEarlier()
	received, net := make([]float64, drawnAges), make([]float64, drawnAges)
	for i, m := range all.Months {
		switch {
		case earlier.Contains(m):
			for k := range drawnAges {
				if k < len(all.Received[i]) && !math.IsNaN(all.Received[i][k]) {
					received[k], net[k] = received[k]+all.Received[i][k], net[k]+all.Net[i]
				}
			}
		case fiscal.Contains(m):
			line := developing{month: m, age: -1, end: -1}
			for k := range drawnAges {
				rate := math.NaN()
				if k < len(all.Received[i]) {
					rate = all.Rate(i, k)
				}
				if line.rates = append(line.rates, rate); !math.IsNaN(rate) {
					line.age = k
				}
			}
			if line.age >= 0 {
				d.lines = append(d.lines, line)
			}
		}
	}
	for k := range d.prior {
		d.prior[k] = received[k] / net[k] // NaN of no bills
	}
	for i, line := range d.lines {
		// A month that has one point only is no line, and its first days tell little.
		if gap := d.prior[line.age] - line.rates[line.age]; line.age > 0 && gap > d.behind {
			d.lowest, d.behind = i, gap
		}
	}
	d.expect(all, fiscal)
	return d
}

// expect carries the months on to the end of the year, where that lies ahead and
// older bills tell how.
func (d *development) expect(all analytics.Development, fiscal gatehouse.Period) {
	var err error
	if d.whole, err = all.Expect(fiscal, d.last); err != nil || d.whole.Net == 0 {
		return
	}
	for i := range d.lines {
		line := &d.lines[i]
		end := int(d.last - line.month)
		if end <= line.age || end >= drawnAges {
			continue
		}
		path := make([]float64, drawnAges)
		for k := range path {
			path[k] = math.NaN()
		}
		path[line.age] = line.rates[line.age]
		for k := line.age + 1; k <= end; k++ {
			one, err := all.Expect(gatehouse.MonthPeriod(line.month), line.month+gatehouse.Month(k))
			if err != nil || one.Origins[0].Age != k {
				return
			}
			path[k], line.value = one.Origins[0].Value/one.Net, one.Origins[0].Value/one.Net
			line.se = one.Origins[0].SE / one.Net
		}
		line.path, line.end, d.ahead = path, end, true
	}
}

// developmentTable has a row for each age and a column for each month of bills.
func (f Frame) developmentTable(d development) panel.Table {
	format, text := f.ofUnit(analytics.Percent), panel.Plain(panel.Text)
	t := panel.Table{Columns: []panel.Column{
		column("age", "出账后月数", "Months after the bill's", panel.Plain(panel.Integer)), column("prior", "上年均值", "Last year's mean", format),
	}}
	for _, line := range d.lines {
		name := chart.MonthYear(line.month, f.Lang)
		t.Columns = append(t.Columns, column(line.key(), name, name, format))
	}
	t.Columns = append(t.Columns,
		column("latest_month", "最新到此的月份", "Month that is here now", text), column("latest", "最新", "Latest", format),
		column("expected_month", "年末到此的月份", "Month that is here at year end", text), column("expected", "年末预计", "Expected at year end", format),
		column("low", "95% 下限", "95% low", format), column("high", "95% 上限", "95% high", format))
	for k := range drawnAges {
		cells := []panel.Cell{panel.OfCount(k), panel.OfFloat(d.prior[k])}
		latest, ahead := make([]panel.Cell, 2), make([]panel.Cell, 4)
		for _, line := range d.lines {
			cells = append(cells, panel.OfFloat(line.rates[k]))
			name := panel.OfText(chart.MonthYear(line.month, f.Lang))
			if line.age == k && (k < drawnAges-1 || line.month == d.lines[0].month) {
				latest = []panel.Cell{name, panel.OfFloat(line.rates[k])}
			}
			if line.end == k {
				ahead = []panel.Cell{name, panel.OfFloat(line.value), panel.OfFloat(line.value - stat.Z95*line.se), panel.OfFloat(line.value + stat.Z95*line.se)}
			}
		}
		t.Rows = append(t.Rows, panel.Row{Cells: append(append(cells, latest...), ahead...)})
	}
	return t
}

// developmentWords say where the year will end, and which month to chase.
func (f Frame) developmentWords(d development, title string) (finding, sentence string) {
	format := chart.Format{Lang: f.Lang, Unit: analytics.Percent}
	finding = title
	if d.ahead {
		rate, se := d.whole.Rate()
		low, high := rate-stat.Z95*se, rate+stat.Z95*se
		finding = f.T("已出账单年末预计收到 "+format.Value(rate), "Bills so far should reach "+format.Value(rate)+" by year end")
		switch {
		case math.IsNaN(d.target):
		case high < d.target:
			finding += f.T("，达不到目标 ", ", short of the target of ") + format.Value(d.target)
		case low > d.target:
			finding += f.T("，高于目标 ", ", above the target of ") + format.Value(d.target)
		default:
			finding += f.T("，与目标 "+format.Value(d.target)+" 差别未定", ", too close to the target of "+format.Value(d.target)+" to call")
		}
		more := chart.Money(d.whole.ToCome(), f.Lang)
		sentence = f.T("年末 95% 区间 ", "95% interval ") + format.Number(low) + "–" + format.Number(high) + "%" + f.T("，还将收到 "+more, ", "+more+" still to come")
	}
	if d.lowest >= 0 {
		if sentence != "" {
			sentence += f.T("；", "; ")
		}
		line := d.lines[d.lowest]
		name := chart.MonthName(line.month, f.Lang)
		sentence += f.T("粗线："+name+"账单比上年均值同龄低 ", "heavy line: "+name+" bills, ") + chart.Decimal(d.behind*100, 1) + f.T(" 个百分点", " points below last year at the same age")
	}
	return finding, sentence
}
