package ingest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// workerEnv makes a test binary a worker: a process that loads one file and
// waits at a step for what its parent does to it.
const workerEnv = "GATEHOUSE_INGEST_WORKER"

// Of the crash matrix: how many random runs to make, at least one for each
// cell, and the seed of an earlier run to make its choices again.
const (
	runsEnv = "GATEHOUSE_CRASH_RUNS"
	seedEnv = "GATEHOUSE_CRASH_SEED"
)

// workerOrder is what such a process is told.
type workerOrder struct {
	Address, User, Password, Database string
	Data, File                        string
	Step                              Step   // to wait at; empty: none
	Time                              int    // at which time of the step, from 1
	Disk                              uint64 // bytes that a file may have, 0: any number
}

// workerReport is a line that it says.
type workerReport struct {
	Waits  bool   `json:"waits"`
	Status State  `json:"status"`
	Load   string `json:"load"`
	Error  string `json:"error"`
	Kind   gatehouse.Kind
}

// work is the whole life of a worker.
func work() int {
	var o workerOrder
	say := json.NewEncoder(os.Stdout)
	err := json.Unmarshal([]byte(os.Getenv(workerEnv)), &o)
	var r Result
	if err == nil {
		r, err = o.load(func() {
			_ = say.Encode(workerReport{Waits: true})
			_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
		})
	}
	report := workerReport{Status: r.Status, Load: r.LoadID}
	if err != nil {
		report.Error, report.Kind = err.Error(), gatehouse.KindOf(err)
	}
	_ = say.Encode(report)
	return 0
}

func (o workerOrder) load(wait func()) (Result, error) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return Result{}, err
	}
	ctx := context.Background()
	db, err := clickhouse.Open(ctx, clickhouse.Config{
		Address: o.Address, User: o.User, Password: o.Password, Database: o.Database,
		Calendar: gatehouse.Calendar{Location: shanghai, YearStart: time.January},
	})
	if err != nil {
		return Result{}, err
	}
	files, err := OpenStore(o.Data)
	if err != nil {
		return Result{}, err
	}
	content, err := os.ReadFile(o.File)
	if err != nil {
		return Result{}, err
	}
	if o.Disk > 0 {
		limit := unix.Rlimit{Cur: o.Disk, Max: o.Disk}
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
			return Result{}, err
		}
	}
	l := NewLoader(db, files, Options{})
	l.limit = crashChunk
	l.step = func(s Step) {
		if s != o.Step {
			return
		}
		if o.Time--; o.Time == 0 {
			wait()
		}
	}
	return l.Load(ctx, request(filepath.Base(o.File), content))
}

// crashChunk makes many inserts of small files.
const crashChunk = 3

// worker is such a process as its parent sees it.
type worker struct {
	t    testing.TB
	cmd  *exec.Cmd
	in   io.WriteCloser
	said *bufio.Scanner
	errs strings.Builder
}

// startWorker has a worker load a file that is on disk.
func startWorker(t testing.TB, config clickhouse.Config, data string, f madeFile, at crashPoint) *worker {
	t.Helper()
	path := filepath.Join(t.TempDir(), f.name)
	if err := os.WriteFile(path, f.content, 0o600); err != nil {
		t.Fatal(err)
	}
	told, err := json.Marshal(workerOrder{
		Address: config.Address, User: config.User, Password: config.Password, Database: config.Database,
		Data: data, File: path, Step: at.step, Time: at.time, Disk: at.disk,
	})
	if err != nil {
		t.Fatal(err)
	}
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := &worker{t: t, cmd: exec.CommandContext(t.Context(), binary)}
	w.cmd.Env = append(os.Environ(), workerEnv+"="+string(told))
	w.cmd.Stderr = &w.errs
	if w.in, err = w.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	w.said = bufio.NewScanner(out)
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return w
}

// hear gives what the worker says next; none when it was killed.
func (w *worker) hear() (r workerReport, ok bool) {
	w.t.Helper()
	if !w.said.Scan() {
		return workerReport{}, false
	}
	if err := json.Unmarshal(w.said.Bytes(), &r); err != nil {
		w.t.Errorf("the worker says %q", w.said.Text())
	}
	return r, true
}

// goOn lets a worker that waits go on.
func (w *worker) goOn() {
	_, _ = io.WriteString(w.in, "go\n") // it may have been killed
}

func (w *worker) signal(s syscall.Signal) { _ = w.cmd.Process.Signal(s) }

// end waits for the end and gives the last report.
func (w *worker) end() (workerReport, bool) {
	w.t.Helper()
	r, ok := w.hear()
	_ = w.cmd.Wait() // how it ended is for the caller to judge by the report
	if !ok && w.cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		w.t.Errorf("the worker ended with %s: %s", w.cmd.ProcessState, w.errs.String())
	}
	return r, ok
}

// kill kills it and waits until it is gone.
func (w *worker) kill() {
	w.signal(syscall.SIGKILL)
	for {
		if _, ok := w.hear(); !ok {
			break
		}
	}
	_ = w.cmd.Wait()
}

// String says where a fault comes.
func (p crashPoint) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s %d", p.step, p.time))
}

// crashPoint is where a worker waits.
type crashPoint struct {
	step Step
	time int
	disk uint64
}

// waitFor waits until the engine has come back, several times over: one that
// is about to end may answer once more.
func waitFor(t *testing.T, db *clickhouse.DB) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for answers := 0; answers < 3; answers++ {
		if db.Ping(t.Context()) != nil {
			answers = -1
		}
		select {
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		case <-tick.C:
		}
	}
}
