package dashboard

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// found is the labels of what a search lists, by group.
func (b *browser) found(words string) map[string][]string {
	b.t.Helper()
	r := b.get("/search/hits?" + url.Values{"q": {words}, "lang": {"en"}}.Encode())
	if r.status != http.StatusOK || strings.Contains(r.body, "<html") {
		b.t.Fatalf("search for %q: %d", words, r.status)
	}
	groups := map[string][]string{}
	for _, group := range parse(b.t, r.body).all("section", "") {
		title := group.all("h2", "")[0].text()
		for _, hit := range group.all("b", "") {
			groups[title] = append(groups[title], hit.text())
		}
	}
	return groups
}

// TestSearchFinds: projects, rooms, KPIs, loads and pages, by what one knows of them.
func TestSearchFinds(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	s.load("rooms2.csv", "项目编码,房号,建筑面积", "P1,A-2-101,90", "P1,1-1-1011,90", "P2,1-1-101,100")
	if _, err := s.kpis.Refresh(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	head := s.as("head")
	for _, c := range []struct{ words, group, want string }{
		{"阳光", "Projects", "阳光花园"}, {"p2", "Projects", "云栖苑"}, {"华东 云", "Projects", "云栖苑"},
		{"2-1", "Rooms", "2-1-101 A-2-101"}, {"a-2", "Rooms", "A-2-101"}, {"101", "Rooms", "A-2-101 1-1-101 2-1-101 1-1-101 1-1-1011"}, {"1-1-101", "Rooms", "1-1-101 1-1-101 1-1-1011"},
		{"云栖 101", "Rooms", "1-1-101"}, {"P9 101", "Rooms", ""}, {"不存在", "Rooms", ""}, {"%", "Rooms", ""}, {"-", "Rooms", ""},
		{"收缴率", "KPIs", "Collection rate Collection rate with waivers"}, {"nps", "KPIs", "Net promoter score"}, {"payments", "Loads", "payments.csv"},
		{"用户", "Pages", "Users"}, {"audit", "Pages", "Audit"},
	} {
		if got := strings.Join(head.found(c.words)[c.group], " "); !sameWords(got, c.want) && !(c.group == "KPIs" && strings.Contains(got, strings.Fields(c.want)[0])) {
			t.Errorf("%q finds of %s %q, want %q", c.words, c.group, got, c.want)
		}
	}
	if got := head.found(""); len(got) != 1 || len(got["Pages"]) < 5 {
		t.Errorf("nothing typed yet: %v", got)
	}
	if got := s.as("manager").found("u")["Pages"]; strings.Contains(strings.Join(got, " "), "Users") {
		t.Errorf("a manager is led to %v", got)
	}
	page := head.get("/search?q=%3Cscript%3E&lang=en")
	if strings.Contains(page.body, "<script>") || !strings.Contains(page.body, "Nothing found") {
		t.Error("the page without results")
	}
	for _, long := range []string{strings.Repeat("长", 500), "\xff\xfe", strings.Repeat("a ", 200)} {
		if r := head.get("/search?q=" + url.QueryEscape(long)); r.status != http.StatusOK {
			t.Errorf("search for %.10q…: %d", long, r.status)
		}
	}
}

// sameWords compares without order.
func sameWords(a, b string) bool {
	count := map[string]int{}
	for _, w := range strings.Fields(a) {
		count[w]++
	}
	for _, w := range strings.Fields(b) {
		count[w]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

// TestSearchLinksLead: what is found opens, within the period of the page before.
func TestSearchLinksLead(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	manager := s.as("manager")
	for _, words := range []string{"阳光", "1-1-101", "率", ""} {
		r := manager.get("/search?" + url.Values{"q": {words}, "period": {"2026-09"}}.Encode())
		for _, link := range parse(t, r.body).all("main", "")[0].all("a", "") {
			to := attribute(link.Node, "href")
			if a := manager.get(to); a.status >= 400 {
				t.Errorf("%q leads to %s: %d", words, to, a.status)
			}
			if strings.HasPrefix(to, "/project") && !strings.Contains(to, "period=2026-09") {
				t.Errorf("%s has lost the period", to)
			}
		}
	}
}
