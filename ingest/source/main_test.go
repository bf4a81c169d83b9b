package source

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse"
	"gatehouse/ingest"
	"gatehouse/ingest/sheet/sandbox"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

func TestMain(m *testing.M) {
	sandbox.RunChild(ingest.Jobs())
	os.Exit(sqltest.Run(m))
}

// site is a database with a runner of declared sources.
type site struct {
	t  *testing.T
	db *clickhouse.DB
	*Runner
}

// newSite declares sources as a file does. The clock of retries costs no time.
func newSite(t *testing.T, declared string, wrap ...func(Loader) Loader) *site {
	t.Helper()
	sources, err := Parse("sources.yaml", []byte(declared))
	if err != nil {
		t.Fatal(err)
	}
	files, err := ingest.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	db := sqltest.New(t)
	var loader Loader = ingest.NewLoader(db, files, ingest.Options{})
	for _, w := range wrap {
		loader = w(loader)
	}
	r, err := NewRunner(db, loader, nil, testDeps(t), sources)
	if err != nil {
		t.Fatal(err)
	}
	return &site{t: t, db: db, Runner: r}
}

// testDeps know the secret SECRET, and a clock that moves on by sleeping only.
func testDeps(t *testing.T) Deps {
	var slept atomic.Int64
	begin := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	return Deps{
		Getenv: func(name string) string { return map[string]string{"SECRET": "hunter2"}[name] },
		Temp:   t.TempDir(),
		Now:    func() time.Time { return begin.Add(time.Duration(slept.Load())) },
		Sleep: func(ctx context.Context, d time.Duration) error {
			slept.Add(int64(d))
			return ctx.Err()
		},
		Random: func() float64 { return 0.5 },
	}
}

// run runs a source that must not fail.
func (s *site) run(source string) Report {
	s.t.Helper()
	report, err := s.Run(s.t.Context(), source, "tester")
	if err != nil {
		s.t.Fatalf("run of %s: %v", source, err)
	}
	return report
}

// ask runs a SELECT of one text column named answer, over what is published.
func ask(t interface {
	Helper()
	Fatal(...any)
}, db *clickhouse.DB, query string) string {
	t.Helper()
	rows, err := clickhouse.SelectText[struct {
		Answer string `ch:"answer"`
	}](context.Background(), db, query,
		clickhouse.Asked{Scope: gatehouse.AllProjects(), KnownAt: time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var answers []string
	for _, r := range rows {
		answers = append(answers, r.Answer)
	}
	return strings.Join(answers, "\n")
}

const billsQuery = "-- sources: fee_bill\nSELECT concatWithSeparator(' ', bill_no, room, toString(amount)) AS answer FROM fee_bill ORDER BY bill_no"

// bills shows the current bills: number, room and amount.
func (s *site) bills() string {
	s.t.Helper()
	return ask(s.t, s.db, billsQuery)
}

func (s *site) state(source string) StateRow {
	s.t.Helper()
	rows, err := States(s.t.Context(), s.db)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, r := range rows {
		if r.Source == source {
			return r
		}
	}
	s.t.Fatal(fmt.Sprintf("no state of %s", source))
	return StateRow{}
}

func (s *site) items(source string) []string {
	s.t.Helper()
	rows, err := Items(s.t.Context(), s.db, source, 100)
	if err != nil {
		s.t.Fatal(err)
	}
	var list []string
	for _, r := range rows {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%s %s %s %d %s", r.Item, r.Member, r.State, r.Loaded, r.Error)))
	}
	slices.Sort(list)
	return list
}
