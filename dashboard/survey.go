package dashboard

import (
	"context"
	"net/http"

	"gatehouse"
	"gatehouse/analytics"
)

// surveyed is the half-year that the page of surveys is about, and those that
// it is held against: the wave before and the same wave of last year.
type surveyed struct {
	Frame
	server       *Server
	half         gatehouse.Period
	before, year gatehouse.Period
}

// survey is the half-year's satisfaction survey as a report.
func (s *Server) survey(w http.ResponseWriter, r *http.Request) error {
	v, err := s.surveyPanels(r)
	if err != nil {
		return err
	}
	page := s.reportOf(r, v)
	half := page.Frame.Filter.Period
	page.Heading = v.T("业主满意度调查", "Satisfaction survey")
	page.About = append(page.About, v.PeriodLabel(half), v.T("按答卷日期归入半年", "answers by their day"), v.T("比上一批次与上年同批次", "against the wave before and that of last year"))
	page.Closing = v.T(
		"n 少于 "+v.Count(analytics.MinimumN)+" 份不显示数值；差异区间含 0 即不显著；满意率区间为 Wilson 95% 区间。",
		"Values with n under "+v.Count(analytics.MinimumN)+" are withheld. A change is not significant when the interval of the difference contains 0. Intervals of rates: Wilson 95%.")
	return s.render(w, "report.html", page)
}

// surveyPanels are those of the page.
func (s *Server) surveyPanels(r *http.Request) (panelView, error) {
	f, err := s.frame(r)
	if err != nil {
		return panelView{}, err
	}
	f.Nav, f.Title = "service", f.T("业主满意度调查", "Satisfaction survey")
	y := surveyed{server: s}
	if y.half, err = s.surveyHalf(r.Context(), f); err != nil {
		return panelView{}, err
	}
	f.Filter.Period = y.half
	y.Frame, y.before, y.year = f, y.half.Previous(), y.half.YearEarlier()
	v := panelView{Frame: f, page: "survey", panels: []panelSpec{
		{name: "results", title: gatehouse.Text{ZH: "调查结果", EN: "Results"}, class: "w7", size: "h240", kpi: "satisfaction_rate", build: y.results},
		{name: "trend", title: gatehouse.Text{ZH: "各批次满意率", EN: "Satisfaction by wave"}, class: "w5", size: "h240", kpi: "satisfaction_rate", build: s.satisfactionPanel(f)},
		{name: "returns", title: gatehouse.Text{ZH: "回收情况", EN: "Returns"}, class: "work", size: "h240", kpi: "response_rate", build: y.returns},
		{name: "dimensions", title: gatehouse.Text{ZH: "按维度", EN: "By dimension"}, size: "h240", kpi: "satisfaction_rate", build: y.slices("dimension")},
		{name: "questions", title: gatehouse.Text{ZH: "按题目", EN: "By question"}, size: "h340", kpi: "satisfaction_rate", build: y.slices("question")},
		{name: "channels", title: gatehouse.Text{ZH: "按渠道", EN: "By channel"}, size: "h160", kpi: "satisfaction_rate", build: y.slices("channel")},
	}}
	if f.several() {
		v.panels = append(v.panels, panelSpec{name: "projects", title: gatehouse.Text{ZH: "各项目满意度", EN: "Satisfaction by project"}, size: "h340", kpi: "satisfaction_rate", build: y.projects})
	}
	return v, nil
}

// surveyHalf is the half-year of the period or, where nobody has answered in it
// yet, the one before.
func (s *Server) surveyHalf(ctx context.Context, f Frame) (gatehouse.Period, error) {
	half := f.Calendar.HalfYear(f.Filter.Period.Last())
	if f.Snapshot.Empty() {
		return half, nil
	}
	values, err := s.kpis.Values(ctx, f.Scope, f.Snapshot, analytics.Ask{KPI: "satisfaction_rate", Periods: []gatehouse.Period{half, half.Previous()}})
	if known := byPeriod(values); !known[half].Known() && known[half.Previous()].Known() {
		half = half.Previous()
	}
	return half, err
}

// three are the values of a half-year and of those it is held against.
type three struct {
	now, before, year analytics.Value
}

// values reads a KPI of the three half-years, by what key gives of each value.
func (y surveyed) values(ctx context.Context, kpi, dim string, byProject bool, key func(analytics.Value) string) (map[string]three, error) {
	values, err := y.server.kpis.Values(ctx, y.Scope, y.Snapshot, analytics.Ask{KPI: kpi, Dim: dim, ByProject: byProject, Periods: []gatehouse.Period{y.half, y.before, y.year}})
	of := map[string]three{}
	for _, v := range values {
		one := of[key(v)]
		switch v.Period {
		case y.half:
			one.now = v
		case y.before:
			one.before = v
		case y.year:
			one.year = v
		}
		of[key(v)] = one
	}
	return of, err
}

// of reads a KPI of everything that the page is about.
func (y surveyed) of(ctx context.Context, kpi string) (three, error) {
	of, err := y.values(ctx, kpi, "", false, func(analytics.Value) string { return "" })
	return of[""], err
}
