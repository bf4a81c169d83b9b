package shelf

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// LongestNote is in characters.
const LongestNote = 200

// Note is an annotation on a day.
type Note struct {
	ID      string         `ch:"id"`
	Project string         `ch:"project"` // code, empty for all projects
	KPI     string         `ch:"kpi"`     // empty for all
	Day     gatehouse.Date `ch:"day"`
	Text    string         `ch:"text"`
	Author  string         `ch:"author"`
	Made    time.Time      `ch:"made"`
}

// Notes lists the annotations of the projects in scope and those about all, by day.
func (s *Shelf) Notes(ctx context.Context, scope gatehouse.Scope) ([]Note, error) {
	all, err := s.notes.all(ctx, s)
	return slices.DeleteFunc(all, func(n Note) bool { return n.Project != "" && !scope.Allows(n.Project) }), err
}

// AddNote keeps an annotation; its writer may write for its project.
func (s *Shelf) AddNote(ctx context.Context, n Note) error {
	n.Text = strings.Join(strings.Fields(n.Text), " ")
	if letters := utf8.RuneCountInString(n.Text); letters == 0 || letters > LongestNote {
		return gatehouse.Errorf(gatehouse.Invalid, "an annotation has 1 to %d characters", LongestNote)
	}
	n.ID = newID()
	return s.writeNote(ctx, n, n.Author, false)
}

// RemoveNote takes away an annotation in scope: of the person's own, or any when
// he may remove those of others.
func (s *Shelf) RemoveNote(ctx context.Context, person string, scope gatehouse.Scope, others bool, id string) error {
	list, err := s.Notes(ctx, scope)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(n Note) bool { return n.ID == id })
	if i < 0 {
		return gatehouse.Errorf(gatehouse.NotFound, "there is no annotation %s", id)
	}
	if list[i].Author != person && !others {
		return gatehouse.Errorf(gatehouse.Forbidden, "annotation %s is another's", id)
	}
	return s.writeNote(ctx, list[i], person, true)
}

func (s *Shelf) writeNote(ctx context.Context, n Note, by string, removed bool) error {
	defer s.notes.forget()
	return s.insert(
		ctx, "annotation",
		clickhouse.Column{Name: "id", Values: []string{n.ID}}, clickhouse.Column{Name: "project", Values: []string{n.Project}},
		clickhouse.Column{Name: "kpi", Values: []string{n.KPI}}, clickhouse.Column{Name: "day", Values: []time.Time{n.Day.Time()}},
		clickhouse.Column{Name: "text", Values: []string{n.Text}}, clickhouse.Column{Name: "author", Values: []string{n.Author}},
		clickhouse.Column{Name: "removed", Values: []bool{removed}}, clickhouse.Column{Name: "changed_by", Values: []string{by}},
	)
}
