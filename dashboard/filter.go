package dashboard

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"gatehouse"
)

// instantForm is how the filter bar writes an instant of the business's clock.
const instantForm = "2006-01-02 15:04:05"

// parseInstant reads an instant on the business's clock, to the second or the
// minute, or RFC 3339. A day alone, or its 24:00, means the end of that day.
func parseInstant(s string, loc *time.Location) (time.Time, error) {
	s = strings.TrimSpace(s)
	if day, err := gatehouse.ParseDate(strings.TrimSuffix(s, " 24:00")); err == nil {
		return (day + 1).In(loc), nil
	}
	for _, form := range []string{instantForm, "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02T15:04", time.RFC3339} {
		if t, err := time.ParseInLocation(form, s, loc); err == nil {
			return t, nil
		}
	}
	return time.Time{}, gatehouse.Errorf(gatehouse.Invalid, "known-at %q is not an instant like 2026-10-31 18:00", s)
}

// Filter is what the filter bar holds; all of it is in the URL.
type Filter struct {
	Period  gatehouse.Period
	Project string // code, empty for all in scope
	KnownAt string // as the URL has it, empty for the newest

	path     string
	query    url.Values
	newest   gatehouse.Month // the month shown by default
	calendar gatehouse.Calendar
}

// With is the address of this page with one value changed; an empty value
// takes it out.
func (f Filter) With(key, value string) string {
	q := url.Values{}
	for k, v := range f.query {
		if k != key && k != "lang" && k != "theme" && k != "page" && len(v) > 0 && v[0] != "" {
			q[k] = v[:1]
		}
	}
	if value != "" {
		q.Set(key, value)
	}
	return address(f.path, q)
}

// To is the address of another page about the same project, period and instant.
func (f Filter) To(path string) string {
	q := url.Values{}
	for _, key := range []string{"project", "period", "known"} {
		if v := f.query.Get(key); v != "" {
			q.Set(key, v)
		}
	}
	return address(path, q)
}

// Same is the address of another page with the whole query of this one, such
// as its download.
func (f Filter) Same(path string) string {
	f.path = path
	return f.With("", "")
}

// ToProject is the address of a project's page, period and instant kept.
func (f Filter) ToProject(code string) string {
	f.path = "/project"
	return f.With("project", code)
}

// Loads is the address of the list of loads of a feed and project.
func (f Filter) Loads(feed, project string) string {
	q := url.Values{}
	for key, v := range map[string]string{"feed": feed, "project": project} {
		if v != "" {
			q.Set(key, v)
		}
	}
	return address("/loads", q) + "#loads"
}

func address(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// PeriodName is the period as URLs write it.
func (f Filter) PeriodName() string { return f.calendar.Format(f.Period) }

// Earlier is this page about the period before.
func (f Filter) Earlier() string { return f.With("period", f.calendar.Format(f.shifted(-1))) }

// Later is this page about the period after, empty when that has not begun.
func (f Filter) Later() string {
	next := f.shifted(1)
	if next.Start > f.newest {
		return ""
	}
	return f.With("period", f.calendar.Format(next))
}

// shifted moves the period by its own length; a year to date moves by a year.
func (f Filter) shifted(by gatehouse.Month) gatehouse.Period {
	length := gatehouse.Month(f.Period.Months())
	if whole := f.calendar.YearToDate(f.Period.Last()); whole == f.Period && length > 1 && length != 3 && length != 6 {
		length = 12
	}
	return gatehouse.Period{Start: f.Period.Start + by*length, End: f.Period.End + by*length}
}

// Choice is one entry of a select.
type Choice struct {
	Value, Label string
	Current      bool
}

// ChoiceGroup is choices under a heading.
type ChoiceGroup struct {
	Label   string
	Choices []Choice
}

// Periods are the periods on offer: those around the newest month, and the
// current one whatever it is.
func (f Frame) Periods() []ChoiceGroup {
	c, newest := f.Calendar, f.Filter.newest
	year, half := c.FiscalYear(newest), c.HalfYear(newest)
	quarter := gatehouse.Period{Start: year.Start + (newest-year.Start)/3*3}
	quarter.End = quarter.Start + 3
	groups := []ChoiceGroup{
		f.periodGroup(f.T("年初至今", "Year to date"), 2, c.YearToDate(newest), 12),
		f.periodGroup(f.T("月", "Month"), 15, gatehouse.MonthPeriod(newest), 1),
		f.periodGroup(f.T("季度", "Quarter"), 6, quarter, 3),
		f.periodGroup(f.T("半年", "Half-year"), 4, half, 6),
		f.periodGroup(f.T("年", "Year"), 3, year, 12),
	}
	for _, g := range groups {
		for i := range g.Choices {
			if g.Choices[i].Value == f.Filter.PeriodName() {
				g.Choices[i].Current = true
				return groups
			}
		}
	}
	current := ChoiceGroup{f.T("当前", "Current"), []Choice{{f.Filter.PeriodName(), f.PeriodLabel(f.Filter.Period), true}}}
	return append([]ChoiceGroup{current}, groups...)
}

func (f Frame) periodGroup(label string, n int, p gatehouse.Period, step gatehouse.Month) ChoiceGroup {
	g := ChoiceGroup{Label: label}
	for range n {
		g.Choices = append(g.Choices, Choice{Value: f.Calendar.Format(p), Label: f.PeriodLabel(p)})
		p = gatehouse.Period{Start: p.Start - step, End: p.End - step}
	}
	return g
}

// Kept are the values of the URL besides the named ones, for a form to send again.
func (f Filter) Kept(except ...string) map[string]string {
	kept := map[string]string{}
	for k, v := range f.query {
		if !slices.Contains(append(except, "lang", "theme", "page"), k) && len(v) > 0 && v[0] != "" {
			kept[k] = v[0]
		}
	}
	return kept
}
