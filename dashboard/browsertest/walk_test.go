package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// page is an address that a browser can open, and who may.
type page struct {
	name, path string
	roles      []string // all three when empty
	status     int      // 200 when zero
}

func (p page) isFor(role string) bool { return len(p.roles) == 0 || slices.Contains(p.roles, role) }

// pages are all of the site but those that need a file first, which TestIntake
// walks through. load is one that the demo has.
func pages(load string) []page {
	officers, headOffice := []string{"finance", "head"}, []string{"head"}
	return []page{
		{name: "today", path: "/today?project=HD03"}, {name: "today-all", path: "/today"}, {name: "rooms", path: "/today?list=rooms"},
		{name: "portfolio", path: "/portfolio"}, {name: "project", path: "/project?project=HD03"},
		{name: "collections", path: "/collections"}, {name: "collections-building", path: "/collections?by=building&project=HD03"},
		{name: "panel", path: "/panel/project/collection.html?project=HD03"},
		{name: "compare", path: "/compare?with=HD01,HD03", roles: officers}, {name: "peers", path: "/compare?project=HD03"},
		{name: "service", path: "/service"}, {name: "survey", path: "/survey?project=HD03"},
		{name: "trace", path: "/trace?kpi=collection_rate&project=HD03"}, {name: "restated", path: "/restated?kpi=collection_rate&project=HD03&then=2026-10-20"},
		{name: "moved", path: "/moved/" + load}, {name: "load", path: "/loads/" + load}, {name: "place", path: "/loads/" + load + "/rows?row=5"},
		{name: "loads", path: "/loads"}, {name: "definitions", path: "/definitions"}, {name: "definition", path: "/definitions/collection_rate"},
		{name: "search", path: "/search?q=HD03"}, {name: "verify", path: "/verify"},
		{name: "mappings", path: "/mappings", roles: officers},
		{name: "sources", path: "/sources", roles: headOffice}, {name: "jobs", path: "/jobs", roles: headOffice},
		{name: "users", path: "/users", roles: headOffice}, {name: "audit", path: "/audit", roles: headOffice},
		{name: "error", path: "/no-such-page", status: 404},
	}
}

// walk is a way through all pages.
type walk struct {
	role, lang, theme string
	width             int64
}

func (k walk) String() string { return fmt.Sprintf("%s-%s-%s-%d", k.role, k.lang, k.theme, k.width) }

// walks are not all combinations: each page meets each of its roles, each
// language, each theme and each width at least once, and a reader of both the
// pages of head office and a phone. That keeps the test at minutes.
func walks() []walk {
	return []walk{
		{"head", "zh", "light", 1440}, {"head", "en", "dark", 390}, {"head", "zh", "dark", 2560},
		{"finance", "en", "light", 1440}, {"manager", "zh", "dark", 390},
	}
}

func testWalk(t *testing.T, d *demo, k walk) {
	t.Parallel()
	w := openWindow(t, d)
	w.do("size", chromedp.EmulateViewport(k.width, 900))
	w.signIn(k.role)
	w.open("/loads?lang=" + k.lang + "&theme=" + k.theme)
	load := eval[string](w, "a load", `document.querySelector('main a[href^="/loads/"]:not([href*="template"])').pathname.split('/')[2]`)
	for _, p := range pages(load) {
		if !p.isFor(k.role) {
			continue
		}
		at := p.name + "-" + k.String()
		if got := w.open(p.path); got != max(p.status, 200) {
			t.Errorf("%s: status %d", at, got)
		}
		checkWhole(t, w, at)
		if k.lang == "zh" {
			checkChinese(t, w, at)
		}
		eval[bool](w, "shorten tables", shorten)
		w.shoot(at)
		if k == walks()[0] {
			w.print(at)
		}
		checkAccessible(t, w, at)
	}
	if k == walks()[0] {
		for _, lang := range []string{"zh", "en"} {
			w.open("/portfolio?lang=" + lang)
			w.shootTop("readme-" + lang)
		}
	}
}

// print keeps the page as it comes out on paper.
func (w *window) print(name string) {
	w.t.Helper()
	if dir := os.Getenv("GATEHOUSE_SCREENSHOTS"); dir != "" {
		pdf := get(w, "print", chromedp.PrintToPDF(chromedp.PDFPrintBackground(), chromedp.PDFPreferCSSPageSize()))
		w.must("print", os.WriteFile(filepath.Join(dir, name+".pdf"), pdf, 0o644))
	}
}

func addQuery(path, query string) string {
	if strings.Contains(path, "?") {
		return path + "&" + query
	}
	return path + "?" + query
}
