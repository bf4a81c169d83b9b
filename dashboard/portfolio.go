package dashboard

import (
	"net/http"
	"slices"

	"gatehouse"
	"gatehouse/analytics"
)

// portfolioPage is all projects in scope side by side.
type portfolioPage struct {
	Frame
	Summary
	Message string // the finding, computed
	KPIs    []Choice
	Bases   []Choice // what a change is explained against
	Panels  map[string]*Panel
}

// portfolio shows head office which projects differ, and a manager of several
// how his own compare.
func (s *Server) portfolio(w http.ResponseWriter, r *http.Request) error {
	v, err := s.portfolioPanels(r)
	if err != nil {
		return err
	}
	k, err := s.comparedKPI(r.URL.Query().Get("kpi"))
	if err != nil {
		return err
	}
	page := portfolioPage{Frame: v.Frame, KPIs: s.comparable(v.Frame, k), Bases: v.bases(basisOf(r)), Panels: s.panels(r.Context(), v)}
	page.Summary = summaryOf(page.Panels["tiles"])
	if page.Message = page.Headline; page.Message == "" {
		page.Message = page.Title
	}
	return s.render(w, "portfolio.html", page)
}

// portfolioPanels are those of the page.
func (s *Server) portfolioPanels(r *http.Request) (panelView, error) {
	f, err := s.frame(r)
	if err != nil {
		return panelView{}, err
	}
	f.Nav, f.Title = "portfolio", f.T("总览", "Overview")
	k, err := s.comparedKPI(r.URL.Query().Get("kpi"))
	if err != nil {
		return panelView{}, err
	}
	panels := []panelSpec{
		s.tilesPanel(f),
		{name: "rank", title: gatehouse.Text{ZH: "各项目排序", EN: "Projects in order"}, class: "w7", size: "h340", kpi: k.Name, build: s.rankPanel(f, k)},
		{name: "size", title: gatehouse.Text{ZH: k.Title.ZH + "与规模", EN: k.Title.EN + " against size"}, class: "w5", size: "h340", kpi: k.Name, build: s.sizePanel(f, k)},
		{name: "trend", title: gatehouse.Text{ZH: "各项目走势", EN: "Trend by project"}, size: "h240", kpi: k.Name, build: s.trendPanel(f, k)},
	}
	panels = append(panels, s.completePanel(f))
	if explained(k) {
		against := basisOf(r)
		panels = append(panels,
			panelSpec{name: "moved", title: gatehouse.Text{ZH: "谁在变、为什么", EN: "Who moved and why"}, class: "w6", size: "h240", kpi: k.Name, build: s.movedPanel(f, k, against)},
			panelSpec{name: "movers", title: gatehouse.Text{ZH: "率的影响最大的项目", EN: "Projects whose rates moved most"}, class: "w6", size: "h240", kpi: k.Name, build: s.moversPanel(f, k, against)})
	}
	if k.Unit != analytics.Percent { // only a share has limits by size
		panels = slices.Delete(panels, 2, 3)
		panels[1].class = ""
	}
	return panelView{Frame: f, page: "portfolio", panels: panels}, nil
}

// comparedKPI is the KPI that projects are compared by.
func (s *Server) comparedKPI(name string) (*analytics.KPI, error) {
	if name == "" {
		name = "collection_rate"
	}
	return s.kpis.Registry().Get(name)
}

// comparable lists the KPIs that say the same of small and large projects; a
// sum such as energy use only says which is large.
func (s *Server) comparable(f Frame, current *analytics.KPI) []Choice {
	var choices []Choice
	for _, k := range s.kpis.Registry().All() {
		if k.Kind != analytics.Total || k == current {
			choices = append(choices, Choice{Value: f.Filter.With("kpi", k.Name), Label: f.In(k.Title), Current: k == current})
		}
	}
	// Those with a tile come first, in the order of the tiles.
	slices.SortStableFunc(choices, func(a, b Choice) int { return tileOrder(f, a) - tileOrder(f, b) })
	return choices
}

func tileOrder(f Frame, c Choice) int {
	for i, m := range measures() {
		if c.Value == f.Filter.With("kpi", m.kpi) {
			return i
		}
	}
	return len(measures())
}

// headline is the finding at the top: the collection rate, its change and what
// is missing to the target.
func (f Frame) headline(r reading) string {
	if r.of == nil || r.value != r.value {
		return f.T("本期还没有收缴数据", "No collection data in this period yet")
	}
	format := f.format(r.of)
	size := func(d float64) string { return trimSign(format.Change(d)) + " " + format.ChangeSymbol() }
	text := f.T("收缴率 ", "Collection rate ") + format.Value(r.value)
	switch d := r.value - r.prior; format.Sign(d) {
	case 1:
		text += f.T("，比上年同期高 "+size(d), ": "+size(d)+" above last year")
	case -1:
		text += f.T("，比上年同期低 "+size(d), ": "+size(d)+" below last year")
	default:
		if d == d {
			text += f.T("，与上年同期持平", ": level with last year")
		}
	}
	d := r.value - r.target
	switch {
	case d != d:
		return text
	case d >= 0:
		return text + f.T("，已达目标 ", ", target of ") + format.Value(r.target) + f.T("", " met")
	}
	return text + f.T("，离目标还差 "+size(d), ", "+size(d)+" short of target")
}
