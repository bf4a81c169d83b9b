package dashboard

import (
	"net/http"

	"gatehouse"
)

// reportPage is a page of customer service: the title block of a report, and
// its panels in order.
type reportPage struct {
	Frame
	Heading string
	About   []string
	Message string // the finding, computed
	Survey  bool
	Tabs    []Choice
	File    string // address of the page as a workbook
	Panels  []*Panel
	Closing string // what holds for all figures
}

// service is the classified summary of a month's requests and their analysis.
func (s *Server) service(w http.ResponseWriter, r *http.Request) error {
	v, err := s.servicePanels(r)
	if err != nil {
		return err
	}
	page := s.reportOf(r, v)
	page.Heading = v.T("客户服务分析", "Service analysis")
	page.About = append(page.About, v.PeriodLabel(v.Filter.Period), v.T("比上月与上年同月", "against the month before and last year"))
	if v.Filter.Period.Months() != 1 {
		page.About[len(page.About)-1] = v.T("比上期与上年同期", "against the period before and last year")
	}
	page.Closing = v.T("及时率的 n 为受理件数与到期件数；区间为 Wilson 95% 区间。", "n of the on-time rates: requests opened, and those that fell due. Intervals: Wilson 95%.")
	return s.render(w, "report.html", page)
}

// reportOf is the page around panels.
func (s *Server) reportOf(r *http.Request, v panelView) reportPage {
	page := reportPage{Frame: v.Frame, Survey: v.page == "survey", File: v.Filter.Same("/" + v.page + ".xlsx")}
	page.About = []string{v.subject()}
	page.Tabs = []Choice{
		{Value: v.Filter.To("/service"), Label: v.T("服务分析", "Service analysis"), Current: !page.Survey},
		{Value: v.Filter.To("/survey"), Label: v.T("满意度调查", "Satisfaction survey"), Current: page.Survey},
	}
	shown := s.panels(r.Context(), v)
	for _, spec := range v.panels {
		page.Panels = append(page.Panels, shown[spec.name])
	}
	page.Message = page.Panels[0].Sentence // the first says what it comes to
	return page
}

// subject is whose figures a page has.
func (f Frame) subject() string {
	switch {
	case f.Filter.Project != "":
		return f.ProjectName(f.Filter.Project)
	case len(f.Projects) == 1:
		return f.ProjectName(f.Projects[0].Code)
	case f.Scope.All():
		return f.T("全部 "+f.Count(len(f.Projects))+" 个项目", "all "+f.Count(len(f.Projects))+" projects")
	}
	return f.T("我的 "+f.Count(len(f.Projects))+" 个项目", "my "+f.Count(len(f.Projects))+" projects")
}

// several tells that a page is about more than one project.
func (f Frame) several() bool { return f.Filter.Project == "" && len(f.Projects) > 1 }

// servicePanels are those of the page.
func (s *Server) servicePanels(r *http.Request) (panelView, error) {
	f, err := s.frame(r)
	if err != nil {
		return panelView{}, err
	}
	f.Nav, f.Title = "service", f.T("客户服务分析", "Service analysis")
	v := panelView{Frame: f, page: "service", panels: []panelSpec{
		{name: "summary", title: gatehouse.Text{ZH: "工单分类汇总", EN: "Requests by kind and category"}, class: "work", size: "h340", kpi: "closure_rate", build: s.classesPanel(f)},
		{name: "volume", title: gatehouse.Text{ZH: "各月受理工单", EN: "Requests opened by month"}, class: "w7", size: "h280", kpi: "closure_rate", build: s.volumePanel(f)},
		{name: "backlog", title: gatehouse.Text{ZH: "未办结工单按历时", EN: "Open requests by age"}, class: "w5", size: "h280", build: s.backlogPanel(f)},
		{name: "causes", title: gatehouse.Text{ZH: "投诉按类别", EN: "Complaints by category"}, class: "w6", size: "h240", kpi: "complaints_per_1000", build: s.complaintsPanel(f)},
		{name: "closing", title: gatehouse.Text{ZH: "投诉关闭用时", EN: "Time to close complaints"}, class: "w6", size: "h240", build: s.closingPanel(f)},
		{name: "repeats", title: gatehouse.Text{ZH: "重复投诉", EN: "Repeat complaints"}, class: "w6", size: "h240", kpi: "repeat_rate", build: s.repeatsPanel(f)},
		{name: "followups", title: gatehouse.Text{ZH: "回访与回访满意", EN: "Follow-ups and what they said"}, class: "w6", size: "h240", kpi: "follow_up_rate", build: s.followUpsPanel(f)},
		{name: "handlers", title: gatehouse.Text{ZH: "按处理人", EN: "By handler"}, class: "work", size: "h340", kpi: "resolved_on_time", build: s.staffPanel(f, "handler")},
	}}
	if f.several() {
		v.panels = append(v.panels, panelSpec{name: "projects", title: gatehouse.Text{ZH: "各项目服务", EN: "Service by project"}, class: "work", size: "h340", kpi: "resolved_on_time", build: s.staffPanel(f, "")})
	}
	return v, nil
}
