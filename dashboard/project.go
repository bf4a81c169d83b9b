package dashboard

import (
	"net/http"
	"slices"
	"sync"

	"gatehouse/analytics"
)

// projectPage is one project: its tiles, and what lies behind them.
type projectPage struct {
	Frame
	Name    string
	Facts   []string
	Tally   []Judgement
	Gap     string
	Tiles   []Tile
	Fees    []*Panel
	Service []*Panel
	Survey  []*Panel
}

// project shows a manager where his project stands and what to chase.
func (s *Server) project(w http.ResponseWriter, r *http.Request) error {
	f, err := s.frame(r)
	if err != nil {
		return err
	}
	f.Nav = "project"
	if f.Filter.Project == "" && len(f.Projects) > 0 {
		http.Redirect(w, r, f.toProject(f.Projects[0].Code), http.StatusSeeOther)
		return nil
	}
	page := projectPage{Frame: f, Name: f.ProjectName(f.Filter.Project)}
	if f.Filter.Project == "" {
		page.Name = f.T("还没有项目", "No projects yet")
	}
	page.Title = page.Name
	page.Facts = f.facts()
	ctx := r.Context()
	lastYear, err := s.sameDay(ctx, f)
	if err != nil {
		return err
	}
	var done sync.WaitGroup
	var readings []reading
	done.Go(func() { page.Tiles, readings = s.tiles(ctx, f, lastYear) })
	panels := s.panels(ctx, s.collectionPanel(f, lastYear), s.arrearsPanel(f), s.complaintsPanel(f), s.closingPanel(f), s.satisfactionPanel(f), s.energyPanel(f))
	done.Wait()
	page.Fees, page.Service, page.Survey = panels[0:2], panels[2:4], panels[4:6]
	page.Tally, page.Gap = f.tally(readings)
	return s.render(w, "project.html", page)
}

// facts are what the master says of the project.
func (f Frame) facts() []string {
	facts := []string{f.PeriodLabel(f.Filter.Period)}
	i := slices.IndexFunc(f.Projects, func(p analytics.ProjectInfo) bool { return p.Code == f.Filter.Project })
	if i < 0 {
		return facts
	}
	p := f.Projects[i]
	facts = append(facts, p.Code)
	for _, text := range []string{p.Region, p.Segment} {
		if text != "" {
			facts = append(facts, text)
		}
	}
	if p.Households > 0 {
		facts = append(facts, f.Count(p.Households)+f.T(" 户", " homes"))
	}
	if p.Manager != "" {
		facts = append(facts, f.T("项目经理 ", "manager ")+p.Manager)
	}
	return facts
}
