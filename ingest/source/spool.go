package source

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"slices"

	"gatehouse"
)

// drift is a list that changed while it was read, or pages that contradict
// each other. Reading again may give a consistent list.
type drift struct{ message string }

func (d *drift) Error() string { return d.message }

func driftf(format string, args ...any) error { return &drift{fmt.Sprintf(format, args...)} }

// spool keeps the records of one pull on disk, each once.
type spool struct {
	window *window
	file   *os.File
	out    *bufio.Writer
	size   int64
	lines  []spooled
	byKey  map[string]int // place in lines
	newest string         // literal of the greatest cursor
}

// spooled is where a record stands in the file.
type spooled struct {
	key, since   string
	sum          [16]byte // of the line
	offset, size int64
}

func newSpool(dir string, w *window) (*spool, error) {
	file, err := os.CreateTemp(dir, "gatehouse-pull-*")
	if err != nil {
		return nil, gatehouse.Errorf(gatehouse.Unavailable, "there is no place for what is pulled: %w", err)
	}
	return &spool{window: w, file: file, out: bufio.NewWriterSize(file, 1<<16), byKey: map[string]int{}}, nil
}

func (s *spool) close() {
	s.file.Close()
	os.Remove(s.file.Name()) //nolint:errcheck // a leftover of the temporary directory
}

// add writes a record down, unless it is there already. Of two that differ and
// share a key the later one counts, if the cursor's field says which that is.
func (s *spool) add(r record) error {
	sum := sha256.Sum256(r.line)
	entry := spooled{key: r.key, since: r.since, sum: [16]byte(sum[:16]), offset: s.size, size: int64(len(r.line))}
	if err := s.note(r.since); err != nil {
		return err
	}
	if at, known := s.byKey[r.key]; known && r.key != "" {
		replace, err := s.later(entry, s.lines[at])
		if err != nil || !replace {
			return err
		}
		s.lines[at] = entry
	} else {
		s.byKey[r.key] = len(s.lines)
		s.lines = append(s.lines, entry)
	}
	if _, err := s.out.Write(r.line); err != nil {
		return full(err)
	}
	s.size += int64(len(r.line))
	return nil
}

// later tells whether the new one of two records of a key counts.
func (s *spool) later(entry, before spooled) (bool, error) {
	if entry.sum == before.sum {
		return false, nil
	}
	order := 0
	if s.window != nil {
		a, _ := s.window.read(entry.since) // note has read them
		b, _ := s.window.read(before.since)
		order = a.compare(b)
	}
	if order == 0 {
		return false, driftf("two records with the key %s differ, and nothing says which is the later: does key really identify a record?", entry.key)
	}
	return order > 0, nil
}

// note remembers the greatest cursor.
func (s *spool) note(since string) error {
	if s.window == nil {
		return nil
	}
	at, err := s.window.read(since)
	if err != nil {
		return gatehouse.Errorf(gatehouse.Invalid, "%s gives %q, which does not have the format of since", s.window.Field, since)
	}
	newest, err := s.window.read(s.newest)
	if err != nil || at.compare(newest) > 0 {
		s.newest = since
	}
	return nil
}

// arrange puts records with keys in the order of these, so that the same
// records always make the same file, and gives the hash of them.
func (s *spool) arrange(keyed bool) string {
	if keyed {
		slices.SortFunc(s.lines, func(a, b spooled) int { return cmp.Compare(a.key, b.key) })
	}
	h := sha256.New()
	for i := range s.lines {
		h.Write(s.lines[i].sum[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// part is a stretch of whole lines of the finished file.
type part struct{ offset, size int64 }

// finish writes the file in order, cut into parts of a size that the loader
// takes. The first member of each line is the number of the pull: a list that
// returns to an earlier state must not be taken for the file loaded then.
func (s *spool) finish(to io.Writer, pull uint64, limit int64) ([]part, error) {
	if err := s.out.Flush(); err != nil {
		return nil, full(err)
	}
	out := bufio.NewWriterSize(to, 1<<16)
	var parts []part
	var at part
	var line []byte
	for i := range s.lines {
		raw := slices.Grow(line[:0], int(s.lines[i].size))[:s.lines[i].size]
		if _, err := s.file.ReadAt(raw, s.lines[i].offset); err != nil {
			return nil, gatehouse.Errorf(gatehouse.Unavailable, "what was pulled cannot be read again: %w", err)
		}
		line = raw
		prefix := fmt.Appendf(nil, `{"%s":%d`, pullMember, pull)
		if !bytes.Equal(raw, []byte("{}")) {
			prefix = append(prefix, ',')
		}
		size := int64(len(prefix) + len(raw)) // a brace less, a line break more
		if at.size > 0 && at.size+size > limit {
			parts = append(parts, at)
			at = part{offset: at.offset + at.size}
		}
		at.size += size
		for _, b := range [][]byte{prefix, raw[1:], {'\n'}} {
			if _, err := out.Write(b); err != nil {
				return nil, full(err)
			}
		}
	}
	if err := out.Flush(); err != nil {
		return nil, full(err)
	}
	return append(parts, at), nil
}

// pullMember is the member of each line that holds the number of the pull.
const pullMember = "_pull"

func full(err error) error {
	return gatehouse.Errorf(gatehouse.Unavailable, "what is pulled cannot be written down: %w", err)
}
