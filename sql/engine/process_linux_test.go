package engine_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"gatehouse/sql/engine"
)

// gone tells whether a process has ended, reaped or not.
func gone(pid int) bool {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return true
	}
	_, state, _ := strings.Cut(string(status), ") ")
	return strings.HasPrefix(state, "Z")
}

// startOwner runs another process that owns the engine of dir, and gives the
// pid of its child.
func startOwner(t *testing.T, executable, dir string) (*exec.Cmd, int) {
	t.Helper()
	owner := exec.CommandContext(t.Context(), executable)
	owner.Env = append(os.Environ(), ownerEnv+"="+dir)
	if _, err := owner.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = owner.Process.Kill() // it may have gone already
		_ = owner.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatalf("the owner says %q", line)
	}
	return owner, pid
}

func TestChildDiesWithItsKilledParent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	owner, pid := startOwner(t, self(t), dir)
	guest, err := engine.Open(t.Context(), engine.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if guest.Owned() {
		t.Fatal("two engines on one directory")
	}
	// The connection stays open: it must not keep the child alive.
	run(t, connect(t, guest), keep, "INSERT INTO kept VALUES (1)")

	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = owner.Wait() // killed, as was asked
	eventually(t, "the child's end", func() bool { return gone(pid) })

	// The guest still holds its lock on the users; that is in nobody's way.
	next := start(t, engine.Options{Dir: dir})
	if !next.Owned() {
		t.Error("the lock outlived its process")
	}
	if n, err := count(t.Context(), connect(t, next)); n != 1 || err != nil {
		t.Errorf("%d rows after the owner was killed, error %v", n, err)
	}
	if err := guest.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// A new build over the running program must not keep its engine from restarting.
func TestRestartAfterTheProgramWasReplaced(t *testing.T) {
	t.Parallel()
	dir, program := t.TempDir(), filepath.Join(t.TempDir(), "program")
	// Not written here: a child that another test forks meanwhile would keep the
	// file open for writing, and it could not be run.
	if out, err := exec.CommandContext(t.Context(), "cp", self(t), program).CombinedOutput(); err != nil {
		t.Fatalf("cp: %v, %s", err, out)
	}
	_, pid := startOwner(t, program, dir)
	conn := connect(t, start(t, engine.Options{Dir: dir}))
	run(t, conn, keep, "INSERT INTO kept VALUES (1)")

	if err := os.Remove(program); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the child's end", func() bool { return gone(pid) })
	eventually(t, "rows after kill -9", func() bool {
		n, err := count(t.Context(), conn)
		return n == 1 && err == nil
	})
}

func self(t *testing.T) string {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return executable
}

func TestListensOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	e := start(t, engine.Options{Dir: t.TempDir()})
	inodes := map[string]bool{}
	fds, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", e.Pid()))
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		if target, err := os.Readlink(fd); err == nil && strings.HasPrefix(target, "socket:[") {
			inodes[strings.TrimSuffix(strings.TrimPrefix(target, "socket:["), "]")] = true
		}
	}
	var listening []string
	for _, table := range []string{"tcp", "tcp6"} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", e.Pid(), table))
		if err != nil {
			continue // no IPv6 here
		}
		for line := range strings.Lines(string(text)) {
			const local, state, inode, listen = 1, 3, 9, "0A"
			if f := strings.Fields(line); len(f) > inode && f[state] == listen && inodes[f[inode]] {
				listening = append(listening, f[local])
			}
		}
	}
	want := fmt.Sprintf("0100007F:%04X", e.Address().Port) // 127.0.0.1
	if len(listening) != 1 || listening[0] != want {
		t.Errorf("ClickHouse listens on %v, want %s only", listening, want)
	}
}
