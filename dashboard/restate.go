package dashboard

import (
	"net/http"
	"net/url"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
)

// restateData is a number as it was known then and as it is known now.
type restateData struct {
	Frame
	analytics.Restatement
	Ask                   analytics.LinesAsk
	Then                  string // the instant, as the address has it
	Name, Unit            string
	WasFigure, IsFigure   string
	About                 []string
	Terms                 []restatedTerm
	Parts                 []restatedPart // projects, or loads
	Changed               []restatedRow
	ByProject, HasDivisor bool
}

// restatedTerm is numerator or denominator: Was + By = Is.
type restatedTerm struct{ Name, Was, By, Is string }

// restatedPart is a project or a load with its share of the difference.
type restatedPart struct {
	Name, Note, URL string
	Rows            string
	Numerator       string
	Denominator     string
}

// restatedRow is a row that counts otherwise than it did.
type restatedRow struct {
	traceRow
	Cause string
}

// restated shows what changed of a number since an instant, by project, or of
// one project by load and row.
func (s *Server) restated(w http.ResponseWriter, r *http.Request) error {
	f, ask, err := s.traceAsk(r)
	if err != nil {
		return err
	}
	page := &restateData{Frame: f, Ask: ask, ByProject: !ask.OneProject}
	then, err := s.thenOf(r, f, &page.Then)
	if err != nil {
		return err
	}
	if page.Restatement, err = s.kpis.Restate(r.Context(), f.Scope, then, f.Snapshot, ask); err != nil {
		return err
	}
	page.word(then)
	return s.render(w, "restate.html", page)
}

// thenOf is the state to compare with: that of the address, else of the
// period's closing.
func (s *Server) thenOf(r *http.Request, f Frame, said *string) (analytics.Snapshot, error) {
	if text := r.URL.Query().Get("then"); text != "" {
		t, err := parseInstant(text, f.Calendar.Location)
		if err != nil {
			return analytics.Snapshot{}, err
		}
		*said = instantText(t.In(f.Calendar.Location))
		return s.kpis.At(r.Context(), t)
	}
	closing, closed, err := s.kpis.Closed(r.Context(), f.Filter.Period)
	if err != nil {
		return analytics.Snapshot{}, err
	}
	if !closed {
		return analytics.Snapshot{}, gatehouse.Errorf(gatehouse.Invalid, "the period is not closed: name the instant to compare with, as then=2026-10-31 18:00")
	}
	*said = instantText(closing.KnownAt.In(f.Calendar.Location))
	return s.kpis.At(r.Context(), closing.KnownAt)
}

// Restated is the address of what changed of a number since the closing of its
// period, or since another instant.
func (f Frame) Restated(kpi, project, then string) string {
	q := url.Values{"kpi": {kpi}, "period": {f.Filter.PeriodName()}}
	for key, v := range map[string]string{"project": project, "then": then} {
		if v != "" {
			q.Set(key, v)
		}
	}
	return address("/restated", q)
}

func (p *restateData) word(then analytics.Snapshot) {
	format := p.format(p.KPI)
	p.Name, p.Unit = p.In(p.KPI.Title), format.Symbol()
	p.Title = p.Name
	p.WasFigure, p.IsFigure = figure(format, p.Restatement.Then), figure(format, p.Now)
	whose := p.T("全部项目", "All projects")
	if p.Ask.OneProject {
		whose = p.ProjectName(p.Ask.Project)
	}
	p.About = []string{whose, p.PeriodLabel(p.Restatement.Period), p.T("当时截至 ", "then as known at ") + p.Instant(then.KnownAt), p.T("现在截至 ", "now as known at ") + p.KnownAt()}
	was, is := p.Restatement.Then, p.Now
	p.HasDivisor = p.KPI.Kind != analytics.Total
	p.Terms = []restatedTerm{{p.T("分子", "Numerator"), exact(was.Numerator, false), signedExact(is.Numerator.Sub(was.Numerator)), exact(is.Numerator, false)}}
	if p.HasDivisor {
		p.Terms = append(p.Terms, restatedTerm{p.T("分母", "Denominator"), exact(was.Denominator, false), signedExact(is.Denominator.Sub(was.Denominator)), exact(is.Denominator, false)})
	}
	for _, part := range p.Restatement.Parts {
		one := restatedPart{Name: part.File, Rows: p.Count(part.Rows), Numerator: signedExact(part.NumeratorBy), Denominator: signedExact(part.DenominatorBy), URL: "/loads/" + url.PathEscape(part.Name)}
		if p.ByProject {
			one.Name, one.URL = p.ProjectName(part.Name), p.Restated(p.Ask.KPI, part.Name, p.Then)
		}
		p.Parts = append(p.Parts, one)
	}
	for _, row := range p.Rows {
		changed := restatedRow{
			traceRow: traceRow{Kind: p.FeedTitle(row.Fact), File: row.Origin.File, Place: p.placeOf(row.Origin), URL: lineURL(row.Line), Numerator: signedExact(row.NumeratorBy), Denominator: signedExact(row.DenominatorBy)},
			Cause:    p.causeOf(row.Cause),
		}
		for i, field := range analytics.ShownOf(row.Fact) {
			if i < len(row.Shown) && row.Shown[i] != "" {
				changed.Cells = append(changed.Cells, traceCell{p.In(field.Title), row.Shown[i]})
			}
		}
		p.Changed = append(p.Changed, changed)
	}
}

func figure(format chart.Format, v analytics.Value) string {
	if !v.Known() {
		return chart.None
	}
	return format.Number(v.Float())
}

func (f Frame) causeOf(c analytics.Cause) string {
	switch c {
	case analytics.CameLater:
		return f.T("后来载入", "loaded since")
	case analytics.WasChanged:
		return f.T("被后来的载入更新", "changed by a later load")
	case analytics.IsGone:
		return f.T("已撤回", "taken back")
	case analytics.CountsElse:
	}
	return f.T("本行未变，分配或日期使其计入不同", "the row is the same, but counts otherwise")
}
