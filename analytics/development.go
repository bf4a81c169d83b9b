package analytics

import (
	"context"
	"math"
	"strconv"

	"gatehouse"
	"gatehouse/analytics/stat"
)

// Development is how the bills of each month were paid as they grew older.
// Ages are months after the month of the bill, 0 for that month itself.
type Development struct {
	Months []gatehouse.Month // of bills, oldest first
	Net    []float64         // net amount billed, yuan
	// Received[i][k] is what was received of the bills of month i by the end of
	// their k-th month, yuan; NaN where that month is not over.
	Received [][]float64
}

// Development reads the bills of months that are over, the last so many of them.
func (s *Service) Development(ctx context.Context, scope gatehouse.Scope, at Snapshot, months int) (Development, error) {
	over := at.AsOf.Month() // the month of the as-of day is not over
	if (at.AsOf + 1).Month() != over {
		over++
	}
	var periods []gatehouse.Period
	for m := over - gatehouse.Month(months); m < over; m++ {
		periods = append(periods, gatehouse.MonthPeriod(m))
	}
	wholes, err := s.Values(ctx, scope, at, Ask{KPI: "collected_by_age", Periods: periods})
	if err != nil {
		return Development{}, err
	}
	ages, err := s.Values(ctx, scope, at, Ask{KPI: "collected_by_age", Dim: "age", Periods: periods})
	if err != nil {
		return Development{}, err
	}
	received := map[gatehouse.Month]map[int]float64{}
	for _, v := range ages {
		age, err := strconv.Atoi(v.Slice)
		if err != nil {
			return Development{}, gatehouse.Errorf(gatehouse.Internal, "age %q of collected_by_age is no number", v.Slice)
		}
		if received[v.Period.Start] == nil {
			received[v.Period.Start] = map[int]float64{}
		}
		received[v.Period.Start][age] = v.Numerator.InexactFloat64()
	}
	var d Development
	for _, v := range wholes {
		m := v.Period.Start
		row, sum := make([]float64, months), 0.0
		for k := range row {
			row[k] = math.NaN()
			if m+gatehouse.Month(k) < over {
				sum += received[m][k]
				row[k] = sum
			}
		}
		d.Months, d.Net, d.Received = append(d.Months, m), append(d.Net, v.Denominator.InexactFloat64()), append(d.Received, row)
	}
	return d, nil
}

// Rate is the share of the bills of month i that was received by the end of
// their k-th month, NaN where that is not over or nothing was billed.
func (d Development) Rate(i, k int) float64 {
	if d.Net[i] == 0 {
		return math.NaN()
	}
	return d.Received[i][k] / d.Net[i]
}

// Expectation is what the bills of some months will have brought in by a month's end.
type Expectation struct {
	stat.Projection
	Months []gatehouse.Month
	Net    float64 // billed in those months
	Until  gatehouse.Month
}

// Rate is the share of Net that is expected, and its standard error.
func (e Expectation) Rate() (rate, se float64) { return e.Value / e.Net, e.SE / e.Net }

// Expect carries the bills of the months of a period on to the end of month
// until, by what older bills brought in at the same ages (chain ladder, Mack
// 1993). Months without money or too young to tell are left out.
func (d Development) Expect(p gatehouse.Period, until gatehouse.Month) (Expectation, error) {
	ladder, err := stat.NewLadder(d.Received)
	if err != nil {
		return Expectation{}, err
	}
	e := Expectation{Until: until}
	ages := make([]int, len(d.Months))
	for i, m := range d.Months {
		ages[i] = latestAge(d.Received[i])
		if p.Contains(m) && ages[i] >= 0 && d.Received[i][ages[i]] > 0 {
			ages[i] = max(ages[i], min(int(until-m), ladder.Ages()-1))
		}
	}
	all, err := ladder.Expect(ages)
	if err != nil {
		return Expectation{}, err
	}
	// Months outside the period stand where they are, without an error of their own.
	e.SE = all.SE
	for i, m := range d.Months {
		if p.Contains(m) {
			e.Months, e.Origins = append(e.Months, m), append(e.Origins, all.Origins[i])
			e.Net, e.Latest, e.Value = e.Net+d.Net[i], e.Latest+all.Origins[i].Latest, e.Value+all.Origins[i].Value
		}
	}
	if len(e.Months) == 0 {
		return Expectation{}, gatehouse.Errorf(gatehouse.NotFound, "no month of the period is over and billed, so nothing can be expected of it yet")
	}
	return e, nil
}

func latestAge(row []float64) int {
	latest := -1
	for k, v := range row {
		if !math.IsNaN(v) {
			latest = k
		}
	}
	return latest
}
