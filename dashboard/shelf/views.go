package shelf

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

const (
	longestName  = 60   // characters
	longestQuery = 2000 // bytes
	mostViews    = 100  // of a person
)

// View is the address of a page under a name.
type View struct {
	ID     string `ch:"id"`
	Owner  string `ch:"owner"`
	Name   string `ch:"name"`
	Path   string `ch:"path"`
	Query  string `ch:"query"`
	Shared bool   `ch:"shared"`
}

// Address is where the view leads.
func (v View) Address() string {
	if v.Query == "" {
		return v.Path
	}
	return v.Path + "?" + v.Query
}

// seenBy tells whether a person may see the view: his own, or a shared one that
// is about no project outside his scope.
func (v View) seenBy(person string, scope gatehouse.Scope) bool {
	if v.Owner == person {
		return true
	}
	q, err := url.ParseQuery(v.Query)
	if err != nil || !v.Shared {
		return false
	}
	return !slices.ContainsFunc(q["project"], func(code string) bool { return code != "" && !scope.Allows(code) })
}

// Views lists what a person may see, by name.
func (s *Shelf) Views(ctx context.Context, person string, scope gatehouse.Scope) ([]View, error) {
	all, err := s.views.all(ctx, s)
	return slices.DeleteFunc(all, func(v View) bool { return !v.seenBy(person, scope) }), err
}

// FindView gives a view that the person may see, or a NotFound error.
func (s *Shelf) FindView(ctx context.Context, person string, scope gatehouse.Scope, id string) (View, error) {
	list, err := s.Views(ctx, person, scope)
	if err != nil {
		return View{}, err
	}
	i := slices.IndexFunc(list, func(v View) bool { return v.ID == id })
	if i < 0 {
		return View{}, gatehouse.Errorf(gatehouse.NotFound, "there is no saved view %s", id)
	}
	return list[i], nil
}

// SaveView keeps a view of its owner. One of the same name takes the place of his earlier one.
func (s *Shelf) SaveView(ctx context.Context, v View) (View, error) {
	v.Name = strings.TrimSpace(v.Name)
	if n := utf8.RuneCountInString(v.Name); n == 0 || n > longestName {
		return v, gatehouse.Errorf(gatehouse.Invalid, "the name of a view has 1 to %d characters", longestName)
	}
	if len(v.Query) > longestQuery {
		return v, gatehouse.Errorf(gatehouse.Invalid, "the address of the view is longer than %d bytes", longestQuery)
	}
	s.views.forget()
	all, err := s.views.all(ctx, s)
	if err != nil {
		return v, err
	}
	v.ID = newID()
	own := 0
	for _, one := range all {
		if one.Owner != v.Owner {
			continue
		}
		own++
		if one.Name == v.Name {
			v.ID = one.ID
		}
	}
	if own >= mostViews {
		return v, gatehouse.Errorf(gatehouse.Invalid, "you have %d saved views: delete some first", own)
	}
	return v, s.writeView(ctx, v, v.Owner, false)
}

// RemoveView takes away a view of the person's own.
func (s *Shelf) RemoveView(ctx context.Context, person, id string) error {
	v, err := s.FindView(ctx, person, gatehouse.Scope{}, id)
	if err != nil {
		return err
	}
	if v.Owner != person {
		return gatehouse.Errorf(gatehouse.Forbidden, "view %s is another's", id)
	}
	return s.writeView(ctx, v, person, true)
}

func (s *Shelf) writeView(ctx context.Context, v View, by string, removed bool) error {
	defer s.views.forget()
	return s.insert(
		ctx, "saved_view",
		clickhouse.Column{Name: "id", Values: []string{v.ID}}, clickhouse.Column{Name: "owner", Values: []string{v.Owner}},
		clickhouse.Column{Name: "name", Values: []string{v.Name}}, clickhouse.Column{Name: "path", Values: []string{v.Path}},
		clickhouse.Column{Name: "query", Values: []string{v.Query}}, clickhouse.Column{Name: "shared", Values: []bool{v.Shared}},
		clickhouse.Column{Name: "removed", Values: []bool{removed}}, clickhouse.Column{Name: "changed_by", Values: []string{by}},
	)
}
