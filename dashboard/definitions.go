package dashboard

import (
	"net/http"
	"net/url"
	"slices"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/auth"
	"gatehouse/dashboard/chart"
)

// definitionsData is the page of all KPIs.
type definitionsData struct {
	Frame
	Number int
	Areas  []definitionArea
	Failed []failedKPI
	// For head office: what is in the operator's folder, and is no KPI (yet).
	Folder  bool
	Refused []refusedKPI
	Next    []proposedKPI
}

// definitionArea is the KPIs of one part of the business.
type definitionArea struct {
	Name string
	KPIs []definitionRow
}

// definitionRow is a KPI in one line.
type definitionRow struct {
	Name, URL         string
	Heading, Other    string // in the reader's language, and in the other
	Definition        string
	Unit, Better      string
	Version           uint16
	Own, FailedLately bool
}

type failedKPI struct {
	Name, Title, URL, When, Message string
	Projects                        int
}

type refusedKPI struct{ File, Why string }

type proposedKPI struct {
	Name, File, Title, URL, Why string
	Version                     uint16
}

// monthsBack is how far back a definition page looks for values.
const monthsBack = 36

// definitions lists the KPIs. What was put into the operator's folder since the
// last refresh is there at once; its values come with the next refresh.
func (s *Server) definitions(w http.ResponseWriter, r *http.Request) error {
	if err := s.kpis.Reload(r.Context()); err != nil {
		s.log.Warn("own KPIs could not be read", "error", err)
	}
	page := definitionsData{Frame: s.bareFrame(r), Folder: s.kpis.HasOwn()}
	page.Nav, page.Title = "loads", page.T("指标定义", "Definitions of KPIs")
	failures, err := s.kpis.Failures(r.Context(), page.User.Scope())
	if err != nil {
		return err
	}
	registry := s.kpis.Registry()
	page.Number, page.Areas = len(registry.All()), page.areas()
	for _, k := range registry.All() {
		row := page.definitionRow(k)
		for _, f := range failures {
			if f.KPI == k.Name {
				row.FailedLately = true
				page.Failed = append(page.Failed, failedKPI{k.Name, row.Heading, row.URL, page.Instant(f.At()), f.Message, len(f.Projects)})
			}
		}
		area := &page.Areas[areaOf(k)]
		area.KPIs = append(area.KPIs, row)
	}
	if page.Folder && page.User.Role == auth.HeadOffice {
		for _, one := range registry.Refused() {
			page.Refused = append(page.Refused, refusedKPI{one.File, one.Why.Error()})
		}
		for _, p := range registry.Proposed() {
			one := proposedKPI{Name: p.Name, File: p.File, URL: "/definitions/next/" + p.Name}
			if p.Why != nil {
				one.Why = p.Why.Error()
			} else {
				one.Title, one.Version = page.In(p.KPI.Title), p.KPI.Version
			}
			page.Next = append(page.Next, one)
		}
	}
	return s.render(w, "definitions.html", page)
}

func (f Frame) definitionRow(k *analytics.KPI) definitionRow {
	return definitionRow{
		Name: k.Name, URL: f.DefinitionURL(k.Name), Heading: f.In(k.Title), Other: f.otherWords(k.Title), Definition: f.In(k.Definition),
		Unit: f.unitWords(k.Unit), Better: f.betterWords(k), Version: k.Version, Own: k.Own(),
	}
}

// DefinitionURL is a KPI's page, for the project of this one.
func (f Frame) DefinitionURL(kpi string) string {
	q := url.Values{}
	if f.Filter.Project != "" {
		q.Set("project", f.Filter.Project)
	}
	return address("/definitions/"+kpi, q)
}

// definitionData is the page of one KPI.
type definitionData struct {
	Frame
	definitionRow
	Facts   []fact
	Second  string // the definition in the other language
	Changes []changeRow
	Example *example
	None    string // why there is no example
	Months  []monthRow
	SQL     string
	Failed  []failedKPI
}

// fact is a line of what the header says, in words.
type fact struct {
	Name, Words string
	Code        []string // names as the file has them
}

type changeRow struct {
	Version uint16
	What    string
}

// example is a value worked through.
type example struct {
	Period, About          string
	Numerator, Denominator string
	Times                  string // what the quotient is multiplied by, empty for nothing
	Value, N, Interval     string
	Median, Total          bool
	Rows                   string
}

type monthRow struct{ Period, Numerator, Denominator, Value, N string }

// definition is the page of one KPI: everything that its header says, in words,
// with the newest value of what the reader may see worked through.
func (s *Server) definition(w http.ResponseWriter, r *http.Request) error {
	f, err := s.frame(r)
	if err != nil {
		return err
	}
	k, err := s.kpis.Registry().Get(r.PathValue("kpi"))
	if err != nil {
		return err
	}
	page := definitionData{Frame: f, definitionRow: f.definitionRow(k), Facts: f.definitionFacts(k), Second: f.otherWords(k.Definition), SQL: k.SQL}
	page.Nav, page.Title = "loads", f.In(k.Title)
	for _, c := range slices.Backward(k.Changes) {
		page.Changes = append(page.Changes, changeRow{c.Version, f.In(c.What)})
	}
	failures, err := s.kpis.Failures(r.Context(), f.Scope)
	if err != nil {
		return err
	}
	for _, one := range failures {
		if one.KPI == k.Name {
			page.Failed = append(page.Failed, failedKPI{When: f.Instant(one.At()), Message: one.Message, Projects: len(one.Projects)})
		}
	}
	values, err := s.recentValues(r, f, k)
	if err != nil {
		return err
	}
	page.fill(k, values)
	return s.render(w, "definition.html", page)
}

// recentValues are those of the last three years, the newest last.
func (s *Server) recentValues(r *http.Request, f Frame, k *analytics.KPI) ([]analytics.Value, error) {
	if f.Snapshot.Empty() {
		return nil, nil
	}
	last := f.Snapshot.AsOf.Month()
	var periods []gatehouse.Period
	for m := last - monthsBack + 1; m <= last; m++ {
		p := gatehouse.MonthPeriod(m)
		if k.Grain == analytics.Halves {
			p = s.calendar().HalfYear(m)
		}
		if !slices.Contains(periods, p) {
			periods = append(periods, p)
		}
	}
	values, err := s.kpis.Values(r.Context(), f.Scope, f.Snapshot, analytics.Ask{KPI: k.Name, Periods: periods})
	return slices.DeleteFunc(values, func(v analytics.Value) bool { return !v.Known() }), err
}

// tooFewOf tells whether a survey's value rests on too few answers to be shown.
func tooFewOf(v analytics.Value) bool {
	return slices.Contains(v.KPI.Sources, "survey_response") && v.N < analytics.MinimumN
}

// fill works the newest value through and lists those of the last year.
func (d *definitionData) fill(k *analytics.KPI, values []analytics.Value) {
	format := chart.Format{Lang: d.Lang, Unit: k.Unit}
	shown := slices.DeleteFunc(slices.Clone(values), tooFewOf)
	switch {
	case len(values) == 0:
		d.None = d.T("您可见的项目近三年没有数据。", "There is no value of the last three years among your projects.")
		return
	case len(shown) == 0:
		d.None = d.T("n 少于 ", "n is under ") + d.Count(analytics.MinimumN) + d.T("，不显示数值。", ", so no value is shown.")
		return
	}
	shown = shown[max(0, len(shown)-12):]
	newest, places := shown[len(shown)-1], placesOf(shown)
	d.Example = &example{
		Period: d.PeriodLabel(newest.Period), About: d.aboutScope(), Numerator: exactNumber(newest.Numerator, places), Denominator: exactNumber(newest.Denominator, places),
		Value: format.Value(newest.Float()), N: d.Count(newest.N) + " " + d.In(k.NUnit),
		Median: k.Kind == analytics.Median, Total: k.Kind == analytics.Total, Rows: d.traceURL(k, newest.Period),
	}
	if k.Unit == analytics.Per1000 {
		d.Example.Times = "1,000"
	}
	if high, ok := newest.Quantile(0.9); ok {
		d.Example.Interval = d.T("第 90 百分位 ", "90th percentile ") + format.Value(high.InexactFloat64())
	} else if low, high, ok := newest.Interval(); ok {
		d.Example.Interval = d.T("95% 区间 ", "95% interval ") + format.Value(low) + " – " + format.Value(high)
	}
	for _, v := range slices.Backward(shown) {
		d.Months = append(d.Months, monthRow{
			d.PeriodLabel(v.Period), exactNumber(v.Numerator, places), exactNumber(v.Denominator, places), format.Value(v.Float()), d.Count(v.N),
		})
	}
}

// Ratio tells whether the value is a quotient.
func (e example) Ratio() bool { return !e.Median && !e.Total }

// traceURL is the page of the rows behind a value.
func (f Frame) traceURL(k *analytics.KPI, p gatehouse.Period) string {
	q := url.Values{"kpi": {k.Name}, "period": {f.Calendar.Format(p)}}
	if f.Filter.Project != "" {
		q.Set("project", f.Filter.Project)
	}
	if f.Filter.KnownAt != "" {
		q.Set("known", f.Filter.KnownAt)
	}
	return address("/trace", q)
}
