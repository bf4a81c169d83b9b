package dashboard

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
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
func (s *Server) complaintsPanel(f Frame) builder {
	return func(ctx context.Context, p *Panel) error {
		p.Title, p.Unit, p.Class = f.T("投诉按类别", "Complaints by category"), f.T("件", "count"), "w6"
		now := f.Filter.Period
		values, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: "complaints_per_1000", Dim: "category", Periods: []gatehouse.Period{now, now.YearEarlier()}})
		if err != nil {
			return err
		}
		type category struct {
			name       string
			rows       string
			now, prior float64
		}
		byName := map[string]*category{}
		sum, before := 0.0, 0.0
		for _, v := range values {
			c := byName[v.Slice]
			if c == nil {
				c = &category{name: v.Slice, rows: f.Trace(f.sliceOf("complaints_per_1000", now, "category", v.Slice))}
				byName[v.Slice] = c
			}
			n := v.Numerator.InexactFloat64()
			if v.Period == now {
				c.now, sum = c.now+n, sum+n
			} else {
				c.prior, before = c.prior+n, before+n
			}
		}
		p.Note = []string{
			f.PeriodLabel(now) + " " + chart.Decimal(sum, 0) + f.T(" 件", ""), f.T("上年同期 ", "a year before ") + chart.Decimal(before, 0) + f.T(" 件", ""), f.T("由多到少", "most first"),
		}
		if sum == 0 {
			p.Empty = f.T("本期没有投诉。", "No complaints in this period.")
			return nil
		}
		p.Link, p.LinkLabel = f.Trace(f.whole("complaints_per_1000", now)), f.T("明细", "Rows")
		other := &category{name: f.T("其他", "Other")}
		var list []*category
		for _, c := range byName {
			if c.name == "其他" || c.name == "" {
				other.now, other.prior = other.now+c.now, other.prior+c.prior
				continue
			}
			list = append(list, c)
		}
		slices.SortFunc(list, func(a, b *category) int {
			return cmp.Or(cmp.Compare(b.now, a.now), cmp.Compare(b.prior, a.prior), cmp.Compare(a.name, b.name))
		})
		for len(list) > shownCategories {
			c := list[len(list)-1]
			list = list[:len(list)-1]
			other.now, other.prior = other.now+c.now, other.prior+c.prior
		}
		if other.now+other.prior > 0 {
			list = append(list, other)
		}
		end := 0.0
		for _, c := range list {
			end = max(end, c.now, c.prior)
		}
		count := chart.Format{Lang: f.Lang}
		bars := &Bars{Head: []string{f.T("类别", "Category"), "", f.T("本期", "Now"), f.T("上年", "Before"), f.T("差异", "Change"), f.T("累计", "Cum.")}}
		running, names, cut := 0.0, 0, false
		for _, c := range list {
			crossed := running < 0.8*sum
			running += c.now
			row := BarRow{Name: c.name, Rows: c.rows, Bar: chart.NewBullet(c.now, c.prior, math.NaN(), end), Cells: []Cell{
				{chart.Decimal(c.now, 0), "strong"}, {chart.Decimal(c.prior, 0), "muted"}, countGap(count, c.now-c.prior), {share(running, sum), "muted"},
			}}
			if crossed {
				names++
				row.Cut = running >= 0.8*sum && running < sum
				cut = cut || row.Cut
			}
			bars.Rows = append(bars.Rows, row)
		}
		p.Bars = bars
		p.Foot = f.T("前 "+f.Count(names)+" 类即全部投诉", f.Count(names)+" categories make up all complaints")
		if cut {
			p.Foot = f.T("虚线：前 "+f.Count(names)+" 类累计满 80%", "Dashed rule: the first "+f.Count(names)+" reach 80%")
		}
		return nil
	}
}

// countGap is the change of a count, of which fewer is better.
func countGap(format chart.Format, d float64) Cell {
	c := gapCell(format, d, -1)
	c.Text = strings.TrimSpace(arrow(format.Sign(d)) + " " + chart.Signed(d, 0))
	return c
}

// complaintLimit is the days in which a complaint is to be closed where the
// request itself says nothing.
const complaintLimit = 3

// closingPanel is how long complaints took.
func (s *Server) closingPanel(f Frame) builder {
	return func(ctx context.Context, p *Panel) error {
		p.Title, p.Unit, p.Class = f.T("投诉关闭用时", "Time to close complaints"), f.T("占已办结 %", "% of those closed"), "w6"
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
		if closed == 0 {
			p.Empty = f.T("本期没有已办结的投诉。", "No complaint of this period is closed.")
			return nil
		}
		p.Foot = f.T("中位数 ", "Median ") + f.days(now.Median) + f.T("（上年 ", " (before: ") + f.days(before.Median) + f.T("），P90 ", "), P90 ") + f.days(now.P90)
		return p.set(chart.Closing{ID: "closing", Name: f.named(p), Lang: f.Lang, Actual: now.Days, Prior: before.Days, Limit: complaintLimit}.Chart())
	}
}

func (f Frame) days(hours float64) string {
	if math.IsNaN(hours) {
		return missing
	}
	return chart.Decimal(hours/24, 1) + f.T(" 天", " days")
}
