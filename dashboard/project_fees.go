package dashboard

import (
	"context"
	"math"
	"strings"

	"github.com/shopspring/decimal"
	"golang.org/x/sync/errgroup"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
	"gatehouse/dashboard/panel"
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
func (s *Server) collectionPanel(f Frame) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		year := f.yearTo()
		format := chart.Format{Lang: f.Lang, Unit: analytics.Yuan}
		p.Unit, p.Period = format.Symbol(), f.PeriodLabel(year)
		p.Note = []string{f.PeriodLabel(year), f.T("上年截至同日", "last year to the same day"), f.T("目标为净应收乘以目标收缴率", "target: net billed × target rate")}
		values, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: "collection_rate", Periods: monthsOf(year)})
		if err != nil {
			return err
		}
		lastYear, err := s.sameDay(ctx, f)
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
		if len(values) == 0 {
			p.Empty = f.T("这 12 个月没有账单。", "No bills in these twelve months.")
			return nil
		}
		known := byPeriod(values)
		columns := chart.Columns{ID: p.Name, Name: f.named(p), Format: format, HigherIs: 1}
		rooms, rows := uint64(0), []panel.Row{}
		for i, month := range monthsOf(year) {
			row := make([]panel.Cell, 6)
			row[0], row[3] = panel.OfMonth(month.Start), prior[i]
			if v, ok := known[month]; ok {
				ask := f.whole("collection_rate", month)
				ask.Side = analytics.NumeratorSide
				row[1], row[2] = panel.Of(v.Numerator).Linked(f.Trace(ask)), panel.Of(v.Denominator)
				row[4] = times(v.Denominator, targets[i])
				rooms = max(rooms, v.N)
			}
			columns.Months = append(columns.Months, chart.Column{Month: month.Start, Actual: row[1].Float(), Prior: row[3].Float(), Plan: row[4].Float(), Open: f.open(month.Start)})
			rows = append(rows, panel.Row{Cells: row})
		}
		p.Table = f.monthTable(&columns, rows, f.ofUnit(analytics.Yuan))
		p.N = "n " + f.Count(rooms) + f.T(" 户", " rooms")
		p.Sentence = f.collectionSentence(p.Table, format)
		p.Rows = f.Trace(f.whole("collection_rate", year))
		drawn, err := columns.Chart()
		return draw(p, drawn, err)
	}
}

// monthTable is months of actual, billed, prior and plan, to which it adds the
// difference, here and to the months that the chart draws.
func (f Frame) monthTable(c *chart.Columns, rows []panel.Row, format panel.Format) panel.Table {
	gap, against := column("gap", "比上年", "vs last year", format.Change()), "prior"
	switch {
	case c.Relative:
		gap.Format = panel.Plain(panel.Percent).Change()
	case c.Against():
		gap, against = column("gap", "比目标", "vs target", format.Change()), "plan"
	}
	t := panel.Table{Columns: []panel.Column{
		column("month", "月份", "Month", panel.Plain(panel.Month)), column("actual", "本期", "Actual", format), column("billed", "净应收", "Net billed", format),
		column("prior", "上年", "Prior year", format), column("plan", "目标", "Target", format), gap,
	}}
	base := t.Find(against)
	for i, row := range rows {
		a, b := row.Cells[1].Decimal(), row.Cells[base].Decimal()
		switch {
		case !a.Valid || !b.Valid:
		case c.Relative:
			row.Cells[5] = quotient(a.Decimal.Sub(b.Decimal), b.Decimal)
		default:
			row.Cells[5] = panel.Of(a.Decimal.Sub(b.Decimal))
		}
		row.Cells[5] = judged(row.Cells[5], gap.Format, c.HigherIs)
		c.Months[i].Gap = row.Cells[5].Float()
		t.Rows = append(t.Rows, row)
	}
	return t
}

// times is a part of an amount, to the cent.
func times(amount decimal.Decimal, share float64) panel.Cell {
	if math.IsNaN(share) {
		return panel.Cell{}
	}
	return panel.Of(amount.Mul(decimal.NewFromFloat(share)).Round(2))
}

// collectionSentence adds up the months, and compares those that have both.
func (f Frame) collectionSentence(t panel.Table, format chart.Format) string {
	received, net, planned, now, before := 0.0, 0.0, 0.0, 0.0, 0.0
	both := 0
	actual, billed, prior, plan := t.Floats("actual"), t.Floats("billed"), t.Floats("prior"), t.Floats("plan")
	for i := range actual {
		if math.IsNaN(actual[i]) {
			continue
		}
		received, net, planned = received+actual[i], net+billed[i], planned+plan[i]
		if !math.IsNaN(prior[i]) {
			now, before, both = now+actual[i], before+prior[i], both+1
		}
	}
	text := f.T("十二个月实收 ", "Twelve months: received ") + chart.Money(received, f.Lang) + f.T("，净应收 ", " of ") + chart.Money(net, f.Lang) + f.T("", " net billed")
	if !math.IsNaN(planned) {
		text += f.T("；比目标 ", "; vs target ") + format.Change(received-planned)
	}
	if before > 0 {
		text += f.T("，比上年 ", ", vs last year ") + format.Change(now-before)
		if both < len(actual) {
			text += f.T("（可比 "+f.Count(both)+" 个月）", " ("+f.Count(both)+" comparable months)")
		}
	}
	return text
}

// priorMonths is what was received on last year's bills at the age that this
// year's have now, none in months without bills.
func (s *Server) priorMonths(ctx context.Context, f Frame, at analytics.Snapshot, year gatehouse.Period) ([]panel.Cell, error) {
	months := monthsOf(year)
	received := make([]panel.Cell, len(months))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(panelsAtOnce)
	for i, m := range months {
		group.Go(func() error {
			return guarded(func() error {
				_, total, err := s.kpis.Fees(ctx, f.Scope, at, m.YearEarlier(), analytics.FeesByProject)
				if total.Bills > 0 {
					received[i] = panel.OfMoney(total.Received)
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
func (s *Server) arrearsPanel(f Frame) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		now := gatehouse.MonthPeriod(f.Filter.Period.Last())
		format := f.ofUnit(analytics.Yuan)
		p.Unit, p.Period = format.Unit, f.T("期末 ", "At the end of ")+f.PeriodLabel(now)
		values, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: "arrears_age", Dim: "age", Periods: []gatehouse.Period{now, now.YearEarlier()}})
		if err != nil {
			return err
		}
		p.Note = []string{p.Period, f.T("比上年同期", "against a year before"), f.T("按逾期天数", "by days past due")}
		actual, prior := map[string]decimal.Decimal{}, map[string]decimal.Decimal{}
		var ages []string
		var sum, before, old decimal.Decimal
		for _, v := range values {
			if v.Period == now {
				actual[v.Slice], sum = v.Numerator, sum.Add(v.Numerator)
				if firstDay(v.Slice) > 90 {
					old = old.Add(v.Numerator)
				}
			} else {
				prior[v.Slice], before = v.Numerator, before.Add(v.Numerator)
			}
			ages = append(ages, v.Slice)
		}
		if len(ages) == 0 {
			p.Empty = f.T("没有欠费。", "Nothing is outstanding.")
			return nil
		}
		whole := panel.Plain(panel.Percent)
		whole.Places = 0
		p.Table = panel.Table{Columns: []panel.Column{
			column("age", "账龄（天）", "Days", panel.Plain(panel.Text)), barColumn(panel.Bars{Actual: "amount", Prior: "prior", Average: math.NaN()}),
			styled(column("amount", "欠费", "Due", format), "strong"), styled(column("share", "占比", "Share", whole), "muted"),
			extra(column("prior", "上年", "Last year", format)), column("change", "比上年", "vs last yr", format.Change().In("")),
		}}
		p.Table.Columns[5].Base = format.Base
		add := func(name panel.Cell, a, b decimal.Decimal, rows string, total bool) {
			p.Table.Rows = append(p.Table.Rows, panel.Row{Total: total, Bare: total, Cells: []panel.Cell{
				name, {}, panel.Of(a).Linked(rows), quotient(a, sum), panel.Of(b), judged(panel.Of(a.Sub(b)), format, -1),
			}})
		}
		for _, age := range sortedAges(ages) {
			add(panel.Cell{Exact: age, Shown: f.ageName(age)}, actual[age], prior[age], f.Trace(f.sliceOf("arrears_age", now, "age", age)), false)
		}
		add(panel.Cell{Exact: f.T("合计", "Total")}, sum, before, f.Trace(f.whole("arrears_age", now)), true)
		p.Style = "bars"
		p.Sentence = f.T("逾期 90 天以上 ", "Over 90 days: ") + chart.Money(old.InexactFloat64(), f.Lang) + f.T("，占 ", ", ") + share(old.InexactFloat64(), sum.InexactFloat64())
		p.Rows = f.Trace(f.whole("arrears_age", now))
		return nil
	}
}

func share(part, whole float64) string {
	if whole == 0 {
		return missing
	}
	return chart.Decimal(part/whole*100, 0) + "%"
}

// named is the accessible name of a panel's chart.
func (f Frame) named(p *panel.Result) string {
	name := p.Title
	if p.Unit != "" {
		name += " " + p.Unit
	}
	return strings.Join(append([]string{name}, p.Note...), " · ")
}
