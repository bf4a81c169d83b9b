package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatehouse/ingest"
)

type testClock struct{ at time.Time }

func (c *testClock) now() time.Time { return c.at }

func watch(t *testing.T, c FolderConfig) *folder {
	t.Helper()
	f, err := newFolder(c, (&testClock{morning.Add(24 * time.Hour)}).now)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFolderTakesEachFileOnce(t *testing.T) {
	t.Parallel()
	dir, l := t.TempDir(), newLedger(t)
	put(t, dir, "b.xlsx", "阳光花园/2026/a.csv", "阳光花园/~$a.csv", ".hidden.xlsx", ".trash/c.xlsx", "c.xlsx.part", "d.csv.crdownload", "e.tmp", "note.docx")
	f := watch(t, FolderConfig{Path: dir, Recursive: true})
	l.takes(f, "b.xlsx", "阳光花园/2026/a.csv") // older first
	if l.content["b.xlsx"] != "content of b.xlsx" || l.folders["b.xlsx"] != "" || l.folders["阳光花园/2026/a.csv"] != "阳光花园/2026" {
		t.Errorf("content %q, folders %q", l.content, l.folders)
	}
	wantTree(t, dir, ".hidden.xlsx", ".trash/c.xlsx", "c.xlsx.part", "d.csv.crdownload", "done/b.xlsx", "done/阳光花园/2026/a.csv", "e.tmp", "note.docx", "阳光花园/~$a.csv")
	l.takes(f)
}

func TestFolderAlone(t *testing.T) {
	t.Parallel()
	dir, l := t.TempDir(), newLedger(t)
	put(t, dir, "a.csv", "below/b.csv")
	l.takes(watch(t, FolderConfig{Path: dir}), "a.csv")
}

func TestFolderInPlace(t *testing.T) {
	t.Parallel()
	dir, l := t.TempDir(), newLedger(t)
	put(t, dir, "a.csv", "b.csv")
	l.became["b.csv"] = ingest.Refused
	c := FolderConfig{Path: dir, InPlace: true}
	l.takes(watch(t, c), "a.csv", "b.csv")
	l.takes(watch(t, c))
	putAt(t, dir, "a.csv", "content of a.csv, mended", morning.Add(time.Hour))
	l.takes(watch(t, c), "a.csv")
	l.takes(watch(t, c))
	wantTree(t, dir, "a.csv", "b.csv")
}

func TestFolderMovesByWhatBecameOfIt(t *testing.T) {
	t.Parallel()
	dir, l := t.TempDir(), newLedger(t)
	put(t, dir, "again.csv", "bad.csv", "good.csv", "later.csv")
	l.became["again.csv"], l.became["bad.csv"], l.became["later.csv"] = ingest.AlreadyLoaded, ingest.Refused, ingest.Abandoned
	f := watch(t, FolderConfig{Path: dir, Recursive: true, Done: "archive/done", Failed: "archive/failed"})
	l.takes(f, "again.csv", "bad.csv", "good.csv", "later.csv")
	wantTree(t, dir, "archive/done/again.csv", "archive/done/good.csv", "archive/failed/bad.csv", "later.csv")
	l.takes(f, "later.csv") // the loader failed, not the file
}

func TestFolderKeepsEarlierFilesOfTheSameName(t *testing.T) {
	t.Parallel()
	dir, l := t.TempDir(), newLedger(t)
	f := watch(t, FolderConfig{Path: dir})
	for _, content := range []string{"1", "2", "3"} {
		putAt(t, dir, "a.csv", content, morning)
		l.takes(f, "a.csv")
	}
	wantTree(t, dir, "done/a-20260305T083000Z-2.csv", "done/a-20260305T083000Z.csv", "done/a.csv")
	if last, err := os.ReadFile(filepath.Join(dir, "done/a-20260305T083000Z-2.csv")); err != nil || string(last) != "3" {
		t.Errorf("the last holds %q: %v", last, err)
	}
}

func TestFolderWaitsForFilesToSettle(t *testing.T) {
	t.Parallel()
	dir, l, c := t.TempDir(), newLedger(t), &testClock{morning.Add(20 * time.Second)}
	f, err := newFolder(FolderConfig{Path: dir, SettleFor: 30 * time.Second}, c.now)
	if err != nil {
		t.Fatal(err)
	}
	putAt(t, dir, "a.csv", "half", morning)
	putAt(t, dir, "copied.csv", "half", morning.Add(-time.Hour))  // a copy may bear the original's time
	putAt(t, dir, "tomorrow.csv", "x", morning.Add(24*time.Hour)) // of a machine whose clock is wrong
	l.takes(f, "copied.csv")
	l.noted("2 files changed less than 30s ago")
	putAt(t, dir, "copied.csv", "half", morning.Add(-time.Hour))
	c.at = c.at.Add(10 * time.Second)
	putAt(t, dir, "a.csv", "half and half", morning)
	l.takes(f, "copied.csv")
	c.at = c.at.Add(20 * time.Second)
	l.takes(f, "tomorrow.csv")
	c.at = c.at.Add(10 * time.Second)
	l.takes(f, "a.csv")
	if l.content["a.csv"] != "half and half" {
		t.Errorf("loaded %q", l.content["a.csv"])
	}
	l.takes(f)
}

func TestFolderLeavesWhatChangesUnderway(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, dir, "a.csv", "b.csv", "c.csv")
	f := watch(t, FolderConfig{Path: dir})
	var names []string
	err := f.Fetch(t.Context(), State{}, func(item Item) error {
		names = append(names, item.Name)
		putAt(t, dir, "a.csv", "another a", morning.Add(time.Hour)) // the one being loaded
		putAt(t, dir, "b.csv", "another b", morning.Add(time.Hour))
		if err := os.Remove(filepath.Join(dir, "c.csv")); err != nil {
			return err
		}
		return item.Settle(t.Context(), ingest.Published)
	})
	if err != nil || strings.Join(names, " ") != "a.csv" {
		t.Fatalf("took %q: %v", names, err)
	}
	wantTree(t, dir, "a.csv", "b.csv")
	l := newLedger(t)
	l.takes(watch(t, FolderConfig{Path: dir}), "a.csv", "b.csv")
}

// growing is a file to which somebody writes while it is read.
type growing struct {
	*os.File
	more string
}

func (g *growing) Read(p []byte) (int, error) {
	n, err := g.File.Read(p)
	if g.more != "" && err == nil {
		_, err = g.WriteAt([]byte(g.more), int64(n))
		g.more = ""
	}
	return n, err
}

func TestGrowingFileIsNotCopied(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, dir, "a.csv")
	file, err := os.OpenFile(filepath.Join(dir, "a.csv"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	listed, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := copyStable(t.Context(), &growing{file, "more"}, listed, maxFile, nil); !errors.Is(err, errChanged) {
		t.Errorf("copied a file that grew: %v", err)
	}
}

func TestLocalCopyHasNoNameAndEndsWithItsSource(t *testing.T) {
	t.Parallel()
	s, err := copyOf(t.Context(), strings.NewReader("12345"), 5, nil)
	if err != nil || s.size != 5 {
		t.Fatalf("%v bytes: %v", s, err)
	}
	defer s.close()
	if info, err := s.file.Stat(); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v: %v", info.Mode(), err)
	}
	if _, err := os.Stat(s.file.Name()); !os.IsNotExist(err) {
		t.Errorf("it is still there: %v", err)
	}
	if _, err := copyOf(t.Context(), strings.NewReader("123456"), 5, nil); !errors.Is(err, errTooLarge) {
		t.Errorf("six bytes: %v", err)
	}
}

func TestFolderNeverLeavesItself(t *testing.T) {
	t.Parallel()
	dir, outside, l := t.TempDir(), t.TempDir(), newLedger(t)
	put(t, outside, "secret.csv")
	put(t, dir, "a.csv")
	for link, to := range map[string]string{"linked.csv": filepath.Join(outside, "secret.csv"), "linked": outside, "done": outside} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	l.fails(watch(t, FolderConfig{Path: dir, Recursive: true}), dir, "a.csv cannot be moved to done", "set in_place")
	wantTree(t, outside, "secret.csv")
	l.noted("1 symbolic links")
	for _, name := range []string{"../done", "/done", ".", "a/../.."} {
		if _, err := newFolder(FolderConfig{Path: dir, Done: name}, time.Now); err == nil {
			t.Errorf("done %q is taken", name)
		}
	}
}

func TestFolderSaysWhatItCannotTake(t *testing.T) {
	t.Parallel()
	dir, l := t.TempDir(), newLedger(t)
	put(t, dir, "big file.csv", "a.csv")
	f := watch(t, FolderConfig{Path: dir})
	f.limit = 16
	if got := l.fails(f, dir, "big file.csv has 23 bytes, at most 16", "split it"); len(got) != 1 {
		t.Errorf("took %q, the other file is fine", got)
	}
	l.fails(watch(t, FolderConfig{Path: filepath.Join(dir, "missing")}), "missing", "create it")
	if _, err := newFolder(FolderConfig{}, time.Now); err == nil {
		t.Error("a folder without path is taken")
	}
}

func TestFolderOfThousandFiles(t *testing.T) {
	t.Parallel()
	dir, l := t.TempDir(), newLedger(t)
	names := thousand()
	put(t, dir, names...)
	f := watch(t, FolderConfig{Path: dir})
	l.takes(f, names...)
	l.takes(f)
	if done, err := fs.Glob(os.DirFS(dir), "done/*.csv"); err != nil || len(done) != 1000 {
		t.Errorf("%d files done: %v", len(done), err)
	}
}
