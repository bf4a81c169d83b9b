package dashboard

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/ingest"
)

const (
	longestSearch = 64 // bytes that are looked for
	searchShown   = 6  // of each kind in the dialog
	searchListed  = 30 // of each kind on the page
)

// searchData is what was found, in groups.
type searchData struct {
	Frame
	Query  string
	Groups []searchGroup
}

// searchGroup is what was found of a kind.
type searchGroup struct {
	Icon, Label string
	Hits        []searchHit
}

type searchHit struct {
	Label, Note, URL string
	Words            bool // the label is of the program, not of the data
}

// search is the page of what was found; it works without a script.
func (s *Server) search(w http.ResponseWriter, r *http.Request) error {
	page, err := s.lookFor(r, searchListed)
	if err != nil {
		return err
	}
	return s.render(w, "search.html", page)
}

// searchHits is the same for the dialog: the list alone.
func (s *Server) searchHits(w http.ResponseWriter, r *http.Request) error {
	page, err := s.lookFor(r, searchShown)
	if err != nil {
		return err
	}
	return s.renderPart(w, "search.html", "found", page)
}

// lookFor looks for the words of a request among what its user may see.
func (s *Server) lookFor(r *http.Request, most int) (searchData, error) {
	page := searchData{Frame: s.bareFrame(r)}
	page.Title, page.Query = page.T("搜索", "Search"), strings.TrimSpace(r.URL.Query().Get("q"))
	page.Query = strings.ToValidUTF8(page.Query[:min(len(page.Query), longestSearch)], "")
	words := strings.Fields(strings.ToLower(page.Query))
	if len(words) == 0 {
		page.add("layout-dashboard", page.T("页面", "Pages"), page.pagesNamed(nil), most)
		return page, nil
	}
	var err error
	if page.Snapshot, page.Filter.KnownAt, err = s.snapshot(r, r.URL.Query().Get("known")); err != nil {
		return page, err
	}
	page.Scope = page.User.Scope()
	if page.Projects, err = s.kpis.Projects(r.Context(), page.Scope, page.Snapshot); err != nil {
		return page, err
	}
	page.add("building-community", page.T("项目", "Projects"), page.projectsNamed(words), most)
	rooms, err := s.roomsNamed(r, page, words, most)
	if err != nil {
		return page, err
	}
	page.add("building-community", page.T("房屋", "Rooms"), rooms, most)
	page.add("report-money", page.T("指标", "KPIs"), page.kpisNamed(s.kpis.Registry().All(), words), most)
	loads, err := s.loadsNamed(r, page, most)
	if err != nil {
		return page, err
	}
	page.add("database-import", page.T("载入的文件", "Loads"), loads, most)
	page.add("layout-dashboard", page.T("页面", "Pages"), page.pagesNamed(words), most)
	return page, nil
}

func (d *searchData) add(icon, label string, hits []searchHit, most int) {
	if len(hits) > 0 {
		d.Groups = append(d.Groups, searchGroup{icon, label, hits[:min(len(hits), most)]})
	}
}

// named tells whether each word is in one of the texts.
func named(words []string, texts ...string) bool {
	all := strings.ToLower(strings.Join(texts, "\n"))
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(all, word) })
}

func (d *searchData) projectsNamed(words []string) []searchHit {
	var hits []searchHit
	for _, p := range d.Projects {
		if named(words, p.Code, p.Name, p.Region, p.Manager) {
			hits = append(hits, searchHit{Label: d.ProjectName(p.Code), Note: strings.TrimPrefix(p.Region+" · "+p.Code, " · "), URL: d.Filter.ToProject(p.Code)})
		}
	}
	return hits
}

// roomsNamed takes the last word for the number of a room, those before it for
// its project's name.
func (s *Server) roomsNamed(r *http.Request, d searchData, words []string, most int) ([]searchHit, error) {
	number, of := words[len(words)-1], words[:len(words)-1]
	var within []string
	for _, p := range d.Projects {
		if len(of) > 0 && named(of, p.Code, p.Name) {
			within = append(within, p.Code)
		}
	}
	if len(of) > 0 && len(within) == 0 {
		return nil, nil
	}
	rooms, err := s.kpis.Rooms(r.Context(), d.Scope, d.Snapshot, number, within, most)
	var hits []searchHit
	for _, one := range rooms {
		hits = append(hits, searchHit{Label: one.Room, Note: d.ProjectName(one.Project), URL: d.roomURL(one)})
	}
	return hits, err
}

// roomURL is where a room's fees are: the bills and payments of its building.
func (f Frame) roomURL(r analytics.Room) string {
	q := url.Values{"kpi": {"collection_rate"}, "project": {r.Project}, "dim": {"building"}, "slice": {r.Building}}
	for _, key := range []string{"period", "known"} {
		if v := f.Filter.query.Get(key); v != "" {
			q.Set(key, v)
		}
	}
	return address("/trace", q)
}

func (d *searchData) kpisNamed(all []*analytics.KPI, words []string) []searchHit {
	var hits []searchHit
	for _, k := range all {
		if named(words, k.Name, k.Title.ZH, k.Title.EN) {
			hits = append(hits, searchHit{Label: d.In(k.Title), Note: d.otherWords(k.Title), URL: d.DefinitionURL(k.Name)})
		}
	}
	return hits
}

func (s *Server) loadsNamed(r *http.Request, d searchData, most int) ([]searchHit, error) {
	rows, err := ingest.Loads(r.Context(), s.db, d.Scope, ingest.LoadFilter{Viewer: d.User.Name, Search: d.Query, Limit: most})
	var hits []searchHit
	for _, l := range rows {
		hits = append(hits, searchHit{Label: l.File, Note: d.Instant(l.At), URL: "/loads/" + l.LoadID})
	}
	return hits, err
}

// pagesNamed are the pages the user may open, by their names in either language.
func (d *searchData) pagesNamed(words []string) []searchHit {
	var hits []searchHit
	for _, one := range []struct {
		path string
		may  audience
		name gatehouse.Text
	}{
		{"/today", forUsers, gatehouse.Text{ZH: "今日待办", EN: "Today: what needs doing"}},
		{"/portfolio", forUsers, gatehouse.Text{ZH: "总览", EN: "Overview of all projects"}},
		{"/compare", forUsers, gatehouse.Text{ZH: "项目对比", EN: "Compare projects"}},
		{"/project", forUsers, gatehouse.Text{ZH: "项目", EN: "Project"}},
		{"/collections", forUsers, gatehouse.Text{ZH: "收费", EN: "Fees"}},
		{"/service", forUsers, gatehouse.Text{ZH: "客户服务分析与工单分类汇总", EN: "Service analysis: requests by kind and category"}},
		{"/survey", forUsers, gatehouse.Text{ZH: "业主满意度调查", EN: "Satisfaction survey of the half-year"}},
		{"/loads", forUsers, gatehouse.Text{ZH: "数据与上传", EN: "Data and uploads"}},
		{"/definitions", forUsers, gatehouse.Text{ZH: "指标定义", EN: "Definitions of KPIs"}},
		{"/mappings", forOfficers, gatehouse.Text{ZH: "映射", EN: "Mappings"}},
		{"/sources", forHeadOffice, gatehouse.Text{ZH: "数据来源", EN: "Sources"}},
		{"/jobs", forHeadOffice, gatehouse.Text{ZH: "后台任务", EN: "Jobs"}},
		{"/users", forHeadOffice, gatehouse.Text{ZH: "用户", EN: "Users"}},
		{"/audit", forHeadOffice, gatehouse.Text{ZH: "操作记录", EN: "Audit"}},
	} {
		if one.may.admits(d.User) && named(words, one.name.ZH, one.name.EN) {
			hits = append(hits, searchHit{Label: d.In(one.name), URL: d.Filter.To(one.path), Words: true})
		}
	}
	return hits
}

// SearchQuery is what is looked for, empty on other pages.
func (f Frame) SearchQuery() string {
	if f.Filter.path != "/search" {
		return ""
	}
	return f.Filter.query.Get("q")
}

// SearchKept are the values of the address that a search keeps.
func (f Frame) SearchKept() map[string]string {
	kept := map[string]string{}
	for _, key := range []string{"period", "known"} {
		if v := f.Filter.query.Get(key); v != "" {
			kept[key] = v
		}
	}
	return kept
}
