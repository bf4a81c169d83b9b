package dashboard

import (
	"net/http"
	"net/url"
	"slices"

	"gatehouse"
	"gatehouse/ingest/source"
)

// sourcesData is the page of declared sources.
type sourcesData struct {
	Frame
	Headline string
	Sources  []sourceRow
}

// sourceRow is a source as it stands.
type sourceRow struct {
	source.Status
	Name      string // as the declarations call it
	Title     string
	Kind      string
	Feed      string
	Schedule  string
	Badge     stateBadge
	Took      string
	Runnable  bool // there is something to fetch
	Attention bool // the last run was not all well
}

func (s *Server) sourceList(w http.ResponseWriter, r *http.Request) error {
	page := sourcesData{Frame: s.bareFrame(r)}
	list, err := s.Sources.Status(r.Context())
	if err != nil {
		return err
	}
	attention := 0
	for _, one := range list {
		row := page.sourceRow(one)
		if row.Attention {
			attention++
		}
		page.Sources = append(page.Sources, row)
	}
	page.Nav, page.Title, page.Headline = "sources", page.T("来源", "Sources"), page.sourcesHeadline(len(list), attention)
	page.Notice = page.sourceNotice(r.URL.Query(), page.Sources)
	return s.render(w, "sources.html", page)
}

// sourceNotice says what was asked for on the page before.
func (f Frame) sourceNotice(asked url.Values, known []sourceRow) string {
	title := func(name string) (string, bool) {
		i := slices.IndexFunc(known, func(row sourceRow) bool { return row.Name == name })
		if i < 0 {
			return "", false
		}
		return known[i].Title, true
	}
	if t, ok := title(asked.Get("asked")); ok {
		return f.In(gatehouse.Text{ZH: "“%s”即将运行，刷新页面可查看进展。", EN: "%s is about to run; reload the page to see how it goes."}.With(t))
	}
	if t, ok := title(asked.Get("restarted")); ok {
		return f.In(gatehouse.Text{ZH: "“%s”的下次运行将从头取数，已载入的不受影响。", EN: "The next run of %s begins anew; what is loaded stays."}.With(t))
	}
	return ""
}

// findSource is the declared source of a request.
func (s *Server) findSource(r *http.Request) (source.Status, error) {
	list, err := s.Sources.Status(r.Context())
	if err != nil {
		return source.Status{}, err
	}
	for _, one := range list {
		if one.Source.Name == r.PathValue("name") {
			return one, nil
		}
	}
	return source.Status{}, gatehouse.Errorf(gatehouse.NotFound, "there is no source %s", r.PathValue("name"))
}

// runSource has a source run in the background.
func (s *Server) runSource(w http.ResponseWriter, r *http.Request) error {
	found, err := s.findSource(r)
	if err != nil {
		return err
	}
	name := found.Source.Name
	if !runnable(found.Source) || s.RunSource == nil {
		return gatehouse.Errorf(gatehouse.Conflict, "source %s has nothing to fetch, or is disabled", name)
	}
	if err := s.RunSource(name, userOf(r).Name); err != nil {
		return err
	}
	s.log.Info("source asked to run", "source", name, "user", userOf(r).Name)
	http.Redirect(w, r, "/sources?asked="+url.QueryEscape(name), http.StatusSeeOther)
	return nil
}

// restartSource forgets how far a source has come.
func (s *Server) restartSource(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	if err := s.Sources.Restart(r.Context(), name, userOf(r).Name); err != nil {
		return err
	}
	s.log.Info("source restarted", "source", name, "user", userOf(r).Name)
	http.Redirect(w, r, "/sources?restarted="+url.QueryEscape(name), http.StatusSeeOther)
	return nil
}

// ScheduleIsCode tells an expression that could not be worded.
func (r sourceRow) ScheduleIsCode() bool { return r.Schedule == r.Source.Cron }

func runnable(s source.Source) bool { return !s.Disabled && s.Kind != source.Push }

func (f Frame) sourceRow(one source.Status) sourceRow {
	row := sourceRow{
		Status: one, Name: one.Source.Name, Title: f.In(one.Source.Title), Kind: f.kindWord(one.Source.Kind), Feed: f.T("自动识别", "recognised"),
		Schedule: f.schedule(one.Source), Runnable: runnable(one.Source),
	}
	if one.Source.Feed != "" {
		row.Feed = f.FeedTitle(one.Source.Feed)
	}
	row.Badge = f.sourceBadge(one)
	row.Attention = row.Badge.Class == "bad" || row.Badge.Class == "warn"
	if one.Last != nil && one.Last.State != source.RunStarted {
		row.Took = f.took(one.Last.Ended.Sub(one.Last.Started))
	}
	return row
}

// sourcesHeadline states what there is to see.
func (f Frame) sourcesHeadline(sources, attention int) string {
	switch {
	case sources == 0:
		return f.T("还没有数据来源", "No sources are declared")
	case attention == 0:
		return f.In(gatehouse.Text{ZH: "%d 个数据来源，均正常", EN: "%d sources, all well"}.With(sources))
	}
	return f.In(gatehouse.Text{ZH: "%d 个数据来源，%d 个需要处理", EN: "%d sources, %d to look at"}.With(sources, attention))
}
