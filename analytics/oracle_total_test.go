package analytics

import (
	"fmt"
	"math"
	"slices"

	"gatehouse"
)

// together is all projects as one.
const together = "all"

// total rolls months up to a period, and projects up when project is together.
func (o *oracle) total(k *KPI, project string, p gatehouse.Period, dim, slice string) sums {
	var sum sums
	for _, code := range o.codes() {
		if project == together || project == code {
			sum.plus(o.ofProject(k, code, p, dim, slice))
		}
	}
	return sum
}

func (o *oracle) ofProject(k *KPI, project string, p gatehouse.Period, dim, slice string) sums {
	var sum sums
	for i, part := range k.Parts {
		s := o.ofProject(&KPI{Name: part, Numerator: Sum, Denominator: denominatorOf(part), N: Sum}, project, p, dim, slice)
		if i > 0 {
			s.n = 0 // the first part says what is counted
		}
		sum.plus(s)
	}
	if len(k.Parts) > 0 {
		return sum
	}
	at := func(p gatehouse.Period) sums {
		if c := o.cells[spot{k.Name, project, p, dim, slice}]; c != nil {
			return *c
		}
		return sums{}
	}
	if k.Grain == ByPeriod {
		return at(p)
	}
	last := p.Start
	for m := p.Start; m < p.End; m++ {
		if !at(gatehouse.MonthPeriod(m)).empty() {
			last = m
		}
	}
	opening := at(gatehouse.MonthPeriod(o.calendar.FiscalYear(p.Last()).Start))
	closing := at(gatehouse.MonthPeriod(min(p.Last(), max(p.Start, o.asOf.Month()))))
	for m := p.Start; m < p.End; m++ {
		sum.plus(at(gatehouse.MonthPeriod(m)))
	}
	of := func(r Rollup, sum, last, opening, closing float64) float64 {
		return map[Rollup]float64{Sum: sum, Last: last, Opening: opening, AtClose: closing}[r]
	}
	end := at(gatehouse.MonthPeriod(last))
	sum.numerator = of(k.Numerator, sum.numerator, end.numerator, opening.numerator, closing.numerator)
	sum.denominator = of(k.Denominator, sum.denominator, end.denominator, opening.denominator, closing.denominator)
	sum.n = uint64(of(k.N, float64(sum.n), float64(end.n), float64(opening.n), float64(closing.n)))
	if k.SharedDenominator && dim != "" {
		sum.denominator = o.ofProject(k, project, p, "", "").denominator
	}
	return sum
}

// denominatorOf says how the months of a part make up a period.
func denominatorOf(kpi string) Rollup {
	if kpi == "arrears_recovery_rate" {
		return Opening
	}
	return Sum
}

func (s *sums) plus(t sums) {
	s.numerator += t.numerator
	s.denominator += t.denominator
	s.n += t.n
	s.squares += t.squares
	s.minutes = append(slices.Clone(s.minutes), t.minutes...)
}

// moments are Σy², Σxy, Σx² and the number of rooms over a period.
func (o *oracle) moments(kpi, project string, p gatehouse.Period) []float64 {
	type room struct{ project, room string }
	byRoom := map[room][2]float64{}
	for at, yx := range o.rooms {
		if at.kpi == kpi && p.Contains(at.month) && (project == together || project == at.project) {
			sum := byRoom[room{at.project, at.room}]
			byRoom[room{at.project, at.room}] = [2]float64{sum[0] + yx[0], sum[1] + yx[1]}
		}
	}
	moments := []float64{0, 0, 0, float64(len(byRoom))}
	for _, s := range byRoom {
		moments[0] += s[0] * s[0]
		moments[1] += s[0] * s[1]
		moments[2] += s[1] * s[1]
	}
	return moments
}

// standard tells a month, quarter, half-year, fiscal year or a year to date
// that is not beyond the as-of day: periods of which moments are kept.
func (o *oracle) standard(p gatehouse.Period) bool {
	c, m := o.calendar, p.Last()
	return p == gatehouse.MonthPeriod(m) || p == c.Quarter(m) || p == c.HalfYear(m) || p == c.FiscalYear(m) ||
		p == c.YearToDate(m) && m <= o.asOf.Month()
}

// quantile lies between the two nearest of the sorted hours.
func quantile(minutes []int, q float64) float64 {
	sorted := slices.Sorted(slices.Values(minutes))
	at := q * float64(len(sorted)-1)
	low, high := float64(sorted[int(math.Floor(at))]), float64(sorted[int(math.Ceil(at))])
	return (low + (high-low)*(at-math.Floor(at))) / 60
}

// slicesOf lists the slices of a dimension that the oracle knows.
func (o *oracle) slicesOf(kpi, dim string) []string {
	seen := map[string]bool{}
	for at := range o.cells {
		if at.kpi == kpi && at.dim == dim {
			seen[at.slice] = true
		}
	}
	if kpi == "combined_rate" {
		seen[""] = true
	}
	list := make([]string, 0, len(seen))
	for s := range seen {
		list = append(list, s)
	}
	slices.Sort(list)
	return list
}

func (s sums) String() string {
	return fmt.Sprintf("%.6f / %.6f, n %d", s.numerator, s.denominator, s.n)
}

// near tells equality to less than half a cent, for sums made of floats.
func (s sums) near(t sums) bool {
	return math.Abs(s.numerator-t.numerator) < 0.005 && math.Abs(s.denominator-t.denominator) < 0.005 && s.n == t.n
}
