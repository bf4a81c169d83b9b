package analytics

import (
	"context"
	"fmt"
	"slices"

	"github.com/cespare/xxhash/v2"
	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// What months do not add up to is kept for ten years back and to the end of the
// next fiscal year, so that a mistyped year does not make thousands of periods.
const monthsKept = 120

// keptMonths are the months of the standard periods that are kept.
func keptMonths(c gatehouse.Calendar, asOf gatehouse.Date) gatehouse.Period {
	m := asOf.Month()
	return gatehouse.Period{Start: m - monthsKept, End: c.FiscalYear(m).End + 12}
}

// standardPeriods are every month of [first, last], and every quarter,
// half-year, fiscal year and, up to the month of today, year to date that
// touches it.
func standardPeriods(c gatehouse.Calendar, first, last, today gatehouse.Month) []gatehouse.Period {
	var periods []gatehouse.Period
	seen := map[gatehouse.Period]bool{}
	for m := first; m <= last; m++ {
		for _, p := range []gatehouse.Period{gatehouse.MonthPeriod(m), c.Quarter(m), c.HalfYear(m), c.FiscalYear(m), c.YearToDate(min(m, today))} {
			if !seen[p] {
				seen[p] = true
				periods = append(periods, p)
			}
		}
	}
	return periods
}

// keptPeriods are the periods of which a refresh keeps values.
func (s *Service) keptPeriods(ctx context.Context, asked clickhouse.Asked) ([]gatehouse.Period, error) {
	type reach struct {
		First gatehouse.Month `ch:"first"`
		Last  gatehouse.Month `ch:"last"`
	}
	r, err := clickhouse.First[reach](ctx, s.db, "analytics.Reach", asked, nil)
	if err != nil {
		return nil, err
	}
	kept := keptMonths(s.Calendar(), asked.AsOf)
	return standardPeriods(s.Calendar(), max(r.First, kept.Start), min(max(r.Last, asked.AsOf.Month()), kept.End-1), asked.AsOf.Month()), nil
}

// readPeriods gives the values of a KPI whose months do not add up: those that
// a refresh has kept, and of other periods, such as the twelve months to any
// month, what the facts come to.
func (s *Service) readPeriods(ctx context.Context, scope gatehouse.Scope, at Snapshot, k *KPI, ask Ask) ([]Value, error) {
	kept := keptMonths(s.Calendar(), at.AsOf)
	var usual, odd []gatehouse.Period
	for _, p := range ask.Periods {
		if p.Last() < kept.Start || p.Start >= kept.End || !slices.Contains(standardPeriods(s.Calendar(), p.Start, p.Last(), at.AsOf.Month()), p) {
			odd = append(odd, p)
		} else {
			usual = append(usual, p)
		}
	}
	values, err := s.read(ctx, scope, at, k, ask, usual)
	if err != nil || len(odd) == 0 || at.Empty() {
		return values, err
	}
	more, err := s.fromFacts(ctx, scope, at, k, ask, odd)
	return inOrder(append(values, more...), ask.Periods), err
}

// sumRow is a sum of a KPI's lines.
type sumRow struct {
	Project     string            `ch:"project"`
	Start       gatehouse.Month   `ch:"month"`
	End         gatehouse.Month   `ch:"until"`
	Dim         string            `ch:"dim"`
	Slice       string            `ch:"slice"`
	Numerator   decimal.Decimal   `ch:"numerator"`
	Denominator decimal.Decimal   `ch:"denominator"`
	N           uint64            `ch:"n"`
	Moments     []float64         `ch:"moments"`
	Samples     map[uint32]uint64 `ch:"samples"`
}

// fromFacts computes what is not kept.
func (s *Service) fromFacts(ctx context.Context, scope gatehouse.Scope, at Snapshot, k *KPI, ask Ask, periods []gatehouse.Period) ([]Value, error) {
	key := fmt.Sprintf("%s %x %d %s %v", k.Name, xxhash.Sum64String(k.SQL), s.rules(), named(at.asked(scope)), periods)
	rows, err := remembered(ctx, s, key, func(ctx context.Context) ([]sumRow, error) {
		return clickhouse.SelectSums[sumRow](ctx, s.db, k.query(), at.asked(scope), spans(periods))
	})
	if err != nil {
		return nil, err
	}
	t := tally{}
	done := map[gatehouse.Period]bool{}
	for _, p := range periods {
		if done[p] {
			continue
		}
		done[p] = true
		last := lastMonths(rows, p)
		closes := min(p.Last(), at.AsOf.Month())
		for _, r := range rows {
			v, ok := s.share(k, r, p, last[r.of()], closes)
			if r.Dim != ask.Dim || !ok {
				continue
			}
			if v.Project = r.Project; !ask.ByProject {
				v.Project = ""
			}
			t.add(v)
		}
	}
	return t.values(periods), nil
}

// sliceOf is a slice of a project.
type sliceOf struct{ project, dim, slice string }

func (r sumRow) of() sliceOf { return sliceOf{r.Project, r.Dim, r.Slice} }

// lastMonths are the last months of a period with a value, by project and slice.
func lastMonths(rows []sumRow, p gatehouse.Period) map[sliceOf]gatehouse.Month {
	last := map[sliceOf]gatehouse.Month{}
	for _, r := range rows {
		if r.Start >= p.Start && r.End <= p.End && r.End == r.Start+1 {
			last[r.of()] = max(last[r.of()], r.Start)
		}
	}
	return last
}

// share is what a sum adds to the value of a period, by the rules of
// analytics.Values.sql; false when it adds nothing.
func (s *Service) share(k *KPI, r sumRow, p gatehouse.Period, last, closes gatehouse.Month) (Value, bool) {
	v := Value{KPI: k, Period: p, Slice: r.Slice}
	exact := r.Start == p.Start && r.End == p.End
	inside := r.End == r.Start+1 && p.Contains(r.Start)
	if k.Grain == ByPeriod {
		inside = exact
	}
	opens := r.End == r.Start+1 && r.Start == s.Calendar().FiscalYear(p.Last()).Start
	counts := func(rule Rollup) bool {
		switch rule {
		case Opening:
			return opens
		case Last:
			return inside && r.Start == last
		case AtClose:
			return inside && r.Start == closes
		case Sum:
		}
		return inside
	}
	if counts(k.Numerator) {
		v.Numerator = r.Numerator
	}
	if counts(k.Denominator) {
		v.Denominator = r.Denominator
	}
	if counts(k.N) {
		v.N = r.N
	}
	if inside && k.Interval != ByRatio || exact {
		v.Moments = r.Moments
	}
	if inside {
		v.Samples = r.Samples
	}
	return v, inside || exact || opens && (k.Numerator == Opening || k.Denominator == Opening)
}
