package gatehouse_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Data flows one way: ingest → ClickHouse (sql) → analytics → dashboard, and
// cmd wires. A rule holds for its folder and those below, unless a longer one
// does; it lists the packages of ours (root is ".") that may be imported
// besides its own folder's. A trailing /... means a folder and all below.
var architecture = []struct {
	folder string
	may    []string
}{
	{".", nil},
	{"sql", nil},
	{"sql/engine", nil},
	{"sql/clickhouse", []string{".", "sql"}},
	{"sql/sqltest", []string{".", "sql/clickhouse", "sql/engine"}},
	{"ingest", []string{".", "sql/clickhouse"}},
	{"ingest/sheet", []string{"."}},
	{"ingest/demo", []string{"."}},
	{"analytics", []string{".", "sql", "sql/clickhouse"}},
	{"analytics/stat", []string{"."}},
	{"dashboard", []string{".", "sql/clickhouse", "analytics/...", "ingest", "ingest/source"}},
	{"bench", []string{".", "sql/...", "ingest/...", "analytics/...", "dashboard/..."}},
	{"cmd", []string{".", "sql/...", "ingest/...", "analytics/...", "dashboard/..."}},
}

// A library that is hard to use safely is used in one place, listed first;
// what the rest of the program needs of it goes through that package.
var libraries = []struct {
	library string // with everything below it
	only    []string
}{
	{"github.com/ebitengine/purego", []string{"sql/engine"}},
	{"github.com/ClickHouse/clickhouse-go", []string{"sql/clickhouse"}},
	{"github.com/ClickHouse/ch-go", []string{"sql/clickhouse"}},
	{"github.com/go-co-op/gocron", []string{"analytics/schedule"}},
	{"github.com/jonboulle/clockwork", []string{"analytics/schedule"}},
	{"github.com/go-echarts/go-echarts", []string{"dashboard/chart"}},
	{"github.com/dop251/goja", []string{"dashboard/chart/svg"}},
	{"github.com/go-json-experiment/json", []string{"ingest/sheet"}},
	{"github.com/xuri/excelize", []string{"ingest", "ingest/sheet", "ingest/demo", "analytics/report", "dashboard/panel"}},
	{"github.com/elastic/go-seccomp-bpf", []string{"ingest/sheet/sandbox"}},
	{"github.com/itchyny/gojq", []string{"ingest/source"}},
	{"github.com/robfig/cron", []string{"ingest/source", "analytics/schedule"}},
	{"golang.org/x/oauth2", []string{"ingest/source"}},
	{"github.com/minio/minio-go", []string{"ingest/source"}},
	{"github.com/pkg/sftp", []string{"ingest/source"}},
	{"golang.org/x/crypto/ssh", []string{"ingest/source"}},
	{"github.com/emersion", []string{"ingest/source"}},
	{"github.com/richardlehane/mscfb", []string{"ingest/sheet"}},
	{"gonum.org/v1/gonum", []string{"analytics/stat"}},
	{"github.com/alecthomas/kong", []string{"cmd/gatehouse"}},
	{"github.com/knadh/koanf", []string{"cmd/gatehouse"}},
}

const module = "gatehouse"

func TestImports(t *testing.T) {
	t.Parallel()
	for _, f := range sourceFiles(t) {
		if strings.HasSuffix(f.path, "_test.go") {
			continue // a test may look anywhere
		}
		for _, spec := range f.syntax.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if imported == module {
				imported = module + "/."
			}
			if ours, ok := strings.CutPrefix(imported, module+"/"); ok {
				if !mayImport(f.folder, ours) {
					t.Errorf("%s imports %s of ours, which %s may not (architecture, above)", f.path, ours, f.folder)
				}
				continue
			}
			for _, l := range libraries {
				if within(imported, l.library) && !slices.Contains(l.only, f.folder) {
					t.Errorf("%s imports %s, which is for %s (libraries, above)", f.path, imported, strings.Join(l.only, ", "))
				}
			}
			if f.folder == "." && strings.Contains(imported, ".") {
				t.Errorf("%s imports %s: the root package is for the standard library only", f.path, imported)
			}
		}
	}
}

func mayImport(folder, imported string) bool {
	var rule string
	var may []string
	for _, r := range architecture {
		if (r.folder == folder || r.folder != "." && within(folder, r.folder)) && len(r.folder) > len(rule) {
			rule, may = r.folder, r.may
		}
	}
	if imported != "." && within(imported, rule) {
		return true // its own folders
	}
	return slices.ContainsFunc(may, func(allowed string) bool {
		tree, ok := strings.CutSuffix(allowed, "/...")
		return allowed == imported || ok && within(imported, tree)
	})
}

// within tells whether p is the folder or lies below it.
func within(p, folder string) bool { return p == folder || strings.HasPrefix(p, folder+"/") }

func TestMayImport(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		folder, imported string
		want             bool
	}{
		{"ingest", "ingest/sheet", true},
		{"ingest", "analytics", false},
		{"ingest/sheet", "sql/clickhouse", false},
		{"ingest/sheet", "ingest", false},
		{"analytics/report", "analytics", true},
		{"analytics/report", "ingest", false},
		{"analytics/stat", "analytics", false},
		{"analytics", "analytics/stat", true},
		{"dashboard/chart", "analytics/report", true},
		{"dashboard", "ingest/sheet", false},
		{"dashboard", "cmd/gatehouse", false},
		{"cmd/gatehouse", "sql/engine", true},
		{"sql/engine", "sql", false},
		{".", "sql", false},
		{"newcomer", ".", false},
	} {
		if got := mayImport(c.folder, c.imported); got != c.want {
			t.Errorf("may %s import %s: %v, want %v", c.folder, c.imported, got, c.want)
		}
	}
}

// A package says once what it is for.
func TestOnePackageCommentEach(t *testing.T) {
	t.Parallel()
	comments := map[string][]string{}
	for _, f := range sourceFiles(t) {
		if strings.HasSuffix(f.path, "_test.go") {
			continue
		}
		found := comments[f.folder]
		if f.syntax.Doc != nil {
			found = append(found, f.path)
		}
		comments[f.folder] = found
	}
	for _, folder := range slices.Sorted(maps.Keys(comments)) {
		if found := comments[folder]; len(found) != 1 {
			t.Errorf("%s has %d package comments, want one: %v", folder, len(found), found)
		}
	}
}

type sourceFile struct {
	path, folder string // by slash, from the root
	syntax       *ast.File
}

// sourceFiles parses the imports of every Go file of the module.
func sourceFiles(t *testing.T) []sourceFile {
	t.Helper()
	var files []sourceFile
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		if entry.IsDir() && name != "." &&
			(base == "node_modules" || base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")) {
			return filepath.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(base, ".go") {
			return nil
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		files = append(files, sourceFile{path: name, folder: path.Dir(name), syntax: syntax})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("only %d Go files found", len(files))
	}
	return files
}
