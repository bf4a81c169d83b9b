package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gatehouse"
	"gatehouse/analytics"
)

// figures are what a report is made of, but for the bills.
type figures struct {
	names map[string]string // of projects

	byProject, byBuilding, byItem []analytics.FeeLine
	total, itemTotal              analytics.FeeLine // itemTotal counts a room once for each item it pays
	before                        map[string]analytics.FeeLine
	totalBefore                   analytics.FeeLine // a year earlier, on the same day
	receipts                      analytics.Receipts
	targets                       map[string]float64 // collection rate, of projects that have one
	target                        aim

	edges           []uint16
	ages            map[string][]gatehouse.Money // outstanding by project and class
	age, ageBefore  []gatehouse.Money            // of all projects
	arrears         []gatehouse.Money            // of all bills to the end of the period
	monthAxis       []gatehouse.Month
	byMonth         map[string][]monthFigure // by project, on the axis
	month, monthAgo []monthFigure            // of all projects
	monthTargets    []aim

	parts  []analytics.BillSheet
	ledger analytics.FeeControl
}

// aim is a target, if there is one.
type aim struct {
	rate float64
	set  bool
}

type monthFigure struct{ net, received gatehouse.Money }

// trendMonths end with the last of the period.
const trendMonths = 12

func readFigures(ctx context.Context, kpis *analytics.Service, c Collection) (f figures, err error) {
	projects, err := kpis.Projects(ctx, c.Scope, c.Snapshot)
	if err != nil {
		return f, err
	}
	f.names = map[string]string{}
	for _, p := range projects {
		f.names[p.Code] = p.Name
	}
	ago, periodAgo := c.Snapshot.YearEarlier(), c.Period.YearEarlier()
	if f.byProject, f.total, err = kpis.Fees(ctx, c.Scope, c.Snapshot, c.Period, analytics.FeesByProject); err != nil {
		return f, err
	}
	if f.byBuilding, _, err = kpis.Fees(ctx, c.Scope, c.Snapshot, c.Period, analytics.FeesByBuilding); err != nil {
		return f, err
	}
	if f.byItem, f.itemTotal, err = kpis.Fees(ctx, c.Scope, c.Snapshot, c.Period, analytics.FeesByItem); err != nil {
		return f, err
	}
	earlier, totalBefore, err := kpis.Fees(ctx, c.Scope, ago, periodAgo, analytics.FeesByProject)
	if err != nil {
		return f, err
	}
	f.before, f.totalBefore = map[string]analytics.FeeLine{}, totalBefore
	for _, l := range earlier {
		f.before[l.Project] = l
	}
	if f.receipts, err = kpis.Receipts(ctx, c.Scope, c.Snapshot, c.Period); err != nil {
		return f, err
	}
	if f.ledger, err = kpis.FeeControl(ctx, c.Scope, c.Snapshot, c.Period); err != nil {
		return f, err
	}
	if f.parts, err = kpis.BillSheets(ctx, c.Scope, c.Snapshot, c.Period, c.perSheet); err != nil {
		return f, err
	}
	if err := f.readTargets(ctx, kpis, c); err != nil {
		return f, err
	}
	if err := f.readAges(ctx, kpis, c, ago, periodAgo); err != nil {
		return f, err
	}
	return f, f.readMonths(ctx, kpis, c, ago)
}

func (f *figures) readTargets(ctx context.Context, kpis *analytics.Service, c Collection) error {
	targets, err := kpis.Targets(ctx, c.Scope, c.Snapshot, c.Period)
	if err != nil {
		return err
	}
	f.targets = map[string]float64{}
	for _, t := range targets {
		if t.KPI == "collection_rate" && t.Project != "" {
			f.targets[t.Project] = t.Target.InexactFloat64()
		}
	}
	f.target, err = aimOf(ctx, kpis, c, c.Period)
	return err
}

// aimOf is what all projects of the report are to reach together.
func aimOf(ctx context.Context, kpis *analytics.Service, c Collection, p gatehouse.Period) (aim, error) {
	targets, err := kpis.Targets(ctx, c.Scope, c.Snapshot, p)
	if err != nil {
		return aim{}, err
	}
	values, err := kpis.Values(ctx, c.Scope, c.Snapshot, analytics.Ask{KPI: "collection_rate", Periods: []gatehouse.Period{p}, ByProject: true})
	if err != nil {
		return aim{}, err
	}
	rate, set := analytics.Aim(targets, "collection_rate", values)
	return aim{rate.InexactFloat64(), set}, nil
}

func (f *figures) readAges(ctx context.Context, kpis *analytics.Service, c Collection, ago analytics.Snapshot, periodAgo gatehouse.Period) error {
	f.edges = kpis.AgeEdges()
	classes := len(f.edges) + 2
	now, err := kpis.FeeAges(ctx, c.Scope, c.Snapshot, c.Period)
	if err != nil {
		return err
	}
	earlier, err := kpis.FeeAges(ctx, c.Scope, ago, periodAgo)
	if err != nil {
		return err
	}
	f.ages, f.age, f.ageBefore, f.arrears = map[string][]gatehouse.Money{}, make([]gatehouse.Money, classes), make([]gatehouse.Money, classes), make([]gatehouse.Money, classes)
	for _, a := range now {
		if f.ages[a.Project] == nil {
			f.ages[a.Project] = make([]gatehouse.Money, classes)
		}
		f.ages[a.Project][a.Class] += a.Outstanding
		f.age[a.Class] += a.Outstanding
	}
	for _, a := range earlier {
		f.ageBefore[a.Class] += a.Outstanding
	}
	values, err := kpis.Values(ctx, c.Scope, c.Snapshot, analytics.Ask{KPI: "arrears_age", Dim: "age", Periods: []gatehouse.Period{c.Period}})
	if err != nil {
		return err
	}
	names := ageKeys(f.edges)
	for _, v := range values {
		if i := slices.Index(names, v.Slice); i >= 0 {
			if err := f.arrears[i].Scan(v.Numerator); err != nil {
				return err
			}
		}
	}
	return nil
}

// ageKeys are the classes of days past due as the KPI arrears_age names them.
func ageKeys(edges []uint16) []string {
	keys := []string{"not_due"}
	from := 1
	for _, edge := range edges {
		keys, from = append(keys, fmt.Sprintf("%d-%d", from, edge)), int(edge)+1
	}
	return append(keys, fmt.Sprintf(">%d", from-1))
}

// class is where a bill so many days past due belongs, as in analytics.FeeAges.
func (f *figures) class(days int) int {
	if days <= 0 {
		return 0
	}
	for i, edge := range f.edges {
		if days <= int(edge) {
			return i + 1
		}
	}
	return len(f.edges) + 1
}

func (f *figures) readMonths(ctx context.Context, kpis *analytics.Service, c Collection, ago analytics.Snapshot) error {
	p := gatehouse.Period{Start: c.Period.End - trendMonths, End: c.Period.End}
	for m := p.Start; m < p.End; m++ {
		f.monthAxis = append(f.monthAxis, m)
		target, err := aimOf(ctx, kpis, c, gatehouse.MonthPeriod(m))
		if err != nil {
			return err
		}
		f.monthTargets = append(f.monthTargets, target)
	}
	now, err := kpis.FeeMonths(ctx, c.Scope, c.Snapshot, p)
	if err != nil {
		return err
	}
	earlier, err := kpis.FeeMonths(ctx, c.Scope, ago, p.YearEarlier())
	if err != nil {
		return err
	}
	f.byMonth, f.month, f.monthAgo = map[string][]monthFigure{}, make([]monthFigure, trendMonths), make([]monthFigure, trendMonths)
	for _, m := range now {
		if f.byMonth[m.Project] == nil {
			f.byMonth[m.Project] = make([]monthFigure, trendMonths)
		}
		i := m.Month - p.Start
		f.byMonth[m.Project][i] = monthFigure{m.Net, m.Received}
		f.month[i].net += m.Net
		f.month[i].received += m.Received
	}
	for _, m := range earlier {
		i := m.Month - p.Start + 12
		f.monthAgo[i].net += m.Net
		f.monthAgo[i].received += m.Received
	}
	return nil
}

// monthProjects are the projects of the page by month, in the order of their codes.
func (f *figures) monthProjects() []string {
	var codes []string
	for code := range f.byMonth {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}

// mostOutstanding are the projects that owe most, those first.
func (f *figures) mostOutstanding(n int) []analytics.FeeLine {
	lines := slices.DeleteFunc(slices.Clone(f.byProject), func(l analytics.FeeLine) bool { return l.Outstanding <= 0 })
	slices.SortStableFunc(lines, func(a, b analytics.FeeLine) int { return cmp.Compare(b.Outstanding, a.Outstanding) })
	return lines[:min(n, len(lines))]
}
