package dashboard

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/panel"
	"gatehouse/ingest"
)

const (
	// todayRooms is how many rooms to call are seen at once.
	todayRooms = 10
	// todayRows is how many rows of the other lists are.
	todayRows = 6
	// todayDeadlines is how many requests stand beside the rooms.
	todayDeadlines = 10
	// listRows is how many a page of a whole list has.
	listRows = 50
	// nobody stands in addresses for the handler of requests that have none.
	nobody = "-"
)

// today is the work of a reader: whose projects, by which clock, and which part
// of the lists. The page shows the head of each; list= one of them alone, from=
// on a page of it, else the whole of it, as files have it.
type today struct {
	Frame
	server  *Server
	work    analytics.Work
	list    string
	some    analytics.Stretch // the zero one: the head of each list
	several bool              // projects, so that each row names its own
	of      analytics.OfHandler
}

// todayPage is the page, or one of its lists.
type todayPage struct {
	Frame
	Heading string
	About   []string
	Panels  map[string]*Panel
	List    *todayList
}

// todayList is the frame around a list that is a page of its own.
type todayList struct {
	*Panel
	Back, Earlier, Later, CSV, XLSX string
	Handlers                        []Choice
}

// todayLists are the names of the lists, in the order of their counts.
func todayLists() []string { return []string{"rooms", "deadlines", "followups", "meters", "returns"} }

// listSize is how many rows a list has in all: the figure of its panel.
type listSize int

// today shows a manager what to do now, or one of the lists.
func (s *Server) today(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if q.Get("list") != "" && q.Get("from") == "" {
		q.Set("from", "1")
		r = r.Clone(r.Context())
		r.URL.RawQuery = q.Encode()
	}
	t, err := s.todayOf(r)
	if err != nil {
		return err
	}
	v := t.view()
	page := todayPage{Frame: t.Frame, Heading: t.T("今日 ", "Today, ") + t.weekday(t.Snapshot.AsOf), About: t.about(), Panels: s.panels(r.Context(), v)}
	page.Title = t.T("今日", "Today")
	if t.list != "" {
		page.List = t.around(r.Context(), page.Panels[t.list])
		page.Heading, page.Title = page.List.Title, page.List.Title
	}
	return s.render(w, "today.html", page)
}

// todayPanels are those of the page.
func (s *Server) todayPanels(r *http.Request) (panelView, error) {
	t, err := s.todayOf(r)
	if err != nil {
		return panelView{}, err
	}
	return t.view(), nil
}

func (s *Server) todayOf(r *http.Request) (*today, error) {
	f, err := s.frame(r)
	if err != nil {
		return nil, err
	}
	f.Nav = "today"
	t := &today{Frame: f, server: s, several: f.Filter.Project == "" && len(f.Projects) > 1}
	t.work = analytics.Work{Scope: f.Scope, At: f.Snapshot, Now: s.now().Truncate(time.Minute)}
	if f.Filter.KnownAt != "" { // what was to be done at an instant is told by its clock
		t.work.Now = f.Snapshot.KnownAt.Truncate(time.Minute)
	}
	q := r.URL.Query()
	if t.list = q.Get("list"); t.list == "" {
		return t, nil
	}
	if !slices.Contains(todayLists(), t.list) {
		return nil, gatehouse.Errorf(gatehouse.NotFound, "there is no list %q: there are %s", t.list, strings.Join(todayLists(), ", "))
	}
	if name := q.Get("handler"); name != "" {
		t.of = analytics.OfHandler{One: true, Name: strings.TrimPrefix(name, nobody)}
	}
	if from := q.Get("from"); from != "" {
		n, err := strconv.Atoi(from)
		if err != nil || n < 1 {
			return nil, gatehouse.Errorf(gatehouse.Invalid, "a list cannot begin with row %q", from)
		}
		t.some = analytics.Stretch{Limit: listRows, Offset: n - 1}
	}
	return t, nil
}

// view is the page with its panels, or with the one of a list.
func (t *today) view() panelView {
	v := panelView{Frame: t.Frame, page: "today"}
	for _, p := range t.specs() {
		switch t.list {
		case "":
			v.panels = append(v.panels, p)
		case p.name:
			p.class = "work"
			v.panels = append(v.panels, p)
		}
	}
	return v
}

// specs are the panels. Those that tell the time to a deadline move with the
// clock, so they are not kept.
func (t *today) specs() []panelSpec {
	live := t.Filter.KnownAt == ""
	return []panelSpec{
		{name: "queues", title: gatehouse.Text{ZH: "待办", EN: "To do"}, class: "plain", size: "h80", live: live, build: t.queues},
		{name: "fresh", title: gatehouse.Text{ZH: "数据更新", EN: "Freshness"}, class: "plain", size: "h40", live: true, build: t.fresh},
		{name: "rooms", title: gatehouse.Text{ZH: "待催缴房号", EN: "Rooms to chase"}, class: "w8", size: "h340", kpi: "arrears_age", build: t.rooms},
		{name: "deadlines", title: gatehouse.Text{ZH: "工单时限", EN: "Request deadlines"}, class: "w4", size: "h340", kpi: "resolved_on_time", live: live, build: t.deadlines},
		{name: "followups", title: gatehouse.Text{ZH: "回访缺失", EN: "Follow-ups missing"}, class: "w4", size: "h240", kpi: "follow_up_rate", live: live, build: t.followups},
		{name: "meters", title: gatehouse.Text{ZH: "未抄表", EN: "Meters unread"}, class: "w4", size: "h240", kpi: "energy_use", build: t.meters},
		{name: "returns", title: gatehouse.Text{ZH: "调查回收不足", EN: "Survey returns short"}, class: "w4", size: "h240", kpi: "response_rate", build: t.returns},
	}
}

// head is the part of a list to read: as many rows as its panel shows, where
// the list is not a page of its own.
func (t *today) head(rows int) analytics.Stretch {
	if t.list == "" {
		return analytics.Stretch{Limit: rows}
	}
	return t.some
}

// about says whose work it is.
func (t *today) about() []string {
	about := []string{t.T("全部项目 ", "All projects ") + t.Count(len(t.Projects))}
	switch {
	case t.Filter.Project != "":
		about = []string{t.ProjectName(t.Filter.Project)}
		i := slices.IndexFunc(t.Projects, func(p analytics.ProjectInfo) bool { return p.Code == t.Filter.Project })
		if i >= 0 && t.Projects[i].Manager != "" {
			about = append(about, t.T("项目经理 ", "manager ")+t.Projects[i].Manager)
		}
	case !t.Scope.All():
		about = []string{t.T("我的项目 ", "My projects ") + t.Count(len(t.Projects))}
	}
	return append(about, t.T("时限按 ", "deadlines as of ")+t.clock(t.work.Now), t.T("数据截至 ", "data as of ")+t.KnownAt())
}

// asked is the address of a page about the same, without some of what this one
// is asked for.
func (t *today) asked(path string, without ...string) Filter {
	f := t.Filter
	f.path, f.query = path, maps.Clone(f.query)
	for _, key := range without {
		f.query.Del(key)
	}
	return f
}

// listURL is the address of a list as a page.
func (t *today) listURL(name string) string {
	return t.asked("/today", "from", "handler").With("list", name)
}

// leads links the head of a list to the whole of it.
func (t *today) leads(p *panel.Result, name, words string) {
	if t.list == "" {
		p.Rows, p.RowsName = t.listURL(name), words
	}
}

// more is the column on the list's own page and in files; beside other panels
// there is no room for it.
func (t *today) more(c panel.Column) panel.Column {
	if t.list == "" {
		return extra(c)
	}
	return c
}

// sourceColumns say in files where each row comes from, and leave room for what
// a clerk notes down.
func (t *today) sourceColumns(notes ...panel.Column) []panel.Column {
	text := panel.Plain(panel.Text)
	columns := append([]panel.Column{
		column("file", "来源文件", "File", text), column("sheet", "工作表", "Sheet", text), column("row", "行号", "Row number", panel.Plain(panel.Integer)),
	}, notes...)
	for i := range columns {
		columns[i].Files = true
	}
	return columns
}

func sourceCells(from analytics.Source, notes int) []panel.Cell {
	cells := make([]panel.Cell, 3+notes)
	if from.Found() {
		cells[0], cells[1], cells[2] = panel.OfText(from.Origin.File), panel.OfText(from.Origin.Sheet), panel.OfCount(uint64(from.Origin.Row))
	}
	return cells
}

// sourceURL is where a row stands in its file, empty for none.
func sourceURL(from analytics.Source) string {
	if !from.Found() {
		return ""
	}
	o := from.Origin
	return rowURL(ingest.PlaceRequest{LoadID: o.Load, Attempt: o.Attempt, Brought: o.Brought, Sheet: o.Sheet, Row: int(o.Row), Fact: from.Fact})
}

// projectColumns name the project of each row where there are several.
func (t *today) projectColumns() []panel.Column {
	if !t.several {
		return nil
	}
	text := panel.Plain(panel.Text)
	return []panel.Column{extra(column("project_code", "项目编码", "Project code", text)), styled(column("project", "项目", "Project", text), "project")}
}

func (t *today) projectCells(code string) []panel.Cell {
	if !t.several {
		return nil
	}
	name := panel.OfText(t.ProjectName(code))
	if code != "" {
		name = name.Linked(t.asked("/today", "from", "handler").With("project", code))
	}
	return []panel.Cell{panel.OfText(code), name}
}

// around is what a list's own page has besides the list.
func (t *today) around(ctx context.Context, p *Panel) *todayList {
	l := &todayList{Panel: p, Back: t.asked("/today", "list", "from", "handler").With("", "")}
	here, first := t.asked("/today"), t.some.Offset+1
	if first > 1 {
		l.Earlier = here.With("from", strconv.Itoa(max(first-listRows, 1)))
	}
	if all, ok := p.Figure.(listSize); ok && first+listRows <= int(all) {
		l.Later = here.With("from", strconv.Itoa(first+listRows))
	}
	whole := t.asked("/today", "from")
	l.CSV, l.XLSX = whole.Same(panel.Address("today", t.list, "csv")), whole.Same(panel.Address("today", t.list, "xlsx"))
	if t.list == "deadlines" || t.list == "followups" {
		l.Handlers = t.handlers(ctx)
	}
	return l
}
