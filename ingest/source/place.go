package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path"
	"strings"
	"time"

	"gatehouse"
	"gatehouse/ingest"
)

// maxFile is the largest file taken from any place. A spreadsheet's own limit
// is lower; an archive holds several.
const maxFile = 256 << 20

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// destination chooses where an item goes by what became of it; what is neither
// loaded nor refused stays where it is.
func destination(became ingest.State, done, failed string) (string, bool) {
	switch became {
	case ingest.Published, ingest.AlreadyLoaded:
		return done, true
	case ingest.Refused:
		return failed, true
	case ingest.Withdrawn, ingest.Abandoned:
	}
	return "", false
}

// folderOf is the folder of a path that is relative to the source's.
func folderOf(name string) string {
	if dir := path.Dir(name); dir != "." {
		return dir
	}
	return ""
}

// freeName gives the name itself or, while that is taken, one with the time
// the file was written before its extension.
func freeName(name string, written time.Time, taken func(string) (bool, error)) (string, error) {
	extension := path.Ext(name)
	stem := strings.TrimSuffix(name, extension) + "-" + written.UTC().Format("20060102T150405Z")
	candidate := name
	for n := 2; n < 100; n++ {
		is, err := taken(candidate)
		if err != nil || !is {
			return candidate, err
		}
		candidate = stem + extension
		if n > 2 {
			candidate = fmt.Sprintf("%s-%d%s", stem, n-1, extension)
		}
	}
	return "", gatehouse.Errorf(gatehouse.Conflict, "%s: a hundred files of this name are there already; move them away", name)
}

// problems collects what is wrong with single items, so that one of them does
// not hold up the others.
type problems struct {
	first []error
	all   int
}

func (p *problems) add(err error) {
	const named = 10
	if p.all++; p.all <= named {
		p.first = append(p.first, err)
	}
}

// passOver tells whether a file that could not be copied is no reason to stop:
// one that is gone since it was listed, one to be left for the next run, or one
// that is wrong by itself.
func (p *problems) passOver(before State, place string, file listedFile, limit int64, err error) bool {
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case errors.Is(err, errChanged):
		before.note("%s: %s changed while it was read, left for the next run", place, file.title())
	case errors.Is(err, errTooLarge):
		p.add(gatehouse.Errorf(gatehouse.Invalid, "%s: %s has %d bytes, at most %d are taken; split it", place, file.title(), file.info.Size(), limit))
	default:
		return false
	}
	return true
}

func (p *problems) err() error {
	if more := p.all - len(p.first); more > 0 {
		return errors.Join(append(p.first, fmt.Errorf("and %d more", more))...)
	}
	return errors.Join(p.first...)
}

func (s State) seen(item, version string) bool { return s.Seen != nil && s.Seen(item, version) }

func (s State) note(format string, args ...any) {
	if s.Note != nil {
		s.Note(fmt.Sprintf(format, args...))
	}
}
