package engine_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"gatehouse/sql/engine"
)

// ownerEnv makes the test binary an owner of the directory it names: one that
// a test can kill.
const ownerEnv = "GATEHOUSE_TEST_OWNER"

func TestMain(m *testing.M) {
	engine.RunChild()
	if dir := os.Getenv(ownerEnv); dir != "" {
		os.Exit(beOwner(dir))
	}
	os.Exit(m.Run())
}

func beOwner(dir string) int {
	e, err := engine.Open(context.Background(), engine.Options{Dir: dir})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println(e.Pid())
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}

func start(t *testing.T, o engine.Options) *engine.Engine {
	t.Helper()
	e, err := engine.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return e
}

func connect(t *testing.T, e *engine.Engine) driver.Conn {
	t.Helper()
	a := e.Address()
	conn, err := clickhouse.Open(&clickhouse.Options{
		Addr: []string{a.HostPort()},
		Auth: clickhouse.Auth{Username: a.User, Password: a.Password},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func run(t *testing.T, conn driver.Conn, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if err := conn.Exec(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func count(ctx context.Context, conn driver.Conn) (n uint64, err error) {
	err = conn.QueryRow(ctx, "SELECT count() FROM kept").Scan(&n)
	return n, err
}

// eventually polls until the condition holds, within a minute.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-ctx.Done():
			t.Fatal("waited in vain: ", what)
		case <-tick.C:
		}
	}
}

const keep = "CREATE TABLE kept (n UInt64) ENGINE = MergeTree ORDER BY n"

func TestSecondOpenAttaches(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	owner := start(t, engine.Options{Dir: dir})
	guest := start(t, engine.Options{Dir: dir})
	if !owner.Owned() || owner.Pid() == 0 || guest.Owned() || guest.Pid() != 0 {
		t.Errorf("owner owns %v (pid %d), guest owns %v (pid %d)", owner.Owned(), owner.Pid(), guest.Owned(), guest.Pid())
	}
	if owner.Address() != guest.Address() {
		t.Errorf("owner is at %s, guest at %s", owner.Address().HostPort(), guest.Address().HostPort())
	}
	run(t, connect(t, owner), keep, "INSERT INTO kept VALUES (1)")
	if n, err := count(t.Context(), connect(t, guest)); n != 1 || err != nil {
		t.Errorf("guest sees %d rows, error %v", n, err)
	}
}

func TestAcknowledgedMeansOnDisk(t *testing.T) {
	t.Parallel()
	conn := connect(t, start(t, engine.Options{Dir: t.TempDir()}))
	for _, setting := range []string{"fsync_after_insert", "fsync_part_directory"} {
		var value string
		err := conn.QueryRow(t.Context(), "SELECT value FROM system.merge_tree_settings WHERE name = ?", setting).Scan(&value)
		if value != "1" || err != nil {
			t.Errorf("%s is %q, error %v", setting, value, err)
		}
	}
}

func TestOwnerWaitsForThoseAttached(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	owner := start(t, engine.Options{Dir: dir})
	guest := start(t, engine.Options{Dir: dir})
	conn := connect(t, guest)

	closed := make(chan error, 1)
	go func() { closed <- owner.Close(context.Background()) }()
	run(t, conn, "SELECT sleep(1)") // the owner had time to end, had it not waited
	select {
	case err := <-closed:
		t.Fatalf("the owner has gone while it had a guest, error %v", err)
	default:
	}
	if err := guest.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
}

func TestDataAndPasswordSurviveClose(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := engine.Open(t.Context(), engine.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	run(t, connect(t, first), keep, "INSERT INTO kept VALUES (1)")
	for range 2 { // closing what is closed does no harm
		if err := first.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	second := start(t, engine.Options{Dir: dir})
	if first.Address().Password != second.Address().Password {
		t.Error("the password has changed")
	}
	if n, err := count(t.Context(), connect(t, second)); n != 1 || err != nil {
		t.Errorf("%d rows after a restart, error %v", n, err)
	}
}

func TestKilledChildIsStartedAgain(t *testing.T) {
	t.Parallel()
	e := start(t, engine.Options{Dir: t.TempDir()})
	conn := connect(t, e)
	run(t, conn, keep, "INSERT INTO kept VALUES (1)")
	address, pid := e.Address(), e.Pid()

	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "rows after kill -9", func() bool {
		n, err := count(t.Context(), conn)
		return n == 1 && err == nil && e.Pid() != pid
	})
	if e.Address() != address {
		t.Errorf("it was at %s and is at %s", address.HostPort(), e.Address().HostPort())
	}
}

// A client that hangs up in the middle must not take the engine down: libchdb
// aborts on that when it does not believe itself on a terminal.
func TestRudeClientsDoNoHarm(t *testing.T) {
	t.Parallel()
	e := start(t, engine.Options{Dir: t.TempDir()})
	conn, pid := connect(t, e), e.Pid()
	run(t, conn, keep, "INSERT INTO kept VALUES (1)")
	for range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		rows, err := conn.Query(ctx, "SELECT number, repeat('x', 1000) FROM system.numbers")
		if err != nil {
			t.Fatal(err)
		}
		rows.Next()
		cancel()
		rows.Close()

		var dialer net.Dialer
		raw, err := dialer.DialContext(t.Context(), "tcp", e.Address().HostPort())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprint(raw, "GET / HTTP/1.0\r\n\r\n"); err != nil { // not its protocol
			t.Fatal(err)
		}
		if err := raw.(*net.TCPConn).SetLinger(0); err != nil {
			t.Fatal(err)
		}
		raw.Close() // with a reset
	}
	run(t, conn, "SELECT sleep(0.5)") // the last of them has come to its end
	if n, err := count(t.Context(), conn); n != 1 || err != nil {
		t.Errorf("%d rows, error %v", n, err)
	}
	if e.Pid() != pid {
		t.Error("ClickHouse had to be started again")
	}
}

func TestStartFailsWithOneLine(t *testing.T) {
	t.Parallel()
	var listen net.ListenConfig
	taken, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() })
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("no library, no directory"), 0o600); err != nil {
		t.Fatal(err)
	}
	port := taken.Addr().(*net.TCPAddr).Port

	for _, c := range []struct {
		name    string
		options engine.Options
		says    []string
	}{
		{"port taken", engine.Options{Port: port}, []string{fmt.Sprint("port ", port), "choose another", "address already in use"}},
		{"no library", engine.Options{Library: "/nowhere/libchdb.so"}, []string{"/nowhere/libchdb.so is not there", "correct the path"}},
		{"broken library", engine.Options{Library: file}, []string{"did not start", file}},
		{"disk full", engine.Options{MinFree: 1 << 60}, []string{"disk", "free some space"}},
		{"no directory", engine.Options{Dir: filepath.Join(file, "data")}, []string{"cannot be made"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if c.options.Dir == "" {
				c.options.Dir = dir
			}
			_, err := engine.Open(t.Context(), c.options)
			if err == nil {
				t.Fatal("it started")
			}
			for _, want := range c.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q has more than one line", err)
			}
			start(t, engine.Options{Dir: dir}) // the failure left nothing in the way
		})
	}
}

func TestLibraryNamedByEnvironment(t *testing.T) {
	t.Setenv(engine.LibraryEnv, "/nowhere/else.so")
	if _, err := engine.FindLibrary(""); err == nil || !strings.Contains(err.Error(), "/nowhere/else.so") {
		t.Errorf("error is %v", err)
	}
}

func TestFilesArePrivate(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	run(t, connect(t, start(t, engine.Options{Dir: dir})), keep, "INSERT INTO kept VALUES (1)")
	seen := 0
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // ClickHouse removes files while we look
		}
		info, err := entry.Info()
		if err != nil {
			return nil //nolint:nilerr // as above
		}
		seen++
		if info.Mode()&os.ModeSymlink == 0 && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return nil
	})
	if err != nil || seen < 10 {
		t.Fatalf("%d files seen, error %v", seen, err)
	}
}
