package analytics

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"gatehouse"
	"gatehouse/ingest/demo"
	"gatehouse/sql/sqltest"
)

const ownHeader = `-- name: 大额账单占比 | Share of large bills
-- unit: percent
-- direction: down
-- sources: fee_entry
-- slices: building
-- n: 笔 | bills
-- n is: denominator
-- version: 1
-- definition: 金额不低于 150 元的账单 ÷ 全部账单。 | Bills of 150 yuan or more ÷ all bills.
`

// large counts bills of so much and more.
func large(from int) string {
	return ownHeader + fmt.Sprintf(`SELECT project, month, building, amount >= %d AS numerator, 1 AS denominator, fact, ref, key
FROM fee_entry
WHERE kind = 'billed'
`, from)
}

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text), Mode: 0o644} }

func (b *books) value(kpi, project string) string {
	b.t.Helper()
	at, err := b.Latest(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	v, err := b.Value(b.t.Context(), gatehouse.Projects(project), at, kpi, gatehouse.MonthPeriod(gatehouse.NewMonth(2026, 3)))
	if err != nil {
		return err.Error()
	}
	return v.Numerator.String() + "/" + v.Denominator.String()
}

// A file in the folder is a KPI from the next refresh on, another text gives
// other values, and without the file there is no such KPI.
func TestOwnKPIsComeAndGoWithTheirFiles(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.projects("P1", "P2")
	b.bills("P1", 100)
	b.bills("P2", 200)
	b.refreshed()
	folder := fstest.MapFS{}
	if err := b.UseOwn(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	if got := b.refreshed(); len(got) != 0 {
		t.Errorf("an empty folder changes nothing, yet %v", got)
	}
	names := len(b.Registry().Names())
	folder["large_bills.sql"] = file(large(150))
	folder["broken.sql"] = file("SELECT 1")
	if got := b.refreshed(); len(got) != 2 {
		t.Errorf("a new KPI is computed for all projects: %v", got)
	}
	if got := b.value("large_bills", "P1") + " " + b.value("large_bills", "P2"); got != "0/1 1/1" {
		t.Errorf("values %s", got)
	}
	if refused := b.Registry().Refused(); len(refused) != 1 || refused[0].File != "broken.sql" || !strings.Contains(refused[0].Why.Error(), "must be given as Chinese | English") {
		t.Errorf("refused: %v", refused)
	}
	delete(folder, "broken.sql")
	if got := b.refreshed(); len(got) != 0 || len(b.Registry().Refused()) != 0 {
		t.Errorf("a file that was no KPI is gone: %v, %v", got, b.Registry().Refused())
	}
	folder["large_bills.sql"] = file(large(50))
	b.refreshed()
	if got := b.value("large_bills", "P1"); got != "1/1" {
		t.Errorf("by the other text %s", got)
	}
	folder["large_bills.sql"] = file("-- name: no\n" + large(50))
	b.refreshed()
	if got := b.value("large_bills", "P1"); !strings.Contains(got, "there is no KPI") {
		t.Errorf("after a mistake %s", got)
	}
	delete(folder, "large_bills.sql")
	b.refreshed()
	if got := b.value("large_bills", "P1"); !strings.Contains(got, "there is no KPI") || len(b.Registry().Names()) != names {
		t.Errorf("after it was removed %s", got)
	}
}

// One that passes on no data and fails on these stops no other, keeps its old
// values, and says so until it is computed again.
func TestFailingOwnKPIStopsNoOther(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.projects("P1", "P2")
	b.bills("P1", 100)
	folder := fstest.MapFS{"large_bills.sql": file(strings.Replace(large(50), "1 AS denominator", "intDiv(1, amount != 200) AS denominator", 1))}
	if err := b.UseOwn(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	failures := func() string {
		failures, err := b.Failures(t.Context(), gatehouse.AllProjects())
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		for _, f := range failures {
			list = append(list, fmt.Sprintf("%s of %v: %s", f.KPI, f.Projects, f.Message))
		}
		return strings.Join(list, "; ")
	}
	b.refreshed()
	if got := b.value("large_bills", "P1") + failures(); got != "1/1" {
		t.Errorf("at first: %s", got)
	}
	b.bills("P1", 200)
	b.bills("P2", 300)
	b.refreshed()
	if got := b.value("large_bills", "P1") + " " + b.value("collection_rate", "P1"); got != "1/1 0/200" {
		t.Errorf("values after it failed: %s", got)
	}
	if got := failures(); !strings.Contains(got, "large_bills of [P1 P2]: ") || !strings.Contains(got, "Division by zero") {
		t.Errorf("failures: %s", got)
	}
	b.bills("P2", 350)
	b.refreshed()
	if got := failures(); !strings.Contains(got, "large_bills of [P1]: ") {
		t.Errorf("P2 was computed again: %s", got)
	}
	folder["large_bills.sql"] = file(large(50))
	b.refreshed()
	if got := failures() + b.value("large_bills", "P1"); got != "1/1" {
		t.Errorf("in the end: %s", got)
	}
}

func TestOwnFilesThatAreRefused(t *testing.T) {
	t.Parallel()
	s := newService(t, sqltest.New(t))
	good := large(50)
	for _, c := range []struct{ file, text, want string }{
		{"collection_rate.sql", good, "collection_rate is a KPI that is built in"},
		{"Large.sql", good, `"Large" cannot be the name of a KPI`},
		{"x; DROP TABLE y.sql", good, "cannot be the name of a KPI"},
		{"preview.sql", good, "cannot be the name of a KPI"},
		{"empty.sql", "", "it is empty"},
		{"header.sql", "-- colour: red\n" + good, `line 1: "colour: red" is not one of the lines`},
		{"unit.sql", strings.Replace(good, "percent", "parsec", 1), `unit "parsec" is none of`},
		{"sources.sql", strings.Replace(good, "sources: fee_entry", "sources: kpi_value", 1), `sources: "kpi_value" is not a view that is published`},
		{"inject.sql", strings.Replace(good, "sources: fee_entry", "sources: x AS (SELECT 1), fee_entry", 1), "is not a view that is published"},
		{"slices.sql", strings.Replace(good, "slices: building", "slices: building)) AS a, sleep(3", 1), "cannot be the name of a slice"},
		{"whole.sql", strings.Replace(good, "-- version", "-- whole: 1) OR (1\n-- version", 1), "cannot be the name of a slice"},
		{"changes.sql", strings.Replace(good, "version: 1", "version: 3\n-- change: 3 | 改 | changed", 1), "it is version 3, so it needs a line"},
		{"parts.sql", strings.Replace(good, "-- sources: fee_entry\n", "-- parts: collection_rate\n", 1), "has no SELECT of its own"},
		{"line.sql", good + "SETTINGS max_threads = 1", "line 13: SETTINGS may not be given"},
	} {
		_, err := s.Check(t.Context(), c.file, c.text, true)
		if gatehouse.KindOf(err) != gatehouse.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.file, err, c.want)
		}
	}
	for name, text := range map[string]string{"plain": good, "of parts": strings.Split(strings.Replace(good, "-- sources: fee_entry\n", "-- parts: collection_rate, arrears_recovery_rate\n", 1), "SELECT")[0]} {
		if k, err := s.Check(t.Context(), "own.sql", text, true); err != nil || !k.Own() {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Each KPI that is built in would be accepted as an operator's, and previewed
// against itself it is the same in each month.
func TestPreviewOfTheSameTextChangesNothing(t *testing.T) {
	t.Parallel()
	_, files := written(t, demo.Options{Seed: 3, Last: lastMonth(), Months: 14, RoomsPerProject: 8})
	db := sqltest.New(t)
	s, l := newService(t, db), loader(t, db)
	for _, f := range files {
		load(t, l, f)
	}
	at := asKnownOn(t, s, gatehouse.NewDate(2026, 9, 17), 0)
	span := gatehouse.Period{Start: gatehouse.NewMonth(2025, 11), End: gatehouse.NewMonth(2026, 11)}
	for _, k := range s.Registry().All() {
		own, err := s.Check(t.Context(), k.Name+".sql", k.SQL, false)
		if err != nil {
			t.Errorf("%s: %v", k.Name, err)
			continue
		}
		p, err := s.Preview(t.Context(), gatehouse.AllProjects(), at, own, span)
		if err != nil {
			t.Errorf("%s: %v", k.Name, err)
			continue
		}
		if len(p.Months) == 0 || len(p.Projects) > 0 || p.Old != k || p.SameVersion {
			t.Errorf("%s: %d months, changed %+v", k.Name, len(p.Months), p.Projects)
		}
		for _, c := range p.Months {
			if !c.Old.Numerator.Equal(c.New.Numerator) || !c.Old.Denominator.Equal(c.New.Denominator) || c.Old.N != c.New.N {
				t.Errorf("%s %s: %s/%s n %d, then %s/%s n %d", k.Name, s.Calendar().Format(c.Period),
					c.Old.Numerator, c.Old.Denominator, c.Old.N, c.New.Numerator, c.New.Denominator, c.New.N)
			}
		}
	}
}

// A definition in the folder next is not live; its preview tells what it would change.
func TestPreviewTellsWhatChanges(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.projects("P1", "P2", "P3")
	b.bills("P1", 100)
	b.bills("P2", 200)
	b.bills("P3", 300)
	folder := fstest.MapFS{"large_bills.sql": file(large(150)), "next/large_bills.sql": file(large(50)), "next/bad.sql": file("SELECT")}
	if err := b.UseOwn(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	b.refreshed()
	if got := b.value("large_bills", "P1"); got != "0/1" {
		t.Errorf("live: %s", got)
	}
	proposed := b.Registry().Proposed()
	if len(proposed) != 2 || proposed[0].Name != "bad" || proposed[0].Why == nil || proposed[1].KPI == nil {
		t.Fatalf("proposed: %+v", proposed)
	}
	at, err := b.Latest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p, err := b.Preview(t.Context(), gatehouse.AllProjects(), at, proposed[1].KPI, gatehouse.Period{Start: gatehouse.NewMonth(2026, 1), End: gatehouse.NewMonth(2026, 5)})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range append(p.Months, p.Projects...) {
		got = append(got, fmt.Sprintf("%s %s %s→%s %s", b.Calendar().Format(c.Period), c.Project, c.Old.Numerator, c.New.Numerator, c.Change().Round(3)))
	}
	if want := "2026-03  2→3 0.333, 2026-03 P1 0→1 1"; strings.Join(got, ", ") != want || !p.SameVersion {
		t.Errorf("preview: %s, same version %v", strings.Join(got, ", "), p.SameVersion)
	}
	if got := b.value("large_bills", "P1"); got != "0/1" {
		t.Errorf("the preview stored %s", got)
	}
}
