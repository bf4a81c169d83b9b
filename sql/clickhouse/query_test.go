package clickhouse_test

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse"
	"gatehouse/sql"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

// asked is a question with something in every part of it.
func asked(scope gatehouse.Scope, knownAt time.Time) clickhouse.Asked {
	return clickhouse.Asked{Scope: scope, KnownAt: knownAt, AsOf: gatehouse.NewDate(2026, time.March, 31), Run: 1 << 62}
}

var parameter = regexp.MustCompile(`\{(\w+):([^}]+)\}`)

// zeros gives every parameter of a query that is its own a zero value.
func zeros(text string) clickhouse.Params {
	standard := []string{"known_at", "all_projects", "projects", "as_of", "series", "run", "tz", "year_start", "age_edges"}
	params := clickhouse.Params{}
	for _, match := range parameter.FindAllStringSubmatch(text, -1) {
		name, kind := match[1], match[2]
		switch {
		case slices.Contains(standard, name):
		case strings.HasPrefix(kind, "Array"):
			params[name] = "[]"
		case strings.HasPrefix(kind, "DateTime"):
			params[name] = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
		case strings.HasPrefix(kind, "Date"):
			params[name] = "2026-01-01"
		case kind == "String":
			params[name] = ""
		default:
			params[name] = 0
		}
	}
	return params
}

// files gives the text of each file of a folder by its name without .sql.
func files(t *testing.T, folder string) map[string]string {
	t.Helper()
	names, err := fs.Glob(sql.Files, folder+"/*.sql")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d files in %s, error %v", len(names), folder, err)
	}
	texts := map[string]string{}
	for _, name := range names {
		text, err := fs.ReadFile(sql.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		texts[strings.TrimSuffix(path.Base(name), ".sql")] = string(text)
	}
	return texts
}

func TestEveryQueryRuns(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	for name, text := range files(t, "query") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, scope := range []gatehouse.Scope{{}, gatehouse.Projects("A", "O'Brien"), gatehouse.AllProjects()} {
				var err error
				if strings.Contains(text, "DELETE FROM") { // gives no rows, not even none
					err = db.Exec(t.Context(), name, asked(scope, time.Now()), zeros(text))
				} else {
					err = db.Each(t.Context(), name, asked(scope, time.Now()), zeros(text), func(clickhouse.Rows) error { return nil })
				}
				if err != nil {
					t.Fatalf("%+v: %v", scope, err)
				}
			}
		})
	}
}

// rows counts what a scope sees of a source.
func rows(t *testing.T, db *clickhouse.DB, source string, scope gatehouse.Scope) uint64 {
	t.Helper()
	now, err := db.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	type counted struct {
		N uint64 `ch:"n"`
	}
	text := fmt.Sprintf("-- sources: %[1]s\nSELECT count() AS n FROM %[1]s", source)
	got, err := clickhouse.SelectText[counted](t.Context(), db, text, asked(scope, now), nil)
	if err != nil || len(got) != 1 {
		t.Fatalf("%s: %d rows, error %v", source, len(got), err)
	}
	return got[0].N
}

func insert(t *testing.T, db *clickhouse.DB, table, token string, columns ...clickhouse.Column) {
	t.Helper()
	if err := db.Insert(t.Context(), table, token, columns); err != nil {
		t.Fatal(err)
	}
}

func column(name string, values any) clickhouse.Column {
	return clickhouse.Column{Name: name, Values: values}
}

func TestScope(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	// Two known projects; of the other facts, also rows of one that is not known.
	named := []string{"A", "B", "unknown"}
	sources := []string{"project", "room", "fee_bill", "fee_payment", "service_request", "survey_response", "survey_wave", "meter", "energy_reading", "kpi_target"}
	for i, source := range sources {
		names := named
		if source == "project" {
			names = named[:2]
		}
		keys, attempts, numbers := []string{}, []uint64{}, []uint32{}
		for n := range names {
			keys, attempts, numbers = append(keys, fmt.Sprint("key ", n)), append(attempts, uint64(i+1)), append(numbers, uint32(n+1))
		}
		insert(t, db, source, "", column("project", names), column("key", keys), column("attempt", attempts), column("row_no", numbers))
		insert(t, db, "publication", "", column("attempt", []uint64{uint64(i + 1)}), column("load_id", []string{source}),
			column("action", []string{"publish"}), column("projects", [][]string{names}))
	}
	// An attempt that was never published is nobody's.
	insert(t, db, "fee_bill", "", column("project", []string{"A"}), column("key", []string{"zombie"}), column("attempt", []uint64{99}), column("row_no", []uint32{1}))
	// Derived rows have codes, and '' for what belongs to no known project.
	codes := []string{"A", "B", ""}
	insert(t, db, "fee_entry", "", column("project", codes), column("run", []uint64{1, 1, 1}))
	insert(t, db, "kpi_value", "", column("project", codes), column("run", []uint64{1, 1, 1}), column("n", []uint64{1, 1, 1}))
	insert(t, db, "refresh", "", column("project", codes), column("run", []uint64{1, 1, 1}))

	for _, source := range append(sources, "fee_entry", "kpi_value") {
		all := uint64(3)
		if source == "project" {
			all = 2
		}
		for _, c := range []struct {
			name  string
			scope gatehouse.Scope
			want  uint64
		}{
			{"zero", gatehouse.Scope{}, 0},
			{"none", gatehouse.Projects(), 0},
			{"one", gatehouse.Projects("A"), 1},
			{"two", gatehouse.Projects("A", "B"), 2},
			{"unknown by its name", gatehouse.Projects("unknown"), 0},
			{"unassigned", gatehouse.Projects(""), all - 2},
			{"quotes", gatehouse.Projects(`A' OR '1'='1`, `\`, "A']) OR true --"), 0},
			{"all", gatehouse.AllProjects(), all},
		} {
			if got := rows(t, db, source, c.scope); got != c.want {
				t.Errorf("%s: scope %s sees %d rows, want %d", source, c.name, got, c.want)
			}
		}
	}
}

func TestInsertIsWrittenOnceByToken(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	tables := []string{"fee_bill", "fee_payment", "quarantine", "fee_entry", "kpi_value", "refresh", "publication"}
	for _, table := range tables {
		key := map[string]string{"fee_bill": "attempt", "fee_payment": "attempt", "quarantine": "attempt", "publication": "attempt"}[table]
		if key == "" {
			key = "run"
		}
		count := func() uint64 {
			type counted struct {
				N uint64 `ch:"n"`
			}
			got, err := clickhouse.SelectText[counted](t.Context(), db, "SELECT count() AS n FROM "+table, clickhouse.Asked{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			return got[0].N
		}
		for _, step := range []struct {
			token  string
			values []uint64
			want   uint64
		}{
			{"t/1", []uint64{1, 2}, 2},
			{"t/1", []uint64{1, 2}, 2}, // the acknowledgement was lost
			{"t/1", []uint64{3}, 2},    // the token decides, not the rows
			{"t/2", []uint64{1, 2}, 4}, // equal rows of another chunk
		} {
			insert(t, db, table, step.token, column(key, step.values))
			if got := count(); got != step.want {
				t.Errorf("%s has %d rows after %s, want %d", table, got, step.token, step.want)
			}
		}
	}
}

func TestInsertSaysWhichColumnIsWrong(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	for _, c := range []struct {
		table  string
		column clickhouse.Column
		phrase string
	}{
		{"fee_bill", column("attempt", []string{"x"}), "column attempt"},
		{"fee_bill", column("no_such", []string{"x"}), "no_such"},
		{"no_such", column("n", []string{"x"}), "no_such"},
	} {
		err := db.Insert(t.Context(), c.table, "", []clickhouse.Column{c.column})
		if err == nil || !strings.Contains(err.Error(), c.phrase) || !strings.Contains(err.Error(), "insert into "+c.table) {
			t.Errorf("%s: error %v does not say %q", c.table, err, c.phrase)
		}
	}
}
