package analytics

import (
	"context"
	"math"

	"gatehouse"
	"gatehouse/analytics/stat"
)

// Control is a KPI month by month with the limits of its own ups and downs.
type Control struct {
	Months []gatehouse.Month
	Values []Value // one a month; not Known where there is none
	*stat.XmR
}

// Control makes the XmR chart of a KPI over months that are over, ending with
// last. Each half-year is a point where the KPI has no months.
func (s *Service) Control(ctx context.Context, scope gatehouse.Scope, at Snapshot, kpi string, last gatehouse.Month, points int) (Control, error) {
	k, err := s.registry.Get(kpi)
	if err != nil {
		return Control{}, err
	}
	step := gatehouse.Month(1)
	if k.Grain == Halves {
		step, last = 6, s.Calendar().HalfYear(last).Last()
	}
	var periods []gatehouse.Period
	for i := range gatehouse.Month(points) {
		end := last + 1 - (gatehouse.Month(points)-1-i)*step
		periods = append(periods, gatehouse.Period{Start: end - step, End: end})
	}
	values, err := s.Values(ctx, scope, at, Ask{KPI: kpi, Periods: periods})
	if err != nil {
		return Control{}, err
	}
	byPeriod := map[gatehouse.Period]Value{}
	for _, v := range values {
		byPeriod[v.Period] = v
	}
	c := Control{}
	line := make([]float64, len(periods))
	for i, p := range periods {
		v := byPeriod[p]
		c.Months, c.Values = append(c.Months, p.Start), append(c.Values, v)
		line[i] = math.NaN()
		if v.Known() {
			line[i] = v.Float()
		}
	}
	c.XmR, err = stat.NewXmR(line, 0)
	return c, err
}
