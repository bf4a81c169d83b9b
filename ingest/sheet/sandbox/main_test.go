package sandbox

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

func TestMain(m *testing.M) {
	RunChild(testJobs())
	if os.Getenv(parentEnv) != "" {
		os.Exit(beParent())
	}
	os.Exit(m.Run())
}

// testJobs are what a hostile file might make a reader do.
func testJobs() map[string]Job {
	return map[string]Job{
		"upper": func(in *os.File, out io.Writer, args []byte) error {
			content, err := io.ReadAll(in)
			if err != nil {
				return err
			}
			_, err = io.WriteString(out, strings.ToUpper(string(content))+string(args))
			return err
		},
		"allocate": func(_ *os.File, _ io.Writer, _ []byte) error {
			var kept [][]byte
			for {
				kept = append(kept, slices.Repeat([]byte{1}, 1<<20))
			}
		},
		"spin": func(*os.File, io.Writer, []byte) error {
			for n := 0; ; n++ {
				runtime.KeepAlive(n)
			}
		},
		"begin": func(_ *os.File, out io.Writer, _ []byte) error {
			_, _ = io.WriteString(out, "x")
			select {}
		},
		"hang":  func(*os.File, io.Writer, []byte) error { select {} },
		"panic": func(*os.File, io.Writer, []byte) error { panic("index out of range") },
		"exit": func(_ *os.File, out io.Writer, _ []byte) error {
			_, _ = io.WriteString(out, "the first half")
			os.Exit(0)
			return nil
		},
		"noise": func(*os.File, io.Writer, []byte) error {
			_, err := os.Stdout.WriteString("not a frame at all")
			return err
		},
		"replay": func(in *os.File, _ io.Writer, _ []byte) error {
			if _, err := io.Copy(os.Stdout, in); err != nil {
				return err
			}
			os.Exit(0)
			return nil
		},
		"flood": func(_ *os.File, out io.Writer, _ []byte) error {
			block := make([]byte, 1<<20)
			for {
				if _, err := out.Write(block); err != nil {
					return err
				}
			}
		},
		"fault": func(*os.File, io.Writer, []byte) error {
			return &sheet.Fault{Sheet: "收费", Row: 4, Col: 1, Ref: "B4", Code: sheet.BadValue, Message: "no number"}
		},
		"invalid": func(*os.File, io.Writer, []byte) error {
			return gatehouse.Errorf(gatehouse.Invalid, "choose another sheet")
		},
		"outside": outside,
		"escape": func(_ *os.File, out io.Writer, args []byte) error {
			_, err := io.WriteString(out, escape(string(args)))
			return err
		},
	}
}

// outside tries what a child may not, and says what it managed.
func outside(_ *os.File, out io.Writer, args []byte) error {
	say := func(what string) { _, _ = io.WriteString(out, what+"\n") }
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		say("env " + name)
	}
	f, err := os.OpenFile(string(args), os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = f.WriteString("x")
	}
	if err == nil {
		say("wrote a file")
	}
	if _, err := os.NewFile(fileDescriptor, "").WriteString("x"); err == nil {
		say("wrote to the file")
	}
	var open []*os.File
	for range 100 {
		f, err := os.Open(os.DevNull)
		if err != nil {
			break
		}
		open = append(open, f)
	}
	if len(open) == 100 {
		say("opened 100 files")
	}
	return nil
}

// fileOf is content on disk, open to be read.
func fileOf(t testing.TB, content []byte) *os.File {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// mustOpen opens content that has no fault in a child, which ends with the test.
func mustOpen(t testing.TB, content []byte) *Book {
	t.Helper()
	b, err := Open(context.Background(), fileOf(t, content), How{}, DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// faultOf gives the fault that err must be.
func faultOf(t testing.TB, err error) *sheet.Fault {
	t.Helper()
	f, ok := errors.AsType[*sheet.Fault](err)
	if !ok {
		t.Fatalf("%v is no Fault", err)
	}
	return f
}

// command runs this test binary with a variable set.
func command(t testing.TB, variable string) *exec.Cmd {
	t.Helper()
	name, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), name)
	c.Env = append(os.Environ(), variable)
	return c
}

// small are limits that a test need not wait for.
func small() Limits {
	l := DefaultLimits()
	l.Memory = 256 << 20
	l.CPU = time.Second
	return l
}

func read(s *sheet.Sheet) (rows []sheet.Row, err error) {
	err = s.Rows(context.Background(), func(r sheet.Row) error {
		r.Cells = slices.Clone(r.Cells)
		rows = append(rows, r)
		return nil
	})
	return rows, err
}
