package engine

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

type childSpec struct {
	library, dir string
	address      Address
	lock         *os.File // inherited, so that the directory is free only when the child is gone
	log          *slog.Logger
}

// supervisor keeps one child running until stop.
type supervisor struct {
	spec     childSpec
	mu       sync.Mutex
	current  *child
	stopped  bool
	stopping chan struct{} // closed by stop
	done     chan struct{} // closed when run has ended
}

type child struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	errors *tail
	exited chan struct{}
}

// supervise starts the child and returns once it listens.
func supervise(ctx context.Context, spec childSpec) (*supervisor, error) {
	c, err := spec.start(ctx)
	if err != nil {
		return nil, err
	}
	s := &supervisor{spec: spec, current: c, stopping: make(chan struct{}), done: make(chan struct{})}
	go s.run()
	return s, nil
}

// Back-off between restarts of a crashing child: doubled from the first to the last.
const firstBackOff, lastBackOff = 100 * time.Millisecond, 10 * time.Second

func (s *supervisor) run() {
	defer close(s.done)
	backOff := firstBackOff
	for {
		started := time.Now()
		<-s.child().exited
		if time.Since(started) > time.Minute {
			backOff = firstBackOff
		}
		for !s.restart(&backOff) {
			if s.isStopped() {
				return
			}
		}
	}
}

// restart tells whether a new child is running.
func (s *supervisor) restart(backOff *time.Duration) bool {
	if s.isStopped() {
		return false
	}
	s.spec.log.Error("ClickHouse ended unexpectedly and is started again", "after", *backOff, "said", s.child().errors.String())
	select {
	case <-s.stopping:
		return false
	case <-time.After(*backOff):
	}
	*backOff = min(*backOff*2, lastBackOff)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	go func() {
		select {
		case <-s.stopping:
			cancel()
		case <-ctx.Done():
		}
	}()
	c, err := s.spec.start(ctx)
	if err != nil {
		s.spec.log.Error("ClickHouse did not start", "error", err)
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		c.kill()
		return false
	}
	s.current = c
	return true
}

func (s *supervisor) child() *child {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}

func (s *supervisor) isStopped() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopped
}

func (s *supervisor) pid() int { return s.child().cmd.Process.Pid }

func (s *supervisor) stop() {
	s.mu.Lock()
	s.stopped = true
	close(s.stopping)
	c := s.current
	s.mu.Unlock()
	c.kill()
	<-s.done
}

// kill asks by closing the child's input, and insists after ten seconds.
func (c *child) kill() {
	c.stdin.Close()
	select {
	case <-c.exited:
	case <-time.After(10 * time.Second):
		_ = c.cmd.Process.Kill()
		<-c.exited
	}
}

func (spec childSpec) start(ctx context.Context) (*child, error) {
	name, err := os.Executable()
	if err != nil {
		return nil, err
	}
	executable := name
	if runtime.GOOS == "linux" {
		executable = "/proc/self/exe" // this program, also when a newer build has taken its place
	}
	c := &child{errors: &tail{}, exited: make(chan struct{})}
	c.cmd = exec.Command(executable, spec.dir) //nolint:noctx // ends with its input, not with the start's context
	c.cmd.Args[0] = name
	c.cmd.Env = append(os.Environ(), childEnv+"="+spec.library)
	c.cmd.Stderr = c.errors
	c.cmd.ExtraFiles = []*os.File{spec.lock}
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // away from the terminal and its Ctrl-C
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start ClickHouse: %w", err)
	}
	go func() {
		_ = c.cmd.Wait() // how it ended does not matter, that it did does
		close(c.exited)
	}()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !answers(ctx, spec.address) {
		select {
		case <-c.exited:
			return nil, fmt.Errorf("ClickHouse did not start in %s: %s", spec.dir, c.errors)
		case <-ctx.Done():
			c.kill()
			return nil, fmt.Errorf("ClickHouse did not start in time in %s: %s", spec.dir, c.errors)
		case <-tick.C:
		}
	}
	return c, nil
}

// tail keeps the last thing a process said, for the error message.
type tail struct {
	mu   sync.Mutex
	last []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = append(t.last, p...)
	if extra := len(t.last) - 16<<10; extra > 0 {
		t.last = t.last[extra:]
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := bytes.Split(bytes.TrimSpace(t.last), []byte("\n"))
	for _, line := range lines {
		if bytes.Contains(line, []byte("Exception")) {
			message, _, _ := strings.Cut(string(line), " (version ")
			return strings.TrimSpace(message)
		}
	}
	return string(lines[len(lines)-1])
}
