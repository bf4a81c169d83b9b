package dashboard

import (
	"html"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/auth"
	"gatehouse/dashboard/chart"
	"gatehouse/dashboard/shelf"
	"gatehouse/ingest"
	"gatehouse/ingest/demo"
	"gatehouse/sql"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

// pageServer is a server whose pages are asked for as a user, past the sign-in.
func pageServer(t *testing.T, db *clickhouse.DB) *Server {
	t.Helper()
	registry, err := analytics.ReadRegistry(sql.Files, "kpi")
	if err != nil {
		t.Fatal(err)
	}
	kpis := analytics.New(db, registry, slog.New(slog.DiscardHandler))
	if _, err := kpis.Refresh(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	assets, err := readAssets()
	if err != nil {
		t.Fatal(err)
	}
	pages, err := parsePages(assets)
	if err != nil {
		t.Fatal(err)
	}
	pictures, err := newPictures()
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	now := time.Now() // stands still, so that all forms of a panel tell the same time left
	return &Server{
		Options: Options{PanelBudget: wholePage}, pictures: pictures, kpis: kpis, db: db, log: log, now: func() time.Time { return now },
		pages: pages, assets: assets, answers: &answers{kept: map[string]any{}}, shelf: shelf.New(db, time.Now),
	}
}

// demoServer serves a small made-up portfolio.
func demoServer(t *testing.T, o demo.Options) *Server {
	t.Helper()
	db := sqltest.New(t)
	files, err := demo.Generate(o).Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	store, err := ingest.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	loader := ingest.NewLoader(db, store, ingest.Options{})
	for _, file := range files {
		content, err := os.ReadFile(file.Path)
		if err != nil {
			t.Fatal(err)
		}
		r := ingest.Request{Name: filepath.Base(file.Path), Content: strings.NewReader(string(content)), Size: int64(len(content)), By: "test"}
		if _, err := loader.Load(t.Context(), r); err != nil {
			t.Fatalf("%s: %v", file.Path, err)
		}
	}
	return pageServer(t, db)
}

// ask gets a page as a user.
func (s *Server) ask(t *testing.T, user auth.User, url string) (int, string) {
	t.Helper()
	pages := map[string]handler{"/portfolio": s.portfolio, "/project": s.project}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	w := httptest.NewRecorder()
	h := s.handle(func(w http.ResponseWriter, r *http.Request) error { return pages[r.URL.Path](w, r) })
	h.ServeHTTP(w, asUser(r, user))
	return w.Code, w.Body.String()
}

func headOffice() auth.User { return auth.User{Name: "总部", Role: auth.HeadOffice} }

// wellFormed looks for what no page may contain.
func wellFormed(t *testing.T, url, page string) {
	t.Helper()
	for _, bad := range []string{"NaN", "Inf", "<no value>", "ZgotmplZ", "%!", " style=", "onclick", "读取失败", "could not be read", "Could not be read"} {
		if strings.Contains(page, bad) {
			t.Errorf("%s contains %q: %s", url, bad, around(page, bad))
		}
	}
	if !strings.HasSuffix(strings.TrimSpace(page), "</html>") {
		t.Errorf("%s ends early", url)
	}
}

func around(page, text string) string {
	i := strings.Index(page, text)
	return page[max(0, i-120):min(len(page), i+60)]
}

// visible is the text of a page.
func visible(page string) string {
	script := regexp.MustCompile(`(?s)<script.*?</script>|<svg.*?</svg>|<[^>]*>`)
	_, body, _ := strings.Cut(page, "<main")
	return html.UnescapeString(script.ReplaceAllString("<main"+body, " "))
}

func TestPagesOfAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	s := pageServer(t, sqltest.New(t))
	for _, url := range []string{"/portfolio?lang=zh", "/portfolio?lang=en", "/project?lang=zh", "/project?lang=en", "/portfolio?kpi=energy_intensity&lang=en", "/portfolio?kpi=arrears_age&lang=en"} {
		code, page := s.ask(t, headOffice(), url)
		if code != http.StatusOK {
			t.Fatalf("%s: %d", url, code)
		}
		wellFormed(t, url, page)
		if !strings.Contains(page, chart.None) {
			t.Errorf("%s shows no %s", url, chart.None)
		}
	}
}

func TestPagesOfTheDemo(t *testing.T) {
	t.Parallel()
	s := demoServer(t, demo.Options{Seed: 1, Projects: 2, RoomsPerProject: 30, Months: 14, Last: gatehouse.NewMonth(2026, 10)})
	for _, url := range []string{
		"/portfolio?lang=zh", "/portfolio?lang=en", "/portfolio?lang=en&period=2026", "/portfolio?lang=zh&kpi=satisfaction_rate",
		"/portfolio?lang=zh&kpi=complaints_per_1000&period=2026-Q3", "/portfolio?lang=en&kpi=energy_intensity", "/portfolio?kpi=arrears_age",
		"/project?project=HD01&lang=zh", "/project?project=HD02&lang=en&period=ytd", "/project?project=HD01&period=2024-01&lang=zh",
	} {
		code, page := s.ask(t, headOffice(), url)
		if code != http.StatusOK {
			t.Fatalf("%s: %d", url, code)
		}
		wellFormed(t, url, page)
		if strings.Contains(url, "lang=zh") {
			noEnglish(t, url, visible(page))
		}
	}
	s.tilesEqualValues(t)
	s.seesOwnOnly(t)
}

// noEnglish looks for English words on a Chinese page: units and names stand,
// and what is data stands as it came.
func noEnglish(t *testing.T, url, text string) {
	t.Helper()
	known := []string{"CSV", "XLSX", "SVG", "JSON", "kWh", "Wilson", "Gatehouse", "Enter", "Esc", "HD", "m", "n", "P", "H", "Q"}
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) }) {
		ok := false
		for _, k := range known {
			ok = ok || word == k
		}
		if !ok {
			t.Errorf("%s says %q", url, word)
		}
	}
}

func (s *Server) tilesEqualValues(t *testing.T) {
	period := gatehouse.MonthPeriod(gatehouse.NewMonth(2026, 9))
	at, err := s.kpis.Latest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, page := s.ask(t, headOffice(), "/portfolio?lang=zh&period=2026-09")
	figure := regexp.MustCompile(`(?s)data-kpi="([a-z_0-9]+)".*?<span class="figure">([^<]*)</span>`)
	tiles := figure.FindAllStringSubmatch(page, -1)
	if len(tiles) != len(measures()) {
		t.Fatalf("%d tiles", len(tiles))
	}
	for i, m := range measures() {
		asked := period
		if m.yearlong {
			asked = gatehouse.Period{Start: period.End - 12, End: period.End}
		}
		if m.yearly {
			asked = s.calendar().YearToDate(period.Last())
		}
		if m.survey { // September has no survey of its own: the half-year before is shown
			asked = gatehouse.Period{Start: gatehouse.NewMonth(2026, 1), End: gatehouse.NewMonth(2026, 7)}
			later, err := s.kpis.Value(t.Context(), gatehouse.AllProjects(), at, m.kpi, gatehouse.Period{Start: asked.End, End: asked.End + 6})
			if err != nil || later.Known() {
				asked = gatehouse.Period{Start: asked.End, End: asked.End + 6}
			}
		}
		v, err := s.kpis.Value(t.Context(), gatehouse.AllProjects(), at, m.kpi, asked)
		if err != nil {
			t.Fatal(err)
		}
		want := chart.Format{Lang: gatehouse.Chinese, Unit: v.KPI.Unit}.Number(v.Float())
		if m.survey && v.N < analytics.MinimumN {
			want = chart.None
		}
		if tiles[i][1] != m.kpi || tiles[i][2] != want {
			t.Errorf("tile %s shows %s, want %s %s", tiles[i][1], tiles[i][2], m.kpi, want)
		}
	}
}

func (s *Server) seesOwnOnly(t *testing.T) {
	manager := auth.User{Name: "经理", Role: auth.Manager, Projects: []string{"HD01"}}
	code, page := s.ask(t, manager, "/portfolio?lang=zh")
	if code != http.StatusOK || strings.Contains(page, "锦澜湾") || !strings.Contains(page, "云栖苑") {
		t.Errorf("a manager's overview: status %d, or a project that is not his", code)
	}
	if code, _ := s.ask(t, manager, "/project?project=HD02"); code != http.StatusForbidden {
		t.Errorf("another's project: %d", code)
	}
	if code, _ := s.ask(t, headOffice(), "/project?project=NONE"); code != http.StatusNotFound {
		t.Errorf("no such project: %d", code)
	}
	if code, _ := s.ask(t, headOffice(), "/project?project=HD01&period=nonsense"); code != http.StatusUnprocessableEntity {
		t.Errorf("no such period: %d", code)
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	up, down := &analytics.KPI{HigherIs: 1, Unit: analytics.Percent}, &analytics.KPI{HigherIs: -1, Unit: analytics.Per1000}
	nan := math.NaN()
	for name, c := range map[string]struct {
		r    reading
		want verdict
	}{
		"met":          {reading{of: up, value: .93, target: .93, low: nan, high: nan}, met},
		"missed":       {reading{of: up, value: .929, target: .93, low: nan, high: nan}, missed},
		"lower is met": {reading{of: down, value: 7, target: 8, low: nan, high: nan}, met},
		"unclear":      {reading{of: up, value: .86, target: .85, low: .83, high: .89}, unclear},
		"clear":        {reading{of: up, value: .90, target: .85, low: .87, high: .93}, met},
		"no target":    {reading{of: up, value: .90, target: nan}, noTarget},
		"no value":     {reading{of: up, value: nan, target: .9}, noTarget},
		"too few":      {reading{of: up, value: .5, target: .9, tooFew: true}, noTarget},
	} {
		if got := c.r.verdict(); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	r := reading{of: up, value: .864, prior: .83, low: .83, high: .897, pLow: .79, pHigh: .86}
	if r.significant() {
		t.Error("a change inside both intervals is significant")
	}
}
