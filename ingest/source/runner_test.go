package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
	"gatehouse/ingest"
)

// shelf is a source of literal files, each a line of bills.
type shelf struct {
	items   []Item
	before  State
	settled []string
	deaf    bool  // cannot be told what became of an item
	err     error // after the items
}

func (s *shelf) Fetch(_ context.Context, before State, yield func(Item) error) error {
	s.before = before
	for _, i := range s.items {
		if before.Seen(i.Name, i.Version) {
			continue
		}
		i.Settle = func(_ context.Context, became ingest.State) error {
			if s.deaf {
				return errors.New("read-only")
			}
			s.settled = append(s.settled, i.Name+" "+string(became))
			return nil
		}
		if err := yield(i); err != nil {
			return err
		}
	}
	return s.err
}

func item(name, version, cursor string, lines ...string) Item {
	content := strings.Join(lines, "\n")
	return Item{Name: name, Version: version, Cursor: cursor, Content: strings.NewReader(content), Size: int64(len(content))}
}

func billLine(number, amount string) string {
	return fmt.Sprintf(`{"账单号":%q,"项目":"P1","房号":"1-1-1","收费项目":"物业费","账期":"202603","应收金额":%q}`, number, amount)
}

const shelfOnly = "sources: [{name: shelf, kind: rest, feed: fee_bill, every: 15m, rest: {url: https://example.com}}, {name: idle, kind: push, push: {token: {env: X}}}, {name: off, kind: rest, disabled: true, rest: {url: https://example.com}}]"

func shelfSite(t *testing.T, s *shelf, wrap ...func(Loader) Loader) *site {
	t.Helper()
	site := newSite(t, shelfOnly, wrap...)
	site.byName["shelf"].fetcher = s
	return site
}

// A refused file is on record with its reason and does not stop the others;
// what is settled is not loaded again; a cursor behind a refusal waits.
func TestRun(t *testing.T) {
	t.Parallel()
	shelf := &shelf{items: []Item{
		item("a.json", "1", "after a", billLine("B1", "10.10"), billLine("B2", "20.20")),
		item("b.json", "1", "", `{"unheard":"of"}`),
		item("in/c.json", "1", "after c", billLine("B3", "30"), billLine("B4", "no amount")),
	}}
	s := shelfSite(t, shelf)
	if got, want := s.run("shelf"), (Report{Items: 3, Loaded: 2, Refused: 1, Rows: 4, RowsLoaded: 3, Quarantined: 1}); !cmp.Equal(got, want) {
		t.Errorf("report %+v, want %+v", got, want)
	}
	items := s.items("shelf")
	if len(items) != 3 || items[0] != "a.json  published 2" || !strings.HasPrefix(items[1], "b.json  refused 0 ") || items[2] != "in/c.json  published 1" {
		t.Errorf("items %q", items)
	}
	if diff := cmp.Diff([]string{"a.json published", "b.json refused", "in/c.json published"}, shelf.settled); diff != "" {
		t.Errorf("settled (-want +got):\n%s", diff)
	}
	if state := s.state("shelf"); state.Cursor != "after a" || state.State != RunDone || state.By != "tester" || state.Loaded != 2 || state.Error != "" {
		t.Errorf("state %+v", state)
	}
	if diff := cmp.Diff("B1 1-1-1 10.1\nB2 1-1-1 20.2\nB3 1-1-1 30", s.bills()); diff != "" {
		t.Errorf("bills (-want +got):\n%s", diff)
	}

	shelf.items = append(shelf.items, item("a.json", "2", "after a again", billLine("B1", "11")), item("d.json", "1", "", billLine("B1", "10.10"), billLine("B2", "20.20")))
	if got, want := s.run("shelf"), (Report{Items: 2, Loaded: 1, Already: 1, Rows: 1, RowsLoaded: 1}); !cmp.Equal(got, want) {
		t.Errorf("second report %+v, want %+v", got, want)
	}
	if shelf.before.Cursor != "after a" || shelf.before.Turn != 1 {
		t.Errorf("before the second run: %+v", shelf.before)
	}
	if got := s.run("shelf"); !cmp.Equal(got, Report{}) {
		t.Errorf("third report %+v", got)
	}
	if shelf.before.Cursor != "after a again" || shelf.before.Turn != 2 {
		t.Errorf("before the third run: %+v", shelf.before)
	}
	if err := s.Restart(t.Context(), "shelf", "tester"); err != nil {
		t.Fatal(err)
	}
	s.run("shelf")
	if shelf.before.Cursor != "" || shelf.before.Turn != 3 {
		t.Errorf("after a restart: %+v", shelf.before)
	}
}

// failing loads by a script: an error for each file, nil to really load it.
type failing struct {
	Loader
	errs []error
}

func (l *failing) Load(ctx context.Context, req ingest.Request) (ingest.Result, error) {
	if len(l.errs) > 0 {
		err := l.errs[0]
		l.errs = l.errs[1:]
		if err != nil {
			return ingest.Result{}, err
		}
	}
	return l.Loader.Load(ctx, req)
}

func TestRunWhenLoadingFails(t *testing.T) {
	t.Parallel()
	down := gatehouse.Errorf(gatehouse.Unavailable, "ClickHouse does not answer")
	for _, c := range []struct {
		name   string
		errs   []error
		want   Report
		err    string
		items  []string
		cursor string
	}{
		{"the database is gone: the run ends, nothing is held against the file", []error{nil, down}, Report{Items: 2, Loaded: 1, Rows: 1, RowsLoaded: 1, Error: "b.json: ClickHouse does not answer"},
			"source shelf: b.json: ClickHouse does not answer", []string{"a.json  published 1"}, "after a"},
		{"one file fails: the others go on, and it comes again", []error{nil, errors.New("a bug")}, Report{Items: 3, Loaded: 2, Failed: 1, Rows: 2, RowsLoaded: 2},
			"", []string{"a.json  published 1", "b.json  failed 0 a bug", "c.json  published 1"}, "after a"},
	} {
		shelf := &shelf{items: []Item{
			item("a.json", "1", "after a", billLine("B1", "1")),
			item("b.json", "1", "after b", billLine("B2", "2")),
			item("c.json", "1", "after c", billLine("B3", "3")),
		}}
		s := shelfSite(t, shelf, func(l Loader) Loader { return &failing{l, c.errs} })
		got, err := s.Run(t.Context(), "shelf", "tester")
		if !cmp.Equal(got, c.want) || fmt.Sprint(err) != or(c.err, "<nil>") {
			t.Errorf("%s: report %+v, error %v; want %+v, %s", c.name, got, err, c.want, c.err)
		}
		if diff := cmp.Diff(c.items, s.items("shelf")); diff != "" {
			t.Errorf("%s: items (-want +got):\n%s", c.name, diff)
		}
		if state := s.state("shelf"); state.Cursor != c.cursor || (state.State == RunFailed) != (c.err != "") {
			t.Errorf("%s: state %+v", c.name, state)
		}
		s.run("shelf")
		if diff := cmp.Diff("B1 1-1-1 1\nB2 1-1-1 2\nB3 1-1-1 3", s.bills()); diff != "" {
			t.Errorf("%s: bills in the end (-want +got):\n%s", c.name, diff)
		}
	}
}

// lost loads, and then does not live to tell.
type lost struct{ Loader }

func (l lost) Load(ctx context.Context, req ingest.Request) (ingest.Result, error) {
	if _, err := l.Loader.Load(ctx, req); err != nil {
		return ingest.Result{}, err
	}
	return ingest.Result{}, gatehouse.Errorf(gatehouse.Unavailable, "killed")
}

// What was published and is not on record is fetched again, and recognised.
func TestCutOffBeforeTheRecord(t *testing.T) {
	t.Parallel()
	shelf := &shelf{items: []Item{item("a.json", "1", "after a", billLine("B1", "1"))}}
	s := shelfSite(t, shelf)
	whole := s.loader
	s.loader = lost{whole}
	if _, err := s.Run(t.Context(), "shelf", "tester"); err == nil || s.state("shelf").Cursor != "" || len(s.items("shelf")) != 0 || len(shelf.settled) != 0 {
		t.Errorf("error %v, state %+v, settled %q", err, s.state("shelf"), shelf.settled)
	}
	s.loader = whole
	if got, want := s.run("shelf"), (Report{Items: 1, Already: 1}); !cmp.Equal(got, want) {
		t.Errorf("report %+v, want %+v", got, want)
	}
	if s.bills() != "B1 1-1-1 1" || s.state("shelf").Cursor != "after a" || len(shelf.settled) != 1 {
		t.Errorf("bills %q, state %+v, settled %q", s.bills(), s.state("shelf"), shelf.settled)
	}
}

// A source that cannot be told, or that fails after some items, is an error of
// the run; what was loaded stays on record.
func TestRunWhenTheSourceFails(t *testing.T) {
	t.Parallel()
	shelf := &shelf{items: []Item{item("a.json", "1", "after a", billLine("B1", "1"))}, deaf: true}
	s := shelfSite(t, shelf)
	got, err := s.Run(t.Context(), "shelf", "tester")
	if err == nil || !strings.Contains(err.Error(), "a.json is on record as published, but the source could not be told: read-only") || got.Loaded != 1 {
		t.Errorf("report %+v, error %v", got, err)
	}
	if state := s.state("shelf"); state.State != RunFailed || state.Cursor != "after a" || state.Loaded != 1 {
		t.Errorf("state %+v", state)
	}
	shelf.err = gatehouse.Errorf(gatehouse.Unavailable, "gone")
	if _, err = s.Run(t.Context(), "shelf", "tester"); gatehouse.KindOf(err) != gatehouse.Unavailable || err.Error() != "source shelf: gone" {
		t.Errorf("error %v", err)
	}
}

// Of an archive each file is on record, and the archive as the worst of them.
func TestArchive(t *testing.T) {
	t.Parallel()
	s := shelfSite(t, &shelf{items: []Item{item("month.zip", "1", "", "x")}})
	s.unpack = func(_ context.Context, _ string, _ io.ReaderAt, _ int64, yield func(string, io.ReaderAt, int64) error) error {
		for _, file := range []struct{ name, content string }{{"a/1.json", billLine("B1", "1")}, {"a/2.json", `{"unheard":"of"}`}} {
			if err := yield(file.name, strings.NewReader(file.content), int64(len(file.content))); err != nil {
				return err
			}
		}
		return nil
	}
	if got, want := s.run("shelf"), (Report{Items: 1, Refused: 1, Rows: 1, RowsLoaded: 1}); !cmp.Equal(got, want) {
		t.Errorf("report %+v, want %+v", got, want)
	}
	items := s.items("shelf")
	if len(items) != 3 || !strings.HasPrefix(items[0], "month.zip  refused 1 ") || items[1] != "month.zip a/1.json published 1" || !strings.HasPrefix(items[2], "month.zip a/2.json refused 0 ") {
		t.Errorf("items %q", items)
	}
	if got := s.run("shelf"); got.Items != 0 {
		t.Errorf("again: %+v", got)
	}
}

func TestOneRunAtATime(t *testing.T) {
	t.Parallel()
	started, goOn := make(chan bool), make(chan bool)
	s := shelfSite(t, &shelf{})
	s.byName["shelf"].fetcher = fetcherFunc(func() error {
		started <- true
		<-goOn
		return nil
	})
	ended := make(chan error)
	go func() {
		_, err := s.Run(t.Context(), "shelf", "first")
		ended <- err
	}()
	<-started
	for _, c := range []struct {
		source string
		kind   gatehouse.Kind
	}{{"shelf", gatehouse.Conflict}, {"off", gatehouse.Conflict}, {"none", gatehouse.NotFound}, {"idle", gatehouse.Invalid}} {
		if _, err := s.Run(t.Context(), c.source, "second"); gatehouse.KindOf(err) != c.kind {
			t.Errorf("%s: error %v, want %s", c.source, err, c.kind)
		}
	}
	list, err := s.Status(t.Context())
	if err != nil || !list[0].Running || list[1].Running || list[0].Last.State != RunStarted {
		t.Errorf("status %+v, error %v", list, err)
	}
	goOn <- true
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

type fetcherFunc func() error

func (f fetcherFunc) Fetch(context.Context, State, func(Item) error) error { return f() }

// A folder may name the project of files that name none; what a source leaves
// alone is on record.
func TestFolderNamesTheProject(t *testing.T) {
	t.Parallel()
	s := shelfSite(t, &shelf{items: []Item{item("projects.json", "1", "", `{"项目编码":"P1","项目名称":"阳光花园","户数":"1"}`, `{"项目编码":"P2","项目名称":"春江苑","户数":"1"}`)}})
	s.byName["shelf"].Feed = ""
	s.run("shelf")
	var items []Item
	for n, folder := range []string{"", "P1", "2026/春江苑", "P1/P2/3月", "春江", "P2x"} {
		i := item(fmt.Sprintf("%s/%d.json", folder, n), "1", "", fmt.Sprintf(`{"账单号":"B%d","房号":"1-1-1","收费项目":"物业费","账期":"202603","应收金额":"1"}`, n))
		i.Folder = folder
		items = append(items, i)
	}
	s.byName["shelf"].fetcher = noting{&shelf{items: items}}
	got := s.run("shelf")
	if want := (Report{Items: 6, Loaded: 3, Refused: 3, Rows: 3, RowsLoaded: 3, Notes: []string{"~$lock left alone"}}); !cmp.Equal(got, want) {
		t.Errorf("report %+v, want %+v", got, want)
	}
	const query = "-- sources: fee_bill\nSELECT concat(bill_no, ' ', project) AS answer FROM fee_bill ORDER BY bill_no"
	if diff := cmp.Diff("B1 P1\nB2 P2\nB3 P2", ask(t, s.db, query)); diff != "" {
		t.Errorf("projects (-want +got):\n%s", diff)
	}
	if notes := s.state("shelf").Notes; !cmp.Equal(notes, got.Notes) {
		t.Errorf("notes %q", notes)
	}
}

type noting struct{ Fetcher }

func (f noting) Fetch(ctx context.Context, before State, yield func(Item) error) error {
	before.Note("~$lock left alone")
	return f.Fetcher.Fetch(ctx, before, yield)
}

// What is pushed is an item like any other.
func TestTake(t *testing.T) {
	t.Parallel()
	s := newSite(t, shelfOnly)
	i := item("bills.json", "1", "", billLine("B1", "1"))
	for _, want := range []ingest.State{ingest.Published, ingest.AlreadyLoaded} {
		got, err := s.Take(t.Context(), "idle", i, ingest.Request{Name: i.Name, By: "cashier"})
		if err != nil || got.Status != want || got.Loaded != 1 {
			t.Errorf("result %+v, error %v, want %s", got, err, want)
		}
	}
	if got := s.items("idle"); len(got) != 1 || got[0] != "bills.json  already_loaded 1" {
		t.Errorf("items %q", got)
	}
	runs, err := Runs(t.Context(), s.db, "idle", 10)
	if err != nil || len(runs) != 2 || runs[0].Already != 1 || runs[1].Loaded != 1 || runs[1].By != "cashier" || runs[1].State != RunDone {
		t.Errorf("runs %+v, error %v", runs, err)
	}
	if got := ask(t, s.db, "SELECT any(source) AS answer FROM load"); got != "idle" {
		t.Errorf("the load is of source %q", got)
	}
}

func TestStatusSaysWhatIsDue(t *testing.T) {
	t.Parallel()
	s := shelfSite(t, &shelf{})
	begin := s.deps.Now()
	list, err := s.Status(t.Context())
	if err != nil || len(list) != 3 || list[0].Last != nil || !list[0].Next.Equal(begin) || list[1].Next != nil || list[2].Next != nil {
		t.Fatalf("before any run: %+v, error %v", list, err)
	}
	s.run("shelf")
	s.deps.Now = func() time.Time { return s.state("shelf").Started }
	if list, err = s.Status(t.Context()); err != nil || !list[0].Next.Equal(s.state("shelf").Started.Truncate(15*time.Minute).Add(15*time.Minute)) {
		t.Errorf("after a run: %+v, error %v", list[0], err)
	}
	late := s.state("shelf").Started.Add(time.Hour)
	s.deps.Now = func() time.Time { return late }
	if list, err = s.Status(t.Context()); err != nil || !list[0].Next.Equal(late) {
		t.Errorf("when it is due: %+v, error %v", list[0], err)
	}
}
