package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

type lockMode int

const (
	shared    lockMode = unix.LOCK_SH
	exclusive lockMode = unix.LOCK_EX
)

var errLocked = errors.New("locked by another process")

func openLockFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
}

// tryLock takes an advisory lock that the kernel drops with the last process
// holding the file open, or gives errLocked at once.
func tryLock(path string, mode lockMode) (*os.File, error) {
	f, err := openLockFile(path)
	if err != nil {
		return nil, err
	}
	if err := flock(f, mode); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func flock(f *os.File, mode lockMode) error {
	err := unix.Flock(int(f.Fd()), int(mode)|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return errLocked
	}
	if err != nil {
		return fmt.Errorf("lock %s: %w", f.Name(), err)
	}
	return nil
}

// waitLock waits until nobody else holds f.
func waitLock(ctx context.Context, f *os.File, log *slog.Logger) error {
	err := flock(f, exclusive)
	if errors.Is(err, errLocked) {
		log.Info("waiting for other gatehouse commands that use this ClickHouse")
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for errors.Is(err, errLocked) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			err = flock(f, exclusive)
		}
	}
	return err
}

func freeBytes(dir string) (uint64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return s.Bavail * uint64(s.Bsize), nil
}
