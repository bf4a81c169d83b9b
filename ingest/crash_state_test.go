package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"gatehouse"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

// machine is a database on which users do what they like, and what it must
// show by then.
type machine struct {
	*site
	config clickhouse.Config
	data   string
	oracle oracle
	files  int
	past   []instant
}

// instant is what the database showed when an action had ended.
type instant struct {
	at   time.Time
	view view
}

func feeTables() []string { return []string{"fee_bill", "fee_payment"} }

// tries is how often the state machine runs when nothing else is asked for: a
// database is slow for a property. make soak runs it longer.
const tries = 1

// TestLoadsAsTheModelSays: after any sequence of uploads, corrections,
// undoings, crashes and races the database shows what the model does, and
// still shows the past as it was.
func TestLoadsAsTheModelSays(t *testing.T) {
	t.Parallel()
	began, held, soak := 0, 0, os.Getenv(runsEnv) != ""
	rapid.Check(t, func(rt *rapid.T) {
		if began == held && began >= tries && !soak {
			return // one that failed is tried again, to make it smaller
		}
		began++
		m := newMachine(t)
		m.upload(rt, masters().write(t))
		m.upload(rt, m.file(rt))
		rt.Repeat(map[string]func(*rapid.T){
			"":                m.check,
			"upload":          func(rt *rapid.T) { m.upload(rt, m.file(rt)) },
			"duplicate":       m.duplicate,
			"correct":         func(rt *rapid.T) { m.upload(rt, m.sentBack(rt)) },
			"correct at once": m.correctAtOnce,
			"undo":            m.undo,
			"redo":            m.redo,
			"crash":           m.crash,
			"two workers":     m.twoWorkers,
		})
		m.replay(rt)
		held++
	})
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{config: sqltest.Config(t), data: t.TempDir()}
	db, err := clickhouse.Open(t.Context(), m.config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	files, err := OpenStore(m.data)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	m.site = &site{t: t, db: db, files: files, Loader: NewLoader(db, files, Options{})}
	m.limit = crashChunk
	return m
}

func drawFrom(rt *rapid.T) draw {
	return func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "n") }
}

// check compares after each action, and remembers.
func (m *machine) check(rt *rapid.T) {
	want := m.oracle.view(feeTables())
	if diff := gocmp.Diff(want, m.shown(m.asked(), feeTables())); diff != "" {
		rt.Fatalf("(-model +database):\n%s", diff)
	}
	if diff := gocmp.Diff(m.oracle.states(), m.states()); diff != "" {
		rt.Fatalf("loads (-model +database):\n%s", diff)
	}
	now, err := m.db.Now(m.t.Context())
	if err != nil {
		rt.Fatal(err)
	}
	m.past = append(m.past, instant{now, want})
}

// replay asks for what was known at some of the instants.
func (m *machine) replay(rt *rapid.T) {
	for i, p := range m.past {
		if i%4 != 0 {
			continue
		}
		got := m.shown(clickhouse.Asked{Scope: gatehouse.AllProjects(), KnownAt: p.at}, feeTables())
		if diff := gocmp.Diff(p.view, got); diff != "" {
			rt.Fatalf("as known after action %d (-model +database):\n%s", i, diff)
		}
	}
}

// file makes a new file whose keys overlap with those of others.
func (m *machine) file(rt *rapid.T) madeFile {
	d := drawFrom(rt)
	tables := [][]string{{"fee_bill"}, {"fee_payment"}, feeTables()}[d(3)]
	return makeFile(m.name()+[]string{".csv", ".xlsx"}[len(tables)-1], tables, 8, d).write(m.t)
}

func (m *machine) name() string {
	m.files++
	return strconv.Itoa(m.files)
}

// sentBack makes rows sent back for a load that is published, or was.
func (m *machine) sentBack(rt *rapid.T) madeFile {
	l := m.pick(rt, ownFile)
	return l.file.sendBack(m.name()+".csv", l.id, drawFrom(rt))
}

// pick gives one of the loads that suit.
func (m *machine) pick(rt *rapid.T, suits func(*madeLoad) bool) *madeLoad {
	var list []*madeLoad
	for _, l := range m.oracle.loads {
		if suits(l) {
			list = append(list, l)
		}
	}
	return list[drawFrom(rt)(len(list))]
}

func anyLoad(*madeLoad) bool { return true }

// ownFile tells loads of files that are nobody's rows sent back, nor the masters.
func ownFile(l *madeLoad) bool { return l.file.corrects == "" && l.file.sheets[0].table != "project" }

func loadOf(f madeFile) string {
	sum := sha256.Sum256(f.content)
	return request(f.name, f.content).LoadID(hex.EncodeToString(sum[:]))
}

// upload loads a file in peace.
func (m *machine) upload(rt *rapid.T, f madeFile) {
	a := m.oracle.try(loadOf(f), f)
	m.settle(rt, a, m.load(f.name, f.content))
}

// settle compares a result with what must come of an attempt.
func (m *machine) settle(rt *rapid.T, a *madeAttempt, r Result) {
	want := a.state
	switch a.state {
	case Published:
		want = AlreadyLoaded
	case Abandoned:
		want = Published
	}
	if r.Status != want || want == AlreadyLoaded && r.Attempt != a.id {
		rt.Fatalf("%s is %s, attempt %d of %d, want %s: %v", r.File, r.Status, r.Attempt, a.id, want, r.Errors)
	}
	if want == Published {
		a.id = r.Attempt
		m.oracle.publish(a)
	}
	if want != Refused {
		agree(rt, r, a)
	}
}

func (m *machine) duplicate(rt *rapid.T) {
	m.upload(rt, m.pick(rt, anyLoad).file)
}

// correctAtOnce sends two files back for one load: both count, one on top of
// the other, or the later one is refused.
func (m *machine) correctAtOnce(rt *rapid.T) {
	first := m.sentBack(rt)
	chain := m.oracle.chain(first.corrects)
	if chain == nil {
		m.upload(rt, first)
		return
	}
	load := m.oracle.find(first.corrects)
	files := []madeFile{first, load.file.sendBack(m.name()+".csv", load.id, drawFrom(rt))}
	results := m.together(rt, files)
	places := make([]uint64, len(files))
	for i, r := range results {
		if r.Status == Published {
			place := m.ask(fmt.Sprintf("SELECT toString(replaces) AS answer FROM publication WHERE attempt = %d", r.Attempt))
			places[i], _ = strconv.ParseUint(place, 10, 64)
		}
	}
	order := []int{0, 1}
	if places[1] == chain[len(chain)-1].id {
		slices.Reverse(order)
	}
	for n, i := range order {
		if n > 0 && results[i].Status == Refused {
			l := m.oracle.load(loadOf(files[i]), files[i])
			l.attempts = append(l.attempts, &madeAttempt{load: l, state: Refused})
			continue
		}
		m.settle(rt, m.oracle.try(loadOf(files[i]), files[i]), results[i])
	}
}

// together loads files by two loaders at the same time.
func (m *machine) together(rt *rapid.T, files []madeFile) []Result {
	results := make([]Result, len(files))
	var group errgroup.Group
	for i, f := range files {
		l := NewLoader(m.db, m.site.files, Options{})
		l.limit = crashChunk
		group.Go(func() (err error) {
			results[i], err = l.Load(m.t.Context(), request(f.name, f.content))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		rt.Fatal(err)
	}
	return results
}

// twoWorkers load the same file at the same time.
func (m *machine) twoWorkers(rt *rapid.T) {
	f := m.anyFile(rt)
	results := m.together(rt, []madeFile{f, f})
	if results[0].Status != Published {
		slices.Reverse(results)
	}
	for _, r := range results {
		m.settle(rt, m.oracle.try(loadOf(f), f), r)
	}
}

// anyFile is a new file, rows sent back, or a file that came before.
func (m *machine) anyFile(rt *rapid.T) madeFile {
	switch drawFrom(rt)(4) {
	case 0:
		return m.pick(rt, anyLoad).file
	case 1, 2:
		return m.sentBack(rt)
	}
	return m.file(rt)
}

// crash kills a process that loads a file, at a step.
func (m *machine) crash(rt *rapid.T) {
	f := m.anyFile(rt)
	at := crashPoint{step: rapid.SampledFrom([]Step{StepStored, StepStarted, StepInserted, StepWritten, StepVerified, StepPublished}).Draw(rt, "step"), time: 1}
	if at.step == StepInserted {
		at.time += drawFrom(rt)(3)
	}
	w := startWorker(m.t, m.config, m.data, f, at)
	report, _ := w.hear()
	w.kill()
	id := loadOf(f)
	if report.Waits && at.step == StepStored {
		m.oracle.load(id, f) // its bytes are kept, and nothing else
		return
	}
	a := m.oracle.try(id, f)
	switch {
	case report.Waits && at.step != StepPublished:
		a.state = Abandoned
	case report.Error != "":
		rt.Fatalf("%s: %s", at, report.Error)
	case a.state == Abandoned && (report.Waits || report.Status == Published):
		published := m.ask(fmt.Sprintf("SELECT toString(argMax(attempt, at)) AS answer FROM publication WHERE load_id = '%s'", id))
		a.id, _ = strconv.ParseUint(published, 10, 64)
		m.oracle.publish(a)
	case a.state == Published && report.Status == AlreadyLoaded, a.state == Refused && report.Status == Refused:
	default:
		rt.Fatalf("%s: the worker says %+v of an attempt that is %s", at, report, a.state)
	}
}

// undo withdraws a load, if it may.
func (m *machine) undo(rt *rapid.T) {
	l := m.pick(rt, func(l *madeLoad) bool { return l.file.corrects != "" || ownFile(l) })
	err := m.Withdraw(m.t.Context(), gatehouse.AllProjects(), l.id, "tester")
	a := l.newest(Published)
	var want gatehouse.Kind
	switch {
	case a == nil:
		want = gatehouse.NotFound
	case m.oracle.successor(a) != nil:
		want = gatehouse.Conflict
	default:
		a.state = Withdrawn
	}
	expectKind(rt, "withdraw "+l.file.name, err, want)
}

// redo restores a load, if it may.
func (m *machine) redo(rt *rapid.T) {
	l := m.pick(rt, anyLoad)
	err := m.Restore(m.t.Context(), gatehouse.AllProjects(), l.id, "tester")
	a := l.newest(Withdrawn)
	var want gatehouse.Kind
	switch {
	case a == nil || l.newest(Published) != nil:
		want = gatehouse.NotFound
	case !m.oracle.stands(a):
		want = gatehouse.Conflict
	default:
		m.oracle.publish(a)
	}
	expectKind(rt, "restore "+l.file.name, err, want)
}

// stands tells whether the place that a withdrawn correction had is free.
func (o *oracle) stands(a *madeAttempt) bool {
	if a.replaces == nil {
		return true
	}
	chain := o.chain(a.load.file.corrects)
	return chain != nil && chain[len(chain)-1] == a.replaces
}

func expectKind(rt *rapid.T, what string, err error, want gatehouse.Kind) {
	if (err != nil) != (want != "") || err != nil && gatehouse.KindOf(err) != want {
		rt.Fatalf("%s: %v, want an error of kind %q", what, err, want)
	}
}
