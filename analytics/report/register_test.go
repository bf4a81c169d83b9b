package report

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
	"gatehouse/sql/sqltest"
)

// Numbers of a year follow one another, and nobody shares one, however many
// write at once.
func TestNumbersAreTakenOnce(t *testing.T) {
	t.Parallel()
	r := NewRegister(sqltest.New(t))
	rec := Record{Kind: "collection", By: "finance", Period: third(), Lang: gatehouse.Chinese, Scope: gatehouse.AllProjects(), At: time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC), KnownAt: time.Date(2026, 12, 1, 0, 0, 0, 1000, time.UTC)}
	const writers = 6
	taken := make([]Number, writers)
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			var err error
			if taken[i], err = r.begin(t.Context(), rec); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	seen := map[Number]bool{}
	for _, n := range taken {
		seen[n] = true
	}
	for i := range writers {
		if !seen[Number{2026, i + 1}] {
			t.Errorf("number %d is not among %v", i+1, taken)
		}
	}
	rec.At = time.Date(2027, 1, 1, 8, 0, 0, 0, time.UTC)
	n, err := r.begin(t.Context(), rec)
	if err != nil || n != (Number{2027, 1}) {
		t.Errorf("the first of the next year is %v (%v)", n, err)
	}
	if _, ok, err := r.Find(t.Context(), gatehouse.AllProjects(), n); err != nil || ok {
		t.Errorf("a report that was never finished is told: %v %v", ok, err)
	}
	rec.Number, rec.ContentHash, rec.FileHash, rec.Sheets = n, "c", "f", []SheetHash{{"封面", "1"}, {"明细", "2"}}
	if err := r.finish(t.Context(), rec); err != nil {
		t.Fatal(err)
	}
	found, ok, err := r.Find(t.Context(), gatehouse.AllProjects(), n)
	if err != nil || !ok {
		t.Fatalf("a finished report is not told: %v %v", ok, err)
	}
	found.Scope, rec.Scope = gatehouse.Scope{}, gatehouse.Scope{}
	if diff := cmp.Diff(rec, found, cmp.AllowUnexported(gatehouse.Scope{})); diff != "" {
		t.Errorf("on record (-put +found):\n%s", diff)
	}
}

func TestVisibleTo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		of, to gatehouse.Scope
		want   bool
	}{
		{gatehouse.AllProjects(), gatehouse.AllProjects(), true},
		{gatehouse.AllProjects(), gatehouse.Projects("P1", "P2"), false},
		{gatehouse.Projects("P1"), gatehouse.AllProjects(), true},
		{gatehouse.Projects("P1"), gatehouse.Projects("P1", "P2"), true},
		{gatehouse.Projects("P1", "P2"), gatehouse.Projects("P1"), false},
		{gatehouse.Projects(), gatehouse.Projects("P1"), false},
		{gatehouse.Projects("P1"), gatehouse.Scope{}, false},
	} {
		if got := (Record{Scope: c.of}).VisibleTo(c.to); got != c.want {
			t.Errorf("a report of %+v to %+v: %v", c.of, c.to, got)
		}
	}
}
