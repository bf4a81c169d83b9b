package dashboard

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"gatehouse"
	"gatehouse/analytics"
)

const (
	mostCompared = 8 // projects side by side
	mostKPIs     = 6
	// firstCompared are shown until others are chosen.
	firstCompared = 4
	// mostPeers are listed one by one; the figure of all counts the rest too.
	mostPeers = 40
)

// comparison is the projects that a reader holds against one another: those he
// chose, or one and its peers, which are of its segment and in his scope. Scope
// is theirs, so that no figure knows of another.
type comparison struct {
	Frame
	server    *Server
	codes     []string // chosen, in his order
	subject   string   // whose peers the others are, empty for chosen ones
	segment   string
	kpis      []*analytics.KPI
	sameStore bool
	against   analytics.Basis
}

// comparePage is the page with its form.
type comparePage struct {
	Frame
	About     []string
	Subject   string
	Chosen    []Choice // links that take a project out
	With      string   // the chosen, for the form to send again
	Addable   []Choice
	Free      string // address without the project whose peers are shown
	KPIs      []Choice
	Bases     []Choice
	SameStore Choice
	Panels    map[string]*Panel
	Dots      []*Panel
}

// compare shows projects side by side.
func (s *Server) compare(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if q.Has("add") { // what the form sends becomes an address that can be kept
		with := q.Get("with")
		if code := q.Get("add"); code != "" {
			with = strings.TrimPrefix(with+","+url.QueryEscape(code), ",")
		}
		q.Del("add")
		q.Set("with", with)
		http.Redirect(w, r, address("/compare", q), http.StatusSeeOther)
		return nil
	}
	c, err := s.comparison(r)
	if err != nil {
		return err
	}
	v := c.view()
	page := comparePage{Frame: c.Frame, About: c.about(), Panels: s.panels(r.Context(), v), Free: c.Filter.With("project", "")}
	for _, spec := range v.panels {
		if strings.HasPrefix(spec.name, dotsName) {
			page.Dots = append(page.Dots, page.Panels[spec.name])
		}
	}
	if c.subject != "" {
		page.Subject = c.ProjectName(c.subject)
	}
	c.choices(&page)
	return s.render(w, "compare.html", page)
}

func (s *Server) comparePanels(r *http.Request) (panelView, error) {
	c, err := s.comparison(r)
	if err != nil {
		return panelView{}, err
	}
	return c.view(), nil
}

// dotsName begins the names of the panels of one KPI each.
const dotsName = "dots-"

func (c *comparison) view() panelView {
	panels := []panelSpec{
		{name: "table", title: gatehouse.Text{ZH: "项目与指标", EN: "Projects and KPIs"}, class: "work", size: "h240", build: c.table},
		{name: "change", title: gatehouse.Text{ZH: "与以前相比", EN: "Against earlier"}, class: "work", size: "h160", build: c.change},
	}
	class := "w6"
	if len(c.kpis) == 1 {
		class = ""
	}
	for _, k := range c.kpis {
		panels = append(panels, panelSpec{name: dotsName + k.Name, title: k.Title, class: class, size: "h240", kpi: k.Name, build: c.dots(k)})
	}
	first := c.kpis[0]
	panels = append(panels, panelSpec{name: "trend", title: gatehouse.Text{ZH: "走势", EN: "Trend"}, size: "h240", kpi: first.Name, build: c.server.trendPanel(c.Frame, first)})
	return panelView{Frame: c.Frame, page: "compare", panels: panels}
}

// comparison reads the address: project= for one and its peers, else with= the
// chosen ones; kpis=, against= and same=. A project that is not among the
// reader's is refused, however it is asked for.
func (s *Server) comparison(r *http.Request) (*comparison, error) {
	f, err := s.frame(r)
	if err != nil {
		return nil, err
	}
	f.Nav, f.Title = "compare", f.T("对比", "Compare")
	q := r.URL.Query()
	c := &comparison{Frame: f, server: s, subject: f.Filter.Project, sameStore: q.Get("same") != "", against: basisOf(r)}
	if c.codes, err = c.chosen(q.Get("with")); err != nil {
		return nil, err
	}
	compared := c.codes
	if c.subject != "" {
		compared = c.withPeers()
	}
	c.Scope = gatehouse.Projects(compared...)
	c.kpis, err = s.chosenKPIs(q.Get("kpis"))
	return c, err
}

// chosen are the projects of with=, the first ones in scope when it names none.
func (c *comparison) chosen(with string) ([]string, error) {
	var codes []string
	for one := range strings.SplitSeq(with, ",") {
		code, err := url.QueryUnescape(one)
		if err != nil {
			return nil, gatehouse.Errorf(gatehouse.Invalid, "%q names no project: choose one of the list", one)
		}
		if code == "" || slices.Contains(codes, code) {
			continue
		}
		if _, err := c.User.Scope().Narrow(code); err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(c.Projects, func(p analytics.ProjectInfo) bool { return p.Code == code }) {
			return nil, gatehouse.Errorf(gatehouse.NotFound, "there is no project %s", code)
		}
		codes = append(codes, code)
	}
	if len(codes) > mostCompared {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "%d projects are too many side by side: choose up to %d", len(codes), mostCompared)
	}
	for i := 0; with == "" && i < min(firstCompared, len(c.Projects)); i++ {
		codes = append(codes, c.Projects[i].Code)
	}
	return codes, nil
}

// withPeers are the project and those of its segment that the reader may see.
func (c *comparison) withPeers() []string {
	codes := []string{c.subject}
	for _, p := range c.Projects {
		if p.Code == c.subject {
			c.segment = p.Segment
		}
	}
	for _, p := range c.Projects {
		if p.Code != c.subject && p.Segment == c.segment {
			codes = append(codes, p.Code)
		}
	}
	return codes
}

// chosenKPIs are those of kpis=, four of the tiles when it names none.
func (s *Server) chosenKPIs(names string) ([]*analytics.KPI, error) {
	if names == "" {
		names = "collection_rate,resolved_on_time,complaints_per_1000,satisfaction_rate"
	}
	var kpis []*analytics.KPI
	for name := range strings.SplitSeq(names, ",") {
		k, err := s.kpis.Registry().Get(name)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(kpis, k) {
			kpis = append(kpis, k)
		}
	}
	if len(kpis) > mostKPIs {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "%d KPIs are too many side by side: choose up to %d", len(kpis), mostKPIs)
	}
	return kpis, nil
}
