package dashboard

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/dashboard/auth"
)

func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	if r := b.get("/collections?by=building"); r.status != http.StatusSeeOther || r.header.Get("Location") != "/login?next=%2Fcollections%3Fby%3Dbuilding" {
		t.Errorf("unknown visitor: %d to %q", r.status, r.header.Get("Location"))
	}
	if r := b.get("/collections.json"); r.status != http.StatusUnauthorized {
		t.Errorf("unknown program: %d", r.status)
	}
	for _, wrong := range []url.Values{{"name": {"head"}, "password": {"wrong"}}, {"name": {"nobody"}, "password": {password}}, {}} {
		if r := b.post("/login", wrong); r.status != http.StatusUnauthorized || strings.Contains(r.body, password) {
			t.Errorf("%v: %d", wrong, r.status)
		}
	}
	r := b.post("/login", url.Values{"name": {"head"}, "password": {password}, "next": {"/collections?by=building"}})
	if r.status != http.StatusSeeOther || r.header.Get("Location") != "/collections?by=building" {
		t.Fatalf("sign in: %d to %q", r.status, r.header.Get("Location"))
	}
	cookie := r.header.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("session cookie %q lacks %s", cookie, want)
		}
	}
	if r := b.get("/collections"); r.status != http.StatusOK {
		t.Errorf("signed in: %d", r.status)
	}
	if r := b.post("/logout", nil); r.status != http.StatusSeeOther {
		t.Errorf("sign out: %d", r.status)
	}
	if r := b.get("/collections"); r.status != http.StatusSeeOther {
		t.Errorf("signed out: %d", r.status)
	}
	if r := b.post("/login", url.Values{"name": {"head"}, "password": {password}, "next": {"//evil.example"}}); r.header.Get("Location") != "/" {
		t.Errorf("foreign next leads to %q", r.header.Get("Location"))
	}
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("finance")
	s.ahead.Store(int64(sessionLife) + int64(time.Second))
	if r := b.get("/collections"); r.status != http.StatusSeeOther {
		t.Errorf("expired: %d", r.status)
	}
	s.ahead.Store(0)
	if r := b.get("/collections"); r.status != http.StatusOK {
		t.Errorf("alive again: %d", r.status)
	}
	if err := s.users.Put(t.Context(), auth.User{Name: "finance", Role: auth.Finance}, "another password", "test"); err != nil {
		t.Fatal(err)
	}
	if r := b.get("/collections"); r.status != http.StatusSeeOther {
		t.Errorf("after a new password: %d", r.status)
	}
	b = s.as("manager")
	if err := s.users.Put(t.Context(), auth.User{Name: "manager", Role: auth.Manager, Projects: []string{"P1"}, Disabled: true}, "", "test"); err != nil {
		t.Fatal(err)
	}
	if r := b.get("/collections"); r.status != http.StatusSeeOther {
		t.Errorf("disabled: %d", r.status)
	}
}

func TestManagerLandsOnHisProject(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if r := s.as("manager").get("/"); r.header.Get("Location") != "/today?project=P1" {
		t.Errorf("manager lands on %q", r.header.Get("Location"))
	}
}

func TestHeadersOnEveryRoute(t *testing.T) {
	t.Parallel()
	g := newWalled(t)
	head := g.as("head")
	paths := []string{"/no/such/page", "/static/x/none", "/loads/none", "/definitions/none", "/restated?kpi=collection_rate"}
	for _, r := range (&Server{}).routes() {
		if method, address := g.address(r, "P1", g.own.LoadID); method == http.MethodGet {
			paths = append(paths, address)
		}
	}
	for _, path := range paths {
		r := head.get(path)
		for name, want := range map[string]string{
			"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		} {
			if got := r.header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
	for _, part := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("policy lacks %s", part)
		}
	}
}

func TestRequestsFromOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	g := newWalled(t)
	b := g.as("head")
	for _, one := range (&Server{}).routes() {
		method, address := g.address(one, "P1", g.own.LoadID)
		if method == http.MethodGet || one.may == forPrograms { // a program brings a token, which a browser has not
			continue
		}
		r, err := http.NewRequestWithContext(t.Context(), method, g.url+address, strings.NewReader(""))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if got := b.do(r); got.status != http.StatusForbidden {
			t.Errorf("%s %s from another site: %d", method, address, got.status)
		}
	}
	if r := b.get("/collections"); r.status != http.StatusOK {
		t.Errorf("the session was ended from another site: %d", r.status)
	}
}

func TestErrorsHaveTheirStatus(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head := s.as("head")
	for path, want := range map[string]int{
		"/collections?period=soon": 422, "/collections?by=colour": 422, "/collections?known=never": 422, "/collections?known=2099-01-01T00:00": 422,
		"/collections?project=P77": 404, "/loads/0123": 404, "/nowhere": 404, "/loads/template/none.xlsx": 404, "/static/x/..%2f..%2fframe.go": 404,
	} {
		r := head.get(path)
		if r.status != want {
			t.Errorf("%s: %d, want %d", path, r.status, want)
		}
		for _, leak := range []string{"goroutine", ".go:", "SELECT", "Exception"} {
			if strings.Contains(r.body, leak) {
				t.Errorf("%s leaks %q", path, leak)
			}
		}
	}
}

func TestPanicsAreToldAndHidden(t *testing.T) {
	t.Parallel()
	s := &Server{log: slog.New(slog.DiscardHandler)}
	for name, c := range map[string]struct {
		with any
		cut  bool
	}{"a mistake": {"nil map", false}, "a cut answer": {http.ErrAbortHandler, true}} {
		cut := false
		func() {
			defer func() { cut = recover() != nil }()
			h := s.recovered(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(c.with) }))
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/collections.json", nil)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "nil map") {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
		}()
		if cut != c.cut {
			t.Errorf("%s: connection cut %v, want %v", name, cut, c.cut)
		}
	}
}

func TestAssets(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	a, err := readAssets()
	if err != nil {
		t.Fatal(err)
	}
	if r := b.get(a.url("work.css")); r.status != http.StatusOK || !strings.Contains(r.header.Get("Cache-Control"), "immutable") || !strings.HasPrefix(r.header.Get("Content-Type"), "text/css") {
		t.Errorf("current hash: %d %q %q", r.status, r.header.Get("Cache-Control"), r.header.Get("Content-Type"))
	}
	if r := b.get("/static/old/work.css"); r.status != http.StatusOK || r.header.Get("Cache-Control") != "no-cache" {
		t.Errorf("another hash: %d %q", r.status, r.header.Get("Cache-Control"))
	}
	if err := Assets(); err != nil && !strings.Contains(err.Error(), "make build") {
		t.Errorf("missing files are told as %q", err)
	}
}
