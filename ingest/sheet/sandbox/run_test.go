package sandbox

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

func TestRun(t *testing.T) {
	t.Parallel()
	content := strings.Repeat("a", 3*fullFrame)
	var out bytes.Buffer
	if err := Run(t.Context(), "upper", fileOf(t, []byte(content)), []byte(" and b"), &out, DefaultLimits()); err != nil {
		t.Fatal(err)
	}
	if out.String() != strings.ToUpper(content)+" and b" {
		t.Errorf("%d bytes came, want %d", out.Len(), len(content)+len(" and b"))
	}
}

// However a child ends, the file is at fault and the server goes on.
func TestRunOfHostileFiles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		job     string
		code    sheet.Code
		message string // part of it
		cause   string // part of it
	}{
		{"allocate", sheet.TooLarge, "more than 256 MB of memory", "fatal error"},
		{"spin", sheet.TooLarge, "longer than 1 s", "signal: killed"},
		{"flood", sheet.TooLarge, "larger than 4 MB", ""},
		{"panic", sheet.ReaderCrashed, "save it anew", "panic: index out of range"},
		{"exit", sheet.ReaderCrashed, "save it anew", "exit status 0"},
		{"noise", sheet.ReaderCrashed, "save it anew", "broke the protocol"},
		{"fault", sheet.BadValue, "no number", ""},
	} {
		t.Run(tt.job, func(t *testing.T) {
			t.Parallel()
			limits := small()
			limits.UnzippedBytes = 4 << 20
			f := faultOf(t, Run(t.Context(), tt.job, fileOf(t, nil), nil, io.Discard, limits))
			cause := ""
			if f.Cause != nil {
				cause = f.Cause.Error()
			}
			if f.Code != tt.code || !strings.Contains(f.Message, tt.message) || !strings.Contains(cause, tt.cause) {
				t.Errorf("%s: %s\n%s", f.Code, f, cause)
			}
		})
	}
}

func TestRunWaitsNoLongerThanWall(t *testing.T) {
	t.Parallel()
	limits := DefaultLimits()
	limits.Wall = time.Second
	f := faultOf(t, Run(t.Context(), "hang", fileOf(t, nil), nil, io.Discard, limits))
	if f.Code != sheet.TooLarge || !strings.Contains(f.Message, "longer than 1 s") {
		t.Errorf("%s: %s", f.Code, f)
	}
}

func TestRunKeepsWhatAnErrorMeans(t *testing.T) {
	t.Parallel()
	err := Run(t.Context(), "invalid", fileOf(t, nil), nil, io.Discard, DefaultLimits())
	if gatehouse.KindOf(err) != gatehouse.Invalid || err.Error() != "choose another sheet" {
		t.Errorf("%v", err)
	}
	err = Run(t.Context(), "unheard-of", fileOf(t, nil), nil, io.Discard, DefaultLimits())
	if err == nil || !strings.Contains(err.Error(), `no job "unheard-of"`) {
		t.Errorf("%v", err)
	}
	full := errors.New("disk full")
	if err := Run(t.Context(), "flood", fileOf(t, nil), nil, failing{full}, DefaultLimits()); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// A child has no secrets and no ways out: "outside" names every one it finds.
func TestChildHasNothing(t *testing.T) {
	t.Setenv("GATEHOUSE_CLICKHOUSE", "clickhouse://user:secret@host/db")
	file := filepath.Join(t.TempDir(), "made")
	var out bytes.Buffer
	if err := Run(t.Context(), "outside", fileOf(t, []byte("a")), []byte(file), &out, DefaultLimits()); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != "env "+childEnv+"\nenv GOMAXPROCS\nenv GOTRACEBACK\n" {
		t.Errorf("the child found:\n%s", got)
	}
	if content, err := os.ReadFile(file); len(content) > 0 {
		t.Errorf("the child wrote %q, %v", content, err)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	held, hold := pipe(t)
	// The child's first word ends the context.
	if err := Run(ctx, "begin", hold, nil, stopping{cancel}, DefaultLimits()); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	hold.Close()
	gone(t, held)
	if err := Run(ctx, "begin", fileOf(t, nil), nil, io.Discard, DefaultLimits()); !errors.Is(err, context.Canceled) {
		t.Errorf("begun after the end: %v", err)
	}
}

type stopping struct{ cancel func() }

func (s stopping) Write(p []byte) (int, error) {
	s.cancel()
	return len(p), nil
}

// pipe gives a pipe whose writing end is handed to a child as its file: the
// reading end ends when no process holds the other any more.
func pipe(t *testing.T) (held, hold *os.File) {
	t.Helper()
	held, hold, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { held.Close(); hold.Close() })
	return held, hold
}

// gone waits until the child that holds the other end is no more.
func gone(t *testing.T, held *os.File) {
	t.Helper()
	if err := held.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, held); err != nil {
		t.Errorf("the child lives on: %v", err)
	}
}

// parentEnv makes the test binary a parent that waits for a child for ever.
const parentEnv = "GATEHOUSE_SANDBOX_PARENT"

func TestChildDiesWithItsKilledParent(t *testing.T) {
	t.Parallel()
	held, hold := pipe(t)
	parent := command(t, parentEnv+"=1")
	parent.ExtraFiles = []*os.File{hold}
	said, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	hold.Close()
	if _, err := io.ReadFull(said, make([]byte, 1)); err != nil {
		t.Fatalf("the child did not begin: %v", err)
	}
	if err := parent.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait() // killed, as was asked
	gone(t, held)
}

// beParent is the life of such a process: its child's output is the sign that
// the child has begun.
func beParent() int {
	err := Run(context.Background(), "begin", os.NewFile(fileDescriptor, "pipe"), nil, os.Stdout, DefaultLimits())
	_, _ = os.Stderr.WriteString(err.Error())
	return 1
}
