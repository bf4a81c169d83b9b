package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// crashRows is enough for a load of several chunks that takes a while to be killed in.
const crashRows = 20_000

// program is gatehouse on a data directory of its own.
type program struct {
	t    *testing.T
	data string
}

func (p program) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(p.t.Context(), "gatehouse", args...)
	cmd.Env = append(os.Environ(), "GATEHOUSE_DATA="+p.data)
	return cmd
}

// run runs a command that must succeed.
func (p program) run(args ...string) string {
	p.t.Helper()
	var out, said bytes.Buffer
	cmd := p.command(args...)
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		p.t.Fatalf("gatehouse %s: %v: %s", strings.Join(args, " "), err, said.String())
	}
	return out.String()
}

// billed is the net amount of the bills of the file, and their number.
func (p program) billed() string {
	p.t.Helper()
	records, err := csv.NewReader(strings.NewReader(p.run("kpi", "collection_rate", "--period", "2025-03", "--format", "csv"))).ReadAll()
	if err != nil || len(records) != 2 {
		p.t.Fatalf("kpi says %v, error %v", records, err)
	}
	const denominator, n = 4, 6
	return records[1][denominator] + " of " + records[1][n]
}

// bills writes a file of bills of n yuan each; every file corrects the one before.
func (p program) bills(n int) (path, billed string) {
	p.t.Helper()
	var b strings.Builder
	b.WriteString("项目,房号,收费项目,账期,应收金额\n")
	for i := range crashRows {
		fmt.Fprintf(&b, "P1,%d-1-%d,物业费,202503,%d\n", i/100+1, i%100+101, n)
	}
	path = filepath.Join(p.t.TempDir(), fmt.Sprintf("%d.csv", n))
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return path, fmt.Sprintf("%d of %d", n*crashRows, crashRows)
}

// A load whose process or ClickHouse is killed at any moment is there wholly
// or not at all, and loading the file again makes it exact.
func TestKilledIngest(t *testing.T) {
	t.Parallel()
	p := program{t, t.TempDir()}
	file, now := p.bills(1)
	began := time.Now()
	p.run("ingest", file)
	took := time.Since(began)
	if got := p.billed(); got != now {
		t.Fatalf("at first %s, want %s", got, now)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, a load takes %s", seed, took.Round(time.Millisecond))
	random := rand.New(rand.NewPCG(seed, 0))
	for i, at := range []struct {
		victim   string
		from, to float64 // of the time of a load: about when it reads, writes, publishes and computes
	}{
		{"gatehouse", 0.15, 0.3}, {"gatehouse", 0.3, 0.45}, {"gatehouse", 0.45, 1}, {"ClickHouse", 0.2, 0.6},
	} {
		file, after := p.bills(i + 2)
		wait := time.Duration((at.from + random.Float64()*(at.to-at.from)) * float64(took))
		ended := p.kill(at.victim, wait, "ingest", file)
		visible := p.billed()
		t.Logf("%s killed after %s: %s; %s is visible", at.victim, wait.Round(time.Millisecond), ended, visible)
		if visible != now && visible != after {
			t.Errorf("%s is visible, want %s or %s", visible, now, after)
		}
		if again := p.run("ingest", "--json", file); !strings.Contains(again, fmt.Sprintf(`"loaded":%d,"quarantined":0,`, crashRows)) {
			t.Errorf("again: %s", again)
		}
		if got := p.billed(); got != after {
			t.Errorf("loaded again %s is visible, want %s", got, after)
		}
		now = after
	}
}

// kill starts a command and kills it, or its ClickHouse, after a while.
func (p program) kill(victim string, wait time.Duration, args ...string) string {
	p.t.Helper()
	var said bytes.Buffer
	cmd := p.command(args...)
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	<-time.After(wait)
	pid := cmd.Process.Pid
	if victim == "ClickHouse" {
		pid = childOf(p.t, pid)
	}
	if pid != 0 { // else it has ended by itself
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			p.t.Fatal(err)
		}
	}
	err := cmd.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		p.t.Fatal(err)
	} else if ok && exit.Sys().(syscall.WaitStatus).Exited() && strings.Count(said.String(), "gatehouse: ") != 1 {
		p.t.Errorf("%s killed: it should say one error, not %q", victim, said.String())
	}
	return cmd.ProcessState.String()
}

// childOf is the process that has pid as its parent, 0 when there is none.
func childOf(t *testing.T, pid int) int {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, stat := range stats {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue // ended meanwhile
		}
		// 12 (a name) S 11 …
		_, rest, _ := strings.Cut(string(text), ") ")
		if f := strings.Fields(rest); len(f) > 1 && f[1] == strconv.Itoa(pid) {
			child, err := strconv.Atoi(filepath.Base(filepath.Dir(stat)))
			if err != nil {
				t.Fatal(err)
			}
			return child
		}
	}
	return 0
}
