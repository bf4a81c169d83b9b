package dashboard

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/panel"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

// A manager is refused another's project by every panel in every form, and sees
// nothing of it where he asks for none.
func TestPanelsKeepToTheScope(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	site.fill()
	registry := pageServer(t, site.db)
	manager, nobody := site.as("manager"), site.browser()
	for _, page := range registry.panelPages() {
		r := asUser(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/"+page.name+"?project=P1", nil), headOffice())
		v, err := page.open(r)
		if err != nil {
			t.Fatal(err)
		}
		addresses := []string{"/" + page.name, "/" + page.name + ".xlsx"}
		for _, spec := range v.panels {
			for _, form := range []string{"html", "json", "csv", "xlsx", "svg"} {
				addresses = append(addresses, panel.Address(page.name, spec.name, form))
			}
		}
		for _, address := range addresses {
			if r := manager.get(address + "?project=P2&period=2026-09"); r.status != http.StatusForbidden || strings.Contains(r.body, "云栖苑") {
				t.Errorf("manager, another's %s: %d", address, r.status)
			}
			for _, query := range []string{"?period=2026-09", "?period=2026-09&project=P1"} {
				r := manager.get(address + query)
				if page.name == "project" && query == "?period=2026-09" && r.status == http.StatusSeeOther {
					continue
				}
				if r.status != http.StatusOK || strings.Contains(r.body, "云栖苑") || strings.Contains(r.body, "1000.00") || strings.Contains(r.body, "1,000.00") {
					t.Errorf("manager, %s%s: %d, or another's project in it", address, query, r.status)
				}
			}
			if r := nobody.get(address); r.status != http.StatusUnauthorized && r.status != http.StatusSeeOther {
				t.Errorf("without a session, %s: %d", address, r.status)
			}
		}
	}
	for _, address := range []string{"/panel/portfolio/none.json", "/panel/none/rank.json", "/panel/portfolio/rank.exe", "/panel/portfolio/rank"} {
		if r := manager.get(address); r.status != http.StatusNotFound {
			t.Errorf("%s: %d", address, r.status)
		}
	}
}

// view is a page of made-up panels.
func (s *Server) madeUp(t *testing.T, specs ...panelSpec) panelView {
	t.Helper()
	f, err := s.frame(asUser(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/made-up?lang=en", nil), headOffice()))
	if err != nil {
		t.Fatal(err)
	}
	f.Lang = gatehouse.English
	return panelView{Frame: f, page: "made-up", panels: specs}
}

func spec(name string, build func(ctx context.Context, p *panel.Result) error) panelSpec {
	return panelSpec{name: name, title: gatehouse.Text{ZH: "面板", EN: "Panel " + name}, size: "h240", build: build}
}

// Of panels that fail, panic or take too long the page says so, and stands.
func TestAPageStandsWhateverItsPanelsDo(t *testing.T) {
	t.Parallel()
	s := pageServer(t, sqltest.New(t))
	s.PanelBudget = 100 * time.Millisecond
	left := make(chan struct{})
	v := s.madeUp(t,
		spec("good", func(_ context.Context, p *panel.Result) error {
			p.Table = panel.Table{Columns: []panel.Column{column("name", "名称", "Name", panel.Plain(panel.Text))}, Rows: []panel.Row{{Cells: []panel.Cell{panel.OfText("fine")}}}}
			return nil
		}),
		spec("failing", func(context.Context, *panel.Result) error { return errors.New("broken") }),
		spec("panicking", func(context.Context, *panel.Result) error { panic("nil map") }),
		spec("slow", func(ctx context.Context, _ *panel.Result) error {
			<-ctx.Done()
			close(left)
			return ctx.Err()
		}),
	)
	ctx, leave := context.WithCancel(t.Context())
	shown := s.panels(ctx, v)
	for name, want := range map[string][]string{
		"good": {"<data>fine</data>", "Panel good"}, "failing": {"could not be read", `class="retry" href="/panel/made-up/failing.html`, "Panel failing"},
		"panicking": {"could not be read"}, "slow": {`aria-busy="true"`, `data-src="/panel/made-up/slow.html`, "skeleton h240", "Panel slow"},
	} {
		w := httptest.NewRecorder()
		if err := s.renderPart(w, "panel_page.html", "panel", map[string]any{"p": shown[name], "f": v.Frame}); err != nil {
			t.Fatal(err)
		}
		for _, text := range want {
			if !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s lacks %s: %s", name, text, w.Body)
			}
		}
		for _, leak := range []string{"broken", "nil map"} {
			if strings.Contains(w.Body.String(), leak) {
				t.Errorf("%s leaks %q", name, leak)
			}
		}
	}
	leave() // the page went out: the slow panel is read on for a while, then broken off
	<-left
}

// A query that its viewer left ends on the server; one that another still waits
// for goes on.
func TestLeavingAPanelEndsItsQuery(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	site.fill()
	s := pageServer(t, site.db)
	s.PanelBudget = time.Minute
	const word = "left_by_its_viewer"
	v := s.madeUp(t, spec("long", func(ctx context.Context, _ *panel.Result) error {
		_, err := clickhouse.SelectText[struct {
			N uint64 `ch:"n"`
		}](ctx, s.db, "SELECT sum(sleepEachRow(0.2)) + length('"+word+"') AS n FROM numbers(3000) SETTINGS max_block_size = 1", clickhouse.Asked{}, nil)
		return err
	}))
	running := func(want uint64) {
		t.Helper()
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			rows, err := clickhouse.SelectText[struct {
				N uint64 `ch:"n"`
			}](t.Context(), s.db, "SELECT count() AS n FROM system.processes WHERE query LIKE '%"+word+"%' AND query NOT LIKE '%system.processes%'", clickhouse.Asked{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if rows[0].N == want {
				return
			}
			select {
			case <-t.Context().Done():
				t.Fatalf("%d queries run, want %d", rows[0].N, want)
			case <-tick.C:
			}
		}
	}
	var leave [2]context.CancelFunc
	ended := make(chan struct{}, 2)
	for i := range leave {
		var ctx context.Context
		ctx, leave[i] = context.WithCancel(t.Context())
		go func() {
			s.panels(ctx, v)
			ended <- struct{}{}
		}()
		running(1) // both wait for the same
	}
	leave[0]()
	running(1)
	leave[1]()
	running(0)
	<-ended
}

// What is kept of one scope is never given to another, nor is that of one
// address to another; the same question is answered once.
func TestPanelsAreKeptByScope(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	site.fill()
	at, err := site.kpis.Latest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	ask := func(scope gatehouse.Scope, question string) int {
		t.Helper()
		found, err := analytics.Remembered(t.Context(), site.kpis, scope, at, question, func(context.Context) ([]int, error) {
			asked++
			return []int{asked}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return found[0]
	}
	all, p1, two, spaced := gatehouse.AllProjects(), gatehouse.Projects("P1"), gatehouse.Projects("P1", "P2"), gatehouse.Projects("P1 P2")
	seen := map[int]bool{}
	for _, scope := range []gatehouse.Scope{all, p1, two, spaced, {}} {
		for _, question := range []string{"a", "b"} {
			first := ask(scope, question)
			if seen[first] {
				t.Errorf("%v is given what another asked for", scope)
			}
			seen[first] = true
			if ask(scope, question) != first {
				t.Errorf("%v asks twice", scope)
			}
		}
	}
}

// A panel is a part for the script of the page, and a page for a reader.
func TestAPanelByItself(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	site.fill()
	head := site.as("head")
	address := "/panel/collections/fees.html?" + url.Values{"period": {"2026-09"}, "lang": {"en"}}.Encode()
	if r := head.get(address); !strings.HasPrefix(strings.TrimSpace(r.body), `<section class="panel work" id="fees"`) {
		t.Errorf("as a part: %.200s", r.body)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, site.url+address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Sec-Fetch-Dest", "document")
	r := head.do(request)
	if page := parse(t, r.body); len(page.all("h1", "")) != 1 || len(page.all("section", "panel")) != 1 || !strings.Contains(r.body, `href="/collections?period=2026-09#fees"`) {
		t.Errorf("as a page: %d %s", r.status, r.body)
	}
}
