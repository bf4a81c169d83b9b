package sandbox

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// process is a child and the parent's end of its pipes.
type process struct {
	cmd      *exec.Cmd
	requests io.WriteCloser
	replies  *os.File
	frames   *frameReader
	said     said
	exited   chan struct{}
	limits   Limits
	patience time.Duration // left of Limits.Wall
	between  bool          // no answer is under way
}

// launch starts a child, which ends with ctx if not before, and waits for its
// greeting.
func launch(ctx context.Context, s start, file *os.File) (*process, error) {
	if os.Getenv(childEnv) != "" {
		return nil, gatehouse.Errorf(gatehouse.Internal, "a child of the sandbox did not call sandbox.RunChild first")
	}
	p := &process{exited: make(chan struct{}), limits: s.Limits, patience: s.Limits.Wall}
	if err := p.start(ctx, file); err != nil {
		return nil, gatehouse.Errorf(gatehouse.Unavailable, "the process that reads files cannot be started, try again later: %w", err)
	}
	content, err := json.Marshal(s)
	if err != nil {
		p.stop()
		return nil, err
	}
	// A child that is gone already shows in what it does not answer.
	_ = writeFrame(p.requests, frameStart, content)
	switch kind, content, err := p.read(ctx); {
	case err != nil:
		return nil, notBegun(ctx, err)
	case kind == frameFailed:
		p.stop()
		return nil, parseFailure(content)
	case kind != frameHello || string(content) != greeting:
		p.stop()
		return nil, gatehouse.Errorf(gatehouse.Internal, "the program does not call sandbox.RunChild before it says anything")
	}
	return p, nil
}

// notBegun words the end of a child that has not yet looked at the file.
func notBegun(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if f, ok := errors.AsType[*sheet.Fault](err); ok {
		err = f.Cause
	}
	return gatehouse.Errorf(gatehouse.Internal, "the process that reads files does not work; give it more memory, or look into the log: %w", err)
}

func (p *process) start(ctx context.Context, file *os.File) error {
	name, err := os.Executable()
	if err != nil {
		return err
	}
	executable := name
	if runtime.GOOS == "linux" {
		executable = "/proc/self/exe" // this program, also when a newer build has taken its place
	}
	replies, out, err := os.Pipe()
	if err != nil {
		return err
	}
	defer out.Close()
	p.cmd = exec.CommandContext(ctx, executable)
	p.cmd.Args[0] = name
	p.cmd.Env = []string{childEnv + "=1", "GOMAXPROCS=2", "GOTRACEBACK=single"}
	p.cmd.Dir = "/"
	p.cmd.Stdout, p.cmd.Stderr = out, &p.said
	p.cmd.ExtraFiles = []*os.File{file}
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // away from the terminal and its Ctrl-C
	p.cmd.WaitDelay = time.Second                          // for what is left of its standard error
	if p.requests, err = p.cmd.StdinPipe(); err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		replies.Close()
		return err
	}
	p.replies, p.frames = replies, newFrameReader(replies)
	go func() {
		_ = p.cmd.Wait() // the state says how it ended
		close(p.exited)
	}()
	return nil
}

// stop ends the child and waits for that.
func (p *process) stop() {
	p.kill()
	<-p.exited
	p.requests.Close()
	p.replies.Close()
}

func (p *process) kill() { _ = p.cmd.Process.Kill() } // it may have gone already

// ask sends a request for a sheet.
func (p *process) ask(kind frameKind, sheet int) {
	p.between = false
	// A child that is gone shows in what it does not answer.
	_ = writeFrame(p.requests, kind, binary.AppendUvarint(nil, uint64(sheet)))
}

// read waits for a frame. After an error the child is gone.
func (p *process) read(ctx context.Context) (frameKind, []byte, error) {
	begin := time.Now()
	err := p.replies.SetReadDeadline(begin.Add(p.patience))
	var kind frameKind
	var content []byte
	if err == nil {
		kind, content, err = p.frames.next()
	}
	p.patience -= time.Since(begin)
	if err != nil {
		return 0, nil, p.died(ctx, err)
	}
	return kind, content, nil
}

// data reads a data frame of an answer, if there is one more. end checks the
// count that comes with the end.
func (p *process) data(ctx context.Context, end func([]byte) error) (content []byte, more bool, err error) {
	kind, content, err := p.read(ctx)
	switch {
	case err != nil:
		return nil, false, err
	case kind == frameData:
		return content, true, nil
	case kind == frameEnd:
		err = end(content)
	case kind == frameFailed:
		err = parseFailure(content)
	default:
		err = breachf("frame %q in an answer", kind)
	}
	if errors.Is(err, errBreach) {
		return nil, false, p.died(ctx, err)
	}
	p.between = true
	return nil, false, err
}

// died ends the child, if it has not ended by itself, and says why there is
// no answer.
func (p *process) died(ctx context.Context, err error) error {
	p.stop()
	state := p.cmd.ProcessState
	spent := state.UserTime() + state.SystemTime()
	crash := &sheet.Fault{
		Col: -1, Code: sheet.ReaderCrashed,
		Message: "the file makes the reader fail; save it anew as .xlsx or as CSV and send it again",
		Cause:   fmt.Errorf("%w; the child ended with %s: %s", err, state, p.said.text()),
	}
	status, _ := state.Sys().(syscall.WaitStatus)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return tooLarge(crash.Cause, "the file took longer than %d s to read; split it", int(p.limits.Wall/time.Second))
	case errors.Is(err, errBreach):
		return crash
	case status.Signaled() && spent+time.Second/2 > time.Duration(p.limits.cpuSeconds())*time.Second:
		return tooLarge(crash.Cause, "the file took longer than %d s to read; split it", p.limits.cpuSeconds())
	case p.said.outOfMemory():
		return tooLarge(crash.Cause, "the file needs more than %d MB of memory; split it", p.limits.Memory>>20)
	}
	return crash
}

func tooLarge(cause error, format string, args ...any) error {
	return &sheet.Fault{Col: -1, Code: sheet.TooLarge, Message: fmt.Sprintf(format, args...), Cause: cause}
}

// said keeps the first of what a child says to standard error, where Go's
// runtime tells what it dies of. It is read after the child's end only.
type said struct{ first []byte }

func (s *said) Write(p []byte) (int, error) {
	s.first = append(s.first, p[:min(len(p), maxSaid-len(s.first))]...)
	return len(p), nil
}

func (s *said) text() string { return strings.ToValidUTF8(string(s.first), "�") }

// outOfMemory knows how Go dies at the limit: of an allocation, or of a thread
// whose stack it is not given.
func (s *said) outOfMemory() bool {
	text := s.text()
	if strings.Contains(text, "pthread_create failed") {
		return true
	}
	return strings.Contains(text, "fatal error: ") && (strings.Contains(text, "out of memory") || strings.Contains(text, "cannot allocate memory"))
}
