package dashboard

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatehouse"
	"gatehouse/ingest/source"
)

// put writes a file into the folder that is a source.
func (s *site) put(name string, lines ...string) {
	s.t.Helper()
	path := filepath.Join(s.inbox, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, csvFile(lines...), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// ran has files of each outcome fetched, and rows pushed.
func (s *site) ran() {
	s.t.Helper()
	s.put("阳光花园/应收.csv", "房号,收费项目,账期,应收金额", "1-1-101,物业费,2026-10,300.50", "1-1-102,物业费,2026-10,一千")
	s.put("notes.csv", "甲,乙", "1,2")
	if _, err := s.sources.Run(s.t.Context(), "inbox", "schedule"); err != nil {
		s.t.Fatal(err)
	}
	if a, _, _ := s.push(pushing{token: "p1-token", feed: "fee_bill", kind: ndjson, body: oneBill, header: map[string]string{keyHeader: "august"}}); a.status != http.StatusOK {
		s.t.Fatalf("push: %d %s", a.status, a.body)
	}
}

func TestSourcesPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head := s.as("head")
	page := head.get("/sources?lang=en")
	if text := parse(t, page.body).text(); !strings.Contains(text, "3 sources, all well") || !strings.Contains(text, "Never ran") {
		t.Errorf("before any run: %d %s", page.status, text)
	}
	s.ran()
	page = head.get("/sources?lang=en")
	rows := parse(t, page.body).all("table", "sources")[0].all("tbody", "")[0].all("tr", "")
	if len(rows) != 3 {
		t.Fatalf("%d rows, want 3", len(rows))
	}
	for i, want := range [][]string{
		{"erp", "Push · recognised", "When sent", "Never ran"},
		{"Billing system", "Push · Bills", "When sent", "Done", "1 1 0 0 0 1 0"},
		{"Folder of exports", "Folder · recognised", "Mon–Fri 06:30", "Partly not loaded", "2 1 0 1 0 2 1", "Run now"},
	} {
		for _, w := range want {
			if text := rows[i].text(); !strings.Contains(text, w) {
				t.Errorf("row %d lacks %q: %s", i, w, text)
			}
		}
	}
	if h1 := parse(t, page.body).all("h1", "")[0].text(); h1 != "3 sources, 1 to look at" {
		t.Errorf("headline %q", h1)
	}

	detail := head.get("/sources/inbox?lang=en")
	text := parse(t, detail.body).text()
	for _, want := range []string{"Folder of exports", s.inbox, "Mon–Fri 06:30", "Schedule", "阳光花园/应收.csv", "Partly set aside", "notes.csv", "Refused", "no header of a known feed"} {
		if !strings.Contains(text, want) {
			t.Errorf("the source's page lacks %q (%d): %s", want, detail.status, text)
		}
	}
	links := 0
	for _, a := range parse(t, detail.body).all("a", "") {
		if href := attribute(a.Node, "href"); strings.HasPrefix(href, "/loads/") {
			links++
			if r := head.get(href + "?lang=en"); r.status != http.StatusOK {
				t.Errorf("%s: %d", href, r.status)
			}
		}
	}
	if links != 2 {
		t.Errorf("%d links to loads, want 2", links)
	}
	push := head.get("/sources/billing?lang=en")
	for _, want := range []string{"fee_bill/august", "POST /api/v1/feeds/fee_bill", "P1"} {
		if !strings.Contains(push.body, want) {
			t.Errorf("the page of a source that is pushed to lacks %q", want)
		}
	}
	if strings.Contains(push.body, "p1-token") || strings.Contains(push.body, "Run now") {
		t.Error("it shows the token, or offers to run")
	}
}

func TestRunAndRestartASource(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	head := s.as("head")
	r := head.post("/sources/inbox/run", nil)
	if r.status != http.StatusSeeOther || r.header.Get("Location") != "/sources?asked=inbox" || <-s.asked != "inbox by head" {
		t.Errorf("run: %d to %q", r.status, r.header.Get("Location"))
	}
	if page := head.get("/sources?asked=inbox&lang=en"); !strings.Contains(page.body, "Folder of exports is about to run") {
		t.Error("the run is not told")
	}
	if page := head.get("/sources?asked=%3Cb%3E&lang=en"); strings.Contains(page.body, "about to run") {
		t.Error("a run of no source is told")
	}
	for path, want := range map[string]int{"/sources/billing/run": 409, "/sources/none/run": 404, "/sources/none/restart": 404, "/sources/inbox/restart": 303} {
		if r := head.post(path, nil); r.status != want {
			t.Errorf("POST %s: %d, want %d", path, r.status, want)
		}
	}
	if page := head.get("/sources?restarted=inbox&lang=en"); !strings.Contains(page.body, "begins anew") {
		t.Error("the restart is not told")
	}
}

func TestSourcesAreForHeadOffice(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, who := range []string{"manager", "finance"} {
		b := s.as(who)
		if page := b.get("/loads"); strings.Contains(page.body, `href="/sources"`) {
			t.Errorf("%s is led to the sources", who)
		}
		for _, path := range []string{"/sources", "/sources/inbox"} {
			if r := b.get(path); r.status != http.StatusForbidden || strings.Contains(r.body, s.inbox) {
				t.Errorf("%s, GET %s: %d", who, path, r.status)
			}
		}
		for _, path := range []string{"/sources/inbox/run", "/sources/inbox/restart"} {
			if r := b.post(path, nil); r.status != http.StatusForbidden {
				t.Errorf("%s, POST %s: %d", who, path, r.status)
			}
		}
	}
	if page := s.as("head").get("/loads"); !strings.Contains(page.body, `href="/sources"`) {
		t.Error("head office is not led to the sources")
	}
	if r := s.browser().post("/sources/inbox/run", nil); r.status != http.StatusUnauthorized || len(s.asked) > 0 {
		t.Errorf("a visitor: %d", r.status)
	}
}

func TestScheduleWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source source.Source
		zh, en string
	}{
		{source.Source{Every: 15 * time.Minute}, "每 15 分", "Every 15 min"},
		{source.Source{Every: 90 * time.Minute}, "每 1 小时 30 分", "Every 1 h 30 min"},
		{source.Source{Every: 24 * time.Hour}, "每 1 天", "Every 1 d"},
		{source.Source{Cron: "30 6 * * *"}, "每天 06:30", "Daily at 06:30"},
		{source.Source{Cron: "5 18 * * 1-5"}, "周一至周五 18:05", "Mon–Fri 18:05"},
		{source.Source{Cron: "0 8 * * 1,4"}, "周一、周四 08:00", "Mon, Thu 08:00"},
		{source.Source{Cron: "0 8 * * 7"}, "周日 08:00", "Sun 08:00"},
		{source.Source{Cron: "0 2 1 * *"}, "每月 1 日 02:00", "Day 1 of the month at 02:00"},
		{source.Source{Cron: "0 2 31 * *"}, "每月最后一天 02:00", "Last day of the month at 02:00"},
		{source.Source{Cron: "20 * * * *"}, "每小时第 20 分", "Hourly at minute 20"},
		{source.Source{Cron: "*/5 8-18 * * 1-5"}, "*/5 8-18 * * 1-5", "*/5 8-18 * * 1-5"},
		{source.Source{Cron: "0 2 1 * 1"}, "0 2 1 * 1", "0 2 1 * 1"},
		{source.Source{Cron: "0 2 1 1 *"}, "0 2 1 1 *", "0 2 1 1 *"},
		{source.Source{Kind: source.Push}, "对方推送时", "When sent"},
		{source.Source{Every: time.Hour, Disabled: true}, "已停用", "Switched off"},
		{source.Source{}, "手动运行", "By hand"},
	} {
		for lang, want := range map[gatehouse.Lang]string{gatehouse.Chinese: c.zh, gatehouse.English: c.en} {
			if got := (Frame{Lang: lang}).schedule(c.source); got != want {
				t.Errorf("%+v: %q, want %q", c.source, got, want)
			}
		}
	}
}

// What may carry a secret stays off the page.
func TestBareAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://u:p@example.com:8443/api?key=x#y": "https://example.com:8443/api", "s3.example.com": "s3.example.com", "/feed?key=x": "/feed", "%zz?key=x": "%zz",
	} {
		if got := bareAddress(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
