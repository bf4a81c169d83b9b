package dashboard

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"gatehouse"
	"gatehouse/analytics/schedule"
)

const (
	jobHistory = 50 // runs that the page lists
	jobBars    = 30 // runs of a job whose durations are drawn
)

// jobsData is the page of jobs and their runs.
type jobsData struct {
	Frame
	Headline string
	Jobs     []jobRow
	Of       *jobRow // the job whose runs are listed, nil for all
	Runs     []jobRunRow
}

// jobRow is a job as it stands.
type jobRow struct {
	schedule.Status
	Title, Schedule string
	Rules           []string
	Badge           stateBadge
	Last            *schedule.Run
	Took            string
	Bars            []durationBar
	Bounds          string // of the durations drawn
	Attention       bool   // the last run was not all well
}

// ScheduleIsCode tells an expression that could not be worded.
func (r jobRow) ScheduleIsCode() bool { return r.Cron != "" && r.Schedule == r.Cron }

// jobRunRow is a run of the history.
type jobRunRow struct {
	schedule.Run
	Title         string
	Badge         stateBadge
	Took, By, Say string
	ByName        bool   // By is a user, not words
	Began         string // empty when that was when it was due or asked for
	OnTime        bool
}

func (s *Server) jobs(w http.ResponseWriter, r *http.Request) error {
	if s.Jobs == nil {
		return gatehouse.Errorf(gatehouse.NotFound, "no jobs are run here")
	}
	page := jobsData{Frame: s.bareFrame(r)}
	list, err := s.Jobs.Status(r.Context(), jobBars)
	if err != nil {
		return err
	}
	titles, attention := map[string]string{}, 0
	for _, one := range list {
		row := page.jobRow(one)
		titles[row.Name] = row.Title
		if row.Attention {
			attention++
		}
		page.Jobs = append(page.Jobs, row)
	}
	asked := r.URL.Query().Get("job")
	if i := slices.IndexFunc(page.Jobs, func(j jobRow) bool { return j.Name == asked }); i >= 0 {
		page.Of = &page.Jobs[i]
	} else if asked != "" {
		return gatehouse.Errorf(gatehouse.NotFound, "there is no job %s", asked)
	}
	runs, err := schedule.Runs(r.Context(), s.db, asked, jobHistory)
	if err != nil {
		return err
	}
	for _, run := range runs {
		page.Runs = append(page.Runs, page.jobRunRow(run, titles[run.Job]))
	}
	page.Nav, page.Title, page.Headline = "jobs", page.T("后台任务", "Jobs"), page.jobsHeadline(len(list), attention)
	page.Notice = page.jobNotice(r.URL.Query(), titles)
	return s.render(w, "jobs.html", page)
}

// jobNotice says what was asked for on the page before.
func (f Frame) jobNotice(asked url.Values, titles map[string]string) string {
	if t, ok := titles[asked.Get("asked")]; ok {
		return f.In(gatehouse.Text{ZH: "“%s”即将运行，刷新页面可查看进展。", EN: "%s is about to run; reload the page to see how it goes."}.With(t))
	}
	if t, ok := titles[asked.Get("cancelled")]; ok {
		return f.In(gatehouse.Text{ZH: "正在取消“%s”，几秒后刷新页面可查看结果。", EN: "%s is being cancelled; reload the page in a few seconds."}.With(t))
	}
	return ""
}

// runJob has a job run soon, asked for by the user.
func (s *Server) runJob(w http.ResponseWriter, r *http.Request) error {
	if s.Jobs == nil {
		return gatehouse.Errorf(gatehouse.NotFound, "no jobs are run here")
	}
	name := r.PathValue("name")
	if err := s.Jobs.Trigger(name, schedule.Manual, userOf(r).Name); err != nil {
		return err
	}
	s.log.Info("job asked to run", "job", name, "user", userOf(r).Name)
	http.Redirect(w, r, "/jobs?asked="+url.QueryEscape(name), http.StatusSeeOther)
	return nil
}

// cancelJob ends the run that the user saw, in whatever process it is.
func (s *Server) cancelJob(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	number, err := strconv.ParseUint(r.PostFormValue("number"), 10, 64)
	if err != nil {
		return gatehouse.Errorf(gatehouse.Invalid, "number %q is not that of a run", r.PostFormValue("number"))
	}
	if err := schedule.Cancel(r.Context(), s.db, name, number, userOf(r).Name); err != nil {
		return err
	}
	s.log.Info("job cancelled", "job", name, "user", userOf(r).Name)
	http.Redirect(w, r, "/jobs?cancelled="+url.QueryEscape(name), http.StatusSeeOther)
	return nil
}

// jobsHeadline states what there is to see.
func (f Frame) jobsHeadline(jobs, attention int) string {
	if attention == 0 {
		return f.In(gatehouse.Text{ZH: "%d 个后台任务，均正常", EN: "%d jobs, all well"}.With(jobs))
	}
	return f.In(gatehouse.Text{ZH: "%d 个后台任务，%d 个需要处理", EN: "%d jobs, %d to look at"}.With(jobs, attention))
}

func (f Frame) jobRow(one schedule.Status) jobRow {
	row := jobRow{Status: one, Title: f.In(one.Title), Schedule: f.times(one.Every, one.Cron), Rules: f.jobRules(one.Job)}
	if row.Title == "" {
		row.Title = one.Name
	}
	row.Badge = stateBadge{f.T("未运行", "Never ran"), "", "dots"}
	if len(one.Runs) > 0 {
		row.Last = &one.Runs[0]
		row.Badge, row.Took = f.jobBadge(*row.Last), f.jobTook(*row.Last)
	}
	row.Attention = row.Badge.Class != "" && row.Badge.Class != "good"
	row.Bars, row.Bounds = f.durationBars(one.Runs)
	return row
}

func (f Frame) jobRunRow(run schedule.Run, title string) jobRunRow {
	if title == "" { // a source that is not declared any more
		title = run.Job
	}
	row := jobRunRow{Run: run, Title: title, Badge: f.jobBadge(run), Took: f.jobTook(run), By: f.causeWord(run), ByName: run.By != ""}
	if row.Began = f.Instant(run.Started); row.Began == f.Instant(run.At) {
		row.Began, row.OnTime = "", run.Cause == schedule.Scheduled
	}
	row.Say = f.T(run.DetailZH, run.Detail)
	if row.Say == "" {
		row.Say = run.Detail
	}
	return row
}
