package dashboard

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gatehouse"
	"gatehouse/dashboard/shelf"
	"gatehouse/ingest"
)

// walled is a site where P2 has what nobody may see who has P1 only.
type walled struct {
	*site
	own, foreign ingest.Result
	ticket       string              // of head office, for a file of P2
	views, notes map[string]string   // ids, by that of the load of the same project
	panels       map[string][]string // by page
}

// secrets are words and figures that only P2 has.
func (g walled) secrets() []string {
	return []string{"云栖苑", "9-9-909", "7654321", "7,654,321", "7,654.3", "765.43", "foreign-secret", g.foreign.LoadID}
}

func newWalled(t *testing.T) walled {
	t.Helper()
	g := walled{site: newSite(t)}
	g.fill()
	g.load("foreign-rooms.csv", "项目编码,房号,建筑面积", "P2,9-9-909,100")
	g.own = g.load("own.csv", billHead, "P1,1-1-101,物业费,2026-09,10")
	g.foreign = g.load("foreign-secret.csv", billHead, "P2,9-9-909,物业费,2026-09,7654321.09")
	if _, err := g.kpis.Refresh(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	g.keepOnShelf()
	g.panels = g.as("head").panelsOf("/today", "/portfolio", "/compare", "/project?project=P2", "/collections")
	g.ticket = ticketOf(t, g.as("head").look(nil, upload{"foreign-secret-2.csv", csvFile(billHead, "P2,9-9-909,物业费,2026-10,7654321.09")}))
	return g
}

// panelsOf are the panels of pages by the addresses of their forms, which also one that is not read yet has.
func (b *browser) panelsOf(pages ...string) map[string][]string {
	b.t.Helper()
	found := map[string][]string{}
	for _, page := range pages {
		for _, m := range regexp.MustCompile(`/panel/([a-z]+)/([\w-]+)\.\w+`).FindAllStringSubmatch(b.get(page).body, -1) {
			if !slices.Contains(found[m[1]], m[2]) {
				found[m[1]] = append(found[m[1]], m[2])
			}
		}
	}
	if len(found) != len(pages) {
		b.t.Fatalf("panels of %d pages in place of %d", len(found), len(pages))
	}
	return found
}

// keepOnShelf has the manager and head office save a view and write a note, each
// about a project; that of head office is shared.
func (g *walled) keepOnShelf() {
	g.t.Helper()
	g.views, g.notes = map[string]string{"none": "none"}, map[string]string{"none": "none"}
	kept := shelf.New(g.db, g.now)
	for _, one := range []struct{ load, project, who, says string }{{g.own.LoadID, "P1", "manager", "own"}, {g.foreign.LoadID, "P2", "head", "foreign-secret"}} {
		v, err := kept.SaveView(g.t.Context(), shelf.View{Owner: one.who, Name: one.says, Path: "/project", Query: "project=" + one.project, Shared: true})
		if err != nil {
			g.t.Fatal(err)
		}
		day := gatehouse.NewDate(2026, 9, 15)
		if err := kept.AddNote(g.t.Context(), shelf.Note{Project: one.project, Day: day, Text: one.says, Author: one.who}); err != nil {
			g.t.Fatal(err)
		}
		notes, err := kept.Notes(g.t.Context(), gatehouse.Projects(one.project))
		if err != nil || len(notes) != 1 {
			g.t.Fatal(notes, err)
		}
		g.views[one.load], g.notes[one.load] = v.ID, notes[0].ID
	}
}

// wildcards fill the parts of patterns that are no fixed words, by the pattern's beginning.
func (g walled) wildcards(pattern, loadID string) map[string]string {
	_, path, _ := strings.Cut(pattern, " ")
	for _, one := range []struct {
		begins string
		values map[string]string
	}{
		{"/static/", map[string]string{"{hash}": "x", "{name...}": "work.css"}},
		{"/quarantine/", map[string]string{"{file}": loadID + ".csv"}},
		{"/marked/", map[string]string{"{file}": loadID + ".xlsx"}},
		{"/loads/template/", map[string]string{"{file}": "fee_bill.xlsx"}},
		{"/loads/", map[string]string{"{id}": loadID, "{rows}": "rows"}},
		{"/moved/", map[string]string{"{id}": loadID}},
		{"/withdraw/", map[string]string{"{id}": loadID}},
		{"/originals/", map[string]string{"{id}": loadID}},
		{"/views/", map[string]string{"{id}": g.views[loadID]}},
		{"/annotations/", map[string]string{"{id}": g.notes[loadID]}},
		{"/panel/", map[string]string{"{page}": "collections", "{file}": g.panels["collections"][0] + ".json"}},
		{"/mappings/", map[string]string{"{name}": "none"}},
		{"/definitions/", map[string]string{"{kpi}": "collection_rate"}},
		{"/sources/", map[string]string{"{name}": "inbox"}},
		{"/jobs/", map[string]string{"{name}": "monthly"}},
		{"/api/v1/feeds/", map[string]string{"{feed}": "fee_bill"}},
		{"/", map[string]string{"{$}": ""}},
	} {
		if strings.HasPrefix(path, one.begins) {
			return one.values
		}
	}
	return nil
}

// address is where a route is about a project and a load.
func (g walled) address(r route, project, loadID string) (method, address string) {
	g.t.Helper()
	method, path, ok := strings.Cut(r.pattern, " ")
	if !ok {
		method, path = http.MethodGet, r.pattern
	}
	for name, value := range g.wildcards(r.pattern, loadID) {
		path = strings.ReplaceAll(path, name, value)
	}
	if strings.Contains(path, "{") {
		g.t.Fatalf("%s: say in wildcards what an address of it is like", r.pattern)
	}
	q, err := url.ParseQuery(r.scope.query)
	if err != nil {
		g.t.Fatal(err)
	}
	switch r.scope.by {
	case byProject:
		q.Set("project", project)
	case byTicket:
		q.Set("of", g.ticket)
	case byWords:
		q.Set("q", "云栖")
	case unruled, byLoad, byField, byForm, byShelf, byAudience, byNothing:
	}
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return method, path
}

func (b *browser) ask(method, path string) answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(r)
}

// walk asks for an address and goes where it leads.
func (b *browser) walk(path string) (answer, string) {
	b.t.Helper()
	for range 5 {
		a := b.get(path)
		to := a.header.Get("Location")
		if a.status < 300 || a.status >= 400 || to == "" {
			return a, path
		}
		at, err := url.Parse(path)
		if err != nil {
			b.t.Fatal(err)
		}
		next, err := at.Parse(to)
		if err != nil {
			b.t.Fatal(err)
		}
		path = next.RequestURI()
	}
	b.t.Fatalf("%s leads around", path)
	return answer{}, path
}

// told is all that an answer says: of a workbook its parts.
func told(t *testing.T, a answer) string {
	t.Helper()
	said := a.body
	for _, values := range a.header {
		said += strings.Join(values, " ")
	}
	if !strings.HasPrefix(a.body, "PK") {
		return said
	}
	book, err := zip.NewReader(bytes.NewReader([]byte(a.body)), int64(len(a.body)))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range book.File {
		in, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		said += string(content)
	}
	return said
}

// keeps fails when an answer tells what only P2 has. echo is what the address
// itself said.
func (g walled) keeps(a answer, address string) {
	g.t.Helper()
	said := told(g.t, a)
	for _, secret := range g.secrets() {
		if strings.Contains(said, secret) && !strings.Contains(address, secret) {
			g.t.Errorf("%s tells a manager of P1 %q (%d)", address, secret, a.status)
		}
	}
}
