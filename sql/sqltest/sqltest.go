// Package sqltest gives each test a database of its own on the real engine.
package sqltest

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/engine"
)

// Run is the body of TestMain in every package that uses New:
//
//	func TestMain(m *testing.M) { os.Exit(sqltest.Run(m)) }
//
// All tests of the package share one engine, which ends with them.
func Run(m *testing.M) int {
	engine.RunChild()
	code := m.Run()
	if err := server.close(); err != nil {
		fmt.Fprintln(os.Stderr, "sqltest:", err)
		return max(code, 1)
	}
	return code
}

// server is the engine shared by one test binary, started by its first test.
var server shared //nolint:gochecknoglobals // TestMain has no other way to reach what the tests share

type shared struct {
	mu     sync.Mutex
	dir    string
	engine *engine.Engine
}

func (s *shared) open() (*engine.Engine, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.engine != nil {
		return s.engine, nil
	}
	dir, err := os.MkdirTemp("", "gatehouse-test-")
	if err != nil {
		return nil, err
	}
	s.dir = dir
	s.engine, err = engine.Open(context.Background(), engine.Options{Dir: dir})
	return s.engine, err
}

func (s *shared) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.engine == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := s.engine.Close(ctx); err != nil {
		return err
	}
	return os.RemoveAll(s.dir)
}

// Calendar is the business calendar of the tests: Shanghai, years from January.
func Calendar(t testing.TB) gatehouse.Calendar {
	t.Helper()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return gatehouse.Calendar{Location: shanghai, YearStart: time.January}
}

// Config names a database that no other test uses.
func Config(t testing.TB) clickhouse.Config {
	t.Helper()
	e, err := server.open()
	if err != nil {
		t.Fatal(err)
	}
	a := e.Address()
	return clickhouse.Config{
		Address: a.HostPort(), User: a.User, Password: a.Password,
		Database: "test_" + strings.ToLower(rand.Text()[:12]),
		Calendar: Calendar(t),
	}
}

// New opens an empty database with the current schema.
func New(t testing.TB) *clickhouse.DB {
	t.Helper()
	db, err := clickhouse.Open(t.Context(), Config(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
