package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"time"

	"gatehouse"
	"gatehouse/ingest/sheet"
	"gatehouse/sql/clickhouse"
)

// mappingVersion is part of every load's id: a program that reads files
// differently may load the same bytes again.
const mappingVersion = "1"

// Step is a point of the protocol at which a process can die; tests let it.
type Step string

const (
	StepStored    Step = "stored"    // the bytes are kept
	StepStarted   Step = "started"   // the attempt is on record
	StepInserted  Step = "inserted"  // one chunk is written; comes once a chunk
	StepWritten   Step = "written"   // all chunks are
	StepVerified  Step = "verified"  // the server's count agreed and is on record
	StepPublished Step = "published" // the load is visible
)

// Loader loads files into ClickHouse, each exactly once.
type Loader struct {
	db    *clickhouse.DB
	files *Store
	limit int // rows of a chunk
	step  func(Step)
}

// NewLoader makes a loader that keeps the bytes of files in the store.
func NewLoader(db *clickhouse.DB, files *Store) *Loader {
	return &Loader{db: db, files: files, limit: chunkRows, step: func(Step) {}}
}

// Request is a file to load.
type Request struct {
	Name    string // of the file, for people and for finding the project
	Content io.ReaderAt
	Size    int64
	Feed    string // one of FeedNames; empty: guessed for each sheet
	Project string // code or name, for rows that name none
	By      string // user who loads
	// Allow tells whether rows of a feed may be loaded for a project, "" for
	// rows of none; one that may not refuses the whole file. nil: all may.
	Allow    func(feed, project string) bool
	Progress func(rows int) // told now and then, may be nil
}

// State is what became of a load.
type State string

const (
	Published     State = "published"
	AlreadyLoaded State = "already_loaded"
	Refused       State = "refused"   // a fault of the file; nothing of it is visible
	Withdrawn     State = "withdrawn" // undone
	Abandoned     State = "abandoned" // begun and never finished, or still under way
)

// Result is what a load did. Sums are by "table.column", as exact decimals.
type Result struct {
	File        string            `json:"file"`
	Feed        string            `json:"feed"` // several joined by "+"
	LoadID      string            `json:"load_id"`
	Status      State             `json:"status"`
	Rows        uint64            `json:"rows"` // = loaded + quarantined + skipped
	Loaded      uint64            `json:"loaded"`
	Quarantined uint64            `json:"quarantined"`
	Skipped     uint64            `json:"skipped"`
	Orphans     uint64            `json:"orphans"`
	Sums        map[string]string `json:"sums"`
	Errors      []RowError        `json:"errors"`      // the first of them
	ErrorCount  int               `json:"error_count"` // all
	Notes       []string          `json:"notes"`
	Projects    []string          `json:"projects"` // as the rows name them
	SHA256      string            `json:"sha256"`
	Attempt     uint64            `json:"-"`
}

// refusal is a fault of the file, which refuses all of it.
type refusal struct{ error RowError }

func (r *refusal) Error() string { return r.error.Message }

func refusef(format string, args ...any) error {
	return &refusal{RowError{Code: "file", Message: fmt.Sprintf(format, args...)}}
}

// Load loads a file. A fault of the file gives a refused Result and no error;
// an error means that nothing is known to be wrong with the file, nothing of
// it is visible, and it is safe to load it again.
func (l *Loader) Load(ctx context.Context, req Request) (Result, error) {
	feeds := Feeds()
	if req.Feed != "" {
		forced, err := findFeed(req.Feed)
		if err != nil {
			return Result{}, err
		}
		feeds = []Feed{forced}
	}
	name := filepath.Base(strings.ReplaceAll(req.Name, "\\", "/"))
	sha, err := l.files.Put(ctx, io.NewSectionReader(req.Content, 0, req.Size))
	if err != nil {
		return Result{}, err
	}
	l.step(StepStored)
	id := loadID(sha, req)
	before, err := l.publication(ctx, id)
	if err != nil {
		return Result{}, err
	}
	if before.Visible != 0 {
		return l.already(ctx, name, sha, id, before.Visible)
	}
	a, err := l.begin(ctx, name, sha, id, req)
	if err != nil {
		return Result{}, err
	}
	l.step(StepStarted)
	a.feeds = feeds
	return a.run(ctx, req)
}

// loadID is the same for the same bytes read in the same way.
func loadID(sha string, req Request) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{sha, mappingVersion, req.Feed, req.Project}, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// attempt is one try at a load.
type attempt struct {
	*Loader
	id     uint64
	feeds  []Feed
	result Result
}

// begin puts a new attempt on record. Its id grows with the server's clock, so
// that later attempts have greater ids whichever process makes them; the low
// bits tell apart two of one microsecond.
func (l *Loader) begin(ctx context.Context, name, sha, id string, req Request) (*attempt, error) {
	now, err := l.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	a := &attempt{Loader: l, id: uint64(now.UnixMicro())<<12 | uint64(rand.Uint32N(1<<12))}
	a.result = Result{File: name, LoadID: id, SHA256: sha, Attempt: a.id, Sums: map[string]string{}, Errors: []RowError{}, Notes: []string{}, Projects: []string{}}
	err = l.db.Insert(ctx, "load", "", []clickhouse.Column{
		{Name: "load_id", Values: []string{id}}, {Name: "sha256", Values: []string{sha}}, {Name: "file_name", Values: []string{name}},
		{Name: "bytes", Values: []uint64{uint64(req.Size)}}, {Name: "loaded_by", Values: []string{req.By}},
	})
	if err != nil {
		return nil, err
	}
	return a, a.record(ctx, stateStarted, nil)
}

// run reads, writes, verifies and publishes.
func (a *attempt) run(ctx context.Context, req Request) (Result, error) {
	in, err := a.read(ctx, req)
	var refused *refusal
	if errors.As(err, &refused) {
		return a.refuse(ctx, refused)
	}
	if err != nil {
		return Result{}, err
	}
	a.step(StepWritten)
	a.describe(in)
	if err := a.verify(ctx, in); err != nil {
		return Result{}, err
	}
	if a.result.Orphans, err = a.orphans(ctx, in.out); err != nil {
		return Result{}, err
	}
	if err := a.record(ctx, stateVerified, in.out.sums()); err != nil {
		return Result{}, err
	}
	a.step(StepVerified)
	return a.publish(ctx)
}

// read streams the file into the fact tables, under an attempt nobody reads.
func (a *attempt) read(ctx context.Context, req Request) (*intake, error) {
	known, err := clickhouse.Select[knownProject](ctx, a.db, "ingest.Projects", a.asked(), nil)
	if err != nil {
		return nil, err
	}
	book, err := sheet.Open(req.Content, req.Size, sheet.DefaultLimits())
	if err != nil {
		return nil, asRefusal(err)
	}
	out := newOutlet(ctx, a.db, a.id, a.limit, a.step)
	in := newIntake(a.db.Calendar(), a.id, a.feeds, projectFinder{given: req.Project, file: a.result.File, known: known}, out)
	in.progress, in.allow = req.Progress, req.Allow
	err = in.book(ctx, book)
	if failed := out.close(); failed != nil {
		return nil, failed // the reading was only stopped by it
	}
	if err != nil {
		return nil, asRefusal(err)
	}
	return in, nil
}

// asRefusal tells faults of the file from everything else.
func asRefusal(err error) error {
	var f *sheet.Fault
	if !errors.As(err, &f) {
		return err
	}
	return &refusal{RowError{Sheet: f.Sheet, Cell: f.Ref, Row: f.Row, Code: Code(f.Code), Message: f.Error()}}
}

func (a *attempt) describe(in *intake) {
	r := &a.result
	r.Feed = strings.Join(in.feedsFound(), "+")
	r.Rows, r.Loaded, r.Quarantined, r.Skipped = in.counts.rows, in.counts.loaded, in.counts.quarantined, in.counts.skipped
	r.Notes = append(r.Notes, in.notes...)
	r.Projects = append(r.Projects, in.projectsNamed()...)
	r.Errors, r.ErrorCount = append(r.Errors, in.errors...), in.faults
	for name, sum := range in.out.sums() {
		r.Sums[name] = sum.String()
	}
}

func (a *attempt) refuse(ctx context.Context, why *refusal) (Result, error) {
	a.result.Status = Refused
	a.result.Errors, a.result.ErrorCount = []RowError{why.error}, 1
	return a.result, a.record(ctx, stateRefused, nil)
}

// asked reads everything published until now.
func (l *Loader) asked() clickhouse.Asked {
	return clickhouse.Asked{Scope: gatehouse.AllProjects(), KnownAt: endOfTime()}
}

// endOfTime is later than any publication and still fits a DateTime64.
func endOfTime() time.Time { return time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC) }

// Scan reads the state from the database.
func (s *State) Scan(src any) error { return scanText(s, src) }
