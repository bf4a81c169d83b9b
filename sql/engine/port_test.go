package engine

import (
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"testing"
)

// Between the choice of a port and ClickHouse's opening it, somebody else may
// take it: the child must end and say so, not wait.
func TestPortLostBeforeStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	address, err := configure(t.Context(), dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	var listen net.ListenConfig
	thief, err := listen.Listen(t.Context(), "tcp", address.HostPort())
	if err != nil {
		t.Fatal(err)
	}
	defer thief.Close()
	go func() {
		for conn, err := thief.Accept(); err == nil; conn, err = thief.Accept() {
			conn.Close()
		}
	}()
	library, err := FindLibrary("")
	if err != nil {
		t.Fatal(err)
	}
	lock, err := tryLock(filepath.Join(dir, "engine.lock"), exclusive)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	spec := childSpec{library: library, dir: dir, address: address, lock: lock, log: slog.New(slog.DiscardHandler)}
	_, err = spec.start(t.Context())
	if err == nil || !strings.Contains(err.Error(), "Address already in use") {
		t.Errorf("error is %v", err)
	}
	if !portTaken(t.Context(), address) {
		t.Error("the port counts as free")
	}
}
