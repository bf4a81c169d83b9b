package analytics

import (
	"context"
	"math"
	"slices"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/analytics/stat"
)

// Basis is what a value is held against.
type Basis string

const (
	AgainstPrevious Basis = "previous"  // the period of equal length before, 环比
	AgainstLastYear Basis = "last_year" // the same period a year before, as it stood on the same day then, 同比
	AgainstTarget   Basis = "target"
	AgainstPeers    Basis = "peers" // the other projects in scope, without the project itself
)

// Caution says what makes a comparison uneven.
type Caution string

const (
	UnequalPeriods   Caution = "unequal_periods"   // one of the periods is not over, or of another length
	MissingData      Caution = "missing_data"      // a project lacks months on a side
	ChangedPortfolio Caution = "changed_portfolio" // a project has data on one side only
	SmallN           Caution = "small_n"           // n of a survey is under MinimumN
)

// CompareAsk says what to compare. Project is empty for all in scope together;
// SameStore keeps to the projects that have every month on both sides.
type CompareAsk struct {
	KPI       string
	Period    gatehouse.Period
	Project   string
	Against   Basis
	SameStore bool
}

// Comparison is a value beside what it is held against. Difference is in the
// unit of the KPI; Low and High are its 95 % interval where one is known.
type Comparison struct {
	CompareAsk
	Now, Then   Value // Then has no sums against a target
	Target      decimal.Decimal
	Known       bool // both sides have a value
	Difference  decimal.Decimal
	Low, High   float64
	HasInterval bool
	Cautions    []Caution
	Uneven      []string // codes of the projects that cautions are about
}

// Real tells that the difference is more than chance would make: its interval
// does not hold nil. It is false where there is no interval.
func (c Comparison) Real() bool { return c.HasInterval && (c.Low > 0 || c.High < 0) }

// Better tells which way the difference goes: +1 better, −1 worse, 0 neither.
func (c Comparison) Better() int {
	if !c.Known || c.Now.KPI == nil {
		return 0
	}
	return c.Difference.Sign() * c.Now.KPI.HigherIs
}

// Compare holds a KPI of a period against another. Last year is read as it
// stood on the same day a year ago: bills of a year ago have had a year longer
// to be paid.
func (s *Service) Compare(ctx context.Context, scope gatehouse.Scope, at Snapshot, ask CompareAsk) (Comparison, error) {
	k, err := s.registry.Get(ask.KPI)
	if err != nil {
		return Comparison{}, err
	}
	own, err := scope.Narrow(ask.Project)
	if err != nil {
		return Comparison{}, err
	}
	now := side{own, at, ask.Period}
	switch ask.Against {
	case AgainstTarget:
		return s.againstTarget(ctx, k, now, ask)
	case AgainstPeers:
		return s.againstPeers(ctx, k, scope, now, ask)
	case AgainstPrevious:
		return s.overTime(ctx, k, now, side{own, at, ask.Period.Previous()}, ask)
	case AgainstLastYear:
		return s.overTime(ctx, k, now, side{own, at.YearEarlier(), ask.Period.YearEarlier()}, ask)
	}
	return Comparison{}, gatehouse.Errorf(gatehouse.Invalid, "cannot compare with %q: choose previous, last_year, target or peers", ask.Against)
}

// YearEarlier is the same knowledge on the same day of the year before: what
// happened after that day does not count.
func (n Snapshot) YearEarlier() Snapshot {
	m := n.AsOf.Month()
	day := (m - 12).Start() + (n.AsOf - m.Start())
	n.AsOf, n.moved = min(day, (m-11).Start()-1), true // 29 February
	return n
}

// side is one of the two sides of a comparison over time.
type side struct {
	scope  gatehouse.Scope
	at     Snapshot
	period gatehouse.Period
}

// over tells how many months of the period have begun on the side's as-of day,
// and whether the last of them is over.
func (x side) over() (begun int, whole bool) {
	last := min(x.period.Last(), x.at.AsOf.Month())
	return max(0, int(last-x.period.Start)+1), x.at.AsOf >= (last+1).Start()-1
}

func (s *Service) overTime(ctx context.Context, k *KPI, now, then side, ask CompareAsk) (Comparison, error) {
	c := Comparison{CompareAsk: ask}
	nowBy, nowMonths, err := s.byProject(ctx, k, now)
	if err != nil {
		return c, err
	}
	thenBy, thenMonths, err := s.byProject(ctx, k, then)
	if err != nil {
		return c, err
	}
	nowBegun, nowWhole := now.over()
	thenBegun, thenWhole := then.over()
	if nowBegun != thenBegun || nowWhole != thenWhole {
		c.caution(UnequalPeriods, "")
	}
	for project := range union(nowBy, thenBy) {
		same := nowMonths[project] == thenMonths[project]
		switch {
		case nowMonths[project] == 0 || thenMonths[project] == 0:
			c.caution(ChangedPortfolio, project)
		case !same:
			c.caution(MissingData, project)
		}
		if ask.SameStore && !same {
			continue
		}
		if v, ok := nowBy[project]; ok {
			c.Now = c.Now.Plus(v)
		}
		if v, ok := thenBy[project]; ok {
			c.Then = c.Then.Plus(v)
		}
	}
	c.Now.Period, c.Then.Period = now.period, then.period
	c.settle(k)
	return c, nil
}

// byProject are the values of a side's period, and how many of its months have one.
func (s *Service) byProject(ctx context.Context, k *KPI, x side) (map[string]Value, map[string]int, error) {
	values, err := s.Values(ctx, x.scope, x.at, Ask{KPI: k.Name, Periods: []gatehouse.Period{x.period}, ByProject: true})
	if err != nil {
		return nil, nil, err
	}
	sums, months := map[string]Value{}, map[string]int{}
	for _, v := range values {
		if v.Known() {
			sums[v.Project], months[v.Project] = v, 1
		}
	}
	if k.Grain != Monthly || len(k.Parts) > 0 || x.period.Months() == 1 {
		return sums, months, nil
	}
	var each []gatehouse.Period
	for m := x.period.Start; m < x.period.End; m++ {
		each = append(each, gatehouse.MonthPeriod(m))
	}
	values, err = s.Values(ctx, x.scope, x.at, Ask{KPI: k.Name, Periods: each, ByProject: true})
	clear(months)
	for _, v := range values {
		if v.Known() {
			months[v.Project]++
		}
	}
	return sums, months, err
}

func union(a, b map[string]Value) map[string]bool {
	both := map[string]bool{}
	for _, m := range []map[string]Value{a, b} {
		for project := range m {
			both[project] = true
		}
	}
	return both
}

func (s *Service) againstPeers(ctx context.Context, k *KPI, scope gatehouse.Scope, now side, ask CompareAsk) (Comparison, error) {
	c := Comparison{CompareAsk: ask}
	if ask.Project == "" {
		return c, gatehouse.Errorf(gatehouse.Invalid, "peers are those of one project: choose a project")
	}
	values, err := s.Values(ctx, scope, now.at, Ask{KPI: k.Name, Periods: []gatehouse.Period{now.period}, ByProject: true})
	if err != nil {
		return c, err
	}
	for _, v := range values {
		switch v.Project {
		case ask.Project:
			c.Now = v
		case "": // belongs to no project
		default:
			c.Then = c.Then.Plus(v)
		}
	}
	c.settle(k)
	return c, nil
}

func (s *Service) againstTarget(ctx context.Context, k *KPI, now side, ask CompareAsk) (Comparison, error) {
	c := Comparison{CompareAsk: ask}
	targets, err := s.Targets(ctx, now.scope, now.at, now.period)
	if err != nil {
		return c, err
	}
	values, err := s.Values(ctx, now.scope, now.at, Ask{KPI: k.Name, Periods: []gatehouse.Period{now.period}, ByProject: true})
	if err != nil {
		return c, err
	}
	if c.Now, err = s.Value(ctx, now.scope, now.at, k.Name, now.period); err != nil {
		return c, err
	}
	value, known := c.Now.Exact()
	if c.Target, c.Known = Aim(targets, k.Name, values); !c.Known || !known {
		c.Known = false
		return c, nil
	}
	c.Difference = value.Sub(c.Target)
	if low, high, ok := c.Now.Interval(); ok {
		target := c.Target.InexactFloat64()
		c.Low, c.High, c.HasInterval = low-target, high-target, true
	}
	c.smallN()
	return c, nil
}

// settle works out the difference of two values.
func (c *Comparison) settle(k *KPI) {
	c.Now.KPI, c.Then.KPI = k, k
	now, ok := c.Now.Exact()
	then, both := c.Then.Exact()
	if c.Known = ok && both; !c.Known {
		return
	}
	c.Difference = now.Sub(then)
	c.smallN()
	switch k.Interval {
	case ByWilson:
		c.Low, c.High, c.HasInterval = stat.Newcombe(
			c.Now.Numerator.InexactFloat64(), float64(c.Now.N), c.Then.Numerator.InexactFloat64(), float64(c.Then.N))
	case ByMean, ByRatio:
		// Two samples of their own: squares of the half widths add up.
		lowNow, highNow, ok := c.Now.Interval()
		lowThen, highThen, both := c.Then.Interval()
		if c.HasInterval = ok && both; c.HasInterval {
			half := math.Hypot((highNow-lowNow)/2, (highThen-lowThen)/2)
			c.Low, c.High = c.Difference.InexactFloat64()-half, c.Difference.InexactFloat64()+half
		}
	case NoInterval:
	}
}

func (c *Comparison) smallN() {
	k := c.Now.KPI
	if k.Interval != NoInterval && k.Interval != ByRatio && (c.Now.N < MinimumN || c.Against != AgainstTarget && c.Then.N < MinimumN) {
		c.caution(SmallN, "")
	}
}

func (c *Comparison) caution(what Caution, project string) {
	if !slices.Contains(c.Cautions, what) {
		c.Cautions = append(c.Cautions, what)
	}
	if project != "" {
		c.Uneven = append(c.Uneven, project)
	}
	slices.Sort(c.Cautions)
	slices.Sort(c.Uneven)
}
