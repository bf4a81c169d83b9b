package source

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse/ingest"
)

// ledger does what a runner does: it reads each item, puts on record what
// became of it, and tells the source.
type ledger struct {
	t       *testing.T
	became  map[string]ingest.State // by base name; others are published
	seen    map[string]bool
	cursor  string
	notes   []string
	content map[string]string
	folders map[string]string
}

func newLedger(t *testing.T) *ledger {
	return &ledger{t: t, became: map[string]ingest.State{}, seen: map[string]bool{}, content: map[string]string{}, folders: map[string]string{}}
}

// run gives the names of the items in the order they came.
func (l *ledger) run(f Fetcher) ([]string, error) {
	return l.runContext(l.t.Context(), f)
}

func (l *ledger) runContext(ctx context.Context, f Fetcher) ([]string, error) {
	names := []string{}
	l.notes = nil
	state := State{
		Cursor: l.cursor,
		Seen:   func(item, version string) bool { return l.seen[item+"\x00"+version] },
		Note:   func(text string) { l.notes = append(l.notes, text) },
	}
	err := f.Fetch(ctx, state, func(item Item) error {
		content, err := io.ReadAll(io.NewSectionReader(item.Content, 0, item.Size+1))
		if err != nil {
			return err
		}
		if int64(len(content)) != item.Size {
			return fmt.Errorf("%s has %d bytes, said to be %d", item.Name, len(content), item.Size)
		}
		names = append(names, item.Name)
		l.content[item.Name], l.folders[item.Name] = string(content), item.Folder
		became, ok := l.became[path.Base(item.Name)]
		if !ok {
			became = ingest.Published
		}
		if became == ingest.Abandoned {
			return nil
		}
		l.seen[item.Name+"\x00"+item.Version] = true
		if item.Cursor != "" && became == ingest.Published {
			l.cursor = item.Cursor
		}
		if item.Settle == nil {
			return nil
		}
		return item.Settle(ctx, became)
	})
	return names, err
}

// takes runs the source, which must offer these items and no others.
func (l *ledger) takes(f Fetcher, want ...string) {
	l.t.Helper()
	got, err := l.run(f)
	if err != nil {
		l.t.Fatal(err)
	}
	if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
		l.t.Fatalf("items (-want +got):\n%s\nnotes: %q", diff, l.notes)
	}
}

// fails runs the source, whose error must say these words.
func (l *ledger) fails(f Fetcher, words ...string) []string {
	l.t.Helper()
	got, err := l.run(f)
	if err == nil {
		l.t.Fatalf("no error; items %q", got)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			l.t.Errorf("error %q does not say %q", err, word)
		}
	}
	if strings.Contains(err.Error(), testPassword) {
		l.t.Errorf("error %q tells the password", err)
	}
	return got
}

func (l *ledger) noted(words string) {
	l.t.Helper()
	if !slices.ContainsFunc(l.notes, func(note string) bool { return strings.Contains(note, words) }) {
		l.t.Errorf("no note says %q: %q", words, l.notes)
	}
}

// noEnv is an environment without secrets: those of the tests lie in files.
func noEnv(string) string { return "" }

const testPassword = "open sesame"

func secret(t *testing.T, value string) Secret {
	t.Helper()
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(value+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return Secret{file: file}
}

// morning is when files of the tests were written, long before the clock.
var morning = time.Date(2026, 3, 5, 8, 30, 0, 0, time.UTC)

// put writes files below dir, each a minute later than the one before.
func put(t *testing.T, dir string, names ...string) {
	t.Helper()
	for i, name := range names {
		putAt(t, dir, name, "content of "+name, morning.Add(time.Duration(i)*time.Minute))
	}
}

func putAt(t *testing.T, dir, name, content string, written time.Time) {
	t.Helper()
	full := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(full, written, written); err != nil {
		t.Fatal(err)
	}
}

// tree lists the files below dir.
func tree(t *testing.T, dir string) []string {
	t.Helper()
	found := []string{}
	err := filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			relative, _ := filepath.Rel(dir, name)
			found = append(found, filepath.ToSlash(relative))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func wantTree(t *testing.T, dir string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, tree(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// line is a network that can be cut after some bytes have come through it.
type line struct{ left atomic.Int64 }

func newLine() *line {
	l := &line{}
	l.mend()
	return l
}

func (l *line) mend()            { l.left.Store(1 << 40) }
func (l *line) cutAfter(n int64) { l.left.Store(n) }
func (l *line) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &lineEnd{conn, l}, nil
}

type lineEnd struct {
	net.Conn
	line *line
}

func (e *lineEnd) Read(p []byte) (int, error) {
	left := e.line.left.Load()
	if left <= 0 {
		e.Conn.Close()
	}
	p = p[:min(int64(len(p)), max(left, 1))]
	n, err := e.Conn.Read(p)
	e.line.left.Add(-int64(n))
	return n, err
}

// thousand are the names of 1,000 files.
func thousand() []string {
	names := make([]string, 1000)
	for i := range names {
		names[i] = fmt.Sprintf("bills-%04d.csv", i)
	}
	return names
}
