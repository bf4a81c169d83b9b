package shelf

import (
	"strings"
	"testing"
	"time"

	"gatehouse"
	"gatehouse/sql/sqltest"
)

func date(t *testing.T, s string) gatehouse.Date {
	t.Helper()
	d, err := gatehouse.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func newShelf(t *testing.T) *Shelf {
	t.Helper()
	at := time.Date(2026, 7, 8, 9, 0, 0, 0, time.UTC)
	return New(sqltest.New(t), func() time.Time { return at })
}

func names(t *testing.T, s *Shelf, person string, scope gatehouse.Scope) string {
	t.Helper()
	list, err := s.Views(t.Context(), person, scope)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, v := range list {
		all = append(all, v.Name)
	}
	return strings.Join(all, " ")
}

// TestViews: of a person his own, and of others the shared ones within his scope.
func TestViews(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	ids := map[string]string{}
	for _, v := range []View{
		{Owner: "li", Name: " own ", Path: "/project", Query: "project=P2"}, {Owner: "wang", Name: "private", Path: "/portfolio"},
		{Owner: "wang", Name: "all", Path: "/portfolio", Query: "period=2026-09", Shared: true}, {Owner: "wang", Name: "of-P1", Path: "/project", Query: "project=P1", Shared: true},
		{Owner: "wang", Name: "of-P2", Path: "/project", Query: "period=2026-09&project=P2", Shared: true}, {Owner: "wang", Name: "both", Path: "/project", Query: "project=P1&project=P2", Shared: true},
	} {
		saved, err := s.SaveView(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		ids[saved.Name] = saved.ID
	}
	li := gatehouse.Projects("P1")
	if got := names(t, s, "li", li); got != "all of-P1 own" {
		t.Errorf("li sees %q", got)
	}
	if got := names(t, s, "zhao", gatehouse.AllProjects()); got != "all both of-P1 of-P2" {
		t.Errorf("head office sees %q", got)
	}
	if got := names(t, s, "nobody", gatehouse.Scope{}); got != "all" {
		t.Errorf("who sees no project sees %q", got)
	}
	for name, want := range map[string]gatehouse.Kind{"private": gatehouse.NotFound, "of-P2": gatehouse.NotFound, "all": gatehouse.Forbidden} {
		if err := s.RemoveView(t.Context(), "li", ids[name]); gatehouse.KindOf(err) != want {
			t.Errorf("li removes %s: %v", name, err)
		}
	}
	if _, err := s.SaveView(t.Context(), View{Owner: "li", Name: "own", Path: "/collections"}); err != nil {
		t.Fatal(err)
	}
	if v, err := s.FindView(t.Context(), "li", li, ids["own"]); err != nil || v.Address() != "/collections" {
		t.Errorf("saved again: %+v %v", v, err)
	}
	if err := s.RemoveView(t.Context(), "li", ids["own"]); err != nil {
		t.Fatal(err)
	}
	if got := names(t, s, "li", li); got != "all of-P1" {
		t.Errorf("after removing: %q", got)
	}
	for what, v := range map[string]View{"no name": {Owner: "li", Name: " "}, "long name": {Owner: "li", Name: strings.Repeat("长", 61)}, "long address": {Owner: "li", Name: "x", Query: strings.Repeat("a", 2001)}} {
		if _, err := s.SaveView(t.Context(), v); gatehouse.KindOf(err) != gatehouse.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestNotes: those of the projects in scope and those about all; taken away by
// who wrote them or by who may take away those of others.
func TestNotes(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	for _, n := range []Note{
		{Text: "all  together", Day: date(t, "2026-09-15"), Author: "wang"}, {Project: "P1", Text: "lift\nmended", Day: date(t, "2026-08-02"), KPI: "nps", Author: "li"},
		{Project: "P2", Text: "elsewhere", Day: date(t, "2026-08-01"), Author: "wang"},
	} {
		if err := s.AddNote(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	texts := func(scope gatehouse.Scope) string {
		list, err := s.Notes(t.Context(), scope)
		if err != nil {
			t.Fatal(err)
		}
		said := ""
		for _, n := range list {
			said += n.Day.String() + " " + n.Text + ";"
		}
		return said
	}
	p1 := gatehouse.Projects("P1")
	if got := texts(p1); got != "2026-08-02 lift mended;2026-09-15 all together;" {
		t.Errorf("within P1: %q", got)
	}
	if got := texts(gatehouse.AllProjects()); strings.Count(got, ";") != 3 {
		t.Errorf("of all: %q", got)
	}
	list, err := s.Notes(t.Context(), gatehouse.AllProjects())
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, lift, all := list[0].ID, list[1].ID, list[2].ID
	for what, c := range map[string]struct {
		person string
		scope  gatehouse.Scope
		others bool
		id     string
		want   gatehouse.Kind
	}{
		"outside his scope": {"li", p1, true, elsewhere, gatehouse.NotFound}, "another's": {"li", p1, false, all, gatehouse.Forbidden}, "none": {"li", p1, false, "x", gatehouse.NotFound},
	} {
		if err := s.RemoveNote(t.Context(), c.person, c.scope, c.others, c.id); gatehouse.KindOf(err) != c.want {
			t.Errorf("%s: %v", what, err)
		}
	}
	for person, id := range map[string]string{"li": lift, "head": all} {
		if err := s.RemoveNote(t.Context(), person, gatehouse.AllProjects(), person == "head", id); err != nil {
			t.Fatal(err)
		}
	}
	if got := texts(gatehouse.AllProjects()); got != "2026-08-01 elsewhere;" {
		t.Errorf("after removing: %q", got)
	}
	for _, text := range []string{" \n", strings.Repeat("长", LongestNote+1)} {
		if err := s.AddNote(t.Context(), Note{Text: text, Day: date(t, "2026-09-15")}); gatehouse.KindOf(err) != gatehouse.Invalid {
			t.Errorf("%.10q: %v", text, err)
		}
	}
}
