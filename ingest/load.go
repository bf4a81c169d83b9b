package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
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
	db      *clickhouse.DB
	files   *Store
	options Options
	turns   chan struct{} // held while a file is read
	looks   chan struct{} // held while somebody looks into one, who must not wait for loads
	limit   int           // rows of a chunk
	step    func(Step)
}

// NewLoader makes a loader that keeps the bytes of files in the store.
func NewLoader(db *clickhouse.DB, files *Store, o Options) *Loader {
	o = o.withDefaults()
	return &Loader{db: db, files: files, options: o, turns: make(chan struct{}, o.AtOnce), looks: make(chan struct{}, looksAtOnce), limit: chunkRows, step: func(Step) {}}
}

// Request is a file to load.
type Request struct {
	Name    string // of the file, for people and for finding the project
	Content io.ReaderAt
	Size    int64
	Format  Format // what the content must be; empty: found from it
	Feed    string // one of FeedNames; empty: guessed for each sheet
	Project string // code or name, for rows that name none
	By      string // user who loads
	Source  string // declared source that delivers it, empty for a person
	// Mapping says how to read it: name or name@version of one that is saved.
	// Empty: the newest mapping with the name of the Source, if there is one.
	Mapping string
	Draft   *Mapping        // one that is not saved, instead; for Preview only
	mapped  *MappingVersion // what these two come to
	// Allow tells whether rows of a feed may be loaded for a project, "" for
	// rows of none; one that may not refuses the whole file. nil: all may.
	Allow    func(feed, project string) bool
	Progress func(rows int) // told now and then, may be nil
}

// Format is what a sender says its content is.
type Format string

const (
	JSON Format = "json" // an object a line, or an array of them
	CSV  Format = "csv"
)

// LoadID is the id that a load of content with this sha256 will have.
func (r Request) LoadID(sha256 string) string { return loadID(sha256, r) }

// State is what became of a load.
type State string

const (
	Published     State = "published"
	AlreadyLoaded State = "already_loaded"
	Refused       State = "refused"   // a fault of the file; nothing of it is visible
	Withdrawn     State = "withdrawn" // undone
	Corrected     State = "corrected" // another load has its rows, with those sent back in their place
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
	Warnings    uint64            `json:"warnings"` // findings that held no row back
	Skipped     uint64            `json:"skipped"`
	Orphans     uint64            `json:"orphans"`
	Sums        map[string]string `json:"sums"`
	Control     []ControlTotal    `json:"control"`
	Corrects    string            `json:"corrects,omitempty"` // load whose rows this one corrects
	Errors      []RowError        `json:"errors"`             // the first of them
	ErrorCount  int               `json:"error_count"`        // all
	Notes       []gatehouse.Text  `json:"notes"`
	Projects    []string          `json:"projects"` // as the rows name them
	SHA256      string            `json:"sha256"`
	Attempt     uint64            `json:"-"`
}

func newResult(name, id, sha string) Result {
	return Result{
		File: name, LoadID: id, SHA256: sha, Sums: map[string]string{}, Control: []ControlTotal{},
		Errors: []RowError{}, Notes: []gatehouse.Text{}, Projects: []string{},
	}
}

// Began is when the attempt that loaded the rows began, by the server's clock.
func (r Result) Began() time.Time { return time.UnixMicro(int64(r.Attempt >> 12)) }

// refusal is a fault of the file, which refuses all of it.
type refusal struct{ error RowError }

func (r *refusal) Error() string { return r.error.Message.EN }

// refuse makes a fault of the file of a wording and its values.
func refuse(zh, en string, values ...any) error {
	return &refusal{RowError{Code: "file", Message: gatehouse.Text{ZH: zh, EN: en}.With(values...)}}
}

// Load loads a file. A fault of the file gives a refused Result and no error;
// an error means that nothing is known to be wrong with the file and that it is
// safe to load it again. Nothing of it is visible then, unless what was lost is
// the answer to its publication: in that case all of it is.
func (l *Loader) Load(ctx context.Context, req Request) (Result, error) {
	if req.Draft != nil {
		return Result{}, gatehouse.Errorf(gatehouse.Invalid, "mapping %q is a draft: save it before you load a file with it", req.Draft.Name)
	}
	if err := l.choose(ctx, &req); err != nil {
		return Result{}, err
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
	result, err := a.run(ctx, req)
	var back *correction
	if !errors.As(err, &back) {
		return result, err
	}
	// Rows read so far belong to no file of their own: the attempt is given up
	// for one that reads the file they were sent back for.
	if a, err = l.begin(ctx, name, sha, id, req); err != nil {
		return Result{}, err
	}
	a.result.Corrects = back.load
	return a.run(ctx, req)
}

// loadID is the same for the same bytes read in the same way.
func loadID(sha string, req Request) string {
	how := []string{sha, mappingVersion, req.Feed, req.Project}
	if req.mapped != nil {
		how = append(how, req.mapped.ref(), req.mapped.Definition)
	}
	sum := sha256.Sum256([]byte(strings.Join(how, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// attempt is one try at a load.
type attempt struct {
	*Loader
	id       uint64
	by       string
	replaces uint64 // attempt whose place a correction takes
	result   Result
}

// begin puts a new attempt on record. Its id grows with the server's clock, so
// that later attempts have greater ids whichever process makes them; the low
// bits tell apart two of one microsecond.
func (l *Loader) begin(ctx context.Context, name, sha, id string, req Request) (*attempt, error) {
	now, err := l.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	a := &attempt{Loader: l, by: req.By, id: uint64(now.UnixMicro())<<12 | uint64(rand.Uint32N(1<<12))}
	a.result = newResult(name, id, sha)
	a.result.Attempt = a.id
	err = l.db.Insert(ctx, "load", "", []clickhouse.Column{
		{Name: "load_id", Values: []string{id}}, {Name: "sha256", Values: []string{sha}}, {Name: "file_name", Values: []string{name}},
		{Name: "bytes", Values: []uint64{uint64(req.Size)}}, {Name: "loaded_by", Values: []string{req.By}},
		{Name: "feed", Values: []string{req.Feed}}, {Name: "project", Values: []string{req.Project}}, {Name: "source", Values: []string{req.Source}},
		{Name: "mapping", Values: []string{req.mapped.ref()}},
	})
	if err != nil {
		return nil, err
	}
	return a, a.record(ctx, stateStarted, nil)
}

// feedsFor gives the feeds to choose from: all, or the one that is asked for,
// by the request or by the mapping.
func feedsFor(name string, m *Mapping, calendar gatehouse.Calendar) ([]Feed, error) {
	if m != nil && m.Feed != "" {
		if name != "" && name != m.Feed {
			return nil, gatehouse.Errorf(gatehouse.Invalid, "mapping %s is for %s, so the file cannot be read as %s: leave out one of the two", m.Name, m.Feed, name)
		}
		name = m.Feed
	}
	feeds := Feeds()
	if name != "" {
		f, err := findFeed(name)
		if err != nil {
			return nil, err
		}
		feeds = []Feed{f}
	}
	for i := range feeds {
		feeds[i].guide = newGuide(m, &feeds[i], calendar)
	}
	return feeds, nil
}

// run reads, writes, verifies and publishes.
func (a *attempt) run(ctx context.Context, req Request) (Result, error) {
	in, err := a.read(ctx, req)
	var refused *refusal
	if errors.As(err, &refused) {
		return a.refuse(ctx, refused)
	}
	var twice *repetition
	if errors.As(err, &twice) {
		return a.already(ctx, a.result.File, a.result.SHA256, a.result.LoadID, twice.attempt)
	}
	if err != nil {
		return Result{}, err
	}
	a.step(StepWritten)
	a.result.describe(in)
	if err := a.verify(ctx, in); err != nil {
		return Result{}, err
	}
	if err := a.record(ctx, stateVerified, in); err != nil {
		return Result{}, err
	}
	a.step(StepVerified)
	return a.publish(ctx)
}

// read streams the file into the fact tables, under an attempt nobody reads.
func (a *attempt) read(ctx context.Context, req Request) (*intake, error) {
	if a.result.Corrects == "" {
		return a.readFile(ctx, reading{
			sha: a.result.SHA256, name: a.result.File, format: req.Format, feed: req.Feed, project: req.Project, mapping: req.mapped.mapping(), progress: req.Progress, allow: req.Allow,
		})
	}
	chain, err := a.lineage(ctx, a.result.Corrects)
	if err != nil {
		return nil, err
	}
	if own := slices.IndexFunc(chain, func(k link) bool { return k.LoadID == a.result.LoadID }); own >= 0 {
		return nil, &repetition{chain[own].Attempt}
	}
	return a.merged(ctx, req, chain, nil)
}

// reading says which file is read, and how.
type reading struct {
	sha, name, feed, project string
	format                   Format
	mapping                  *Mapping // nil: the headers say all
	fixes                    *fixes
	base                     uint64 // attempt whose file it is, 0 for the new one's own
	progress                 func(rows int)
	allow                    func(feed, project string) bool
	preview                  *Preview // nil: rows are written
	marking                  *marking // to note where rows stand, may be nil
}

func (a *attempt) readFile(ctx context.Context, r reading) (*intake, error) {
	feeds, err := feedsFor(r.feed, r.mapping, a.db.Calendar())
	if err != nil {
		return nil, err
	}
	known, err := clickhouse.Select[knownProject](ctx, a.db, "ingest.Projects", a.asked(), nil)
	if err != nil {
		return nil, err
	}
	book, done, err := a.open(ctx, r.sha, r.format)
	if err != nil {
		return nil, asRefusal(a.logged(err))
	}
	defer done()
	out := newOutlet(ctx, a.db, a.id, a.limit, a.step)
	out.dry = r.preview != nil
	in := newIntake(a.db.Calendar(), a.id, feeds, projectFinder{given: r.project, file: r.name, known: known}, out)
	in.reference = newReference(a.Loader, a.replaces, in.projects)
	defer in.reference.close()
	in.agree(r.mapping)
	in.progress, in.allow, in.fixes, in.base, in.preview, in.marking = r.progress, r.allow, r.fixes, r.base, r.preview, r.marking
	err = in.book(ctx, book)
	if failed := out.close(); failed != nil {
		return nil, failed // the reading was only stopped by it
	}
	if err != nil {
		return nil, asRefusal(a.logged(err))
	}
	return in, nil
}

// asRefusal tells faults of the file from everything else.
func asRefusal(err error) error {
	var f *sheet.Fault
	if !errors.As(err, &f) {
		return err
	}
	return &refusal{RowError{Sheet: f.Sheet, Cell: f.Ref, Row: f.Row, Code: Code(f.Code), Message: faultText(f)}}
}

// faultText words a fault of the file with its place. English has the reader's
// own words, which say more of the fault than its code.
func faultText(f *sheet.Fault) gatehouse.Text {
	e := f.Code.Explain()
	zh := e.Message.ZH
	if e.Hint.ZH != "" {
		zh += "：" + e.Hint.ZH
	}
	at := ""
	if f.Sheet != "" {
		at = sheetText(f.Sheet).ZH
	}
	if f.Ref != "" {
		at += strings.NewReplacer("row ", "第 ", "line ", "第 ").Replace(f.Ref)
		if strings.Contains(f.Ref, " ") {
			at += " 行"
		}
	}
	if at != "" {
		zh = at + "：" + zh
	}
	return gatehouse.Text{ZH: zh, EN: f.Error()}
}

func (r *Result) describe(in *intake) {
	r.Feed = strings.Join(in.feedsFound(), "+")
	r.Rows, r.Loaded, r.Quarantined, r.Skipped = in.counts.rows, in.counts.loaded, in.counts.quarantined, in.counts.skipped
	r.Warnings, r.Orphans = in.warnings, in.orphans
	r.Notes = append(r.Notes, in.notes...)
	r.Projects = append(r.Projects, in.projectsNamed()...)
	r.Errors, r.ErrorCount = append(r.Errors, in.errors...), in.faults
	sums := in.out.sums()
	for name, sum := range sums {
		r.Sums[name] = sum.String()
	}
	r.Control = in.control.totals(sums)
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
