package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// Options say where the engine lives. Zero values mean the defaults.
type Options struct {
	Dir         string        // directory of the engine's data; made when missing
	Library     string        // path of libchdb.so; default: searched for, see FindLibrary
	Port        int           // loopback port; default: any free one
	MinFree     uint64        // bytes that must be free on the disk at start; default 256 MiB
	StartWithin time.Duration // patience for a start or for another command's engine; default 30 s
	Log         *slog.Logger  // default: discarded
}

// Address is how to reach an engine or server on ClickHouse's native protocol.
type Address struct {
	Host     string `json:"host"`
	Port     int    `json:"port"`
	User     string `json:"user"`
	Password string `json:"password"`
}

// HostPort is the address as dialled.
func (a Address) HostPort() string { return net.JoinHostPort(a.Host, fmt.Sprint(a.Port)) }

// Engine is a running ClickHouse: a child of this process, or another command's.
type Engine struct {
	address Address
	child   *supervisor // nil when attached to another command's engine
	lock    *os.File    // held by the owner and its child
	users   *os.File    // shared by those attached; the owner waits for them
	log     *slog.Logger
	closed  sync.Once
}

// Open starts the engine of a data directory, or attaches to the one that
// another command has running there.
func Open(ctx context.Context, o Options) (*Engine, error) {
	o = o.withDefaults()
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("data directory %s cannot be made: %w", o.Dir, err)
	}
	ctx, cancel := context.WithTimeout(ctx, o.StartWithin)
	defer cancel()
	for {
		lock, err := tryLock(filepath.Join(o.Dir, "engine.lock"), exclusive)
		if err == nil {
			return own(ctx, o, lock)
		}
		if !errors.Is(err, errLocked) {
			return nil, err
		}
		if e := attach(ctx, o); e != nil {
			return e, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("another gatehouse holds %s but its ClickHouse does not answer: stop that command and try again", o.Dir)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (o Options) withDefaults() Options {
	if o.MinFree == 0 {
		o.MinFree = 256 << 20
	}
	if o.StartWithin == 0 {
		o.StartWithin = 30 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// own starts the child; the lock is released again when that fails.
func own(ctx context.Context, o Options, lock *os.File) (_ *Engine, err error) {
	defer func() {
		if err != nil {
			lock.Close()
		}
	}()
	if free, err := freeBytes(o.Dir); err == nil && free < o.MinFree {
		return nil, fmt.Errorf("the disk of %s has %d MB left, ClickHouse needs %d MB: free some space or move the data directory",
			o.Dir, free>>20, o.MinFree>>20)
	}
	library, err := FindLibrary(o.Library)
	if err != nil {
		return nil, err
	}
	users, err := openLockFile(filepath.Join(o.Dir, "users.lock"))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			users.Close()
		}
	}()
	for try := 1; ; try++ {
		address, err := configure(ctx, o.Dir, o.Port)
		if err != nil {
			return nil, err
		}
		child, err := supervise(ctx, childSpec{library: library, dir: o.Dir, address: address, lock: lock, log: o.Log})
		if err == nil {
			return &Engine{address: address, child: child, lock: lock, users: users, log: o.Log}, nil
		}
		// A free port may be taken by somebody else before ClickHouse opens it.
		if o.Port != 0 || try == 3 || !portTaken(ctx, address) {
			return nil, err
		}
	}
}

// attach connects to the owner's engine, or gives nil when it is not (or no
// longer) there.
func attach(ctx context.Context, o Options) *Engine {
	users, err := tryLock(filepath.Join(o.Dir, "users.lock"), shared)
	if err != nil {
		return nil // the owner is closing
	}
	raw, err := os.ReadFile(filepath.Join(o.Dir, addressFile))
	var found notice
	// An engine whose owner was killed still answers for a moment, while it ends.
	if err != nil || json.Unmarshal(raw, &found) != nil || !alive(found.Owner) || !answers(ctx, found.Address) || !alive(found.Owner) {
		users.Close()
		return nil
	}
	return &Engine{address: found.Address, users: users, log: o.Log}
}

// alive tells whether there is a process of that id.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

// Address is where the engine listens. It stays the same across restarts of the child.
func (e *Engine) Address() Address { return e.address }

// Owned tells whether the engine is this process's child.
func (e *Engine) Owned() bool { return e.child != nil }

// Pid is the process id of the child, 0 when the engine is another command's.
func (e *Engine) Pid() int {
	if e.child == nil {
		return 0
	}
	return e.child.pid()
}

// Close detaches, or stops the child once no other command uses it; ctx bounds
// that wait. Whatever was acknowledged is on disk.
// A second Close does nothing.
func (e *Engine) Close(ctx context.Context) (err error) {
	e.closed.Do(func() { err = e.close(ctx) })
	return err
}

func (e *Engine) close(ctx context.Context) error {
	if e.child == nil {
		return e.users.Close()
	}
	if err := waitLock(ctx, e.users, e.log); err != nil {
		e.log.Warn("stopping ClickHouse although other commands still use it", "reason", err)
	}
	e.child.stop()
	return errors.Join(e.users.Close(), e.lock.Close())
}
