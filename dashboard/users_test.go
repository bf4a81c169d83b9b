package dashboard

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gatehouse/dashboard/auth"
)

func (s *site) user(name string) auth.User {
	s.t.Helper()
	u, err := s.users.Find(s.t.Context(), name)
	if err != nil {
		s.t.Fatal(err)
	}
	return u
}

// TestUsersAreMadeAndChanged: what an administrator sends on the page holds at once.
func TestUsersAreMadeAndChanged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	head := s.as("head")
	const first, second = "eight characters", "other characters"
	r := head.post("/users", url.Values{"name": {" li "}, "role": {"manager"}, "project": {"P1"}, "others": {"P8, P9"}, "password": {first}})
	if r.status != http.StatusSeeOther || r.header.Get("Location") != "/users?done=made&name=li" {
		t.Fatalf("made: %d to %q", r.status, r.header.Get("Location"))
	}
	if u := s.user("li"); u.Role != auth.Manager || !slices.Equal(u.Projects, []string{"P1", "P8", "P9"}) || u.ChangedBy != "head" {
		t.Errorf("made: %+v", u)
	}
	li := s.signIn("li", first)
	if r := li.get("/collections?project=P2"); r.status != http.StatusForbidden {
		t.Errorf("another project: %d", r.status)
	}
	page := head.get("/users?name=li&lang=en").body
	for _, want := range []string{"Manager", `value="P1" checked`, `value="P8, P9"`, "阳光花园", "/users/disable"} {
		if !strings.Contains(page, want) {
			t.Errorf("page of li lacks %q", want)
		}
	}
	head.post("/users/change", url.Values{"name": {"li"}, "role": {"finance"}, "project": {"P1"}})
	if r := li.get("/collections?project=P2"); r.status != http.StatusOK || len(s.user("li").Projects) > 0 {
		t.Errorf("of finance: %d, projects %v", r.status, s.user("li").Projects)
	}
	head.post("/users/signout", url.Values{"name": {"li"}})
	if r := li.get("/collections"); r.status != http.StatusSeeOther {
		t.Errorf("signed out everywhere: %d", r.status)
	}
	li = s.signIn("li", first)
	head.post("/users/disable", url.Values{"name": {"li"}})
	if r := li.get("/collections"); r.status != http.StatusSeeOther {
		t.Errorf("disabled: %d", r.status)
	}
	if r := s.browser().post("/login", url.Values{"name": {"li"}, "password": {first}}); r.status != http.StatusUnauthorized {
		t.Errorf("disabled, signs in: %d", r.status)
	}
	head.post("/users/enable", url.Values{"name": {"li"}})
	li = s.signIn("li", first)
	head.post("/users/password", url.Values{"name": {"li"}, "password": {second}})
	if r := li.get("/collections"); r.status != http.StatusSeeOther {
		t.Errorf("after a new password: %d", r.status)
	}
	s.signIn("li", second)
}

func (s *site) signIn(name, password string) *browser {
	s.t.Helper()
	b := s.browser()
	if r := b.post("/login", url.Values{"name": {name}, "password": {password}}); r.status != http.StatusSeeOther {
		s.t.Fatalf("sign in as %s: %d", name, r.status)
	}
	return b
}

// TestMadeUpPasswordsAreShownOnce: on the answer, in no address, and they work.
func TestMadeUpPasswordsAreShownOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	head := s.as("head")
	shown := regexp.MustCompile(`<code id="password"[^>]*>([A-Z2-7]{16})</code>`)
	for what, form := range map[string]struct {
		path string
		url.Values
	}{
		"new user": {"/users", url.Values{"name": {"wang"}, "role": {"finance"}}}, "reset": {"/users/password", url.Values{"name": {"finance"}}},
	} {
		r := head.post(form.path, form.Values)
		found := shown.FindStringSubmatch(r.body)
		if r.status != http.StatusOK || found == nil || !strings.Contains(r.header.Get("Cache-Control"), "no-store") {
			t.Fatalf("%s: %d, %q", what, r.status, r.header.Get("Cache-Control"))
		}
		name := form.Values.Get("name")
		s.signIn(name, found[1])
		if again := head.get("/users?name=" + name); strings.Contains(again.body, found[1]) || shown.MatchString(again.body) {
			t.Errorf("%s: the password is shown again", what)
		}
	}
}

// TestUsersRefused: nothing is changed, and the page says why.
func TestUsersRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	head := s.as("head")
	for what, c := range map[string]struct {
		path string
		form url.Values
		says string
	}{
		"taken":              {"/users", url.Values{"name": {"finance"}, "role": {"finance"}}, "There is a user of that name."},
		"no name":            {"/users", url.Values{"name": {" "}, "role": {"finance"}}, "1 to 64 characters"},
		"no role":            {"/users", url.Values{"name": {"x"}, "role": {"root"}}, "Choose a role."},
		"manager of nothing": {"/users", url.Values{"name": {"x"}, "role": {"manager"}}, "at least one project"},
		"short password":     {"/users", url.Values{"name": {"x"}, "role": {"finance"}, "password": {"short"}}, "at least 8 characters"},
		"short new password": {"/users/password", url.Values{"name": {"finance"}, "password": {"short"}}, "at least 8 characters"},
		"own role":           {"/users/change", url.Values{"name": {"head"}, "role": {"finance"}}, "cannot change your own role"},
		"oneself":            {"/users/disable", url.Values{"name": {"head"}}, "cannot disable yourself"},
	} {
		before, err := s.users.List(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		r := head.post(c.path+"?lang=en", c.form)
		if text := parse(t, r.body).text(); r.status != http.StatusUnprocessableEntity || !strings.Contains(text, c.says) {
			t.Errorf("%s: %d %s", what, r.status, text)
		}
		after, err := s.users.List(t.Context())
		if err != nil || len(before) != len(after) {
			t.Errorf("%s: %d users became %d (%v)", what, len(before), len(after), err)
		}
	}
	for _, path := range []string{"/users/change", "/users/password", "/users/disable", "/users/enable", "/users/signout"} {
		if r := head.post(path, url.Values{"name": {"nobody"}, "role": {"finance"}}); r.status != http.StatusNotFound {
			t.Errorf("%s of nobody: %d", path, r.status)
		}
	}
	if head.get("/users").status != http.StatusOK {
		t.Error("the administrator has locked himself out")
	}
}
