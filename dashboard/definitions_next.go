package dashboard

import (
	"net/http"
	"slices"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
)

// nextData is the page of a definition that waits, with what it would change.
type nextData struct {
	Frame
	definitionRow
	File         string
	Why          string // it is refused
	Facts        []fact
	Second       string
	Changes      []changeRow
	IsNew        bool
	SameVersion  bool
	LiveVersion  uint16
	Months       []comparisonRow
	Projects     []comparisonRow
	Unchanged    bool
	SQL, LiveSQL string
	Live         string // address of the definition that holds
}

// comparisonRow is a value before and after.
type comparisonRow struct {
	Period, Project, URL string
	Old, New             string
	Change               Judgement
	OldN, NewN           string
}

// nextDefinition computes a waiting definition for the last twelve months and
// shows it beside what holds. Nothing is stored.
func (s *Server) nextDefinition(w http.ResponseWriter, r *http.Request) error {
	f, err := s.frame(r)
	if err != nil {
		return err
	}
	if err := s.kpis.Reload(r.Context()); err != nil {
		return err
	}
	name := r.PathValue("kpi")
	proposed := s.kpis.Registry().Proposed()
	i := slices.IndexFunc(proposed, func(p analytics.Proposal) bool { return p.Name == name })
	if i < 0 {
		return gatehouse.Errorf(gatehouse.NotFound, "no definition of %s waits to go live", name)
	}
	page := nextData{Frame: f, File: proposed[i].File, Live: f.DefinitionURL(name)}
	page.Nav, page.Title = "loads", name
	page.Name = name
	if proposed[i].Why != nil {
		page.Why = proposed[i].Why.Error()
		return s.render(w, "definition_next.html", page)
	}
	k := proposed[i].KPI
	page.definitionRow, page.Facts, page.Second, page.SQL = f.definitionRow(k), f.definitionFacts(k), f.otherWords(k.Definition), k.SQL
	page.Title = f.In(k.Title)
	p, err := s.kpis.Preview(r.Context(), f.Scope, f.Snapshot, k, analytics.LastMonths(f.Snapshot))
	if gatehouse.KindOf(err) == gatehouse.Invalid { // it fails on these data
		page.Why = err.Error()
		return s.render(w, "definition_next.html", page)
	}
	if err != nil {
		return err
	}
	page.compare(p)
	return s.render(w, "definition_next.html", page)
}

func (d *nextData) compare(p analytics.Preview) {
	d.IsNew, d.SameVersion = p.Old == nil, p.SameVersion
	from := uint16(0)
	if p.Old != nil {
		d.LiveVersion, d.LiveSQL, from = p.Old.Version, p.Old.SQL, p.Old.Version
	}
	for _, c := range slices.Backward(p.New.Changes) {
		if c.Version > from {
			d.Changes = append(d.Changes, changeRow{c.Version, d.In(c.What)})
		}
	}
	for _, c := range slices.Backward(p.Months) {
		d.Months = append(d.Months, d.comparison(p, c))
	}
	for _, c := range p.Projects {
		row := d.comparison(p, c)
		row.Project = d.ProjectName(c.Project)
		d.Projects = append(d.Projects, row)
	}
	d.Unchanged = len(p.Projects) == 0 && !d.IsNew
}

// comparison words a change without judging it: another definition makes
// nothing better or worse.
func (f Frame) comparison(p analytics.Preview, c analytics.BeforeAfter) comparisonRow {
	format := chart.Format{Lang: f.Lang, Unit: p.New.Unit}
	change := c.Change().InexactFloat64()
	value := func(v analytics.Value) string {
		if v.KPI == nil || !v.Known() {
			return missing
		}
		if tooFewOf(v) {
			return "n < " + f.Count(analytics.MinimumN)
		}
		return format.Value(v.Float())
	}
	row := comparisonRow{
		Period: f.PeriodLabel(c.Period), Old: value(c.Old), New: value(c.New),
		Change: Judgement{Glyph: arrow(format.Sign(change)), Figure: format.Change(change), Unit: format.ChangeSymbol()},
		OldN:   f.Count(c.Old.N), NewN: f.Count(c.New.N),
	}
	if !c.Old.Known() || !c.New.Known() || row.Old == row.New && format.Sign(change) == 0 {
		row.Change = Judgement{Figure: map[bool]string{true: "±0", false: missing}[c.Old.Known() == c.New.Known()]}
	}
	return row
}
