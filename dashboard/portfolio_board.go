package dashboard

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
)

// board is one KPI of every project in scope.
type board struct {
	kpi      *analytics.KPI
	measure  measure
	period   gatehouse.Period
	format   chart.Format
	standing []standing // best first, those without a value last
	average  float64    // of all together, a ratio of sums
	months   []float64  // the same, by month
	steps    []gatehouse.Period
	first    gatehouse.Month
}

// standing is one project on the board.
type standing struct {
	analytics.ProjectInfo
	reading
	whole  analytics.Value
	basis  analytics.Value // what the value shown is made of: the months of it, where it is a month's
	months []float64
	since  gatehouse.Month // first month with data, 0 when there is none on the board
}

// Weight is what a board counts for among the answers that are kept.
func (b *board) Weight() int { return len(b.standing) * (1 + len(b.months)/8) }

// boardOf is the board that the panels share.
func (s *Server) boardOf(ctx context.Context, f Frame, k *analytics.KPI) (*board, error) {
	user := f.User.Scope()
	question := fmt.Sprintf("board %s %s %d %d %t %q", k.Name, f.Lang, f.Filter.Period.Start, f.Filter.Period.End, user.All(), user.Codes())
	found, err := analytics.Remembered(ctx, s.kpis, f.Scope, f.Snapshot, question, func(ctx context.Context) ([]*board, error) {
		lastYear, err := s.sameDay(ctx, f)
		if err != nil {
			return nil, err
		}
		b, err := s.board(ctx, f, lastYear, k)
		return []*board{&b}, err
	})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

func (s *Server) board(ctx context.Context, f Frame, lastYear analytics.Snapshot, k *analytics.KPI) (board, error) {
	m := measureOf(k.Name)
	b := board{kpi: k, measure: m, period: f.Filter.Period, format: f.format(k)}
	last := f.Filter.Period.Last()
	steps := s.steps(m, last)
	candidates := f.periodsOf(m)
	asked := slices.Clone(steps)
	for _, c := range candidates {
		asked = append(asked, c, c.YearEarlier())
	}
	values, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: k.Name, Periods: asked, ByProject: true})
	if err != nil {
		return b, err
	}
	byProject := map[string]map[gatehouse.Period]analytics.Value{}
	all := map[gatehouse.Period]analytics.Value{}
	counted := map[gatehouse.Period]map[string]bool{}
	for _, v := range values {
		if byProject[v.Project] == nil {
			byProject[v.Project] = map[gatehouse.Period]analytics.Value{}
		}
		byProject[v.Project][v.Period] = v
		// The period may be asked twice, as itself and as a step of the line.
		if counted[v.Period] == nil {
			counted[v.Period] = map[string]bool{}
		}
		if !counted[v.Period][v.Project] {
			counted[v.Period][v.Project] = true
			all[v.Period] = all[v.Period].Plus(v)
		}
	}
	for _, c := range candidates {
		if b.period = c; all[c].Known() {
			break
		}
	}
	targets, err := s.kpis.Targets(ctx, f.Scope, f.Snapshot, m.targeted(b.period))
	if err != nil {
		return b, err
	}
	prior := map[string]float64{}
	if m.sameAge {
		lines, _, err := s.kpis.Fees(ctx, f.Scope, lastYear, b.period.YearEarlier(), analytics.FeesByProject)
		if err != nil {
			return b, err
		}
		for _, l := range lines {
			prior[l.Project] = rateOf(l)
		}
	}
	b.first, b.steps = steps[0].Start, steps
	b.average = b.value(all, b.period)
	for _, step := range steps {
		b.months = append(b.months, all[step].Float())
	}
	for _, p := range f.Projects {
		if !f.Scope.Allows(p.Code) {
			continue
		}
		own := byProject[p.Code]
		v := own[b.period]
		one := standing{ProjectInfo: p, whole: v, basis: v}
		if m.monthly {
			one.basis = months(own, b.period)
		}
		one.reading = reading{measure: m, of: k, period: b.period, n: v.N, value: b.value(own, b.period), prior: b.value(own, b.period.YearEarlier()), target: targetOf(targets, k.Name, p.Code)}
		one.low, one.high = interval(v)
		one.pLow, one.pHigh = interval(own[b.period.YearEarlier()])
		if k.Interval != analytics.NoInterval && m.survey && v.N < analytics.MinimumN && v.Known() {
			one.tooFew, one.value = true, math.NaN()
		}
		if rate, ok := prior[p.Code]; m.sameAge {
			one.prior = math.NaN()
			if ok {
				one.prior = rate
			}
		}
		for _, step := range steps {
			one.months = append(one.months, own[step].Float())
			if one.since == 0 && own[step].Known() {
				one.since = step.Start
			}
		}
		if one.startedLater(&b) {
			one.prior = math.NaN()
		}
		b.standing = append(b.standing, one)
	}
	slices.SortStableFunc(b.standing, func(x, y standing) int {
		if nx, ny := math.IsNaN(x.value), math.IsNaN(y.value); nx || ny {
			return cmp.Compare(btoi(nx), btoi(ny))
		}
		return cmp.Compare(y.value, x.value) * k.HigherIs
	})
	return b, nil
}

// startedLater tells that last year's period is not whole for the project.
func (one standing) startedLater(b *board) bool {
	return !b.measure.survey && one.since > b.period.YearEarlier().Start
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// value is the KPI of a period as the tiles show it.
func (b board) value(values map[gatehouse.Period]analytics.Value, p gatehouse.Period) float64 {
	if b.measure.monthly {
		return aMonth(values, p)
	}
	return values[p].Float()
}

// targetOf is a project's own target, else the company's, else NaN.
func targetOf(targets []analytics.Target, kpi, project string) float64 {
	target := math.NaN()
	for _, t := range targets {
		if t.KPI == kpi && (t.Project == project || t.Project == "" && math.IsNaN(target)) {
			target = t.Target.InexactFloat64()
		}
	}
	return target
}

// trimSign takes the sign off a worded difference, where a word tells the side.
func trimSign(s string) string { return strings.TrimLeft(s, "+±"+minus) }
