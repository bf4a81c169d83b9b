package ingest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"gatehouse"
)

// Store keeps the bytes of every file ever loaded under their sha256, so that
// each number can be traced to what was really sent.
type Store struct{ root *os.Root }

// OpenStore opens the store inside a data directory, making it when missing.
func OpenStore(data string) (*Store, error) {
	dir := filepath.Join(data, "files")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, gatehouse.Errorf(gatehouse.Unavailable, "the directory %s for files cannot be made: %w", dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, gatehouse.Errorf(gatehouse.Unavailable, "the directory %s for files cannot be opened: %w", dir, err)
	}
	return &Store{root: root}, nil
}

// Close lets go of the directory.
func (s *Store) Close() error { return s.root.Close() }

// Open gives the bytes of a file kept before, or staged.
func (s *Store) Open(sha string) (*os.File, error) {
	if !isHash(sha) {
		return nil, gatehouse.Errorf(gatehouse.NotFound, "%q is not the sha256 of a file", sha)
	}
	f, err := s.root.Open(pathOf(sha))
	if errors.Is(err, fs.ErrNotExist) {
		f, err = s.root.Open(path.Join(staged, sha))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, gatehouse.Errorf(gatehouse.NotFound, "no file with sha256 %s was ever loaded here", sha)
	}
	return f, err
}

func pathOf(sha string) string { return path.Join(sha[:2], sha) }

func isHash(s string) bool {
	raw, err := hex.DecodeString(s)
	return err == nil && len(raw) == sha256.Size
}

// Put keeps the content and gives its sha256. The file appears under its name
// only when all of it is on disk, whatever happens meanwhile.
func (s *Store) Put(ctx context.Context, content io.Reader) (sha string, err error) {
	return s.keep(ctx, content, pathOf)
}

// staged holds files that were looked at and perhaps never loaded.
const staged = "staged"

// Stage keeps the content for a while, until DropStaged.
func (s *Store) Stage(ctx context.Context, content io.Reader) (sha string, err error) {
	return s.keep(ctx, content, func(sha string) string { return path.Join(staged, sha) })
}

// DropStaged removes the files staged before an instant.
func (s *Store) DropStaged(before time.Time) error {
	dir, err := s.root.Open(staged)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer dir.Close()
	entries, err := dir.ReadDir(-1)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.ModTime().Before(before) {
			err = s.root.Remove(path.Join(staged, e.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// keep writes the content to where its sha256 belongs.
func (s *Store) keep(ctx context.Context, content io.Reader, where func(sha string) string) (sha string, err error) {
	temporary := "incoming-" + rand.Text()
	f, err := s.root.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", diskError(err)
	}
	defer func() {
		f.Close()
		if err != nil {
			_ = s.root.Remove(temporary) // gone already after the rename
		}
	}()
	hash := sha256.New()
	if _, err := io.Copy(io.MultiWriter(f, hash), cancellable{ctx, content}); err != nil {
		return "", diskError(err)
	}
	sha = hex.EncodeToString(hash.Sum(nil))
	to := where(sha)
	if _, err := s.root.Stat(to); err == nil {
		return sha, s.root.Remove(temporary)
	}
	if err := f.Sync(); err != nil {
		return "", diskError(err)
	}
	dir := path.Dir(to)
	if err := s.root.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", diskError(err)
	}
	if err := s.root.Rename(temporary, to); err != nil {
		return "", diskError(err)
	}
	return sha, errors.Join(s.sync(dir), s.sync("."))
}

// sync makes a renamed entry outlast a loss of power.
func (s *Store) sync(dir string) error {
	d, err := s.root.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func diskError(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return gatehouse.Errorf(gatehouse.Unavailable, "the file could not be kept: free some space in the data directory and try again (%w)", err)
}

// cancellable stops a copy when its context ends.
type cancellable struct {
	ctx  context.Context
	from io.Reader
}

func (c cancellable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, fmt.Errorf("keep file: %w", err)
	}
	return c.from.Read(p)
}
