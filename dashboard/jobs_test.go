package dashboard

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse"
	"gatehouse/analytics/schedule"
)

// testJobs are one that does its work, one that fails, one that goes on until
// it is ended.
func testJobs() []schedule.Job {
	return []schedule.Job{
		{
			Name: "refresh", Title: gatehouse.Text{ZH: "计算指标", EN: "Refresh KPIs"}, Every: 15 * time.Minute, Timeout: 2 * time.Hour, Retries: 2,
			Run: func(context.Context, schedule.Run) (gatehouse.Text, error) {
				return gatehouse.Text{ZH: "没有项目变动", EN: "no project changed"}, nil
			},
		},
		{
			Name: "monthly", Title: gatehouse.Text{ZH: "月结", EN: "Close the month"}, Cron: "0 2 31 * *", CatchUp: schedule.All,
			Run: func(context.Context, schedule.Run) (gatehouse.Text, error) {
				return gatehouse.Text{}, errors.New("the month is <open>")
			},
		},
		{
			Name: "source:slow", Title: gatehouse.Text{ZH: "慢", EN: "Slow"},
			Run: func(ctx context.Context, _ schedule.Run) (gatehouse.Text, error) {
				<-ctx.Done()
				return gatehouse.Text{}, ctx.Err()
			},
		},
	}
}

// worked has jobs run that end, and one that does not.
func (s *site) worked() {
	s.t.Helper()
	for range 3 {
		for _, job := range []string{"refresh", "monthly"} {
			if _, err := s.jobs.RunNow(s.t.Context(), job, "head"); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	ctx, end := context.WithCancel(s.t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := s.jobs.RunNow(ctx, "source:slow", "finance")
		ended <- err
	}()
	s.t.Cleanup(func() {
		end()
		if err := <-ended; err != nil {
			s.t.Error(err)
		}
	})
	s.awaitJob("source:slow", schedule.Started)
}

// awaitJob waits until the newest run of a job is in a state.
func (s *site) awaitJob(job string, state schedule.State) schedule.Run {
	s.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		runs, err := schedule.Runs(s.t.Context(), s.db, job, 1)
		if err != nil {
			s.t.Fatal(err)
		}
		if len(runs) > 0 && runs[0].State == state {
			return runs[0]
		}
		select {
		case <-s.t.Context().Done():
			s.t.Fatalf("job %s is not %s: %+v", job, state, runs)
		case <-tick.C:
		}
	}
}

func TestJobsPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	head := s.as("head")
	page := head.get("/jobs?lang=en")
	if text := parse(t, page.body).text(); !strings.Contains(text, "3 jobs, all well") || !strings.Contains(text, "Never ran") || !strings.Contains(text, "Nothing has run yet") {
		t.Errorf("before any run: %d %s", page.status, text)
	}
	s.worked()
	page = head.get("/jobs?lang=en")
	dom := parse(t, page.body)
	rows := dom.all("table", "jobs")[0].all("tbody", "")[0].all("tr", "")
	if len(rows) != 3 {
		t.Fatalf("%d rows, want 3", len(rows))
	}
	for i, want := range [][]string{
		{"Refresh KPIs", "refresh", "Every 15 min", "missed: run once", "limit 2 h", "retries 2", "Done", "Run now"},
		{"Close the month", "Last day of the month at 02:00", "missed: run each", "Failed", "Run now"},
		{"Slow", "source:slow", "By hand", "Running", "When asked", "Cancel"},
	} {
		for _, w := range want {
			if text := rows[i].text(); !strings.Contains(text, w) {
				t.Errorf("row %d lacks %q: %s", i, w, text)
			}
		}
	}
	for i, bars := range []int{3, 3, 1} {
		if got := len(rows[i].all("rect", "")); got != bars {
			t.Errorf("row %d draws %d runs, want %d", i, got, bars)
		}
	}
	if h1 := dom.all("h1", "")[0].text(); h1 != "3 jobs, 1 to look at" {
		t.Errorf("headline %q", h1)
	}
	if runs := dom.all("table", "job-runs")[0].all("tbody", "")[0].all("tr", ""); len(runs) != 7 || !strings.Contains(runs[0].text(), "finance") {
		t.Errorf("history: %v", runs)
	}
	text := parse(t, head.get("/jobs?job=monthly&lang=en").body).all("table", "job-runs")[0].text()
	if strings.Contains(text, "no project") || strings.Count(text, "the month is <open>") != 3 || strings.Count(text, "head") != 3 {
		t.Errorf("history of one: %s", text)
	}
	if text := parse(t, head.get("/jobs?lang=zh").body).text(); !strings.Contains(text, "没有项目变动") || !strings.Contains(text, "错过的补一次") {
		t.Errorf("in Chinese: %s", text)
	}
	if r := head.get("/jobs?job=none"); r.status != http.StatusNotFound {
		t.Errorf("runs of no job: %d", r.status)
	}
}

func TestRunAndCancelAJob(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.jobs.Start(t.Context())
	t.Cleanup(s.jobs.Stop)
	head := s.as("head")
	if r := head.post("/jobs/source:slow/run", nil); r.status != http.StatusSeeOther || r.header.Get("Location") != "/jobs?asked=source%3Aslow" {
		t.Errorf("run: %d to %q", r.status, r.header.Get("Location"))
	}
	if page := head.get("/jobs?asked=source%3Aslow&lang=en"); !strings.Contains(page.body, "Slow is about to run") {
		t.Error("the run is not told")
	}
	run := s.awaitJob("source:slow", schedule.Started)
	if run.By != "head" || run.Cause != schedule.Manual {
		t.Errorf("the run is %+v", run)
	}
	number := func(n uint64) url.Values { return url.Values{"number": {fmt.Sprint(n)}} }
	for _, c := range []struct {
		path string
		form url.Values
		want int
	}{
		{"/jobs/none/run", nil, 404}, {"/jobs/none/cancel", number(1), 409},
		{"/jobs/source:slow/cancel", nil, 422}, {"/jobs/source:slow/cancel", number(run.Number + 1), 409}, // another run than was seen
		{"/jobs/source:slow/cancel", number(run.Number), 303},
	} {
		if r := head.post(c.path, c.form); r.status != c.want {
			t.Errorf("POST %s %v: %d, want %d", c.path, c.form, r.status, c.want)
		}
	}
	if page := head.get("/jobs?cancelled=source%3Aslow&lang=en"); !strings.Contains(page.body, "Slow is being cancelled") {
		t.Error("the cancelling is not told")
	}
	if run := s.awaitJob("source:slow", schedule.Cancelled); run.Detail != "cancelled by head" || run.CancelledBy != "head" {
		t.Errorf("the run is %+v", run)
	}
	if text := parse(t, head.get("/jobs?lang=zh").body).text(); !strings.Contains(text, "由 head 取消") || !strings.Contains(text, "已取消") {
		t.Errorf("the page: %s", text)
	}
}

func TestJobsAreForHeadOffice(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, who := range []string{"manager", "finance"} {
		b := s.as(who)
		if page := b.get("/loads"); strings.Contains(page.body, `href="/jobs"`) {
			t.Errorf("%s is led to the jobs", who)
		}
		if r := b.get("/jobs"); r.status != http.StatusForbidden || strings.Contains(r.body, "refresh") {
			t.Errorf("%s, GET /jobs: %d", who, r.status)
		}
		for _, path := range []string{"/jobs/refresh/run", "/jobs/refresh/cancel"} {
			if r := b.post(path, nil); r.status != http.StatusForbidden {
				t.Errorf("%s, POST %s: %d", who, path, r.status)
			}
		}
	}
	if page := s.as("head").get("/loads"); !strings.Contains(page.body, `href="/jobs"`) {
		t.Error("head office is not led to the jobs")
	}
	if r := s.browser().post("/jobs/refresh/run", nil); r.status != http.StatusUnauthorized || s.jobs.Asked("refresh") {
		t.Errorf("a visitor: %d", r.status)
	}
	// A form of another site cannot run one.
	forged, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/jobs/refresh/run", nil)
	if err != nil {
		t.Fatal(err)
	}
	forged.Header.Set("Sec-Fetch-Site", "cross-site")
	if r := s.as("head").do(forged); r.status != http.StatusForbidden || s.jobs.Asked("refresh") {
		t.Errorf("from another site: %d", r.status)
	}
}

// Words and bars of durations, which no page of a test has all of.
func TestDurations(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[float64]string{0.02: "under 0.1 s", 0.34: "0.3 s", 9.94: "9.9 s", 59.7: "1 min", 3725: "1 h 2 min"} {
		if got := (Frame{Lang: gatehouse.English}).seconds(seconds); got != want {
			t.Errorf("%v s: %q, want %q", seconds, got, want)
		}
	}
	f := Frame{Lang: gatehouse.English, Calendar: gatehouse.Calendar{Location: time.UTC}}
	bars, bounds := f.durationBars([]schedule.Run{ // newest first
		{State: schedule.Started}, {State: schedule.Failed, Seconds: 9}, {State: schedule.Done, Seconds: 6}, {State: schedule.Done, Seconds: 1.5}, {State: schedule.Done},
	})
	var got []string
	for _, b := range bars {
		got = append(got, fmt.Sprintf("%v+%v %s", b.X, b.Height, b.Class))
	}
	if want := "125+1.5 ac, 130+6 ac, 135+24 ac, 140+24 not-well, 145+24 py"; strings.Join(got, ", ") != want || bounds != "under 0.1 s – 6.0 s" {
		t.Errorf("bars %v within %s, want %s", got, bounds, want)
	}
	if _, bounds := f.durationBars([]schedule.Run{{State: schedule.Started}}); bounds != "" {
		t.Errorf("bounds of none: %q", bounds)
	}
}

// Without a scheduler there is no page of jobs.
func TestNoJobs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	handler, err := New(Options{
		DB: s.db, KPIs: s.kpis, Loader: s.loader, Users: s.users, Secret: []byte(strings.Repeat("7", 32)), Log: slog.New(slog.DiscardHandler), Now: s.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.serve(handler)
	b := s.as("head")
	if r := b.get("/jobs"); r.status != http.StatusNotFound || strings.Contains(r.body, `href="/jobs"`) {
		t.Errorf("GET: %d", r.status)
	}
	if r := b.post("/jobs/refresh/run", nil); r.status != http.StatusNotFound {
		t.Errorf("POST: %d", r.status)
	}
}
