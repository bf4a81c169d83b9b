package analytics

import (
	"cmp"
	"maps"
	"slices"

	"gatehouse"
)

// place is what a value of a KPI is about.
type place struct {
	period         gatehouse.Period
	project, slice string
}

// tally adds values up by what they are about.
type tally map[place]Value

func (t tally) add(v Value) {
	here := place{v.Period, v.Project, v.Slice}
	sum, ok := t[here]
	if !ok {
		t[here] = v
		return
	}
	t[here] = sum.Plus(v)
}

// Plus adds another value of the same KPI: a ratio of sums. Things that n
// counts in both, such as a room in two months, count twice.
func (v Value) Plus(more Value) Value {
	v.KPI = more.KPI
	v.Numerator, v.Denominator, v.N = v.Numerator.Add(more.Numerator), v.Denominator.Add(more.Denominator), v.N+more.N
	v.Moments = addEach(v.Moments, more.Moments)
	samples := map[uint32]uint64{}
	for _, some := range []map[uint32]uint64{v.Samples, more.Samples} {
		for numerator, n := range some {
			samples[numerator] += n
		}
	}
	v.Samples = samples
	return v
}

func addEach(a, b []float64) []float64 {
	sum := make([]float64, max(len(a), len(b)))
	for i := range sum {
		if i < len(a) {
			sum[i] += a[i]
		}
		if i < len(b) {
			sum[i] += b[i]
		}
	}
	return sum
}

// values are the sums in the order of periods, then projects, then slices.
func (t tally) values(periods []gatehouse.Period) []Value {
	return inOrder(slices.Collect(maps.Values(t)), periods)
}

func inOrder(values []Value, periods []gatehouse.Period) []Value {
	slices.SortFunc(values, func(a, b Value) int {
		return cmp.Or(
			cmp.Compare(slices.Index(periods, a.Period), slices.Index(periods, b.Period)),
			cmp.Compare(a.Project, b.Project), cmp.Compare(a.Slice, b.Slice))
	})
	return values
}
