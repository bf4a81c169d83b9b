package dashboard

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
	"gatehouse/ingest"
)

const linesPerPage = 50

// traceData is a number and the rows that it is made of.
type traceData struct {
	Frame
	analytics.Lines
	Ask        analytics.LinesAsk
	Name       string // of the KPI
	Definition string
	Figure     string
	Unit       string
	About      []string // whose number, which slice, when
	Terms      []traceTerm
	Sides      []Choice // ways to list, Value is the address
	Heads      []string // what is shown of the row, where all rows listed are of one kind
	Rows       []traceRow
	From, To   int
	Before     string // addresses of the pages of the list beside this one
	After      string
	Whole      string // address of the same number without its slice
	CSV        string
	parts      map[string]string // names of the KPIs that make up this one
}

// traceTerm is the numerator or the denominator.
type traceTerm struct {
	Sign, Name string
	Rows       string
	Sum        string
	Ties       bool
}

// traceRow is a row of a file and what it adds.
type traceRow struct {
	Project, ProjectURL string
	Kind                string // what the row is, and the KPI it adds to where there are several
	Cells               []traceCell
	Numerator           string
	Denominator         string
	File, Place, URL    string
}

type traceCell struct{ Head, Value string }

// trace shows the rows behind a number, the numerator and the denominator apart.
func (s *Server) trace(w http.ResponseWriter, r *http.Request) error {
	f, ask, err := s.traceAsk(r)
	if err != nil {
		return err
	}
	number, _ := strconv.Atoi(r.URL.Query().Get("page")) // anything else is the first page
	ask.Limit, ask.Offset = linesPerPage, (max(number, 1)-1)*linesPerPage
	page := &traceData{Frame: f, Ask: ask}
	if page.Lines, err = s.kpis.Lines(r.Context(), f.Scope, f.Snapshot, ask); err != nil {
		return err
	}
	page.parts = map[string]string{}
	for _, name := range page.KPI.Parts {
		part, err := s.kpis.Registry().Get(name)
		if err != nil {
			return err
		}
		page.parts[name] = f.In(part.Title)
	}
	page.word()
	page.From, page.To = ask.Offset+1, ask.Offset+len(page.Lines.Lines)
	if number > 1 {
		page.Before = f.Filter.With("page", strconv.Itoa(number-1))
	}
	if page.To < page.Of(ask.Side) {
		page.After = f.Filter.With("page", strconv.Itoa(max(number, 1)+1))
	}
	return s.render(w, "trace.html", page)
}

// traceAsk is what the address asks for. kpi and period say which number;
// dim and slice a part of it; unassigned the rows of no known project.
func (s *Server) traceAsk(r *http.Request) (Frame, analytics.LinesAsk, error) {
	f, err := s.frame(r)
	if err != nil {
		return Frame{}, analytics.LinesAsk{}, err
	}
	f.Nav = "trace"
	q := r.URL.Query()
	ask := analytics.LinesAsk{
		KPI: q.Get("kpi"), Period: f.Filter.Period, Project: f.Filter.Project, OneProject: f.Filter.Project != "" || q.Get("unassigned") != "",
		Dim: q.Get("dim"), Slice: q.Get("slice"), Side: analytics.Side(q.Get("side")),
	}
	_, err = s.kpis.Registry().Get(ask.KPI)
	return f, ask, err
}

// Trace is the address of the rows behind a number of this page's instant.
func (f Frame) Trace(ask analytics.LinesAsk) string {
	q := url.Values{"kpi": {ask.KPI}, "period": {f.Calendar.Format(ask.Period)}}
	set := func(key, value string) {
		if value != "" {
			q.Set(key, value)
		}
	}
	set("project", ask.Project)
	if ask.OneProject && ask.Project == "" {
		set("unassigned", "1")
	}
	if ask.Dim != "" {
		set("dim", ask.Dim)
		set("slice", ask.Slice)
	}
	set("side", string(ask.Side))
	set("known", f.Filter.query.Get("known"))
	return address("/trace", q)
}

// whole asks for a KPI of everything that the page is about.
func (f Frame) whole(kpi string, p gatehouse.Period) analytics.LinesAsk {
	return analytics.LinesAsk{KPI: kpi, Period: p, OneProject: f.Filter.Project != "", Project: f.Filter.Project}
}

// sliceOf asks for a slice of it.
func (f Frame) sliceOf(kpi string, p gatehouse.Period, dim, slice string) analytics.LinesAsk {
	ask := f.whole(kpi, p)
	ask.Dim, ask.Slice = dim, slice
	return ask
}

// Above tells whether the list shows what rows add to the numerator.
func (p *traceData) Above() bool { return p.Ask.Side != analytics.DenominatorSide }

// AboveHead is the heading of that.
func (p *traceData) AboveHead() string {
	switch {
	case p.KPI.Kind == analytics.Total:
		return p.T("计入", "Adds")
	case p.KPI.Kind == analytics.Median && p.KPI.Unit == analytics.Hours:
		return p.T("值（分钟）", "Value, minutes")
	}
	return p.T("计入分子", "To numerator")
}

// Median tells that the number is the middle of the rows' values.
func (p *traceData) Median() bool { return p.KPI.Kind == analytics.Median }

// Below tells whether it shows what they add to the denominator.
func (p *traceData) Below() bool {
	return p.Ask.Side != analytics.NumeratorSide && p.KPI.Kind != analytics.Total
}

// word says in words and figures what was found.
func (p *traceData) word() {
	format := p.format(p.KPI)
	p.Name, p.Definition = p.In(p.KPI.Title), p.In(p.KPI.Definition)
	p.Title = p.Name
	p.Figure, p.Unit = format.Number(p.Value.Float()), format.Symbol()
	if !p.Value.Known() {
		p.Figure, p.Unit = chart.None, ""
	}
	whose := p.T("全部项目", "All projects")
	switch {
	case p.Ask.OneProject:
		whose = p.ProjectName(p.Ask.Project)
	case !p.Scope.All():
		whose = p.T("我的项目", "My projects")
	}
	p.About = []string{whose, p.PeriodLabel(p.Lines.Period)}
	if p.Ask.Dim != "" {
		p.About = append(p.About, p.dimName(p.Ask.Dim)+" "+p.sliceName(p.Ask.Dim, p.Ask.Slice))
		whole := p.Ask
		whole.Dim, whole.Slice = "", ""
		p.Whole = p.Trace(whole)
	}
	p.About = append(p.About, p.T("截至 ", "known at ")+p.KnownAt())
	money := !p.Snapshot.Empty() && len(p.Lines.Lines) > 0 && strings.HasPrefix(p.Lines.Lines[0].Fact, "fee_")
	p.terms(money)
	for _, side := range []struct {
		side analytics.Side
		name string
	}{
		{analytics.BothSides, p.T("全部", "All")}, {analytics.NumeratorSide, p.numeratorName()}, {analytics.DenominatorSide, p.T("分母", "Denominator")},
	} {
		if side.side == analytics.DenominatorSide && p.KPI.Kind == analytics.Total {
			continue
		}
		p.Sides = append(p.Sides, Choice{
			Value: p.Filter.With("side", string(side.side)), Label: side.name + " " + p.Count(p.Of(side.side)), Current: p.Ask.Side == side.side,
		})
	}
	p.CSV = p.Filter.Same("/trace.csv")
	p.rows()
}

// signedExact is exact with the sign of a difference.
func signedExact(d decimal.Decimal) string {
	if d.IsPositive() {
		return "+" + exact(d, false)
	}
	return exact(d, false)
}

func (p *traceData) numeratorName() string {
	switch p.KPI.Kind {
	case analytics.Total:
		return p.T("各行之和", "Sum of rows")
	case analytics.Median:
		return p.T("各行的值", "Values")
	case analytics.Ratio:
	}
	return p.T("分子", "Numerator")
}

// terms are how the number is worked out.
func (p *traceData) terms(money bool) {
	numerator := traceTerm{Name: p.numeratorName(), Rows: p.Count(p.Numerators), Sum: exact(p.Sum.Numerator, money), Ties: p.TieNumerator()}
	p.Terms = append(p.Terms, numerator)
	if p.KPI.Kind == analytics.Total {
		return
	}
	sign := "÷"
	if p.KPI.Kind == analytics.Median {
		sign = ""
	}
	p.Terms = append(p.Terms, traceTerm{Sign: sign, Name: p.T("分母", "Denominator"), Rows: p.Count(p.Denominators), Sum: exact(p.Sum.Denominator, money), Ties: p.TieDenominator()})
}

// exact writes a decimal with all its places, money with two.
func exact(d decimal.Decimal, money bool) string {
	text := d.Abs().String()
	if money {
		text = d.Abs().StringFixed(2)
		if !d.Round(2).Equal(d) {
			text = d.Abs().String()
		}
	}
	whole, fraction, found := strings.Cut(text, ".")
	text = grouped(whole)
	if found {
		text += "." + fraction
	}
	if d.IsNegative() {
		return minus + text
	}
	return text
}

// rows words the lines listed.
func (p *traceData) rows() {
	kinds := map[string]bool{}
	for _, l := range p.Lines.Lines {
		kinds[l.Fact] = true
	}
	if len(kinds) == 1 {
		for _, field := range analytics.ShownOf(p.Lines.Lines[0].Fact) {
			p.Heads = append(p.Heads, p.In(field.Title))
		}
	}
	for _, l := range p.Lines.Lines {
		row := traceRow{Kind: p.kindOf(l), File: l.Origin.File, Place: p.placeOf(l.Origin), URL: lineURL(l)}
		if !p.Ask.OneProject {
			row.Project = p.ProjectName(l.Project)
			ask := p.Ask
			ask.OneProject, ask.Project = true, l.Project
			row.ProjectURL = p.Trace(ask)
		}
		money := strings.HasPrefix(l.Fact, "fee_")
		if !l.Numerator.IsZero() {
			row.Numerator = exact(l.Numerator, money)
		}
		if !l.Denominator.IsZero() {
			row.Denominator = exact(l.Denominator, money)
		}
		for i, field := range analytics.ShownOf(l.Fact) {
			if value := p.shownValue(field.Name, l.Shown[i]); value != "" || len(p.Heads) > 0 {
				row.Cells = append(row.Cells, traceCell{p.In(field.Title), value})
			}
		}
		p.Rows = append(p.Rows, row)
	}
}

func (p *traceData) kindOf(l analytics.Line) string {
	if part, ok := p.parts[l.KPI]; ok {
		return p.FeedTitle(l.Fact) + " · " + part
	}
	return p.FeedTitle(l.Fact)
}

func (f Frame) placeOf(o analytics.Origin) string {
	row := f.T("第 "+f.Count(o.Row)+" 行", "row "+f.Count(o.Row))
	if o.Sheet == "" {
		return row
	}
	return o.Sheet + f.T(" ", ", ") + row
}

// lineURL is where a line's row is shown in place. A correction names the file
// that brought the row it carried over.
func lineURL(l analytics.Line) string {
	at := ingest.PlaceRequest{
		LoadID: l.Origin.Load, Attempt: l.Origin.Attempt, Brought: l.Origin.Brought, Sheet: l.Origin.Sheet, Row: int(l.Origin.Row), Fact: l.Fact,
	}
	if l.Fact == "survey_response" {
		for i, field := range analytics.ShownOf(l.Fact) {
			if field.Name == "question" {
				at.Question = l.Shown[i]
			}
		}
	}
	return rowURL(at)
}
