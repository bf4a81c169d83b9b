package dashboard

import (
	"context"
	"net/http"

	"gatehouse"
	"gatehouse/analytics"
)

// collectionsData is the collection report: what was billed and what came in.
type collectionsData struct {
	Frame
	By    analytics.FeeGroup
	Lines []feeRow
	Total feeRow
}

// feeRow is a line with its names.
type feeRow struct {
	analytics.FeeLine
	Name string
	Note string // project of a building, code of a project
}

// collectionsPage is the report as a page.
type collectionsPage struct {
	Frame
	Finding   string
	HasReport bool
	Groups    []Choice // ways to group, Value is the address
	Books     closingBlock
	Panels    map[string]*Panel
}

func (s *Server) collections(w http.ResponseWriter, r *http.Request) error {
	v, books, err := s.openCollections(r)
	if err != nil {
		return err
	}
	page := collectionsPage{Frame: v.Frame, Finding: v.Title, HasReport: s.Report != nil, Books: books, Panels: s.panels(r.Context(), v)}
	if tiles, ok := page.Panels["tiles"].Figure.(feeTiles); ok && tiles.Finding != "" {
		page.Finding = tiles.Finding
	}
	by, err := analytics.ParseFeeGroup(r.URL.Query().Get("by"))
	for _, g := range []struct {
		by analytics.FeeGroup
		in gatehouse.Text
	}{
		{analytics.FeesByProject, gatehouse.Text{ZH: "按项目", EN: "By project"}},
		{analytics.FeesByBuilding, gatehouse.Text{ZH: "按楼栋", EN: "By building"}},
		{analytics.FeesByItem, gatehouse.Text{ZH: "按收费项目", EN: "By fee item"}},
	} {
		page.Groups = append(page.Groups, Choice{Value: page.Filter.With("by", string(g.by)), Label: page.In(g.in), Current: g.by == by})
	}
	if err != nil {
		return err
	}
	return s.render(w, "collections.html", page)
}

// collectionsPanels are those of the page.
func (s *Server) collectionsPanels(r *http.Request) (panelView, error) {
	v, _, err := s.openCollections(r)
	return v, err
}

// openCollections turns the page to the state of a closing where the books of
// its period are closed.
func (s *Server) openCollections(r *http.Request) (panelView, closingBlock, error) {
	f, err := s.frame(r)
	if err != nil {
		return panelView{}, closingBlock{}, err
	}
	f.Nav, f.Title = "collections", f.T("收费", "Fees")
	by, err := analytics.ParseFeeGroup(r.URL.Query().Get("by"))
	if err != nil {
		return panelView{}, closingBlock{}, err
	}
	closing, books, err := s.books(r, &f)
	if err != nil {
		return panelView{}, closingBlock{}, err
	}
	v := panelView{Frame: f, page: "collections", panels: []panelSpec{
		{name: "tiles", title: gatehouse.Text{ZH: "收费合计", EN: "Fees in sum"}, class: "plain", size: "h160", kpi: "collection_rate", build: s.feeTilesPanel(f)},
		{name: "fees", title: gatehouse.Text{ZH: "收费明细", EN: "Collection"}, class: "work", size: "h340", kpi: "collection_rate", build: s.feesPanel(f, by)},
	}}
	if books.Closed {
		v.panels = append(v.panels,
			panelSpec{name: "adjustments", title: gatehouse.Text{ZH: "结账后的变动", EN: "Changes since the closing"}, class: "work", size: "h240", live: true, build: s.adjustmentsPanel(f, closing)},
			panelSpec{name: "adjusted-projects", title: gatehouse.Text{ZH: "前期调整按项目", EN: "Prior-period adjustments by project"}, class: "work", size: "h160", live: true, build: s.adjustedPanel(f, closing)})
	}
	v.panels = append(v.panels, panelSpec{name: "receipts", title: gatehouse.Text{ZH: "本期收款去向", EN: "Where the receipts of the period went"}, class: "work", size: "h280", build: s.receiptsPanel(f)})
	return v, books, nil
}

// readCollections is the report that the downloads share with the page.
func (s *Server) readCollections(r *http.Request) (collectionsData, error) {
	v, _, err := s.openCollections(r)
	if err != nil {
		return collectionsData{}, err
	}
	by, err := analytics.ParseFeeGroup(r.URL.Query().Get("by"))
	if err != nil {
		return collectionsData{}, err
	}
	return s.feeLines(r.Context(), v.Frame, by)
}

// feeLines reads the lines of the report and names them.
func (s *Server) feeLines(ctx context.Context, f Frame, by analytics.FeeGroup) (collectionsData, error) {
	page := collectionsData{Frame: f, By: by}
	if f.Snapshot.Empty() {
		page.Total.Name = f.T("合计", "Total")
		return page, nil
	}
	lines, total, err := s.kpis.Fees(ctx, f.Scope, f.Snapshot, f.Filter.Period, by)
	if err != nil {
		return collectionsData{}, err
	}
	for _, l := range lines {
		page.Lines = append(page.Lines, page.feeRow(l))
	}
	page.Total = feeRow{FeeLine: total, Name: f.T("合计", "Total")}
	return page, nil
}

// collectionTargets are the targets of the collection rate by project.
func (s *Server) collectionTargets(ctx context.Context, f Frame) (map[string]float64, error) {
	targets, err := s.kpis.Targets(ctx, f.Scope, f.Snapshot, f.Filter.Period)
	if err != nil {
		return nil, err
	}
	byProject := map[string]float64{}
	for _, t := range targets {
		if t.KPI == "collection_rate" && t.Project != "" {
			byProject[t.Project] = t.Target.InexactFloat64()
		}
	}
	return byProject, nil
}

// feeRow names a line.
func (p *collectionsData) feeRow(l analytics.FeeLine) feeRow {
	row := feeRow{FeeLine: l, Name: l.Group}
	switch p.By {
	case analytics.FeesByProject:
		row.Name = p.ProjectName(l.Project)
		if row.Name != l.Project {
			row.Note = l.Project
		}
	case analytics.FeesByBuilding:
		row.Note = p.ProjectName(l.Project)
		if row.Name == "" {
			row.Name = p.T("未知楼栋", "No building")
		}
	case analytics.FeesByItem:
		if row.Name == "" {
			row.Name = p.T("未填收费项目", "No fee item")
		}
	}
	return row
}

// behind asks for the rows of a line.
func (p *collectionsData) behind(l analytics.FeeLine) analytics.LinesAsk {
	switch p.By {
	case analytics.FeesByBuilding:
		ask := p.sliceOf("collection_rate", p.Filter.Period, "building", l.Group)
		ask.OneProject, ask.Project = true, l.Project
		return ask
	case analytics.FeesByItem:
		return p.sliceOf("collection_rate", p.Filter.Period, "fee_item", l.Group)
	case analytics.FeesByProject:
	}
	return analytics.LinesAsk{KPI: "collection_rate", Period: p.Filter.Period, OneProject: true, Project: l.Project}
}
