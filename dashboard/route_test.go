package dashboard

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gatehouse"
	"gatehouse/dashboard/auth"
	"gatehouse/dashboard/shelf"
	"gatehouse/ingest"
)

// ruleFaults are what a route's row in the table lacks.
func ruleFaults(r route) []string {
	var faults []string
	if !slices.Contains([]audience{forEveryone, forPrograms, forUsers, forOfficers, forHeadOffice}, r.may) {
		faults = append(faults, "it does not say who may use it")
	}
	switch r.scope.by {
	case byProject, byLoad, byField, byForm, byShelf, byWords, byTicket:
		if r.may == forEveryone {
			faults = append(faults, "whoever has no session has no scope")
		}
	case byNothing:
		if r.scope.why == "" {
			faults = append(faults, "it does not say why it tells nothing of projects")
		}
	case byAudience:
		if r.may != forOfficers && r.may != forHeadOffice {
			faults = append(faults, "a manager may use it, but it is about all projects")
		}
	case unruled:
		faults = append(faults, "it has no rule of what it tells of projects")
	}
	return faults
}

func TestEveryRouteHasARule(t *testing.T) {
	t.Parallel()
	for _, r := range (&Server{}).routes() {
		for _, fault := range ruleFaults(r) {
			t.Errorf("%s: %s", r.pattern, fault)
		}
	}
	for name, r := range map[string]route{
		"nobody": {scope: ofProject("")}, "no rule": {may: forUsers}, "no reason": {may: forUsers, scope: ofNothing("")},
		"all to managers": {may: forUsers, scope: scopeRule{by: byAudience}}, "projects to everyone": {may: forEveryone, scope: ofProject("")},
	} {
		if len(ruleFaults(r)) == 0 {
			t.Errorf("a route of %s has passed", name)
		}
	}
}

func TestAudiences(t *testing.T) {
	t.Parallel()
	manager, finance, head := auth.User{Role: auth.Manager, Projects: []string{"P1"}}, auth.User{Role: auth.Finance}, auth.User{Role: auth.HeadOffice}
	for _, c := range []struct {
		may  audience
		user auth.User
		want bool
	}{
		{forUsers, manager, true}, {forOfficers, manager, false}, {forHeadOffice, manager, false},
		{forUsers, finance, true}, {forOfficers, finance, true}, {forHeadOffice, finance, false},
		{forUsers, head, true}, {forOfficers, head, true}, {forHeadOffice, head, true},
		{forPrograms, head, false}, {"", head, false}, {forOfficers, auth.User{}, false},
	} {
		if got := c.may.admits(c.user); got != c.want {
			t.Errorf("%q admits %q: %v", c.may, c.user.Role, got)
		}
	}
}

// TestRoutesAdmitTheirAudience walks the table as each role, and as nobody.
func TestRoutesAdmitTheirAudience(t *testing.T) {
	t.Parallel()
	g := newWalled(t)
	users := map[string]auth.User{
		"manager": {Name: "manager", Role: auth.Manager, Projects: []string{"P1"}}, "finance": {Name: "finance", Role: auth.Finance}, "head": {Name: "head", Role: auth.HeadOffice},
	}
	if len(users) != len(auth.Roles()) {
		t.Fatalf("roles are %v: add the new one", auth.Roles())
	}
	for who, user := range users {
		b := g.as(who)
		for _, r := range (&Server{}).routes() {
			id := g.own.LoadID
			if !strings.HasPrefix(r.pattern, "GET ") {
				id = "none" // nothing is to be changed here
			}
			if r.may == forEveryone || r.may == forPrograms || r.scope.by == byTicket {
				continue
			}
			method, address := g.address(r, "P1", id)
			got := b.ask(method, address).status
			switch admitted := r.may.admits(user); {
			case !admitted && got != http.StatusForbidden:
				t.Errorf("%s, %s %s: %d, want 403", who, method, address, got)
			case admitted && (got == http.StatusForbidden || got == http.StatusUnauthorized || got >= 500):
				t.Errorf("%s, %s %s: %d", who, method, address, got)
			case admitted && method == http.MethodGet && (r.scope.by == byProject || r.scope.by == byLoad) && got >= 400:
				t.Errorf("%s, own %s: %d", who, address, got)
			}
		}
	}
}

func TestRoutesNeedASession(t *testing.T) {
	t.Parallel()
	g := newWalled(t)
	b := g.browser()
	for _, r := range (&Server{}).routes() {
		method, address := g.address(r, "P2", g.foreign.LoadID)
		a := b.ask(method, address)
		g.keeps(a, address)
		switch to := a.header.Get("Location"); {
		case r.may == forEveryone || r.may == forPrograms:
		case a.status == http.StatusUnauthorized, a.status == http.StatusSeeOther && strings.HasPrefix(to, "/login?next="):
		default:
			t.Errorf("%s %s without a session: %d to %q", method, address, a.status, to)
		}
		if method != http.MethodGet || r.may == forEveryone {
			continue
		}
		for _, guess := range guesses(address) {
			a, at := b.walk(guess)
			g.keeps(a, guess)
			if a.status == http.StatusOK && !strings.HasPrefix(at, "/login") && r.may != forPrograms {
				t.Errorf("%s without a session: %d at %s", guess, a.status, at)
			}
		}
	}
}

// guesses are other ways to write an address.
func guesses(address string) []string {
	path, query, _ := strings.Cut(address, "?")
	if query != "" {
		query = "?" + query
	}
	var all []string
	for _, other := range []string{
		"/" + path, path + "/", "/." + path, "/x/.." + path, path + "/.", path + "/..",
		strings.ToUpper(path), strings.Replace(path, "o", "O", 1),
		"/%2f" + path, "/%2e%2e" + path, path + "%2f", path + "%00", path + "%20", path + ";x", path + "\\",
		"/" + strings.ReplaceAll(strings.TrimPrefix(path, "/"), "/", "%2f"), "/" + strings.ReplaceAll(strings.TrimPrefix(path, "/"), "/", "//"),
		strings.ReplaceAll(strings.ReplaceAll(path, "o", "%6f"), "r", "%72"),
	} {
		if other != path {
			all = append(all, other+query)
		}
	}
	return all
}

// otherProjects are ways to name P2 in a query that has project=P2 in it. Those
// that are the same to a server must be refused, of the others it is enough
// that nothing is told.
func otherProjects(address string) (same, others []string) {
	swap := func(with string) string { return strings.Replace(address, "project=P2", with, 1) }
	return []string{swap("project=P2"), swap("project=%50%32"), swap("%70roject=P2"), swap("project=P2&project=P1"), swap("project=P2&lang=en"), swap("x=1&project=P2")},
		[]string{
			swap("project=p2"), swap("project=P1&project=P2"), swap("Project=P2"), swap("project="), swap("project=P2+"), swap("project=+P2"), swap("project=P2%00"),
			swap("project=P1%2CP2"), swap("project[]=P2"), swap("project=P1;project=P2"), swap("project=*"), swap("project=%25"), swap("project=%27+OR+1%3D1+--+"), swap("project=P1&known=now"), swap("project=P1&page=2"),
		}
}

// TestManagerReachesOwnProjectsOnly walks the table as a manager of P1 who
// tries P2: as head office has just seen it, so that nothing kept for one is
// given to the other, and with every address written in other ways.
func TestManagerReachesOwnProjectsOnly(t *testing.T) {
	t.Parallel()
	g := newWalled(t)
	head, manager := g.as("head"), g.as("manager")
	telling := 0 // routes that tell head office what is hidden from the manager
	for _, r := range (&Server{}).routes() {
		method, other := g.address(r, "P2", g.foreign.LoadID)
		if r.may == forEveryone && method != http.MethodGet { // signs in and out
			continue
		}
		if method == http.MethodGet {
			said := told(t, head.get(other))
			if slices.ContainsFunc(g.secrets(), func(secret string) bool { return strings.Contains(said, secret) && !strings.Contains(other, secret) }) {
				telling++
			}
		}
		a := manager.ask(method, other)
		g.keeps(a, other)
		refusal := 0
		switch r.scope.by {
		case byProject, byAudience:
			refusal = http.StatusForbidden
		case byLoad, byShelf:
			refusal = http.StatusNotFound
		case byField:
			refusal = http.StatusForbidden
			a = manager.post(other, url.Values{"project": {"P2"}, "day": {"2026-09-15"}, "text": {"mine"}})
		case byForm:
			g.triesForm(manager, other)
			continue
		case byTicket:
			refusal = http.StatusForbidden
			if method != http.MethodGet {
				a = manager.post(strings.Split(other, "?")[0], url.Values{"of": {g.ticket}})
			}
		case byWords:
			g.triesWords(head, manager, other)
		case unruled, byNothing:
		}
		if refusal != 0 && a.status != refusal {
			t.Errorf("%s %s: %d, want %d", method, other, a.status, refusal)
		}
		if method != http.MethodGet || r.may == forEveryone || r.may == forPrograms {
			continue
		}
		for _, guess := range guesses(other) {
			a, _ := manager.walk(guess)
			g.keeps(a, guess)
		}
		if r.scope.by == byProject {
			g.triesQueries(manager, other)
		}
	}
	if telling < 10 {
		t.Errorf("only %d routes tell head office of P2: what the manager is not told proves little", telling)
	}
	if state := g.loadState("foreign-secret"); state != ingest.Published {
		t.Errorf("the other project's load is %s", state)
	}
	if notes, err := shelf.New(g.db, g.now).Notes(t.Context(), gatehouse.Projects("P2")); err != nil || len(notes) != 1 || notes[0].Text != "foreign-secret" {
		t.Errorf("notes of the other project: %+v %v", notes, err)
	}
	if g.loadsNamed("sent.csv") > 0 && g.loadState("sent.csv") == ingest.Published {
		t.Error("rows of another project were loaded")
	}
}

// TestPanelsTellNothingOfOthers: every panel in each form, when head office has had it
// just before.
func TestPanelsTellNothingOfOthers(t *testing.T) {
	t.Parallel()
	g := newWalled(t)
	head, manager := g.as("head"), g.as("manager")
	for page, names := range g.panels {
		for i, name := range names {
			forms := []string{"json", "html"}
			if i == 0 {
				forms = []string{"json", "html", "csv", "xlsx", "svg"} // of one result, so one panel will do
			}
			for _, form := range forms {
				address := "/panel/" + page + "/" + name + "." + form + "?period=2026-09"
				if r := head.get(address + "&project=P2"); r.status != http.StatusOK {
					t.Errorf("head office, %s of P2: %d", address, r.status)
				}
				if r := manager.get(address + "&project=P2"); r.status != http.StatusForbidden {
					t.Errorf("%s of P2: %d, want 403", address, r.status)
				}
				head.get(address)
				g.keeps(manager.get(address), address)
				if r := manager.get(address + "&project=P1"); r.status != http.StatusOK {
					t.Errorf("%s of his own: %d", address, r.status)
				}
			}
		}
	}
}

func (g walled) triesQueries(manager *browser, other string) {
	g.t.Helper()
	same, others := otherProjects(other)
	for _, address := range same {
		if a := manager.get(address); a.status != http.StatusForbidden {
			g.t.Errorf("%s: %d, want 403", address, a.status)
		} else {
			g.keeps(a, address)
		}
	}
	if !strings.Contains(other, ".csv") && !strings.Contains(other, ".json") {
		others = others[:4] // a page of panels reads them all for each address; how queries are read is the same for all
	}
	for _, address := range others {
		a, _ := manager.walk(address)
		g.keeps(a, address)
		if a.status >= 500 {
			g.t.Errorf("%s: %d", address, a.status)
		}
	}
}

// triesWords looks for what only P2 has, by beginnings that do not say it all.
func (g walled) triesWords(head, manager *browser, address string) {
	g.t.Helper()
	for words, finds := range map[string]string{"云栖": "云栖苑", "9-9-90": "9-9-909", "云栖 9-9": "9-9-909", "P2 9": "9-9-909", "foreign-se": "foreign-secret"} {
		at := strings.Split(address, "?")[0] + "?" + url.Values{"q": {words}}.Encode()
		if !strings.Contains(head.get(at).body, finds) {
			g.t.Errorf("head office does not find %q by %q", finds, words)
		}
		a := manager.get(at)
		g.keeps(a, at)
		if a.status != http.StatusOK {
			g.t.Errorf("%s: %d", at, a.status)
		}
	}
	if !strings.Contains(manager.get(strings.Split(address, "?")[0]+"?q=1-1-1").body, "1-1-101") {
		g.t.Error("the manager does not find his own room")
	}
}

// triesForm sends a file for P2, and one that names P2 in its rows.
func (g walled) triesForm(manager *browser, address string) {
	g.t.Helper()
	file := upload{"sent.csv", csvFile(billHead, "P2,9-9-909,物业费,2026-11,1")}
	if a := manager.uploadTo(address, map[string]string{"project": "P2"}, file); a.status != http.StatusForbidden {
		g.t.Errorf("%s for another project: %d, want 403", address, a.status)
	}
	a := manager.uploadTo(address, nil, file)
	if a.status == http.StatusSeeOther {
		a, _ = manager.walk(a.header.Get("Location"))
	}
	if a.status != http.StatusOK || strings.Contains(told(g.t, a), "云栖苑") {
		g.t.Errorf("%s with rows of another project: %d", address, a.status)
	}
}
