package source

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"time"

	"gatehouse"
)

// stallAfter is how long a transfer may go without a byte.
const stallAfter = 2 * time.Minute

var (
	errTooLarge = errors.New("the file is too large")
	errChanged  = errors.New("the file changed while it was read") // left for the next run
)

// localCopy is a copy of a file that nobody else writes to. The loader reads a
// file twice, which must give the same bytes.
type localCopy struct {
	file *os.File
	size int64
}

// copyOf copies r to a temporary file. abort, which may be nil, makes a
// blocked read return; it is called when no byte has come for stallAfter.
func copyOf(ctx context.Context, r io.Reader, limit int64, abort func()) (*localCopy, error) {
	file, err := os.CreateTemp("", "gatehouse-source-*") // mode 0600
	if err != nil {
		return nil, gatehouse.Errorf(gatehouse.Unavailable, "no temporary file: %w; see to the folder that TMPDIR names", err)
	}
	// A file without a name is gone when it is closed, and when the process is.
	if err := os.Remove(file.Name()); err != nil {
		file.Close()
		return nil, gatehouse.Errorf(gatehouse.Unavailable, "no temporary file: %w; see to the folder that TMPDIR names", err)
	}
	source := &watchedReader{ctx: ctx, r: io.LimitReader(r, limit+1)}
	if abort != nil {
		source.stall = time.AfterFunc(stallAfter, abort)
		defer source.stall.Stop()
	}
	buffer := make([]byte, 1<<20) // an SFTP client reads the chunks of one buffer at the same time
	size, err := io.CopyBuffer(struct{ io.Writer }{file}, source, buffer)
	switch {
	case err != nil && source.err == nil:
		err = gatehouse.Errorf(gatehouse.Unavailable, "cannot write a temporary file: %w; free space in the folder that TMPDIR names", err)
	case err == nil && size > limit:
		err = errTooLarge
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return &localCopy{file: file, size: size}, nil
}

// close removes the copy, too.
func (s *localCopy) close() { s.file.Close() }

// copyStable copies a file that must all the while be what was listed.
func copyStable(ctx context.Context, file fs.File, listed fs.FileInfo, limit int64, abort func()) (*localCopy, error) {
	if listed.Size() > limit {
		return nil, errTooLarge
	}
	before, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if version(before) != version(listed) {
		return nil, errChanged
	}
	s, err := copyOf(ctx, file, limit, abort)
	if err != nil {
		return nil, err
	}
	after, err := file.Stat()
	if err == nil && (version(after) != version(listed) || s.size != listed.Size()) {
		err = errChanged
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// watchedReader ends with its context, and tells its own errors from the writer's.
type watchedReader struct {
	ctx   context.Context
	r     io.Reader
	stall *time.Timer
	err   error
}

func (w *watchedReader) Read(p []byte) (int, error) {
	if w.err = w.ctx.Err(); w.err != nil {
		return 0, w.err
	}
	n, err := w.r.Read(p)
	if w.stall != nil {
		w.stall.Reset(stallAfter)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}
