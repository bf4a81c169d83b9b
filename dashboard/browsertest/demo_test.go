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
	address, password string
}

// startDemo builds the program and runs "gatehouse demo" until the test ends,
// as Ctrl-C would end it.
func startDemo(t *testing.T) *demo {
	t.Helper()
	dir := t.TempDir()
	d := &demo{binary: filepath.Join(dir, "gatehouse"), data: filepath.Join(dir, "data")}
	library, err := filepath.Abs("../../node_modules/@chdb/lib-linux-x64-gnu/libchdb.so")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GATEHOUSE_LIBCHDB", library)
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", d.binary, "gatehouse/cmd/gatehouse").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	cmd := exec.CommandContext(context.Background(), d.binary, "demo", "--data", d.data, "--listen", "127.0.0.1:0")
	cmd.Stderr = os.Stderr
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
		if strings.HasPrefix(lines.Text(), "Ctrl-C") {
			go func() {
				for lines.Scan() { // so that the program can go on writing
				}
			}()
			return d
		}
	}
	t.Fatalf("the demo did not come up:\n%s", strings.Join(said, "\n"))
	return nil
}

// kpi asks the command line, while the program serves.
func (d *demo) kpi(t *testing.T, args ...string) []kpiLine {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), d.binary, append([]string{"kpi", "--data", d.data, "--format", "json"}, args...)...)
	cmd.Stderr = os.Stderr
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
