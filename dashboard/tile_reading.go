package dashboard

import (
	"context"
	"math"

	"gatehouse"
	"gatehouse/analytics"
)

// measure is a KPI on a tile, and how it is to be read.
type measure struct {
	kpi      string
	name     gatehouse.Text // where the KPI's own is too long for a tile
	monthly  bool           // counts pile up over a longer period: shown for a month of it
	relative bool           // changes in per cent of last year
	yearly   bool           // its target is a year's: read from the start of the year
	yearlong bool           // has seasons: read over the twelve months that end with the period
	survey   bool           // read by half-years, in which surveys are taken
	sameAge  bool           // last year's bills had longer to be paid: cut to the same day
	end      float64        // of the bullet's scale, where the unit has one
}

// measures are the six tiles.
func measures() []measure {
	return []measure{
		{kpi: "collection_rate", sameAge: true, end: 1},
		{kpi: "arrears_recovery_rate", yearly: true, end: 1},
		{kpi: "resolved_on_time", end: 1},
		{kpi: "complaints_per_1000", name: gatehouse.Text{ZH: "千户投诉率", EN: "Complaint rate"}, monthly: true},
		{kpi: "satisfaction_rate", survey: true, end: 1},
		{kpi: "energy_intensity", yearlong: true, relative: true},
	}
}

// title is the name on tiles and in sentences.
func (m measure) title(k *analytics.KPI) gatehouse.Text {
	if m.name.ZH != "" {
		return m.name
	}
	return k.Title
}

func measureOf(kpi string) measure {
	for _, m := range measures() {
		if m.kpi == kpi {
			return m
		}
	}
	return measure{kpi: kpi}
}

// reading is what is known about one KPI in one period, as numbers; those that
// do not exist are NaN.
type reading struct {
	measure
	of            *analytics.KPI
	period        gatehouse.Period // the page's, or the half-year of the newest survey
	value, prior  float64
	target        float64
	n             uint64
	low, high     float64 // 95 % interval of value
	pLow, pHigh   float64 // and of prior
	tooFew        bool    // n is under the minimum of surveys
	denominator   float64 // in the KPI's own unit, to weigh a gap
	line          []float64
	joint         int // first point of line that belongs to the last twelve months
	first, latest gatehouse.Month
}

// sparkMonths is the length of a tile's line: last year's twelve and this year's.
const sparkMonths = 24

// read fetches a measure for everything in the frame's scope together; lastYear
// is the state in which last year's receipts are read.
func (s *Server) read(ctx context.Context, f Frame, lastYear analytics.Snapshot, m measure) (reading, error) {
	k, err := s.kpis.Registry().Get(m.kpi)
	if err != nil {
		return reading{}, err
	}
	r := reading{measure: m, of: k, period: f.Filter.Period}
	last := f.Filter.Period.Last()
	steps := s.steps(m, last)
	candidates := f.periodsOf(m)
	asked := append([]gatehouse.Period{}, steps...)
	for _, c := range candidates {
		asked = append(asked, c, c.YearEarlier())
	}
	all, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: m.kpi, Periods: asked})
	if err != nil {
		return reading{}, err
	}
	values := byPeriod(all)
	for _, c := range candidates {
		if r.period = c; values[c].Known() {
			break
		}
	}
	v, p := values[r.period], values[r.period.YearEarlier()]
	r.value, r.prior, r.n = v.Float(), p.Float(), v.N
	r.denominator = v.Denominator.InexactFloat64()
	if m.monthly {
		r.value, r.prior = aMonth(values, r.period), aMonth(values, r.period.YearEarlier())
	}
	r.low, r.high = interval(v)
	r.pLow, r.pHigh = interval(p)
	r.tooFew = k.Interval != analytics.NoInterval && m.survey && v.Known() && v.N < analytics.MinimumN
	for _, step := range steps {
		r.line = append(r.line, values[step].Float())
	}
	if m.yearlong && math.IsNaN(r.line[0]) { // the year before is not whole
		r.prior = math.NaN()
	}
	r.joint = len(steps) / 2
	r.first, r.latest = steps[0].Start, steps[len(steps)-1].Last()
	if r.target, err = s.target(ctx, f, m, r.period); err != nil {
		return reading{}, err
	}
	if m.sameAge {
		r.prior, err = s.priorCollection(ctx, f, lastYear, r.period)
	}
	return r, err
}

// periodsOf are the periods in which to look for a value, the first that has one counts.
func (f Frame) periodsOf(m measure) []gatehouse.Period {
	p := f.Filter.Period
	switch {
	case m.survey:
		half := f.Calendar.HalfYear(p.Last())
		return []gatehouse.Period{half, half.Previous()}
	case m.yearlong:
		return []gatehouse.Period{f.yearTo()}
	case m.yearly:
		return []gatehouse.Period{f.Calendar.YearToDate(p.Last())}
	}
	return []gatehouse.Period{p}
}

// steps are the points of a tile's line.
func (s *Server) steps(m measure, last gatehouse.Month) []gatehouse.Period {
	var steps []gatehouse.Period
	if m.survey {
		half := s.calendar().HalfYear(last)
		for i := range gatehouse.Month(4) {
			by := (3 - i) * 6
			steps = append(steps, gatehouse.Period{Start: half.Start - by, End: half.End - by})
		}
		return steps
	}
	for i := range gatehouse.Month(sparkMonths) {
		steps = append(steps, gatehouse.MonthPeriod(last-sparkMonths+1+i))
	}
	return steps
}

// targeted is the period whose target holds: targets are set by the year, which
// twelve months across two years are not part of; the year they end in counts.
func (m measure) targeted(p gatehouse.Period) gatehouse.Period {
	if m.yearlong {
		return gatehouse.MonthPeriod(p.Last())
	}
	return p
}

// target is what the KPI is to reach in the period, NaN when none is set.
func (s *Server) target(ctx context.Context, f Frame, m measure, p gatehouse.Period) (float64, error) {
	targets, err := s.kpis.Targets(ctx, f.Scope, f.Snapshot, m.targeted(p))
	if err != nil {
		return 0, err
	}
	values, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: m.kpi, Periods: []gatehouse.Period{p}, ByProject: true})
	if err != nil {
		return 0, err
	}
	if aim, ok := analytics.Aim(targets, m.kpi, values); ok {
		return aim.InexactFloat64(), nil
	}
	return math.NaN(), nil
}

// sameDay is the state of knowledge for reading last year at the age that this
// year has now: receipts count up to the same day a year ago. Where receipts of
// the latest months are not loaded yet, the last month that has any ends it.
func (s *Server) sameDay(ctx context.Context, f Frame) (analytics.Snapshot, error) {
	at := f.Snapshot
	if at.Empty() {
		return at, nil
	}
	const lateMonths = 3
	for m := at.AsOf.Month(); m > f.Snapshot.AsOf.Month()-lateMonths; m-- {
		received, err := s.kpis.Receipts(ctx, f.Scope, at, gatehouse.MonthPeriod(m))
		if err != nil {
			return at, err
		}
		if received.Total != 0 {
			break
		}
		at.AsOf = m.Start() - 1
	}
	at.AsOf = gatehouse.DateOf(at.AsOf.Time().AddDate(-1, 0, 0))
	return at, nil
}

// priorCollection is last year's collection rate, like for like to the same day.
func (s *Server) priorCollection(ctx context.Context, f Frame, at analytics.Snapshot, p gatehouse.Period) (float64, error) {
	_, total, err := s.kpis.Fees(ctx, f.Scope, at, p.YearEarlier(), analytics.FeesByProject)
	return rateOf(total), err
}

func rateOf(l analytics.FeeLine) float64 {
	if rate, ok := l.Rate(); ok {
		return rate
	}
	return math.NaN()
}

func byPeriod(values []analytics.Value) map[gatehouse.Period]analytics.Value {
	m := map[gatehouse.Period]analytics.Value{}
	for _, v := range values {
		m[v.Period] = v
	}
	return m
}

// aMonth is the rate of an average month: the months' numerators over the
// months' denominators, so that a month without the project does not count.
func aMonth(values map[gatehouse.Period]analytics.Value, p gatehouse.Period) float64 {
	return months(values, p).Float()
}

// months are those of a period added up.
func months(values map[gatehouse.Period]analytics.Value, p gatehouse.Period) analytics.Value {
	var sum analytics.Value
	for m := p.Start; m < p.End; m++ {
		if v, ok := values[gatehouse.MonthPeriod(m)]; ok {
			sum = sum.Plus(v)
		}
	}
	return sum
}

func interval(v analytics.Value) (low, high float64) {
	if v.KPI == nil {
		return math.NaN(), math.NaN()
	}
	if low, high, ok := v.Interval(); ok {
		return low, high
	}
	return math.NaN(), math.NaN()
}

// verdict of a value against its target.
type verdict int

const (
	noTarget verdict = iota
	met
	missed
	unclear // the 95 % interval contains the target
)

func (r reading) verdict() verdict {
	switch {
	case math.IsNaN(r.target) || math.IsNaN(r.value) || r.tooFew:
		return noTarget
	case r.low <= r.target && r.target <= r.high:
		return unclear
	case (r.value-r.target)*float64(r.of.HigherIs) >= 0:
		return met
	}
	return missed
}

// significant tells whether the change from last year exceeds chance (Newcombe's
// interval of a difference of two shares). A value without an interval is a
// count of everything there was, so its change is what it is.
func (r reading) significant() bool {
	if math.IsNaN(r.low) || math.IsNaN(r.pLow) {
		return true
	}
	d := r.value - r.prior
	low := d - math.Hypot(r.value-r.low, r.pHigh-r.prior)
	high := d + math.Hypot(r.high-r.value, r.prior-r.pLow)
	return low > 0 || high < 0
}
