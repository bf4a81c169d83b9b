package dashboard

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
	"gatehouse/dashboard/panel"
)

// sortedAges puts classes of arrears in the order of age, each once.
func sortedAges(ages []string) []string {
	ages = slices.Clone(ages)
	slices.SortFunc(ages, func(a, b string) int { return cmp.Compare(firstDay(a), firstDay(b)) })
	return slices.Compact(ages)
}

// firstDay is the least number of days past due of a class: 0 of not_due, 31 of
// 31-60, one more than 365 of >365.
func firstDay(age string) int {
	if last, ok := strings.CutPrefix(age, ">"); ok {
		n, _ := strconv.Atoi(last) // our own key; 0 sorts first
		return n + 1
	}
	first, _, _ := strings.Cut(age, "-")
	n, _ := strconv.Atoi(first)
	return n
}

func (f Frame) ageName(age string) string {
	if age == "not_due" {
		return f.T("未到期", "Not due")
	}
	return strings.Replace(age, "-", "–", 1)
}

// shownCategories is how many kinds of complaints stand by name; the rest is 其他.
const shownCategories = 8

// complaintsPanel is complaints by category, most first.
func (s *Server) complaintsPanel(f Frame) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		p.Unit = f.T("件", "count")
		now := f.Filter.Period
		values, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: "complaints_per_1000", Dim: "category", Periods: []gatehouse.Period{now, now.YearEarlier()}})
		if err != nil {
			return err
		}
		list, sum, before := f.categories(values, now)
		p.Note = []string{
			f.PeriodLabel(now) + " " + f.Count(sum) + f.T(" 件", ""), f.T("上年同期 ", "a year before ") + f.Count(before) + f.T(" 件", ""), f.T("由多到少", "most first"),
		}
		p.N = "n " + f.Count(sum) + f.T(" 件", "")
		if sum.IsZero() {
			p.Empty = f.T("本期没有投诉。", "No complaints in this period.")
			return nil
		}
		p.Rows, p.Style = f.Trace(f.whole("complaints_per_1000", now)), "bars"
		whole, count := panel.Plain(panel.Percent), panel.Plain(panel.Integer)
		whole.Places = 0
		p.Table = panel.Table{Columns: []panel.Column{
			column("category", "类别", "Category", panel.Plain(panel.Text)), barColumn(panel.Bars{Actual: "now", Prior: "prior", Average: math.NaN()}),
			styled(column("now", "本期", "Now", count), "strong"), styled(column("prior", "上年", "Before", count), "muted"),
			column("change", "差异", "Change", count.Change()), styled(column("cumulative", "累计", "Cum.", whole), "muted"),
		}}
		running, reached, names, cut := decimal.Zero, decimal.Zero, 0, false
		most := sum.Mul(decimal.NewFromFloat(0.8))
		for _, c := range list {
			crossed := running.LessThan(most)
			running = running.Add(c.now)
			row := panel.Row{Cells: []panel.Cell{
				panel.OfText(c.name), {}, panel.Of(c.now).Linked(c.rows), panel.Of(c.prior), judged(panel.Of(c.now.Sub(c.prior)), count, -1), quotient(running, sum),
			}}
			if crossed {
				names, reached = names+1, running
				row.Cut = running.GreaterThanOrEqual(most) && running.LessThan(sum)
				cut = cut || row.Cut
			}
			p.Table.Rows = append(p.Table.Rows, row)
		}
		p.Sentence = f.T("前 "+f.Count(names)+" 类即全部投诉", f.Count(names)+" categories make up all complaints")
		if cut {
			if top := share(reached.InexactFloat64(), sum.InexactFloat64()); 2*names <= len(list) {
				found(p, f.T("前 "+f.Count(names)+" 类占投诉 "+top, f.Count(names)+" categories make up "+top+" of complaints"))
			}
			p.Sentence = f.T("虚线：前 "+f.Count(names)+" 类累计满 80%", "Dashed rule: the first "+f.Count(names)+" reach 80%")
		}
		return nil
	}
}

// category is one kind of complaint.
type category struct {
	name, rows string
	now, prior decimal.Decimal
}

// categories puts the kinds in order, the rare ones together at the end.
func (f Frame) categories(values []analytics.Value, now gatehouse.Period) (list []*category, sum, before decimal.Decimal) {
	byName := map[string]*category{}
	for _, v := range values {
		c := byName[v.Slice]
		if c == nil {
			c = &category{name: v.Slice, rows: f.Trace(f.sliceOf("complaints_per_1000", now, "category", v.Slice))}
			byName[v.Slice] = c
		}
		if v.Period == now {
			c.now, sum = c.now.Add(v.Numerator), sum.Add(v.Numerator)
		} else {
			c.prior, before = c.prior.Add(v.Numerator), before.Add(v.Numerator)
		}
	}
	other := &category{name: f.T("其他", "Other")}
	for _, c := range byName {
		if c.name == "其他" || c.name == "" {
			other.now, other.prior = other.now.Add(c.now), other.prior.Add(c.prior)
			continue
		}
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *category) int {
		return cmp.Or(b.now.Cmp(a.now), b.prior.Cmp(a.prior), cmp.Compare(a.name, b.name))
	})
	for len(list) > shownCategories {
		c := list[len(list)-1]
		list = list[:len(list)-1]
		other.now, other.prior = other.now.Add(c.now), other.prior.Add(c.prior)
	}
	if !other.now.IsZero() || !other.prior.IsZero() {
		list = append(list, other)
	}
	return list, sum, before
}

// complaintLimit is the days in which a complaint is to be closed where the
// request itself says nothing.
const complaintLimit = 3

// closingPanel is how long complaints took.
func (s *Server) closingPanel(f Frame) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		p.Unit = f.T("占已办结 %", "% of those closed")
		now, err := s.kpis.ClosingTimes(ctx, f.Scope, f.Snapshot, f.Filter.Period, "complaint")
		if err != nil {
			return err
		}
		before, err := s.kpis.ClosingTimes(ctx, f.Scope, f.Snapshot, f.Filter.Period.YearEarlier(), "complaint")
		if err != nil {
			return err
		}
		closed := now.Received() - now.Open
		p.Note = []string{
			f.PeriodLabel(f.Filter.Period), f.T("已办结 n ", "closed n ") + f.Count(closed), f.T("未办结 ", "open ") + f.Count(now.Open),
			f.T("上年 n ", "a year before n ") + f.Count(before.Received()-before.Open),
		}
		p.N = "n " + f.Count(closed) + f.T(" 件", "")
		if closed == 0 {
			p.Empty = f.T("本期没有已办结的投诉。", "No complaint of this period is closed.")
			return nil
		}
		p.Sentence = f.T("中位数 ", "Median ") + f.days(now.Median) + f.T("（上年 ", " (before: ") + f.days(before.Median) + f.T("），P90 ", "), P90 ") + f.days(now.P90)
		count, percent := panel.Plain(panel.Integer), panel.Plain(panel.Percent)
		p.Table = panel.Table{Columns: []panel.Column{
			column("days", "用时（天）", "Days", panel.Plain(panel.Text)), column("closed", "件数", "Requests", count), column("actual", "本期", "Actual", percent),
			column("closed_prior", "上年件数", "Requests, prior year", count), column("prior", "上年", "Prior year", percent),
		}}
		actual, prior := chart.Fold(now.Days), chart.Fold(before.Days)
		all, then := decimal.NewFromUint64(closed), decimal.NewFromUint64(before.Received()-before.Open)
		for i := range actual {
			a, b := decimal.NewFromUint64(actual[i]), decimal.NewFromUint64(prior[i])
			p.Table.Rows = append(p.Table.Rows, panel.Row{Cells: []panel.Cell{panel.OfText(chart.BinName(i)), panel.Of(a), quotient(a, all), panel.Of(b), quotient(b, then)}})
		}
		drawn, err := chart.Closing{
			ID: p.Name, Name: f.named(p), Lang: f.Lang, Bins: actual, Actual: p.Table.Floats("actual"), Prior: p.Table.Floats("prior"), Limit: complaintLimit,
		}.Chart()
		return draw(p, drawn, err)
	}
}

func (f Frame) days(hours float64) string {
	if math.IsNaN(hours) {
		return missing
	}
	return chart.Decimal(hours/24, 1) + f.T(" 天", " days")
}
