package analytics

import (
	"maps"
	"slices"
	"strings"
	"time"

	"gatehouse"
	"gatehouse/ingest/demo"
)

// The oracle computes every KPI from the truth in plain Go, from the
// definitions of the trade and not from the SQL. Of the program it takes the
// allocation of payments, which has tests of its own, and nothing else.

// spot is what a value of a KPI is about. Values are of months, but for KPIs
// whose months do not add up.
type spot struct {
	kpi, project string // project is empty for rows of no known project
	period       gatehouse.Period
	dim, slice   string // both empty for the whole
}

// sums are in the KPI's own unit; money in yuan.
type sums struct {
	numerator, denominator float64
	n                      uint64
	squares                float64 // of the numerators
	minutes                []int   // the numerators of a median
}

func (s sums) empty() bool { return s.numerator == 0 && s.denominator == 0 && s.n == 0 }

// roomMonth is where a ratio of money has a y and an x.
type roomMonth struct {
	kpi, project, room string // project is empty for rows of no known project
	month              gatehouse.Month
}

type oracle struct {
	truth    *demo.Portfolio
	calendar gatehouse.Calendar
	asOf     gatehouse.Date
	periods  []gatehouse.Period // those looked at, for what months do not add up to
	sla      map[string]sla
	known    map[string]demo.Project
	cells    map[spot]*sums
	counted  map[spot]map[string]bool  // what n counts once
	rooms    map[roomMonth]*[2]float64 // y and x
}

// sla is in how many hours a request is to be answered first and to be closed.
type sla struct{ response, closing int }

// usualHours are those of a fresh database, by kind.
func usualHours() map[string]sla {
	return map[string]sla{demo.Complaint: {24, 72}, demo.Repair: {2, 48}, demo.Suggestion: {24, 168}, demo.Enquiry: {4, 24}}
}

// newOracle knows hours by kind and by "kind/category".
func newOracle(p *demo.Portfolio, c gatehouse.Calendar, asOf gatehouse.Date, hours map[string]sla, periods []gatehouse.Period) *oracle {
	o := &oracle{
		truth: p, calendar: c, asOf: asOf, sla: hours, periods: periods, known: map[string]demo.Project{},
		cells: map[spot]*sums{}, counted: map[spot]map[string]bool{}, rooms: map[roomMonth]*[2]float64{},
	}
	for _, project := range p.Projects {
		o.known[project.Code] = project
	}
	o.fees()
	o.requests()
	o.surveys()
	o.energy()
	return o
}

// code is the project that facts of a name count in.
func (o *oracle) code(project string) string {
	if _, ok := o.known[project]; ok {
		return project
	}
	return ""
}

// codes are all the projects that have values.
func (o *oracle) codes() []string { return append(slices.Sorted(maps.Keys(o.known)), "") }

// add counts a value into the whole and into slices given as "dim=slice".
func (o *oracle) add(kpi, project string, m gatehouse.Month, s sums, slices ...string) {
	o.addTo(kpi, project, gatehouse.MonthPeriod(m), s, append([]string{"="}, slices...)...)
}

func (o *oracle) addTo(kpi, project string, p gatehouse.Period, s sums, slices ...string) {
	for _, d := range slices {
		dim, slice, _ := strings.Cut(d, "=")
		at := spot{kpi, o.code(project), p, dim, slice}
		cell := o.cells[at]
		if cell == nil {
			cell = &sums{}
			o.cells[at] = cell
		}
		cell.numerator += s.numerator
		cell.denominator += s.denominator
		cell.n += s.n
		cell.squares += s.numerator * s.numerator
		cell.minutes = append(cell.minutes, s.minutes...)
	}
}

// once raises n when the thing was not counted there before. Things of two
// projects are two things, known or not.
func (o *oracle) once(kpi, project string, p gatehouse.Period, thing string, slices ...string) {
	for _, d := range slices {
		dim, slice, _ := strings.Cut(d, "=")
		at := spot{kpi, o.code(project), p, dim, slice}
		if o.counted[at] == nil {
			o.counted[at] = map[string]bool{}
		}
		if name := project + "\x00" + thing; !o.counted[at][name] {
			o.counted[at][name] = true
			o.addTo(kpi, project, p, sums{n: 1}, d)
		}
	}
}

func (o *oracle) dayOf(t time.Time) gatehouse.Date {
	return gatehouse.DateOf(t.In(o.calendar.Location))
}

// happened tells whether something was over by the end of the as-of day.
func (o *oracle) happened(t *time.Time) bool { return t != nil && o.dayOf(*t) <= o.asOf }

func yuan(m gatehouse.Money) float64 { return float64(m) / 100 }

// share is one of one when yes, else none of one.
func share(yes bool) sums {
	s := sums{denominator: 1, n: 1}
	if yes {
		s.numerator = 1
	}
	return s
}
