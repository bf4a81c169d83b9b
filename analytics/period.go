package analytics

import (
	"context"
	"fmt"
	"slices"

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
// half-year, fiscal year and year to date that touches it.
func standardPeriods(c gatehouse.Calendar, first, last gatehouse.Month) []gatehouse.Period {
	var periods []gatehouse.Period
	seen := map[gatehouse.Period]bool{}
	for m := first; m <= last; m++ {
		for _, p := range []gatehouse.Period{gatehouse.MonthPeriod(m), c.Quarter(m), c.HalfYear(m), c.FiscalYear(m), c.YearToDate(m)} {
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
	return standardPeriods(s.Calendar(), max(r.First, kept.Start), min(max(r.Last, asked.AsOf.Month()), kept.End-1)), nil
}

// readPeriods gives the values of a KPI whose months do not add up: those that
// a refresh has kept, and of other periods, such as the twelve months to any
// month, what the facts come to.
func (s *Service) readPeriods(ctx context.Context, scope gatehouse.Scope, at Snapshot, k *KPI, ask Ask) ([]Value, error) {
	kept := keptMonths(s.Calendar(), at.AsOf)
	var odd []gatehouse.Period
	for _, p := range ask.Periods {
		if p.Last() < kept.Start || p.Start >= kept.End || !slices.Contains(standardPeriods(s.Calendar(), p.Start, p.Last()), p) {
			odd = append(odd, p)
		}
	}
	values, err := s.read(ctx, scope, at, k, ask, ask.Periods)
	if err != nil || len(odd) == 0 || at.Empty() {
		return values, err
	}
	more, err := s.fromFacts(ctx, scope, at, k, ask, odd)
	return inOrder(append(values, more...), ask.Periods), err
}

// fromFacts computes what is not kept.
func (s *Service) fromFacts(ctx context.Context, scope gatehouse.Scope, at Snapshot, k *KPI, ask Ask, periods []gatehouse.Period) ([]Value, error) {
	type row struct {
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
	key := fmt.Sprintf("%s %d %+v %v", k.Name, s.rules, at.asked(scope), periods)
	rows, err := remembered(ctx, s, key, func(ctx context.Context) ([]row, error) {
		return clickhouse.SelectSums[row](ctx, s.db, k.query(), at.asked(scope), spans(periods))
	})
	if err != nil {
		return nil, err
	}
	t := tally{}
	for _, r := range rows {
		if r.Dim != ask.Dim {
			continue
		}
		if !ask.ByProject {
			r.Project = ""
		}
		t.add(Value{
			KPI: k, Period: gatehouse.Period{Start: r.Start, End: r.End}, Project: r.Project, Slice: r.Slice,
			Numerator: r.Numerator, Denominator: r.Denominator, N: r.N, Moments: r.Moments, Samples: r.Samples,
		})
	}
	return t.values(periods), nil
}
