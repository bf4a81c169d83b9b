package dashboard

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/sync/errgroup"

	"gatehouse"
	"gatehouse/dashboard/chart"
	"gatehouse/dashboard/panel"
)

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// workbookOf serves a page as one file.
func (s *Server) workbookOf(page panelPage) handler {
	return func(w http.ResponseWriter, r *http.Request) error { return s.pageWorkbook(w, r, page) }
}

// view opens a page of panels, as its own address would.
func (s *Server) view(r *http.Request, p panelPage) (panelView, error) {
	own := r.Clone(r.Context())
	own.URL.Path, own.URL.RawPath = "/"+p.name, "" // links in panels lead back to the page
	v, err := p.open(own)
	v.page = p.name
	return v, err
}

// onePanel is the page of a panel by itself, with the whole of its table.
type onePanel struct {
	Frame
	Panel *Panel
	Back  string
}

// panelFile serves a panel by itself in one of its forms.
func (s *Server) panelFile(w http.ResponseWriter, r *http.Request) error {
	name, form, _ := strings.Cut(r.PathValue("file"), ".")
	v, spec, err := s.find(r, r.PathValue("page"), name)
	if err != nil {
		return err
	}
	if form == "html" {
		return s.panelHTML(w, r, v, spec)
	}
	p, err := s.result(r.Context(), v, spec)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	kind := ""
	switch form {
	case "json":
		kind, err = "application/json", p.WriteJSON(&b)
	case "csv":
		kind, err = "text/csv; charset=utf-8", p.WriteCSV(&b)
	case "xlsx":
		kind, err = xlsxType, p.WriteXLSX(&b, s.facts(v, []*panel.Result{p}))
	case "svg":
		kind = "image/svg+xml"
		err = p.WriteSVG(&b, s.pictures.Token, func(c *chart.Chart, width, height int) (string, error) {
			return s.pictures.Draw(r.Context(), string(c.Option), width, height)
		})
	default:
		return gatehouse.Errorf(gatehouse.NotFound, "a panel has no form %q: ask for json, csv, xlsx, svg or html", form)
	}
	if err != nil {
		return fmt.Errorf("panel %s of %s as %s: %w", name, v.page, form, err)
	}
	attach(w, kind, v.fileName(v.page+"-"+name, form))
	_, err = b.WriteTo(w)
	return err
}

// find opens the page of a panel and picks the panel.
func (s *Server) find(r *http.Request, page, name string) (panelView, panelSpec, error) {
	for _, p := range s.panelPages() {
		if p.name != page {
			continue
		}
		v, err := s.view(r, p)
		if err != nil {
			return v, panelSpec{}, err
		}
		for _, spec := range v.panels {
			if spec.name == name {
				return v, spec, nil
			}
		}
	}
	return panelView{}, panelSpec{}, gatehouse.Errorf(gatehouse.NotFound, "there is no panel %s on a page %s", name, page)
}

// panelHTML is the panel to be put into its page, or, for who follows the link
// in a browser, a page of its own.
func (s *Server) panelHTML(w http.ResponseWriter, r *http.Request, v panelView, spec panelSpec) error {
	p := s.panelOf(r.Context(), v, spec)
	if err := r.Context().Err(); err != nil {
		return err
	}
	if r.Header.Get("Sec-Fetch-Dest") == "document" {
		p.Full, p.Class = true, ""
		one := onePanel{Frame: v.Frame, Panel: p, Back: p.Anchor()}
		one.Title = p.Title
		return s.render(w, "panel_page.html", one)
	}
	p.Full = r.URL.Query().Get("full") != ""
	return s.renderPart(w, "panel_page.html", "panel", map[string]any{"p": p, "f": v.Frame})
}

// pageWorkbook is a page as one file, a sheet a panel. All of it or nothing: a
// sheet that is missing would not be missed.
func (s *Server) pageWorkbook(w http.ResponseWriter, r *http.Request, page panelPage) error {
	v, err := s.view(r, page)
	if err != nil {
		return err
	}
	results := make([]*panel.Result, len(v.panels))
	group, ctx := errgroup.WithContext(r.Context())
	group.SetLimit(panelsAtOnce)
	for i, spec := range v.panels {
		group.Go(func() (err error) {
			results[i], err = s.result(ctx, v, spec)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("workbook of %s: %w", page.name, err)
	}
	var b bytes.Buffer
	if err := (panel.Workbook{Lang: v.Lang, Title: v.In(page.title), Facts: s.facts(v, results), Panels: results}).Write(&b); err != nil {
		return fmt.Errorf("workbook of %s: %w", page.name, err)
	}
	attach(w, xlsxType, v.fileName(page.name, "xlsx"))
	_, err = b.WriteTo(w)
	return err
}

// facts say on a workbook's first sheet what the numbers are about.
func (s *Server) facts(v panelView, results []*panel.Result) []panel.Fact {
	project := v.T("全部项目", "All projects")
	switch {
	case v.Filter.Project != "":
		project = v.ProjectName(v.Filter.Project) + " " + v.Filter.Project
	case !v.Scope.All():
		project = v.T("我的项目", "My projects")
	}
	facts := []panel.Fact{
		{Name: v.T("项目", "Project"), Value: project},
		{Name: v.T("期间", "Period"), Value: v.PeriodLabel(v.Filter.Period) + " (" + v.Filter.PeriodName() + ")"},
		{Name: v.T("数据截至", "Data as of"), Value: v.KnownAt()},
		{Name: v.T("业务日", "Business day"), Value: v.Day(v.Snapshot.AsOf)},
		{Name: v.T("制表", "Made by"), Value: v.User.Name},
		{Name: v.T("数值", "Values"), Value: v.T("金额为元，比率 1 = 100%，均为未舍入的准确值；屏幕上按单位舍入显示。", "Amounts are in yuan, a share of 1 is 100%; all are exact, where the screen shows them rounded in its unit.")},
	}
	told := map[string]bool{}
	for _, r := range results {
		facts = append(facts, panel.Fact{Name: r.Title, Value: v.T("期间 ", "period ") + r.Period + condition(r.N, " · ") + condition(r.Sentence, " · ")})
		k, err := s.kpis.Registry().Get(r.KPI)
		if err != nil || told[k.Name] {
			continue
		}
		told[k.Name] = true
		facts = append(facts, panel.Fact{Name: v.T("口径：", "Definition: ") + v.In(k.Title), Value: v.In(k.Definition) + fmt.Sprintf(" (%s v%d)", k.Name, k.Version)})
	}
	return facts
}

// condition is a text behind what goes before it, where there is one.
func condition(text, before string) string {
	if text == "" {
		return ""
	}
	return before + text
}
