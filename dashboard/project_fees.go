package dashboard

import (
	"context"
	"math"
	"strings"

	"golang.org/x/sync/errgroup"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
)

// yearTo is the twelve months that end with the page's period.
func (f Frame) yearTo() gatehouse.Period {
	end := f.Filter.Period.End
	return gatehouse.Period{Start: end - 12, End: end}
}

// open tells whether a month is not over on the as-of day.
func (f Frame) open(m gatehouse.Month) bool { return m >= f.Snapshot.AsOf.Month() }

// monthsOf splits a period.
func monthsOf(p gatehouse.Period) []gatehouse.Period {
	var months []gatehouse.Period
	for m := p.Start; m < p.End; m++ {
		months = append(months, gatehouse.MonthPeriod(m))
	}
	return months
}

// collectionPanel is what was received on the bills of each month, against the
// plan and against last year at the same age.
func (s *Server) collectionPanel(f Frame, lastYear analytics.Snapshot) builder {
	return func(ctx context.Context, p *Panel) error {
		year := f.yearTo()
		format := chart.Format{Lang: f.Lang, Unit: analytics.Yuan}
		p.Title, p.Unit, p.Class = f.T("各月账单收缴", "Collected by billing month"), format.Symbol(), "w8"
		p.Note = []string{f.PeriodLabel(year), f.T("上年截至同日", "last year to the same day"), f.T("目标为净应收乘以目标收缴率", "target: net billed × target rate")}
		values, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: "collection_rate", Periods: monthsOf(year)})
		if err != nil {
			return err
		}
		prior, err := s.priorMonths(ctx, f, lastYear, year)
		if err != nil {
			return err
		}
		targets, err := s.yearTargets(ctx, f, "collection_rate", year)
		if err != nil {
			return err
		}
		known := byPeriod(values)
		columns := chart.Columns{ID: "collection", Name: f.named(p), Format: format, HigherIs: 1}
		received, net, planned := 0.0, 0.0, 0.0
		now, before, both := 0.0, 0.0, 0 // of the months that both years have
		for i, month := range monthsOf(year) {
			m := chart.Column{Month: month.Start, Actual: math.NaN(), Prior: prior[i], Plan: math.NaN(), Open: f.open(month.Start)}
			if v, ok := known[month]; ok {
				m.Actual = v.Numerator.InexactFloat64()
				billed := v.Denominator.InexactFloat64()
				m.Plan = billed * targets[i]
				received, net, planned = received+m.Actual, net+billed, planned+m.Plan
			}
			if !math.IsNaN(prior[i]) && !math.IsNaN(m.Actual) {
				now, before, both = now+m.Actual, before+prior[i], both+1
			}
			columns.Months = append(columns.Months, m)
		}
		if len(values) == 0 {
			p.Empty = f.T("这 12 个月没有账单。", "No bills in these twelve months.")
			return nil
		}
		p.Foot = f.T("十二个月实收 ", "Twelve months: received ") + chart.Money(received, f.Lang) + f.T("，净应收 ", " of ") + chart.Money(net, f.Lang) + f.T("", " net billed")
		if !math.IsNaN(planned) {
			p.Foot += f.T("；比目标 ", "; vs target ") + format.Change(received-planned)
		}
		if before > 0 {
			p.Foot += f.T("，比上年 ", ", vs last year ") + format.Change(now-before)
			if both < len(columns.Months) {
				p.Foot += f.T("（可比 "+f.Count(both)+" 个月）", " ("+f.Count(both)+" comparable months)")
			}
		}
		p.Link, p.LinkLabel = f.Filter.To("/collections"), f.T("明细", "Rows")
		return p.set(columns.Chart())
	}
}

// priorMonths is what was received on last year's bills at the age that this
// year's have now, NaN in months without bills.
func (s *Server) priorMonths(ctx context.Context, f Frame, at analytics.Snapshot, year gatehouse.Period) ([]float64, error) {
	months := monthsOf(year)
	received := make([]float64, len(months))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(panelsAtOnce)
	for i, m := range months {
		group.Go(func() error {
			return guarded(func() error {
				_, total, err := s.kpis.Fees(ctx, f.Scope, at, m.YearEarlier(), analytics.FeesByProject)
				received[i] = total.Received.Yuan()
				if total.Bills == 0 {
					received[i] = math.NaN()
				}
				return err
			})
		})
	}
	return received, group.Wait()
}

// yearTargets are the targets of each month, by the fiscal year it lies in.
func (s *Server) yearTargets(ctx context.Context, f Frame, kpi string, year gatehouse.Period) ([]float64, error) {
	byYear := map[gatehouse.Period]float64{}
	var targets []float64
	for m := year.Start; m < year.End; m++ {
		fiscal := f.Calendar.FiscalYear(m)
		if _, ok := byYear[fiscal]; !ok {
			all, err := s.kpis.Targets(ctx, f.Scope, f.Snapshot, gatehouse.MonthPeriod(m))
			if err != nil {
				return nil, err
			}
			byYear[fiscal] = targetOf(all, kpi, f.Filter.Project)
		}
		targets = append(targets, byYear[fiscal])
	}
	return targets, nil
}

// arrearsPanel is what is outstanding, by days past due.
func (s *Server) arrearsPanel(f Frame) builder {
	return func(ctx context.Context, p *Panel) error {
		format := chart.Format{Lang: f.Lang, Unit: analytics.Yuan}
		p.Title, p.Unit, p.Class = f.T("欠费按账龄", "Arrears by age"), format.Symbol(), "w4"
		now := gatehouse.MonthPeriod(f.Filter.Period.Last())
		values, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: "arrears_age", Dim: "age", Periods: []gatehouse.Period{now, now.YearEarlier()}})
		if err != nil {
			return err
		}
		p.Note = []string{f.T("期末 ", "At the end of ") + f.PeriodLabel(now), f.T("比上年同期", "against a year before"), f.T("按逾期天数", "by days past due")}
		actual, prior := map[string]float64{}, map[string]float64{}
		var ages []string
		sum, before, end := 0.0, 0.0, 0.0
		for _, v := range values {
			amount := v.Numerator.InexactFloat64()
			end = max(end, amount)
			if v.Period == now {
				actual[v.Slice] = amount
				sum += amount
			} else {
				prior[v.Slice] = amount
				before += amount
			}
			ages = append(ages, v.Slice)
		}
		if len(ages) == 0 {
			p.Empty = f.T("没有欠费。", "Nothing is outstanding.")
			return nil
		}
		bars := &Bars{Head: []string{f.T("账龄（天）", "Days"), "", format.Symbol(), f.T("占比", "Share"), f.T("比上年", "vs last yr")}}
		old := 0.0
		for _, age := range sortedAges(ages) {
			a, b := actual[age], prior[age]
			if firstDay(age) > 90 {
				old += a
			}
			bars.Rows = append(bars.Rows, BarRow{Name: f.ageName(age), Rows: f.Trace(f.sliceOf("arrears_age", now, "age", age)), Bar: chart.NewBullet(a, b, math.NaN(), end), Cells: []Cell{
				{format.Number(a), "strong"}, {share(a, sum), "muted"}, gapCell(format, a-b, -1),
			}})
		}
		bars.Total = &BarRow{Name: f.T("合计", "Total"), Rows: f.Trace(f.whole("arrears_age", now)), Cells: []Cell{{format.Number(sum), ""}, {"100%", ""}, gapCell(format, sum-before, -1)}}
		p.Bars = bars
		p.Foot = f.T("逾期 90 天以上 ", "Over 90 days: ") + chart.Money(old, f.Lang) + f.T("，占 ", ", ") + share(old, sum)
		p.Link, p.LinkLabel = f.Trace(f.whole("arrears_age", now)), f.T("明细", "Rows")
		return nil
	}
}

// gapCell is a signed difference judged by the direction that is better.
func gapCell(format chart.Format, d float64, higherIs int) Cell {
	sign := format.Sign(d)
	c := Cell{Text: arrow(sign) + " " + format.Change(d)}
	switch {
	case sign == 0:
		c.Class = "muted"
	case sign == higherIs:
		c.Class = "good"
	default:
		c.Class = "bad"
	}
	return c
}

func share(part, whole float64) string {
	if whole == 0 {
		return missing
	}
	return chart.Decimal(part/whole*100, 0) + "%"
}

// named is the accessible name of a panel's chart.
func (f Frame) named(p *Panel) string {
	name := p.Title
	if p.Unit != "" {
		name += " " + p.Unit
	}
	return strings.Join(append([]string{name}, p.Note...), " · ")
}
