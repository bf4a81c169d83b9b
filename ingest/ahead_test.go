package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// asked notes questions, and answers with the names of what they are about.
type asked struct {
	mu        sync.Mutex
	questions [][]string
	wrong     string // project about which no question can be answered
	rows      int    // of each project
}

func (q *asked) ask(_ context.Context, refs [][]string) ([]string, int, error) {
	var about []string
	for _, r := range refs {
		about = append(about, strings.Join(r, "/"))
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.questions = append(q.questions, about)
	if slices.Contains(about, q.wrong) {
		return nil, 0, errors.New("no answer")
	}
	return slices.Clone(about), q.rows * len(about), nil
}

func projectsUpTo(n int) []string {
	var codes []string
	for i := range n {
		codes = append(codes, fmt.Sprint("P", i))
	}
	slices.Sort(codes)
	return codes
}

// TestAskingAhead: the first project alone, then twice as many as before each
// time that one which was asked for ahead comes.
func TestAskingAhead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		rows int
		come []string
		want []string
	}{
		{"one project", 0, []string{"P3"}, []string{"P3"}},
		{"in order", 0, projectsUpTo(9), []string{"P0", "P1", "P2 P3", "P4 P5 P6 P7", "P8"}},
		{"from the middle", 0, []string{"P6", "P7"}, []string{"P6", "P7", "P8 P0"}},
		{"some of them", 0, []string{"P0", "P3", "P8"}, []string{"P0", "P3", "P4 P5", "P8", "P1 P2"}},
		{"one that is not published", 0, []string{"P0", "Q"}, []string{"P0", "Q", "P1 P2"}},
		{"large ones", rowsAhead, projectsUpTo(5), []string{"P0", "P1", "P2", "P3", "P4", "P5"}},
	} {
		q := asked{rows: c.rows}
		k := &asking{order: projectsUpTo(9), most: 4, refs: func(p string) []string { return []string{p} }}
		a := newAhead(k, q.ask)
		for _, p := range c.come {
			if got, err := a.of(t.Context(), p); got != p || err != nil {
				t.Errorf("%s: asked for %s, told of %q: %v", c.name, p, got, err)
			}
		}
		k.group.Wait()
		k.close()
		var got []string
		for _, about := range q.questions {
			got = append(got, strings.Join(about, " "))
		}
		if diff := cmp.Diff(sorted(c.want), sorted(got)); diff != "" {
			t.Errorf("%s: questions (-want +got):\n%s", c.name, diff)
		}
	}
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

// TestProjectNamedAnewIsAskedForAnew: what was asked for ahead does not hold
// under a name that the file gives a project afterwards.
func TestProjectNamedAnewIsAskedForAnew(t *testing.T) {
	t.Parallel()
	var q asked
	names := map[string][]string{}
	k := &asking{order: projectsUpTo(4), most: 4, refs: func(p string) []string { return append([]string{p}, names[p]...) }}
	defer k.close()
	a := newAhead(k, q.ask)
	for _, p := range []string{"P0", "P1"} {
		if _, err := a.of(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	names["P2"] = []string{"翠湖"}
	if got, err := a.of(t.Context(), "P2"); got != "P2/翠湖" || err != nil {
		t.Errorf("told of %q: %v", got, err)
	}
}

// TestQuestionThatFails counts for the projects that come only.
func TestQuestionThatFails(t *testing.T) {
	t.Parallel()
	q := asked{wrong: "P3"}
	k := &asking{order: projectsUpTo(6), most: 4, refs: func(p string) []string { return []string{p} }}
	defer k.close()
	a := newAhead(k, q.ask)
	for _, p := range []string{"P0", "P1", "P5"} {
		if _, err := a.of(t.Context(), p); err != nil {
			t.Errorf("%s: %v", p, err)
		}
	}
	if _, err := a.of(t.Context(), "P2"); err == nil {
		t.Error("a question that failed has an answer")
	}
}
