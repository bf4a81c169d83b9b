package dashboard

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/analytics/report"
	"gatehouse/analytics/schedule"
	"gatehouse/dashboard/auth"
	"gatehouse/ingest"
	"gatehouse/ingest/sheet/sandbox"
	"gatehouse/ingest/source"
	"gatehouse/sql"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

func TestMain(m *testing.M) {
	sandbox.RunChild(ingest.Jobs())
	os.Exit(sqltest.Run(m))
}

const password = "correct horse battery"

// site is a dashboard over a database of its own. Its clock is the real one
// plus an offset, since ClickHouse's own clock cannot be set.
type site struct {
	t         *testing.T
	db        *clickhouse.DB
	kpis      *analytics.Service
	users     *auth.Users
	loader    *ingest.Loader
	url       string
	ahead     atomic.Int64
	refreshes atomic.Int32
	sources   *source.Runner
	jobs      *schedule.Scheduler
	inbox     string // folder of the source of that name
	asked     chan string
}

// testSources are one that may push everything, one that may push bills of P1,
// and a folder.
const testSources = `
sources:
  - {name: erp, kind: push, push: {token: {env: ERP_TOKEN}}}
  - name: billing
    kind: push
    title: {zh: 收费系统, en: Billing system}
    feed: fee_bill
    project: P1
    push: {token: {env: BILLING_TOKEN}, projects: [P1]}
  - name: inbox
    kind: folder
    title: {zh: 导出文件夹, en: Folder of exports}
    cron: "30 6 * * 1-5"
    folder: {path: %q, recursive: true, settle_for: 1ns}
`

// wholePage has pages wait for their panels however busy the machine is.
const wholePage = 50 * time.Second

// openSources declares testSources.
func (s *site) openSources() {
	s.t.Helper()
	s.inbox, s.asked = s.t.TempDir(), make(chan string, 10)
	declared, err := source.Parse("sources.yaml", fmt.Appendf(nil, testSources, s.inbox))
	if err != nil {
		s.t.Fatal(err)
	}
	secrets := map[string]string{"ERP_TOKEN": "all-token", "BILLING_TOKEN": "p1-token"}
	s.sources, err = source.NewRunner(s.db, s.loader, s.loader.Unpack, source.Deps{Getenv: func(name string) string { return secrets[name] }}, declared)
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) now() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }

// newSite has a user of each role: head, finance, manager of P1.
func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, db: sqltest.New(t)}
	log := slog.New(slog.DiscardHandler)
	registry, err := analytics.ReadRegistry(sql.Files, "kpi")
	if err != nil {
		t.Fatal(err)
	}
	s.kpis = analytics.New(s.db, registry, log)
	files, err := ingest.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	s.loader = ingest.NewLoader(s.db, files, ingest.Options{})
	s.openSources()
	if s.jobs, err = schedule.New(s.db, log, testJobs()...); err != nil {
		t.Fatal(err)
	}
	if s.users, err = auth.NewUsers(s.db, s.now); err != nil {
		t.Fatal(err)
	}
	for _, u := range []auth.User{
		{Name: "head", Role: auth.HeadOffice}, {Name: "finance", Role: auth.Finance},
		{Name: "manager", Role: auth.Manager, Projects: []string{"P1"}},
	} {
		if err := s.users.Put(t.Context(), u, password, "test"); err != nil {
			t.Fatal(err)
		}
	}
	handler, err := New(Options{
		DB: s.db, KPIs: s.kpis, Loader: s.loader, Store: files, Users: s.users,
		Report: func(_ context.Context, w io.Writer, r ReportRequest) error {
			_, err := io.WriteString(w, "workbook of "+r.User+" for "+r.Project)
			return err
		},
		Reports: &report.Verifier{Register: report.NewRegister(s.db), KPIs: s.kpis, Open: openReport},
		Refresh: func() { s.refreshes.Add(1) }, Sources: s.sources, Jobs: s.jobs,
		RunSource: func(source, by string) error {
			s.asked <- source + " by " + by
			return nil
		},
		Secret: bytes.Repeat([]byte{7}, 32), Log: log, Now: s.now, PanelBudget: wholePage,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.serve(handler)
	return s
}

// serve has the site answered by a handler.
func (s *site) serve(handler http.Handler) {
	server := httptest.NewServer(handler)
	s.t.Cleanup(server.Close)
	s.url = server.URL
}

// fill loads two projects with bills and payments of two months, and one bill
// of a project that is not known.
func (s *site) fill() {
	s.t.Helper()
	for name, lines := range map[string][]string{
		"projects.csv": {"项目编码,项目名称,区域,户数", "P1,阳光花园,华东,2", "P2,云栖苑,华东,1"},
		"rooms.csv":    {"项目编码,房号,建筑面积", "P1,1-1-101,90", "P1,2-1-101,80", "P2,1-1-101,100"},
		"bills.csv": {
			"项目编码,账单号,房号,收费项目,开始时间,结束时间,应交日期,应收金额",
			"P1,B1,1-1-101,物业费,2026-08-01,2026-08-31,2026-08-31,300.50", "P1,B2,2-1-101,物业费,2026-08-01,2026-08-31,2026-08-31,200.00",
			"P1,B3,1-1-101,物业费,2026-09-01,2026-09-30,2026-09-30,300.50", "P2,B4,1-1-101,物业费,2026-09-01,2026-09-30,2026-09-30,1000.00",
			"P2,B5,1-1-101,车位费,2026-09-01,2026-09-30,2026-09-30,150.00", "X9,B6,1-1-101,物业费,2026-09-01,2026-09-30,2026-09-30,40.00",
		},
		"payments.csv": {
			"项目编码,收据号,账单号,房号,收费项目,缴费时间,实缴金额", "P1,R1,B1,1-1-101,物业费,2026-08-10,300.50", "P1,R2,B3,1-1-101,物业费,2026-09-12,100.25",
			"P2,R3,B4,1-1-101,物业费,2026-09-20,1000.00", "P1,R4,B2,2-1-101,物业费,2026-09-21,50.00",
		},
	} {
		s.load(name, lines...)
	}
	if _, err := s.kpis.Refresh(s.t.Context(), false); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) load(name string, lines ...string) ingest.Result {
	s.t.Helper()
	content := csvFile(lines...)
	r, err := s.loader.Load(s.t.Context(), ingest.Request{Name: name, Content: bytes.NewReader(content), Size: int64(len(content)), By: "setup"})
	if err != nil || r.Status != ingest.Published || r.Quarantined > 0 {
		s.t.Fatalf("load %s: %v %+v", name, err, r)
	}
	return r
}

func csvFile(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n") + "\r\n") }

// browser is a client with cookies that does not follow redirects.
type browser struct {
	*site
	client *http.Client
}

func (s *site) browser() *browser {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &browser{s, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// as is a browser signed in as a user.
func (s *site) as(name string) *browser {
	s.t.Helper()
	b := s.browser()
	if r := b.post("/login", url.Values{"name": {name}, "password": {password}}); r.status != http.StatusSeeOther {
		s.t.Fatalf("sign in as %s: status %d", name, r.status)
	}
	return b
}

// answer is a response that was read.
type answer struct {
	status int
	header http.Header
	body   string
}

func (b *browser) do(r *http.Request) answer {
	b.t.Helper()
	response, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(body)}
}

func (b *browser) get(path string) answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.url+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(r)
}

func (b *browser) post(path string, form url.Values) answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

// upload sends files by name with the fields of the form before them.
func (b *browser) upload(fields map[string]string, files ...upload) answer {
	b.t.Helper()
	return b.uploadTo("/loads?lang=en", fields, files...)
}

func (b *browser) uploadTo(path string, fields map[string]string, files ...upload) answer {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for k, v := range fields {
		if err := form.WriteField(k, v); err != nil {
			b.t.Fatal(err)
		}
	}
	for _, f := range files {
		part, err := form.CreateFormFile("file", f.name)
		if err != nil {
			b.t.Fatal(err)
		}
		if _, err := part.Write(f.content); err != nil {
			b.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		b.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.url+path, &body)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	return b.do(r)
}

type upload struct {
	name    string
	content []byte
}

// money of the loaded data, for comparison.
func yuan(s string) string {
	m, err := gatehouse.ParseMoney(s)
	if err != nil {
		return err.Error()
	}
	return moneyTable(m)
}
