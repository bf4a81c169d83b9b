package clickhouse_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

// ledger is a few bills and publications, told by the day of each publication.
type ledger struct {
	t  *testing.T
	db *clickhouse.DB
}

func day(n int) time.Time { return time.Date(2026, time.March, n, 0, 0, 0, 0, time.UTC) }

func (l ledger) insert(table string, columns ...clickhouse.Column) {
	l.t.Helper()
	if err := l.db.Insert(l.t.Context(), table, "", columns); err != nil {
		l.t.Fatal(err)
	}
}

func (l ledger) publish(on int, attempt, replaces uint64, action string) {
	l.t.Helper()
	l.insert("publication", clickhouse.Column{Name: "attempt", Values: []uint64{attempt}}, clickhouse.Column{Name: "load_id", Values: []string{fmt.Sprint("L", attempt)}},
		clickhouse.Column{Name: "action", Values: []string{action}}, clickhouse.Column{Name: "replaces", Values: []uint64{replaces}}, clickhouse.Column{Name: "at", Values: []time.Time{day(on)}})
}

func (l ledger) bill(attempt, brought uint64, project, key, room string) {
	l.t.Helper()
	l.insert("fee_bill", clickhouse.Column{Name: "project", Values: []string{project}}, clickhouse.Column{Name: "key", Values: []string{key}}, clickhouse.Column{Name: "room", Values: []string{room}},
		clickhouse.Column{Name: "attempt", Values: []uint64{attempt}}, clickhouse.Column{Name: "brought", Values: []uint64{brought}})
}

// bills are what a source says of bills: project, name of the project in the file, key and room.
func (l ledger) bills(text string, scope gatehouse.Scope, on int) []string {
	l.t.Helper()
	type row struct {
		Project string `ch:"project"`
		Ref     string `ch:"ref"`
		Key     string `ch:"key"`
		Room    string `ch:"room"`
		Load    string `ch:"load_id"`
	}
	rows, err := clickhouse.SelectText[row](l.t.Context(), l.db, text, asked(scope, day(on)), nil)
	if err != nil {
		l.t.Fatal(err)
	}
	var said []string
	for _, r := range rows {
		said = append(said, fmt.Sprintf("%s/%s %s %s by %s", r.Project, r.Ref, r.Key, r.Room, r.Load))
	}
	slices.Sort(said)
	return said
}

const (
	prepared = "-- sources: fee_bill\nSELECT project, ref, key, room, load_id FROM fee_bill"
	byHand   = `SELECT project, ref, key, room, load_id FROM fee_bill_at(known_at = {known_at:DateTime64(6, 'UTC')},
		all_projects = {all_projects:Bool}, projects = {projects:Array(String)})`
)

// What queries read from a state that was worked out before is what the views
// say, at each instant and in each scope.
func TestPreparedStatesEqualTheViews(t *testing.T) {
	t.Parallel()
	l := ledger{t, sqltest.New(t)}
	l.bill(1, 0, "P1", "a", "first file")
	l.bill(1, 0, "P1", "b", "first file")
	l.bill(2, 0, "P1", "a", "second file")
	l.bill(2, 0, "Cloud Court", "c", "second file")
	l.bill(3, 1, "P1", "a", "carried over by a correction")
	l.bill(3, 0, "P1", "b", "corrected")
	l.insert("project", clickhouse.Column{Name: "project", Values: []string{"P2"}}, clickhouse.Column{Name: "name", Values: []string{"Cloud Court"}},
		clickhouse.Column{Name: "key", Values: []string{"P2"}}, clickhouse.Column{Name: "attempt", Values: []uint64{4}})
	l.insert("project", clickhouse.Column{Name: "project", Values: []string{"P1"}}, clickhouse.Column{Name: "key", Values: []string{"P1"}}, clickhouse.Column{Name: "attempt", Values: []uint64{4}})
	l.publish(1, 1, 0, "publish")
	l.publish(3, 2, 0, "publish")
	l.publish(5, 3, 1, "publish") // takes the place of attempt 1
	l.publish(7, 4, 0, "publish") // the masters come
	l.publish(9, 2, 0, "withdraw")

	for on, want := range map[int][]string{
		2:  {"/P1 a first file by L1", "/P1 b first file by L1"},
		4:  {"/Cloud Court c second file by L2", "/P1 a second file by L2", "/P1 b first file by L1"},
		6:  {"/Cloud Court c second file by L2", "/P1 a second file by L2", "/P1 b corrected by L3"},
		8:  {"P1/ a second file by L2", "P1/ b corrected by L3", "P2/ c second file by L2"},
		10: {"P1/ a carried over by a correction by L3", "P1/ b corrected by L3"},
	} {
		if diff := cmp.Diff(want, l.bills(prepared, gatehouse.AllProjects(), on)); diff != "" {
			t.Errorf("on day %d (−want +got):\n%s", on, diff)
		}
		for _, scope := range []gatehouse.Scope{{}, gatehouse.AllProjects(), gatehouse.Projects("P1"), gatehouse.Projects("P2", ""), gatehouse.Projects("")} {
			if diff := cmp.Diff(l.bills(byHand, scope, on), l.bills(prepared, scope, on)); diff != "" {
				t.Errorf("on day %d, %v (−by hand +prepared):\n%s", on, scope, diff)
			}
		}
	}
}

// A publication that shows only after its instant was asked about is not missed.
func TestLatePublicationMakesAnotherState(t *testing.T) {
	t.Parallel()
	l := ledger{t, sqltest.New(t)}
	now, err := l.db.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	count := func() uint64 {
		type counted struct {
			N uint64 `ch:"n"`
		}
		rows, err := clickhouse.SelectText[counted](t.Context(), l.db, "-- sources: fee_bill\nSELECT count() AS n FROM fee_bill", asked(gatehouse.AllProjects(), now), nil)
		if err != nil {
			t.Fatal(err)
		}
		return rows[0].N
	}
	l.bill(1, 0, "P1", "a", "")
	if n := count(); n != 0 {
		t.Fatalf("%d bills before any publication", n)
	}
	l.insert("publication", clickhouse.Column{Name: "attempt", Values: []uint64{1}}, clickhouse.Column{Name: "action", Values: []string{"publish"}},
		clickhouse.Column{Name: "at", Values: []time.Time{now.Add(-time.Millisecond)}})
	if n := count(); n != 1 {
		t.Errorf("%d bills once the publication shows, want 1", n)
	}
}

// A source that is made of another reads the same beside it.
func TestSourcesBesideEachOther(t *testing.T) {
	t.Parallel()
	l := ledger{t, sqltest.New(t)}
	l.insert("service_request", clickhouse.Column{Name: "project", Values: []string{"P1"}}, clickhouse.Column{Name: "key", Values: []string{"a"}},
		clickhouse.Column{Name: "kind", Values: []string{"complaint"}}, clickhouse.Column{Name: "opened_at", Values: []time.Time{day(1)}}, clickhouse.Column{Name: "attempt", Values: []uint64{1}})
	l.insert("project", clickhouse.Column{Name: "project", Values: []string{"P2"}}, clickhouse.Column{Name: "name", Values: []string{"P1"}},
		clickhouse.Column{Name: "key", Values: []string{"P2"}}, clickhouse.Column{Name: "attempt", Values: []uint64{1}})
	l.publish(2, 1, 0, "publish")
	type row struct {
		Project string    `ch:"project"`
		Ref     string    `ch:"project_ref"`
		Due     time.Time `ch:"answer_due"`
	}
	for _, text := range []string{
		"-- sources: request\nSELECT project, project_ref, answer_due FROM request",
		"-- sources: service_request, request\nSELECT project, project_ref, answer_due FROM request WHERE key IN (SELECT key FROM service_request)",
		"-- sources: request, service_request, project\nSELECT project, project_ref, answer_due FROM request WHERE key IN (SELECT key FROM service_request) AND project IN (SELECT project FROM project)",
	} {
		rows, err := clickhouse.SelectText[row](t.Context(), l.db, text, asked(gatehouse.AllProjects(), day(3)), nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]row{{"P2", "P1", day(1).Add(24 * time.Hour)}}, rows); diff != "" {
			t.Errorf("%s (−want +got):\n%s", text, diff)
		}
	}
}

// States that are removed, or were left half made by a program that died, are
// worked out again by the next program that asks.
func TestRemovedStatesAreWorkedOutAgain(t *testing.T) {
	t.Parallel()
	config := sqltest.Config(t)
	l := ledger{t, open(t, config)}
	l.bill(1, 0, "P1", "a", "room")
	l.publish(1, 1, 0, "publish")
	want := []string{"/P1 a room by L1"}
	if diff := cmp.Diff(want, l.bills(prepared, gatehouse.AllProjects(), 2)); diff != "" {
		t.Fatal(diff)
	}
	l.insert("state_attempt", clickhouse.Column{Name: "state", Values: []uint64{7}}, clickhouse.Column{Name: "attempt", Values: []uint64{99}}) // half made
	now, err := l.db.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{"analytics.PruneStates", "analytics.PruneStateAttempts", "analytics.PruneStateProjectRefs"} {
		if err := l.db.Exec(t.Context(), query, clickhouse.Asked{}, clickhouse.Params{"before": now.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
	}
	type counted struct {
		N uint64 `ch:"n"`
	}
	left, err := clickhouse.SelectText[counted](t.Context(), l.db, "SELECT (SELECT count() FROM state) + (SELECT count() FROM state_attempt) AS n", asked(gatehouse.AllProjects(), now), nil)
	if err != nil || left[0].N != 0 {
		t.Fatalf("%v rows are left, %v", left, err)
	}
	if diff := cmp.Diff(want, ledger{t, open(t, config)}.bills(prepared, gatehouse.AllProjects(), 2)); diff != "" {
		t.Errorf("another program (−want +got):\n%s", diff)
	}
}
