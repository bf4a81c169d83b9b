package clickhouse_test

import (
	"fmt"
	"io/fs"
	"net"
	"os"
	"path"
	"strings"
	"sync"
	"testing"

	driver "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"

	"gatehouse"
	"gatehouse/sql"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

func TestMain(m *testing.M) { os.Exit(sqltest.Run(m)) }

// schemaFiles are the names of the numbered files.
func schemaFiles(t *testing.T) []string {
	t.Helper()
	files, err := fs.Glob(sql.Files, "schema/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d schema files, error %v", len(files), err)
	}
	for i, file := range files {
		files[i] = path.Base(file)
	}
	return files
}

func open(t *testing.T, config clickhouse.Config) *clickhouse.DB {
	t.Helper()
	db, err := clickhouse.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func applied(t *testing.T, db *clickhouse.DB) []string {
	t.Helper()
	type row struct {
		Version uint32 `ch:"version"`
		Name    string `ch:"name"`
		Engine  string `ch:"engine"`
	}
	rows, err := clickhouse.Select[row](t.Context(), db, "clickhouse.Applied", clickhouse.Asked{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range rows {
		names = append(names, r.Name)
		if r.Version == 0 || r.Engine == "" {
			t.Errorf("applied: %+v", r)
		}
	}
	return names
}

func TestOpenAppliesEverySchemaFileOnce(t *testing.T) {
	t.Parallel()
	config := sqltest.Config(t)
	for range 2 {
		if diff := cmp.Diff(schemaFiles(t), applied(t, open(t, config))); diff != "" {
			t.Errorf("schema files applied (-want +got):\n%s", diff)
		}
	}
}

func TestOpenAtTheSameTime(t *testing.T) {
	t.Parallel()
	config := sqltest.Config(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			db, err := clickhouse.Open(t.Context(), config)
			if err != nil {
				t.Error(err)
				return
			}
			db.Close()
		})
	}
	all.Wait()
	if diff := cmp.Diff(schemaFiles(t), applied(t, open(t, config))); diff != "" {
		t.Errorf("schema files applied (-want +got):\n%s", diff)
	}
}

func TestOpenAfterAStartCutShort(t *testing.T) {
	t.Parallel()
	config := sqltest.Config(t)
	conn, err := driver.Open(&driver.Options{Addr: []string{config.Address}, Auth: driver.Auth{Username: config.User, Password: config.Password}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	text, err := fs.ReadFile(sql.Files, "schema/"+schemaFiles(t)[0])
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), ";\n")
	_, create, found := strings.Cut(first, "CREATE TABLE ")
	if !found {
		t.Fatalf("the first statement is %q", first)
	}
	for _, statement := range []string{"CREATE DATABASE " + config.Database, "CREATE TABLE " + config.Database + "." + create} {
		if err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(schemaFiles(t), applied(t, open(t, config))); diff != "" {
		t.Errorf("schema files applied (-want +got):\n%s", diff)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	var listen net.ListenConfig
	closed, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()

	for _, c := range []struct {
		name   string
		spoil  func(*testing.T, *clickhouse.Config)
		kind   gatehouse.Kind
		phrase string
	}{
		{"newer schema", func(t *testing.T, c *clickhouse.Config) {
			migrated(t, open(t, *c), 9999, "26.7.1.1")
		}, gatehouse.Invalid, "written by a newer gatehouse (schema 9999"},
		{"newer engine", func(t *testing.T, c *clickhouse.Config) {
			migrated(t, open(t, *c), 1, "99.12.1.1")
		}, gatehouse.Invalid, "written by ClickHouse 99.12.1.1"},
		{"wrong password", func(_ *testing.T, c *clickhouse.Config) {
			c.Password = "not-the-password"
		}, gatehouse.Invalid, "correct the --clickhouse address"},
		{"nobody there", func(_ *testing.T, c *clickhouse.Config) {
			c.Address = closed.Addr().String()
		}, gatehouse.Unavailable, "is it running?"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			config := sqltest.Config(t)
			c.spoil(t, &config)
			_, err := clickhouse.Open(t.Context(), config)
			if err == nil {
				t.Fatal("it opened")
			}
			if gatehouse.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.phrase) {
				t.Errorf("%s error %q, want %s and %q", gatehouse.KindOf(err), err, c.kind, c.phrase)
			}
			if strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), config.Password) {
				t.Errorf("%q has several lines, or the password", err)
			}
		})
	}
}

// migrated pretends that a schema file was applied by some release of ClickHouse.
func migrated(t *testing.T, db *clickhouse.DB, version uint32, engine string) {
	t.Helper()
	err := db.Insert(t.Context(), "schema_migration", "", []clickhouse.Column{
		{Name: "version", Values: []uint32{version}}, {Name: "name", Values: []string{"future"}}, {Name: "engine", Values: []string{engine}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestParseURL(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]clickhouse.Config{
		"clickhouse://u:p@host:9440/db?secure=true": {Address: "host:9440", User: "u", Password: "p", Database: "db", Secure: true},
		"clickhouse://host":                         {Address: "host:9000"},
		"clickhouse://u:p%40%2F@host/":              {Address: "host:9000", User: "u", Password: "p@/"},
		"clickhouse://[::1]/db":                     {Address: "[::1]:9000", Database: "db"},
	} {
		got, err := clickhouse.ParseURL(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: error %v (-want +got):\n%s", text, err, diff)
		}
	}
	for _, text := range []string{"", "host:9000", "http://host:8123/db", "clickhouse:///db", "clickhouse://u:secret@ho st/db"} {
		if got, err := clickhouse.ParseURL(text); gatehouse.KindOf(err) != gatehouse.Invalid || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s is %+v, error %v", text, got, err)
		}
	}
}

func TestSchemaFileNames(t *testing.T) {
	t.Parallel()
	for i, name := range schemaFiles(t) {
		if want := fmt.Sprintf("%04d_", i+1); !strings.HasPrefix(name, want) {
			t.Errorf("file %d is %s, want %s...", i+1, name, want)
		}
	}
}
