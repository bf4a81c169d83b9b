package analytics

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"gatehouse"
	"gatehouse/ingest/demo"
)

// intervalForm marks a reading that says what was used since PrevAt, and not
// what the register showed.
const intervalForm = "interval"

const rollover = "rollover"

// meterName is a meter of a project.
type meterName struct{ project, meter string }

// stretch is what a meter used between two readings, evenly.
type stretch struct {
	demo.Meter
	since, until    gatehouse.Date
	use, cost       float64
	costed, counted bool // counted: not a part of what another meter counts
}

func (s stretch) days() float64 { return float64(s.until - s.since) }

// stretches are of all meters, those without a master too.
func (o *oracle) stretches() []stretch {
	meters, hasMain := map[meterName]demo.Meter{}, map[meterName]bool{}
	for _, m := range o.truth.Meters {
		meters[meterName{m.Project, m.Meter}] = m
		if m.Role == demo.Main {
			hasMain[meterName{m.Project, m.Energy}] = true
		}
	}
	readings := map[meterName][]demo.Reading{}
	for _, r := range o.truth.Readings {
		at := meterName{r.Project, r.Meter}
		readings[at] = append(readings[at], r)
	}
	var all []stretch
	for name, rows := range readings {
		m, known := meters[name]
		if !known {
			m = demo.Meter{Project: name.project, Meter: name.meter, Multiplier: 1}
		}
		slices.SortFunc(rows, func(a, b demo.Reading) int { return int(a.ReadAt - b.ReadAt) })
		for i, r := range rows {
			before := demo.Reading{ReadAt: r.ReadAt, Value: math.NaN(), Event: intervalForm}
			if i > 0 {
				before = rows[i-1]
			}
			if s, ok := stretchOf(m, before, r); ok {
				s.counted = !known || m.Role == demo.Main || !hasMain[meterName{m.Project, m.Energy}]
				all = append(all, s)
			}
		}
	}
	return all
}

// stretchOf is the use between two readings, false when it is not known.
func stretchOf(m demo.Meter, before, r demo.Reading) (stretch, bool) {
	s := stretch{Meter: m, since: before.ReadAt, until: r.ReadAt, cost: yuan(r.Cost), costed: r.Cost != 0}
	shown := before.Value
	if before.Event == intervalForm {
		shown = math.NaN() // it does not say
	}
	if r.HasPrev {
		s.since, shown = r.PrevAt, r.PrevValue
	}
	factor := float64(m.Multiplier)
	if strings.EqualFold(m.Unit, "MWh") {
		factor *= 1000
	}
	switch r.Event {
	case intervalForm:
		s.use = r.Value // as it stands
	case rollover:
		digits := len(strconv.Itoa(int(shown)))
		s.use = (r.Value + math.Pow10(digits) - shown) * factor
	case demo.Replaced:
		s.use = (r.Value - r.PrevValue) * factor
	default:
		s.use = (r.Value - shown) * factor
	}
	return s, s.since < s.until && s.use >= 0 // false for NaN
}

// energySlices are those of a kind of energy; electricity is the headline.
func energySlices(energy string) []string {
	if energy == demo.Electricity {
		return []string{"=", "energy=" + energy}
	}
	return []string{"energy=" + energy}
}

func (o *oracle) energy() {
	all := o.stretches()
	o.spread(all)
	o.losses(all)
	o.yearOnYear(all)
}

// spread counts use and cost day by day, and the days of the meter with most.
func (o *oracle) spread(all []stretch) {
	type month struct {
		project, energy string
		m               gatehouse.Month
	}
	covered := map[month]map[string]int{}
	for _, s := range all {
		if !s.counted {
			continue
		}
		for d := s.since; d < s.until; d++ {
			m, slices := gatehouse.MonthPeriod(d.Month()), energySlices(s.Energy)
			for _, kpi := range []string{"energy_use", "energy_intensity"} {
				o.addTo(kpi, s.Project, m, sums{numerator: s.use / s.days()}, slices...)
				o.once(kpi, s.Project, m, s.Meter.Meter, slices...)
			}
			if s.costed {
				o.addTo("energy_cost", s.Project, m, sums{numerator: s.cost / s.days()}, "=", "energy="+s.Energy)
				o.once("energy_cost", s.Project, m, s.Meter.Meter, "=", "energy="+s.Energy)
			}
			at := month{s.Project, s.Energy, m.Start}
			if covered[at] == nil {
				covered[at] = map[string]int{}
			}
			covered[at][s.Meter.Meter]++
		}
	}
	for at, byMeter := range covered {
		most := 0
		for _, days := range byMeter {
			most = max(most, days)
		}
		area := o.known[at.project].FloorArea * float64(most) / 365
		o.addTo("energy_intensity", at.project, gatehouse.MonthPeriod(at.m), sums{denominator: area}, energySlices(at.energy)...)
	}
}

// losses compares main with sub meters in months that have both.
func (o *oracle) losses(all []stretch) {
	type month struct {
		project, energy string
		m               gatehouse.Month
	}
	has := map[month]map[string]bool{}
	days := func(yield func(stretch, month)) {
		for _, s := range all {
			for d := s.since; d < s.until; d++ {
				yield(s, month{s.Project, s.Energy, d.Month()})
			}
		}
	}
	days(func(s stretch, at month) {
		if has[at] == nil {
			has[at] = map[string]bool{}
		}
		has[at][s.Role] = true
	})
	days(func(s stretch, at month) {
		if !has[at][demo.Main] || !has[at][demo.Sub] || s.Role != demo.Main && s.Role != demo.Sub {
			return
		}
		daily, m := s.use/s.days(), gatehouse.MonthPeriod(at.m)
		sum := sums{numerator: -daily}
		if s.Role == demo.Main {
			sum = sums{numerator: daily, denominator: daily}
		}
		o.addTo("shared_loss_rate", s.Project, m, sum, energySlices(s.Energy)...)
		o.once("shared_loss_rate", s.Project, m, s.Meter.Meter, energySlices(s.Energy)...)
	})
}

// yearOnYear compares a meter's days with the same days of the year before.
func (o *oracle) yearOnYear(all []stretch) {
	type meterDay struct {
		meterName
		day gatehouse.Date
	}
	use := map[meterDay]float64{}
	for _, s := range all {
		for d := s.since; d < s.until && s.counted; d++ {
			use[meterDay{meterName{s.Project, s.Meter.Meter}, d}] += s.use / s.days()
		}
	}
	for _, s := range all {
		for d := s.since; d < s.until && s.counted; d++ {
			name, t := meterName{s.Project, s.Meter.Meter}, d.Time()
			earlier := gatehouse.NewDate(t.Year()-1, t.Month(), t.Day())
			before, ok := use[meterDay{name, earlier}]
			if !ok || earlier.Month() != d.Month()-12 { // a 29 February has no day to compare with
				continue
			}
			m, slices := gatehouse.MonthPeriod(d.Month()), energySlices(s.Energy)
			o.addTo("energy_yoy", s.Project, m, sums{numerator: s.use / s.days(), denominator: before}, slices...)
			o.once("energy_yoy", s.Project, m, s.Meter.Meter, slices...)
		}
	}
}
