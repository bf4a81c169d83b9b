package dashboard

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// menu is the views in the filter bar of a page: name → address.
func (b *browser) menu(path string) map[string]string {
	b.t.Helper()
	views := map[string]string{}
	for _, menu := range parse(b.t, b.get(path).body).all("details", "views") {
		for _, item := range menu.all("li", "") {
			link := item.all("a", "")[0]
			views[link.text()] = attribute(link.Node, "href")
		}
	}
	return views
}

// TestSavedViews: a page is kept under a name with its filters, and opened in
// the scope of whoever opens it.
func TestSavedViews(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head, manager, finance := s.as("head"), s.as("manager"), s.as("finance")
	const at = "/collections?by=building&period=2026-09"
	r := head.post("/views", url.Values{"at": {at + "&lang=en&page=3&theme=dark"}, "name": {"Buildings"}, "shared": {"1"}})
	if r.status != http.StatusSeeOther || r.header.Get("Location") != at {
		t.Fatalf("saved: %d to %q", r.status, r.header.Get("Location"))
	}
	head.post("/views", url.Values{"at": {"/project?project=P2"}, "name": {"Second"}, "shared": {"1"}})
	head.post("/views", url.Values{"at": {"/portfolio"}, "name": {"Mine"}})
	if got := head.menu("/portfolio"); len(got) != 3 {
		t.Errorf("head office has %v", got)
	}
	if got := finance.menu("/collections"); len(got) != 2 || got["Second"] == "" {
		t.Errorf("finance has %v", got)
	}
	got := manager.menu("/collections")
	if len(got) != 1 || got["Buildings"] == "" {
		t.Fatalf("the manager has %v", got)
	}
	opened := manager.get(got["Buildings"])
	if to := opened.header.Get("Location"); to != at {
		t.Errorf("opens %q", to)
	}
	if page := manager.get(at); page.status != http.StatusOK || strings.Contains(page.body, "云栖苑") || strings.Contains(page.body, "1,000.00") {
		t.Errorf("the view shows another project: %d", page.status)
	}
	if r := manager.post(got["Buildings"]+"/delete", url.Values{"at": {at}}); r.status != http.StatusForbidden {
		t.Errorf("another's view deleted: %d", r.status)
	}
	if r := head.post(got["Buildings"]+"/delete", url.Values{"at": {at}}); r.status != http.StatusSeeOther || r.header.Get("Location") != at || len(head.menu(at)) != 2 {
		t.Errorf("own view deleted: %d to %q", r.status, r.header.Get("Location"))
	}
	for _, bad := range []string{"", "//evil.example/portfolio", "https://evil.example/", "/loads/none", "/collections.csv", "/originals/x", "/users", "/logout", "portfolio"} {
		if r := head.post("/views", url.Values{"at": {bad}, "name": {"Bad"}}); r.status != http.StatusUnprocessableEntity {
			t.Errorf("saved a view of %q: %d", bad, r.status)
		}
	}
}

// TestAnnotations: written for a project in scope, shown within it, marked on
// charts by the number of the list, deleted by the author or head office.
func TestAnnotations(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head, manager, finance := s.as("head"), s.as("manager"), s.as("finance")
	add := func(b *browser, project, kpi, day, text string) int {
		return b.post("/annotations", url.Values{"project": {project}, "kpi": {kpi}, "day": {day}, "text": {text}, "at": {"/project?project=P1"}}).status
	}
	if got := add(manager, "P1", "collection_rate", "2026-09-15", "lift <b>broken</b>"); got != http.StatusSeeOther {
		t.Fatalf("written: %d", got)
	}
	add(finance, "", "", "2026-08-02", "new price")
	add(head, "P2", "", "2026-09-01", "of the other")
	for what, c := range map[string]struct{ got, want int }{
		"about all, by a manager": {add(manager, "", "", "2026-09-15", "x"), 403}, "another's project": {add(manager, "P2", "", "2026-09-15", "x"), 403},
		"no day": {add(manager, "P1", "", "", "x"), 422}, "no text": {add(manager, "P1", "", "2026-09-15", " "), 422}, "no such KPI": {add(manager, "P1", "none", "2026-09-15", "x"), 404},
		"another century": {add(manager, "P1", "", "1926-09-15", "x"), 422},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", what, c.got, c.want)
		}
	}
	list := func(b *browser, path string) string {
		section := parse(t, b.get(path).body).all("section", "notes")
		if len(section) != 1 {
			t.Fatalf("%s has %d lists", path, len(section))
		}
		said := ""
		for _, item := range section[0].all("li", "") {
			said += item.text() + "\n"
		}
		return said
	}
	own := list(manager, "/project?project=P1&lang=en")
	for _, want := range []string{"① 2 Aug 2026 new price All projects · finance", "② 15 Sep 2026 lift <b>broken</b> Collection rate · manager"} {
		if !strings.Contains(own, want) {
			t.Errorf("the manager's page lacks %q:\n%s", want, own)
		}
	}
	if strings.Contains(own, "other") || strings.Count(own, "\n") != 2 {
		t.Errorf("the manager's page: %s", own)
	}
	if all := list(head, "/portfolio?lang=en"); strings.Count(all, "\n") != 3 || !strings.Contains(all, "阳光花园 · Collection rate") {
		t.Errorf("the portfolio: %s", all)
	}
	page := manager.get("/project?project=P1")
	id := strings.Split(strings.Split(page.body, "/annotations/")[1], "/")[0]
	if r := finance.post("/annotations/"+id+"/delete", nil); r.status != http.StatusForbidden {
		t.Errorf("deleted by another: %d", r.status)
	}
	if r := head.post("/annotations/"+id+"/delete", url.Values{"at": {"/portfolio?period=2026-09"}}); r.status != http.StatusSeeOther || r.header.Get("Location") != "/portfolio?period=2026-09" {
		t.Errorf("deleted by head office: %d to %q", r.status, r.header.Get("Location"))
	}
	if own := list(manager, "/project?project=P1"); strings.Contains(own, "lift") {
		t.Errorf("still there: %s", own)
	}
}
