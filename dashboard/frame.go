package dashboard

import (
	"context"
	"net/http"
	"slices"
	"time"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/auth"
	"gatehouse/dashboard/shelf"
)

// Frame is what every page has around its own content; a page's struct embeds
// it. Its methods word numbers and dates in the reader's language.
type Frame struct {
	Lang     gatehouse.Lang
	Theme    string // light, dark, or empty to follow the system
	User     auth.User
	Title    string
	Nav      string // current item of the rail: today, portfolio, compare, project, collections, loads
	Notice   string // one line above the page, empty for none
	Filter   Filter
	Snapshot analytics.Snapshot
	Projects []analytics.ProjectInfo // of the user's scope
	Scope    gatehouse.Scope         // of the user, narrowed to Filter.Project
	Views    []savedView
	Here     string // address of the page, for forms that come back to it

	Calendar gatehouse.Calendar
	feeds    map[string]gatehouse.Text
	kpis     []*analytics.KPI
	notes    []shelf.Note // of the user's scope
	items    []NavItem
	switches Filter // addresses of the page itself, with other preferences
}

// NavItem is an entry of the rail.
type NavItem struct {
	Key, Icon, URL, Label string
	Current               bool
}

// bareFrame is the frame of pages that ask no data: sign-in and errors.
func (s *Server) bareFrame(r *http.Request) Frame {
	f := Frame{Lang: s.langOf(r), Theme: themeOf(r), User: userOf(r), Calendar: s.calendar(), feeds: s.feeds}
	f.switches = Filter{path: r.URL.Path, query: r.URL.Query(), calendar: f.Calendar}
	f.Filter = f.switches
	f.items = s.navItems(f)
	return f
}

// frame resolves what a page is about: the user and what he may see, the state
// of knowledge, project and period. It refuses a project outside his scope.
func (s *Server) frame(r *http.Request) (Frame, error) {
	f := s.bareFrame(r)
	ctx := r.Context()
	scope := f.User.Scope()
	q := r.URL.Query()
	project := q.Get("project")
	var err error
	if f.Scope, err = scope.Narrow(project); err != nil {
		return Frame{}, err
	}
	if f.Snapshot, f.Filter.KnownAt, err = s.snapshot(r, q.Get("known")); err != nil {
		return Frame{}, err
	}
	if f.Projects, err = s.kpis.Projects(ctx, scope, f.Snapshot); err != nil {
		return Frame{}, err
	}
	if project != "" && !slices.ContainsFunc(f.Projects, func(p analytics.ProjectInfo) bool { return p.Code == project }) && scope.All() {
		return Frame{}, gatehouse.Errorf(gatehouse.NotFound, "there is no project %s", project)
	}
	f.Filter.Project = project
	if f.Filter.newest, err = s.newestMonth(r, scope, f.Snapshot); err != nil {
		return Frame{}, err
	}
	f.Filter.Period = gatehouse.MonthPeriod(f.Filter.newest)
	if asked := q.Get("period"); asked != "" {
		if f.Filter.Period, err = s.calendar().Parse(asked, f.Filter.newest.Start()); err != nil {
			return Frame{}, err
		}
	}
	f.items, f.kpis = s.navItems(f), s.kpis.Registry().All()
	return f, s.viewed(r, &f)
}

// workFrame is the frame of the pages of what came in. They read what is on
// record, not figures, so no period and no known-at is asked; the scope is all
// that the user may see, whatever project the page is filtered by.
func (s *Server) workFrame(r *http.Request, now answersNow) (Frame, error) {
	f := s.bareFrame(r)
	f.Nav, f.Scope, f.Filter.Project = "loads", f.User.Scope(), r.URL.Query().Get("project")
	if _, err := f.Scope.Narrow(f.Filter.Project); err != nil {
		return Frame{}, err
	}
	var err error
	if f.Snapshot, err = s.kpis.Latest(r.Context()); err != nil {
		return Frame{}, err
	}
	f.Projects, err = kept(r.Context(), now, func(ctx context.Context) ([]analytics.ProjectInfo, error) {
		return s.kpis.Projects(ctx, f.Scope, f.Snapshot)
	}, f.Scope.All(), f.Scope.Codes(), f.Snapshot.KnownAt.UnixMicro())
	f.items = s.navItems(f)
	return f, err
}

// snapshot is the state of knowledge a page reads: the newest, or that of known_at.
func (s *Server) snapshot(r *http.Request, knownAt string) (analytics.Snapshot, string, error) {
	if knownAt == "" || knownAt == liveKnown {
		n, err := s.kpis.Latest(r.Context())
		if err == nil && n.Empty() {
			n.AsOf = gatehouse.DateOf(s.now().In(s.calendar().Location))
		}
		return n, "", err
	}
	t, err := parseInstant(knownAt, s.calendar().Location)
	if err != nil {
		return analytics.Snapshot{}, "", err
	}
	n, err := s.kpis.At(r.Context(), t)
	return n, instantText(t.In(s.calendar().Location)), err
}

// instantText is an instant as parseInstant reads it, midnight as the end of a day.
func instantText(t time.Time) string {
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		return (gatehouse.DateOf(t) - 1).String() + " 24:00"
	}
	return t.Format(instantForm)
}

// NewestKnown is the instant that an empty known-at stands for.
func (f Frame) NewestKnown() string {
	if f.Snapshot.KnownAt.IsZero() {
		return missing
	}
	return f.Snapshot.KnownAt.In(f.Calendar.Location).Format("2006-01-02 15:04")
}

// newestMonth is the month a page shows unless told otherwise: the last one of
// three years that is over and has bills.
func (s *Server) newestMonth(r *http.Request, scope gatehouse.Scope, at analytics.Snapshot) (gatehouse.Month, error) {
	last := at.AsOf.Month() - 1
	if at.Empty() {
		return last, nil
	}
	var months []gatehouse.Period
	for m := last - 35; m <= last; m++ {
		months = append(months, gatehouse.MonthPeriod(m))
	}
	values, err := s.kpis.Values(r.Context(), scope, at, analytics.Ask{KPI: "collection_rate", Periods: months})
	if err != nil {
		return 0, err
	}
	for _, v := range slices.Backward(values) {
		if v.Known() {
			return v.Period.Start, nil
		}
	}
	return last, nil
}

// ProjectName is the name of a project in scope, its code when it has none.
func (f Frame) ProjectName(code string) string {
	if code == "" {
		return f.T("未归属", "Unassigned")
	}
	for _, p := range f.Projects {
		if p.Code == code && p.Name != "" {
			return p.Name
		}
	}
	return code
}

// T picks the wording of the reader's language.
func (f Frame) T(zh, en string) string { return gatehouse.Text{ZH: zh, EN: en}.In(f.Lang) }

// In words a text in the reader's language.
func (f Frame) In(t gatehouse.Text) string { return t.In(f.Lang) }

// InAll words texts in the reader's language.
func (f Frame) InAll(texts []gatehouse.Text) []string {
	var words []string
	for _, t := range texts {
		words = append(words, f.In(t))
	}
	return words
}

// English tells whether the page is in English.
func (f Frame) English() bool { return f.Lang == gatehouse.English }

// Items are the entries of the rail.
func (f Frame) Items() []NavItem {
	for i := range f.items {
		f.items[i].Current = f.items[i].Key == f.Nav
	}
	return f.items
}

// navItems are the pages the user may open, with the period and project kept.
func (s *Server) navItems(f Frame) []NavItem {
	if f.User.Name == "" {
		return nil
	}
	var items []NavItem
	for _, one := range []struct{ key, icon, page, zh, en string }{
		{"today", "checklist", "today.html", "今日", "Today"},
		{"portfolio", "layout-dashboard", "portfolio.html", "总览", "Overview"},
		{"compare", "scale", "compare.html", "对比", "Compare"},
		{"project", "building-community", "project.html", "项目", "Project"},
		{"collections", "report-money", "collections.html", "收费", "Fees"},
		{"service", "headset", "report.html", "服务", "Service"},
		{"loads", "database-import", "loads.html", "数据", "Data"},
		{"sources", "plug-connected", "sources.html", "来源", "Sources"},
		{"jobs", "clock-play", "jobs.html", "任务", "Jobs"},
		{"users", "users", "users.html", "用户", "Users"},
	} {
		ofOperation := one.key == "sources" || one.key == "jobs" || one.key == "users"
		if _, ok := s.pages[one.page]; !ok || ofOperation && f.User.Role != auth.HeadOffice || one.key == "jobs" && s.Jobs == nil {
			continue
		}
		items = append(items, NavItem{Key: one.key, Icon: one.icon, URL: f.Filter.To("/" + one.key), Label: f.T(one.zh, one.en)})
	}
	return items
}

// LangURL is this page in the other language.
func (f Frame) LangURL() string {
	if f.English() {
		return f.switches.With("lang", "zh")
	}
	return f.switches.With("lang", "en")
}

// ThemeURL is this page in a theme.
func (f Frame) ThemeURL(theme string) string { return f.switches.With("theme", theme) }
