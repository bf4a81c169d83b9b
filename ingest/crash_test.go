package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"gatehouse"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/engine"
	"gatehouse/sql/sqltest"
)

// crashEnv makes a test binary load one file and kill itself on the way.
const crashEnv = "GATEHOUSE_INGEST_CRASH"

// crashing is what such a process is told.
type crashing struct {
	Address, User, Password, Database string
	Data, File                        string
	Step                              Step
	Time                              int // at which time of the step, from 1
}

// crash is the whole life of such a process; it returns only when the step never came.
func crash() int {
	var c crashing
	err := json.Unmarshal([]byte(os.Getenv(crashEnv)), &c)
	if err == nil {
		err = c.load()
	}
	fmt.Fprintln(os.Stderr, "not killed:", err)
	return 1
}

func (c crashing) load() error {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return err
	}
	ctx := context.Background()
	db, err := clickhouse.Open(ctx, clickhouse.Config{
		Address: c.Address, User: c.User, Password: c.Password, Database: c.Database,
		Calendar: gatehouse.Calendar{Location: shanghai, YearStart: time.January},
	})
	if err != nil {
		return err
	}
	files, err := OpenStore(c.Data)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	l := NewLoader(db, files, Options{})
	l.limit = 2
	l.step = func(s Step) {
		if s != c.Step {
			return
		}
		if c.Time--; c.Time == 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // nothing more happens in this process
		}
	}
	_, err = l.Load(ctx, request(filepath.Base(c.File), content))
	return err
}

func TestKilledAtEachStep(t *testing.T) {
	t.Parallel()
	data, config := t.TempDir(), sqltest.Config(t)
	db, err := clickhouse.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	files, err := OpenStore(data)
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	s := &site{t: t, db: db, files: files, Loader: NewLoader(db, files, Options{})}
	show := func() string {
		return s.ask("-- sources: fee_bill\nSELECT concat(toString(count()), ' ', toString(sum(amount))) AS answer FROM fee_bill")
	}
	version := func(n int) []byte {
		a := fmt.Sprint(n)
		return bills(a, a, a, a, a, "bad")
	}
	s.load("0.csv", version(1))
	now := "5 5"
	for i, at := range []struct {
		step Step
		time int
	}{{StepStored, 1}, {StepStarted, 1}, {StepInserted, 1}, {StepInserted, 3}, {StepWritten, 1}, {StepVerified, 1}, {StepPublished, 1}} {
		n := i + 2
		file := filepath.Join(data, fmt.Sprintf("%d.csv", n))
		if err := os.WriteFile(file, version(n), 0o600); err != nil {
			t.Fatal(err)
		}
		before, after := now, fmt.Sprintf("5 %d", 5*n)
		runAndDie(t, crashing{
			Address: config.Address, User: config.User, Password: config.Password, Database: config.Database,
			Data: data, File: file, Step: at.step, Time: at.time,
		})
		want := before
		if at.step == StepPublished {
			want = after
		}
		if got := show(); got != want {
			t.Errorf("killed at %s %d: %s is visible, want %s", at.step, at.time, got, want)
		}
		again := s.load(filepath.Base(file), version(n))
		if again.Loaded != 5 || again.Quarantined != 1 || again.Sums["fee_bill.amount"] != gatehouse.Money(500*n).String() {
			t.Errorf("again after %s: %+v", at.step, again)
		}
		if now = show(); now != after {
			t.Errorf("again after %s: %s is visible, want %s", at.step, now, after)
		}
		if got := s.ask(fmt.Sprintf("SELECT toString(count()) AS answer FROM publication WHERE load_id = '%s'", again.LoadID)); got != "1" {
			t.Errorf("after %s the load is published %s times", at.step, got)
		}
	}
}

// runAndDie runs the process and makes sure that it was killed, not ended.
func runAndDie(t *testing.T, c crashing) {
	t.Helper()
	told, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary)
	cmd.Env = append(os.Environ(), crashEnv+"="+string(told))
	var said bytes.Buffer
	cmd.Stderr = &said
	err = cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("at %s: %v, %s", c.Step, err, said.String())
	}
}

func TestEngineKilledDuringLoad(t *testing.T) {
	t.Parallel()
	e, err := engine.Open(t.Context(), engine.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(context.Background())
	a := e.Address()
	db, err := clickhouse.Open(t.Context(), clickhouse.Config{Address: a.HostPort(), User: a.User, Password: a.Password, Calendar: sqltest.Calendar(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	files, err := OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	s := &site{t: t, db: db, files: files, Loader: NewLoader(db, files, Options{})}
	s.limit = 50
	inserts := 0
	s.step = func(at Step) {
		if at != StepInserted {
			return
		}
		if inserts++; inserts == 3 {
			go func() { _ = syscall.Kill(e.Pid(), syscall.SIGKILL) }()
		}
	}
	amounts := make([]string, 600)
	for i := range amounts {
		amounts[i] = fmt.Sprintf("%d.5", i)
	}
	amounts[7] = "bad"
	content := bills(amounts...)
	first, err := s.Load(t.Context(), request("a.csv", content))
	if err != nil && gatehouse.KindOf(err) != gatehouse.Unavailable {
		t.Errorf("first: %v", err)
	}
	waitFor(t, db)
	again, err := s.Load(t.Context(), request("a.csv", content))
	if err != nil {
		t.Fatal(err)
	}
	if first.Status == Published && again.Status != AlreadyLoaded || again.Loaded != 599 || again.Quarantined != 1 {
		t.Errorf("first %+v\nagain %+v", first, again)
	}
	if got := s.ask("-- sources: fee_bill\nSELECT concat(toString(count()), ' ', toString(sum(amount))) AS answer FROM fee_bill"); got != "599 179992.5" {
		t.Errorf("visible: %s", got)
	}
}

// waitFor waits until the engine has come back.
func waitFor(t *testing.T, db *clickhouse.DB) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if db.Ping(t.Context()) == nil {
			return
		}
		select {
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		case <-tick.C:
		}
	}
}
