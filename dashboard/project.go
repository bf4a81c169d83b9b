package dashboard

import (
	"net/http"
	"slices"

	"gatehouse"
	"gatehouse/analytics"
)

// projectPage is one project: its tiles, and what lies behind them.
type projectPage struct {
	Frame
	Summary
	Name   string
	Facts  []string
	Panels map[string]*Panel
}

// project shows a manager where his project stands and what to chase.
func (s *Server) project(w http.ResponseWriter, r *http.Request) error {
	v, err := s.projectPanels(r)
	if err != nil {
		return err
	}
	f := v.Frame
	if f.Filter.Project == "" && len(f.Projects) > 0 {
		http.Redirect(w, r, f.toProject(f.Projects[0].Code), http.StatusSeeOther)
		return nil
	}
	page := projectPage{Frame: f, Name: f.Title, Facts: f.facts(), Panels: s.panels(r.Context(), v)}
	page.Summary = summaryOf(page.Panels["tiles"])
	return s.render(w, "project.html", page)
}

// projectPanels are those of the page.
func (s *Server) projectPanels(r *http.Request) (panelView, error) {
	f, err := s.frame(r)
	if err != nil {
		return panelView{}, err
	}
	f.Nav, f.Title = "project", f.ProjectName(f.Filter.Project)
	if f.Filter.Project == "" {
		f.Title = f.T("还没有项目", "No projects yet")
	}
	return panelView{Frame: f, page: "project", panels: []panelSpec{
		s.tilesPanel(f),
		{name: "collection", title: gatehouse.Text{ZH: "各月账单收缴", EN: "Collected by billing month"}, class: "w8", size: "h280", kpi: "collection_rate", build: s.collectionPanel(f)},
		{name: "arrears", title: gatehouse.Text{ZH: "欠费按账龄", EN: "Arrears by age"}, class: "w4", size: "h280", kpi: "arrears_age", build: s.arrearsPanel(f)},
		{name: "heat", title: gatehouse.Text{ZH: "各栋当月收缴率", EN: "Paid within the month, by building"}, class: "w6", size: "h340", kpi: "collection_rate", build: s.heatPanel(f)},
		{name: "development", title: gatehouse.Text{ZH: "各账单月收缴进度", EN: "Payment of each month's bills"}, class: "w6", size: "h340", kpi: "collected_by_age", build: s.developmentPanel(f)},
		{name: "complaints", title: gatehouse.Text{ZH: "投诉按类别", EN: "Complaints by category"}, class: "w6", size: "h240", kpi: "complaints_per_1000", build: s.complaintsPanel(f)},
		{name: "closing", title: gatehouse.Text{ZH: "投诉关闭用时", EN: "Time to close complaints"}, class: "w6", size: "h240", build: s.closingPanel(f)},
		{name: "handlers", title: gatehouse.Text{ZH: "各经办工单", EN: "Requests by handler"}, size: "h240", kpi: "resolved_on_time", build: s.handlersPanel(f)},
		{name: "satisfaction", title: gatehouse.Text{ZH: "业主满意率", EN: "Owner satisfaction"}, class: "w4", size: "h240", kpi: "satisfaction_rate", build: s.satisfactionPanel(f)},
		{name: "dimensions", title: gatehouse.Text{ZH: "满意率按维度", EN: "Satisfaction by dimension"}, class: "w4", size: "h240", kpi: "satisfaction_rate", build: s.surveySlicePanel(f, "dimension")},
		{name: "channels", title: gatehouse.Text{ZH: "满意率按渠道", EN: "Satisfaction by channel"}, class: "w4", size: "h240", kpi: "satisfaction_rate", build: s.surveySlicePanel(f, "channel")},
		{name: "energy", title: gatehouse.Text{ZH: "用电", EN: "Electricity"}, class: "w8", size: "h280", kpi: "energy_yoy", build: s.energyPanel(f)},
		{name: "metered", title: gatehouse.Text{ZH: "各类能耗与损耗", EN: "Use and loss by energy"}, class: "w4", size: "h280", kpi: "shared_loss_rate", build: s.meteredPanel(f)},
	}}, nil
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
