package ingest

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	native "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	gocmp "github.com/google/go-cmp/cmp"

	"gatehouse"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/engine"
	"gatehouse/sql/sqltest"
)

// crashCell is a fault at a step of the protocol.
type crashCell struct {
	fault string
	at    crashPoint
}

func (c crashCell) String() string { return strings.TrimSpace(c.fault + " at " + c.at.String()) }

// crashFault is what happens to a worker that waits at a step.
type crashFault struct {
	name   string
	engine bool // to an engine that no other test may share
	sends  bool // needs something that is still to be sent
	do     func(*matrix, *worker, madeFile)
}

func crashFaults() []crashFault {
	return []crashFault{
		{"process killed", false, false, (*matrix).killProcess},
		{"zombie", false, false, (*matrix).zombie},
		{"request cut", false, true, (*matrix).cut},
		{"reset after the request", false, true, (*matrix).reset},
		{"answer lost", false, true, (*matrix).lose},
		{"ClickHouse out of space", false, true, (*matrix).outOfSpace},
		{"engine killed", true, false, (*matrix).killEngine},
		{"engine stopped as it writes", true, true, (*matrix).limitEngine},
	}
}

// crashCells are all cells, in the order of the steps.
func crashCells(onEngine bool, random *rand.Rand) []crashCell {
	var cells []crashCell
	for _, f := range crashFaults() {
		if f.engine != onEngine {
			continue
		}
		for _, step := range []Step{StepStored, StepStarted, StepInserted, StepWritten, StepVerified, StepPublished} {
			if step == StepPublished && f.sends {
				continue
			}
			at := crashPoint{step: step, time: 1}
			if step == StepInserted {
				at.time += random.IntN(4)
			}
			cells = append(cells, crashCell{f.name, at})
		}
	}
	if !onEngine {
		cells = append(cells, crashCell{fault: storeFull})
	}
	return cells
}

// storeFull is the one fault that comes before the first step.
const storeFull = "store out of space"

// TestCrashMatrix: whatever is killed, stopped, cut off or full at whatever
// step, the file loaded again makes the database equal to the oracle.
func TestCrashMatrix(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	if given := os.Getenv(seedEnv); given != "" {
		n, err := strconv.ParseUint(given, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seed = n
	}
	random := rand.New(rand.NewPCG(seed, 0))
	cells, onEngine := crashCells(false, random), crashCells(true, random)
	if runs := os.Getenv(runsEnv); runs != "" {
		n, err := strconv.Atoi(runs)
		if err != nil {
			t.Fatal(err)
		}
		for len(cells)+len(onEngine) < n {
			cells, onEngine = append(cells, crashCells(false, random)...), append(onEngine, crashCells(true, random)...)
		}
	}
	t.Logf("seed %d, %d runs", seed, len(cells)+len(onEngine))
	random.Shuffle(len(cells), func(i, j int) { cells[i], cells[j] = cells[j], cells[i] })
	random.Shuffle(len(onEngine), func(i, j int) { onEngine[i], onEngine[j] = onEngine[j], onEngine[i] })
	group := 0
	for chunk := range slices.Chunk(cells, 11) {
		group++
		random := rand.New(rand.NewPCG(seed, uint64(group)))
		t.Run(fmt.Sprintf("%02d", group), func(t *testing.T) {
			t.Parallel()
			newMatrix(t, sqltest.Config(t), nil, random).runAll(chunk)
		})
	}
	// A supervisor waits longer after each crash, so an engine has few of them.
	for chunk := range slices.Chunk(onEngine, 4) {
		group++
		random := rand.New(rand.NewPCG(seed, uint64(group)))
		t.Run(fmt.Sprintf("engine %02d", group), func(t *testing.T) {
			t.Parallel()
			e, err := engine.Open(t.Context(), engine.Options{Dir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close(context.Background())
			a := e.Address()
			newMatrix(t, clickhouse.Config{Address: a.HostPort(), User: a.User, Password: a.Password, Calendar: sqltest.Calendar(t)}, e, random).runAll(chunk)
		})
	}
}

// matrix is a database on which faults come one after another.
type matrix struct {
	*site
	config clickhouse.Config // by way of the wire
	data   string
	wire   *wire
	engine *engine.Engine // nil when it is shared
	admin  driver.Conn
	random *rand.Rand
	oracle oracle
	now    crashCell
	files  int
}

func crashTables() []string { return []string{"project", "room", "meter", "fee_bill", "fee_payment"} }

func newMatrix(t *testing.T, c clickhouse.Config, e *engine.Engine, random *rand.Rand) *matrix {
	t.Helper()
	db, err := clickhouse.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	data := t.TempDir()
	files, err := OpenStore(data)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	admin, err := native.Open(&native.Options{Addr: []string{c.Address}, Auth: native.Auth{Database: cmp.Or(c.Database, "gatehouse"), Username: c.User, Password: c.Password}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { admin.Close() })
	m := &matrix{
		site: &site{t: t, db: db, files: files, Loader: NewLoader(db, files, Options{})},
		data: data, wire: newWire(t, c.Address), engine: e, random: random, config: c, admin: admin,
	}
	m.config.Address = m.wire.address()
	m.limit = crashChunk
	m.finish(masters().write(t))
	return m
}

func (m *matrix) runAll(cells []crashCell) {
	for _, c := range cells {
		m.now = c
		if !m.run() {
			m.now.at.time = 1 // a file of few rows has few inserts
			if !m.run() {
				m.t.Errorf("%s: the step never came", c)
			}
		}
		if m.t.Failed() {
			m.t.Fatalf("after %s", c)
		}
	}
}

// run has a worker load a file, meet the fault, and the file loaded again. It
// tells whether the worker came to where the fault was to be.
func (m *matrix) run() (reached bool) {
	f := m.file()
	before := m.oracle.view(crashTables())
	at := m.now.at
	if m.now.fault == storeFull {
		at.disk = 1 + m.random.Uint64N(uint64(len(f.content)-1))
	}
	w := startWorker(m.t, m.config, m.data, f, at)
	report, ok := w.hear()
	reached = ok && report.Waits || m.now.fault == storeFull
	switch {
	case m.now.fault == storeFull:
		if report.Kind != gatehouse.Unavailable || !strings.Contains(report.Error, "free some space") {
			m.t.Errorf("no space in the store: %+v", report)
		}
	case reached:
		for _, fault := range crashFaults() {
			if fault.name == m.now.fault {
				fault.do(m, w, f)
			}
		}
	case report.Error != "":
		m.t.Errorf("without a fault: %s", report.Error)
	}
	_ = w.cmd.Wait() // most have ended already
	m.wire.set(trouble{})
	mine, others := m.attemptsOf(loadOf(f))
	if len(mine) > 1 || len(mine) == 0 && !slices.Equal(others, before.Attempts) {
		m.t.Errorf("visible after the fault: %v and %v, before it %v", mine, others, before.Attempts)
	}
	m.finish(f)
	return reached
}

// attemptsOf are the visible attempts of a load, and those of others.
func (m *matrix) attemptsOf(load string) (its, others []string) {
	for _, a := range m.attempts(m.asked()) {
		if strings.HasSuffix(a, " "+load) {
			its = append(its, a)
		} else {
			others = append(others, a)
		}
	}
	return its, others
}

// file makes a file, or rows sent back for one that is published.
func (m *matrix) file() madeFile {
	m.files++
	name := fmt.Sprintf("%d", m.files)
	if len(m.oracle.loads) > 1 && m.random.IntN(4) == 0 {
		l := m.oracle.loads[1+m.random.IntN(len(m.oracle.loads)-1)]
		if l.file.corrects == "" {
			return l.file.sendBack(name+".csv", l.id, m.random.IntN)
		}
	}
	tables := crashTables()
	m.random.Shuffle(len(tables), func(i, j int) { tables[i], tables[j] = tables[j], tables[i] })
	tables = tables[:1+m.random.IntN(len(tables))]
	if len(tables) == 1 {
		return makeFile(name+".csv", tables, 20, m.random.IntN).write(m.t)
	}
	return makeFile(name+".xlsx", tables, 8, m.random.IntN).write(m.t)
}

// finish loads a file as its user would after the fault, twice, and compares.
func (m *matrix) finish(f madeFile) {
	m.t.Helper()
	r := m.load(f.name, f.content)
	if r.Status != Published && r.Status != AlreadyLoaded {
		m.t.Errorf("loaded after the fault: %+v", r)
		return
	}
	a := m.oracle.try(r.LoadID, f)
	a.id = r.Attempt
	m.oracle.publish(a)
	agree(m.t, r, a)
	again := m.load(f.name, f.content)
	if again.Status != AlreadyLoaded || again.Attempt != a.id {
		m.t.Errorf("loaded once more: %+v", again)
	}
	agree(m.t, again, a)
	if diff := gocmp.Diff(m.oracle.view(crashTables()), m.shown(m.asked(), crashTables())); diff != "" {
		m.t.Errorf("(-oracle +database):\n%s", diff)
	}
	if diff := gocmp.Diff(m.oracle.states(), m.states()); diff != "" {
		m.t.Errorf("loads (-oracle +database):\n%s", diff)
	}
	m.keeps()
}

// keeps looks for bytes in the store that are not what their name says.
func (m *matrix) keeps() {
	m.t.Helper()
	kept, err := filepath.Glob(filepath.Join(m.data, "files", "??", "*"))
	if err != nil || len(kept) != len(m.oracle.loads) {
		m.t.Errorf("the store has %d files of %d loads, %v", len(kept), len(m.oracle.loads), err)
	}
}
