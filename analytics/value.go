package analytics

import (
	"context"
	"maps"
	"math"
	"slices"

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
	Moments     []float64
	Samples     map[uint32]uint64 // of a median: how many lines had each numerator
}

func (v Value) moment(i int) float64 {
	if i < len(v.Moments) {
		return v.Moments[i]
	}
	return 0
}

// Known tells whether there is a value; without one it is shown as "—".
func (v Value) Known() bool {
	return v.KPI != nil && (v.KPI.Kind == Total && v.N+uint64(v.Numerator.Abs().Ceil().IntPart()) > 0 || !v.Denominator.IsZero())
}

// Exact is the value as a decimal of 12 places, false when there is none.
func (v Value) Exact() (decimal.Decimal, bool) {
	switch {
	case !v.Known():
		return decimal.Decimal{}, false
	case v.KPI.Kind == Total:
		return v.Numerator, true
	case v.KPI.Kind == Median:
		return v.Quantile(0.5)
	case v.KPI.Unit == Per1000:
		return v.Numerator.Mul(decimal.New(1000, 0)).DivRound(v.Denominator, 12), true
	}
	return v.Numerator.DivRound(v.Denominator, 12), true
}

// Quantile is the value below which a share q of the lines lie, between two
// lines by linear interpolation (type 7 of Hyndman and Fan 1996), of a KPI
// whose value is a median; hours where lines are minutes.
func (v Value) Quantile(q float64) (decimal.Decimal, bool) {
	if v.KPI == nil || v.KPI.Kind != Median || v.N == 0 {
		return decimal.Decimal{}, false
	}
	at := decimal.NewFromFloat(q).Mul(decimal.NewFromUint64(v.N - 1))
	below := at.Floor()
	low, high := v.sample(below.BigInt().Uint64()), v.sample(at.Ceil().BigInt().Uint64())
	value := low.Add(high.Sub(low).Mul(at.Sub(below)))
	if v.KPI.Unit == Hours {
		value = value.DivRound(decimal.New(60, 0), 12)
	}
	return value, true
}

// sample is the i-th smallest numerator, from 0.
func (v Value) sample(i uint64) decimal.Decimal {
	var seen uint64
	for _, numerator := range slices.Sorted(maps.Keys(v.Samples)) {
		if seen += v.Samples[numerator]; seen > i {
			return decimal.New(int64(numerator), 0)
		}
	}
	return decimal.Decimal{}
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
	if len(k.Parts) > 0 {
		return s.sumOfParts(ctx, scope, at, k, ask)
	}
	values, err := s.valuesOf(ctx, scope, at, k, ask)
	if err != nil {
		return nil, err
	}
	if k.SharedDenominator && ask.Dim != "" {
		return values, s.shareDenominators(ctx, scope, at, ask, values)
	}
	return values, nil
}

func (s *Service) valuesOf(ctx context.Context, scope gatehouse.Scope, at Snapshot, k *KPI, ask Ask) ([]Value, error) {
	if at.moved {
		return s.fromFacts(ctx, scope, at, k, ask, s.widened(k, ask.Periods))
	}
	switch k.Grain {
	case ByPeriod:
		return s.readPeriods(ctx, scope, at, k, ask)
	case Halves, Monthly:
	}
	return s.read(ctx, scope, at, k, ask, s.widened(k, ask.Periods))
}

// widened are the periods as the KPI has them.
func (s *Service) widened(k *KPI, periods []gatehouse.Period) []gatehouse.Period {
	periods = slices.Clone(periods)
	for i, p := range periods {
		if k.Grain == Halves {
			periods[i] = s.wholeHalves(p)
		}
	}
	return periods
}

// read reads values that are stored.
func (s *Service) read(ctx context.Context, scope gatehouse.Scope, at Snapshot, k *KPI, ask Ask, periods []gatehouse.Period) ([]Value, error) {
	openings, counted := make([]string, len(periods)), map[string]bool{}
	for i, p := range periods {
		openings[i] = s.Calendar().FiscalYear(p.Last()).Start.Start().String()
		counted[openings[i]] = true
		for m := p.Start; m < p.End; m++ {
			counted[m.Start().String()] = true
		}
	}
	type row struct {
		At          uint32            `ch:"at"`
		Project     string            `ch:"project"`
		Slice       string            `ch:"slice"`
		Numerator   decimal.Decimal   `ch:"numerator"`
		Denominator decimal.Decimal   `ch:"denominator"`
		N           uint64            `ch:"n"`
		Moments     []float64         `ch:"moments"`
		Samples     map[uint32]uint64 `ch:"samples"`
	}
	span := spans(periods)
	rows, err := answer[row](ctx, s, "analytics.Values", at.asked(scope), clickhouse.Params{
		"kpi": k.Name, "dim": ask.Dim, "by_project": ask.ByProject, "starts": span.Starts, "ends": span.Ends, "openings": openings,
		"months":    slices.Sorted(maps.Keys(counted)),
		"by_period": k.Grain == ByPeriod, "ratio": k.Interval == ByRatio,
		"numerator": string(k.Numerator), "denominator": string(k.Denominator), "n": string(k.N),
	})
	if err != nil {
		return nil, err
	}
	values := make([]Value, len(rows))
	for i, r := range rows {
		values[i] = Value{
			KPI: k, Period: periods[r.At-1], Project: r.Project, Slice: r.Slice,
			Numerator: r.Numerator, Denominator: r.Denominator, N: r.N, Moments: r.Moments, Samples: r.Samples,
		}
	}
	return values, nil
}

// spans gives periods the way queries take them.
func spans(periods []gatehouse.Period) clickhouse.Period {
	var p clickhouse.Period
	for _, one := range periods {
		p.Starts = append(p.Starts, one.Start.Start().String())
		p.Ends = append(p.Ends, one.End.Start().String())
	}
	return p
}

// sumOfParts adds up the values of the KPIs that make up k. The first of them
// says what n counts.
func (s *Service) sumOfParts(ctx context.Context, scope gatehouse.Scope, at Snapshot, k *KPI, ask Ask) ([]Value, error) {
	sums := tally{}
	for i, part := range k.Parts {
		ask.KPI = part
		values, err := s.Values(ctx, scope, at, ask)
		if err != nil {
			return nil, err
		}
		for _, v := range values {
			if v.KPI = k; i > 0 {
				v.N = 0
			}
			v.Moments = nil // those of the parts are not those of the sum
			sums.add(v)
		}
	}
	return sums.values(ask.Periods), nil
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
