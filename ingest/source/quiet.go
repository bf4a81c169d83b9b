package source

import (
	"fmt"
	"io/fs"
	"time"
)

// version tells two states of a file apart.
func version(file fs.FileInfo) string {
	return fmt.Sprintf("%d@%s", file.Size(), file.ModTime().UTC().Format(time.RFC3339Nano))
}

// quiet tells whether files are still being written. Nothing marks the end of
// a copy, so a file counts as whole once it has not changed for some time.
type quiet struct {
	wait  time.Duration
	now   func() time.Time
	known map[string]sighting
}

type sighting struct {
	version string
	since   time.Time // when it was last known to change
}

func newQuiet(wait time.Duration, now func() time.Time) *quiet {
	return &quiet{wait: wait, now: now, known: map[string]sighting{}}
}

// settled splits off the files that have been quiet long enough. Times of
// modification are believed at first sight only: they may be of another clock,
// or of the original of a copy.
func (q *quiet) settled(files []listedFile) (whole []listedFile, moving int) {
	now, known := q.now(), make(map[string]sighting, len(files))
	for _, file := range files {
		s := sighting{version: version(file.info), since: file.info.ModTime()}
		if before, ok := q.known[file.name]; ok && before.version == s.version {
			s = before
		} else if ok || s.since.After(now) {
			s.since = now
		}
		known[file.name] = s
		if now.Sub(s.since) >= q.wait {
			whole = append(whole, file)
		} else {
			moving++
		}
	}
	q.known = known
	return whole, moving
}

// listedFile is a file of a local or remote folder, named relative to it.
type listedFile struct {
	name string
	info fs.FileInfo
}

// title is the name as text: servers on Windows give names in GBK.
func (f listedFile) title() string { return bareText(f.name) }

// byAge puts older files first: of two rows with the same key the one loaded
// later counts.
func byAge(a, b listedFile) int {
	if c := a.info.ModTime().Compare(b.info.ModTime()); c != 0 {
		return c
	}
	if a.name < b.name {
		return -1
	}
	return 1
}
