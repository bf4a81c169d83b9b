package analytics

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// Value is one KPI of one period: of a project, or of all in scope together.
type Value struct {
	KPI         *KPI
	Period      gatehouse.Period
	Project     string // code; empty for all together, and for rows of no known project
	Slice       string // value of the dimension asked for
	Numerator   decimal.Decimal
	Denominator decimal.Decimal
	N           uint64 // rooms, answers, requests or meters, as KPI.NUnit says
	Spread      float64
}

// Known tells whether there is a value; without one it is shown as "—".
func (v Value) Known() bool {
	return v.KPI != nil && (v.KPI.IsSum && v.N+uint64(v.Numerator.Abs().Ceil().IntPart()) > 0 || !v.Denominator.IsZero())
}

// Exact is the value as a decimal of 12 places, false when there is none.
func (v Value) Exact() (decimal.Decimal, bool) {
	switch {
	case !v.Known():
		return decimal.Decimal{}, false
	case v.KPI.IsSum:
		return v.Numerator, true
	case v.KPI.Unit == Per1000:
		return v.Numerator.Mul(decimal.New(1000, 0)).DivRound(v.Denominator, 12), true
	}
	return v.Numerator.DivRound(v.Denominator, 12), true
}

// Float is the value for drawing, NaN when there is none.
func (v Value) Float() float64 {
	exact, ok := v.Exact()
	if !ok {
		return math.NaN()
	}
	return exact.InexactFloat64()
}

// Ask says which values of a KPI are wanted.
type Ask struct {
	KPI       string
	Periods   []gatehouse.Period // a half-yearly KPI widens them to whole half-years
	ByProject bool               // else all projects in scope together
	Dim       string             // a slice of the KPI, empty for the whole
}

// Values gives the values that exist, in the order of periods, then projects,
// then slices.
func (s *Service) Values(ctx context.Context, scope gatehouse.Scope, at Snapshot, ask Ask) ([]Value, error) {
	k, err := s.registry.Get(ask.KPI)
	if err != nil {
		return nil, err
	}
	if ask.Dim != "" && !slices.Contains(k.Slices, ask.Dim) {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "KPI %s has no slice %q: it has %v", k.Name, ask.Dim, k.Slices)
	}
	periods := slices.Clone(ask.Periods)
	if k.HalfYearly {
		for i, p := range periods {
			periods[i] = s.wholeHalves(p)
		}
	}
	starts, ends := make([]time.Time, len(periods)), make([]time.Time, len(periods))
	for i, p := range periods {
		starts[i], ends[i] = p.Start.Time(), p.End.Time()
	}
	type row struct {
		At          uint32          `ch:"at"`
		Project     string          `ch:"project"`
		Slice       string          `ch:"slice"`
		Numerator   decimal.Decimal `ch:"numerator"`
		Denominator decimal.Decimal `ch:"denominator"`
		N           uint64          `ch:"n"`
		Spread      float64         `ch:"spread"`
	}
	rows, err := answer[row](ctx, s, "analytics.Values", at.asked(scope), clickhouse.Params{
		"kpi": k.Name, "dim": ask.Dim, "by_project": ask.ByProject, "starts": dates(starts), "ends": dates(ends),
		"numerator_last": k.Numerator == Last, "denominator_last": k.Denominator == Last, "n_last": k.N == Last,
	})
	if err != nil {
		return nil, err
	}
	values := make([]Value, len(rows))
	for i, r := range rows {
		values[i] = Value{
			KPI: k, Period: periods[r.At-1], Project: r.Project, Slice: r.Slice,
			Numerator: r.Numerator, Denominator: r.Denominator, N: r.N, Spread: r.Spread,
		}
	}
	if k.SharedDenominator && ask.Dim != "" {
		return values, s.shareDenominators(ctx, scope, at, ask, values)
	}
	return values, nil
}

// shareDenominators puts the denominators of the whole under its slices.
func (s *Service) shareDenominators(ctx context.Context, scope gatehouse.Scope, at Snapshot, ask Ask, slices []Value) error {
	ask.Dim = ""
	wholes, err := s.Values(ctx, scope, at, ask)
	if err != nil {
		return err
	}
	type place struct {
		period  gatehouse.Period
		project string
	}
	denominators := map[place]decimal.Decimal{}
	for _, w := range wholes {
		denominators[place{w.Period, w.Project}] = w.Denominator
	}
	for i, v := range slices {
		slices[i].Denominator = denominators[place{v.Period, v.Project}]
	}
	return nil
}

// Value gives the KPI of one period for all projects in scope together; its
// Known is false when there is none.
func (s *Service) Value(ctx context.Context, scope gatehouse.Scope, at Snapshot, kpi string, p gatehouse.Period) (Value, error) {
	values, err := s.Values(ctx, scope, at, Ask{KPI: kpi, Periods: []gatehouse.Period{p}})
	if err != nil || len(values) > 0 {
		return first(values), err
	}
	k, err := s.registry.Get(kpi)
	return Value{KPI: k, Period: p}, err
}

func first(values []Value) Value {
	if len(values) == 0 {
		return Value{}
	}
	return values[0]
}

// wholeHalves widens a period to the half-years that it touches.
func (s *Service) wholeHalves(p gatehouse.Period) gatehouse.Period {
	c := s.Calendar()
	return gatehouse.Period{Start: c.HalfYear(p.Start).Start, End: c.HalfYear(p.Last()).End}
}

func dates(times []time.Time) []string {
	out := make([]string, len(times))
	for i, t := range times {
		out[i] = t.Format(time.DateOnly)
	}
	return out
}
