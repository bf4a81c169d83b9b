package analytics

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gatehouse/ingest"
	"gatehouse/ingest/demo"
	"gatehouse/ingest/sheet/sandbox"
	"gatehouse/sql"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

func TestMain(m *testing.M) {
	sandbox.RunChild(nil)
	os.Exit(sqltest.Run(m))
}

// newService is a service over an empty database and the program's own KPIs.
func newService(t testing.TB, db *clickhouse.DB) *Service {
	t.Helper()
	registry, err := ReadRegistry(sql.Files, "kpi")
	if err != nil {
		t.Fatal(err)
	}
	return New(db, registry, slog.New(slog.DiscardHandler))
}

// written is a made-up portfolio and the files it was written to.
func written(t testing.TB, o demo.Options) (*demo.Portfolio, []demo.File) {
	t.Helper()
	p := demo.Generate(o)
	files, err := p.Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return p, files
}

// loader loads files into db.
func loader(t testing.TB, db *clickhouse.DB) *ingest.Loader {
	t.Helper()
	store, err := ingest.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return ingest.NewLoader(db, store, ingest.Options{})
}

// load loads a file; its good rows must be published.
func load(t testing.TB, l *ingest.Loader, file demo.File) ingest.Result {
	t.Helper()
	f, err := os.Open(file.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	r, err := l.Load(context.Background(), ingest.Request{Name: filepath.Base(file.Path), Content: f, Size: info.Size(), By: "test"})
	if err != nil {
		t.Fatalf("%s: %v", file.Path, err)
	}
	if r.Status == ingest.Refused {
		t.Fatalf("%s refused: %+v", file.Path, r.Errors)
	}
	return r
}

// refresh computes what changed.
func refresh(t testing.TB, s *Service) Snapshot {
	t.Helper()
	if _, err := s.Refresh(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	at, err := s.Latest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// shuffled is the files in another order, fixed by seed.
func shuffled(files []demo.File, seed uint64) []demo.File {
	files = slices.Clone(files)
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
	return files
}
