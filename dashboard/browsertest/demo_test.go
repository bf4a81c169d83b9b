package browsertest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// demo is the running program over the demo portfolio.
type demo struct {
	binary, data      string
	env               []string
	address, password string
}

// startDemo builds the program and runs "gatehouse demo" until the test ends.
func startDemo(t *testing.T) *demo {
	t.Helper()
	d := buildProgram(t)
	d.start(t, "Ctrl-C", "demo")
	return d
}

// buildProgram builds the program, with a data directory that is not there yet.
func buildProgram(t *testing.T) *demo {
	t.Helper()
	dir := t.TempDir()
	library, err := filepath.Abs("../../node_modules/@chdb/lib-linux-x64-gnu/libchdb.so")
	if err != nil {
		t.Fatal(err)
	}
	d := &demo{binary: filepath.Join(dir, "gatehouse"), data: filepath.Join(dir, "data"), env: append(os.Environ(), "GATEHOUSE_LIBCHDB="+library)}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", d.binary, "gatehouse/cmd/gatehouse").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return d
}

// start serves until the test ends, as Ctrl-C would end it. It comes back when
// the program has said the line that begins with last.
func (d *demo) start(t *testing.T, last, command string) {
	t.Helper()
	cmd := exec.CommandContext(context.Background(), d.binary, command, "--data", d.data, "--listen", "127.0.0.1:0")
	cmd.Env, cmd.Stderr = d.env, os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		stop := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
		defer stop.Stop()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the program did not end well after Ctrl-C: %v", err)
		}
		if lock, err := os.OpenFile(filepath.Join(d.data, "clickhouse", "engine.lock"), os.O_RDWR, 0); err != nil {
			t.Error(err)
		} else {
			defer lock.Close()
			if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
				t.Errorf("ClickHouse is still running after Ctrl-C: %v", err)
			}
		}
	})
	serves := regexp.MustCompile(`^Gatehouse serves on (\S+)`)
	password := regexp.MustCompile(`the password is (\S+)`)
	lines := bufio.NewScanner(out)
	var said []string
	for lines.Scan() {
		said = append(said, lines.Text())
		if m := serves.FindStringSubmatch(lines.Text()); m != nil {
			d.address = m[1]
		}
		if m := password.FindStringSubmatch(lines.Text()); m != nil {
			d.password = m[1]
		}
		if strings.HasPrefix(lines.Text(), last) {
			go func() {
				for lines.Scan() { // so that the program can go on writing
				}
			}()
			return
		}
	}
	t.Fatalf("%s did not come up:\n%s", command, strings.Join(said, "\n"))
}

// kpi asks the command line, while the program serves.
func (d *demo) kpi(t *testing.T, args ...string) []kpiLine {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), d.binary, append([]string{"kpi", "--data", d.data, "--format", "json"}, args...)...)
	cmd.Env, cmd.Stderr = d.env, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", cmd.Args, err)
	}
	var lines []kpiLine
	if err := json.Unmarshal(out, &lines); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	return lines
}

type kpiLine struct {
	Project     string `json:"project"`
	Period      string `json:"period"`
	Numerator   string `json:"numerator"`
	Denominator string `json:"denominator"`
	Value       string `json:"value"`
}

func (l kpiLine) String() string { return fmt.Sprintf("%s/%s", l.Numerator, l.Denominator) }
