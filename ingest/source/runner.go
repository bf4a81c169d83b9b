package source

import (
	"context"
	"io"
	"sync"
	"time"

	"gatehouse"
	"gatehouse/ingest"
	"gatehouse/sql/clickhouse"
)

// Loader loads one file; *ingest.Loader does.
type Loader interface {
	Load(ctx context.Context, req ingest.Request) (ingest.Result, error)
}

// Unpack yields the files of an item: those of an archive by their names in
// it, or the item itself under the name "".
type Unpack func(ctx context.Context, name string, content io.ReaderAt, size int64, yield func(member string, content io.ReaderAt, size int64) error) error

// asItIs is Unpack without archives.
func asItIs(_ context.Context, _ string, content io.ReaderAt, size int64, yield func(string, io.ReaderAt, int64) error) error {
	return yield("", content, size)
}

// Runner runs sources: it fetches, loads, and puts on record what became of
// each item. One run of a source at a time.
type Runner struct {
	db      *clickhouse.DB
	loader  Loader
	unpack  Unpack
	deps    Deps
	sources []Source
	byName  map[string]*runnable

	mu      sync.Mutex
	lastRun uint64
}

// runnable is a source with its fetcher, nil for a source that is pushed to.
type runnable struct {
	Source
	fetcher Fetcher
	busy    chan struct{} // holds one token, which the run that is under way has
}

// NewRunner makes a runner of declared sources; unpack may be nil.
func NewRunner(db *clickhouse.DB, loader Loader, unpack Unpack, deps Deps, sources []Source) (*Runner, error) {
	if unpack == nil {
		unpack = asItIs
	}
	r := &Runner{db: db, loader: loader, unpack: unpack, deps: deps.withDefaults(), sources: sources, byName: map[string]*runnable{}}
	for _, s := range sources {
		p := &runnable{Source: s, busy: make(chan struct{}, 1)}
		p.busy <- struct{}{}
		if s.Kind != Push {
			var err error
			if p.fetcher, err = New(s, r.deps); err != nil {
				return nil, gatehouse.Errorf(gatehouse.KindOf(err), "source %s: %w", s.Name, err)
			}
		}
		r.byName[s.Name] = p
	}
	return r, r.checkTokens()
}

// Sources lists what is declared, in the order of the file.
func (r *Runner) Sources() []Source { return r.sources }

// Report is what one run did.
type Report struct {
	Items       int      `json:"items"`
	Loaded      int      `json:"loaded"`  // items published
	Already     int      `json:"already"` // items whose bytes were loaded before
	Refused     int      `json:"refused"` // items with a fault of their own
	Failed      int      `json:"failed"`  // items that could not be loaded and are offered again
	Rows        uint64   `json:"rows"`
	RowsLoaded  uint64   `json:"rows_loaded"`
	Quarantined uint64   `json:"quarantined"`
	Error       string   `json:"error"` // what ended the run early, or went wrong beside the loading
	Notes       []string `json:"notes"` // what the source left alone and why
}

// Run runs a source once. An error means that the run did not come to its end,
// or that the source could not be told what became of an item; the report says
// what was done until then. Refused files are no error.
func (r *Runner) Run(ctx context.Context, source, by string) (Report, error) {
	p, err := r.take(source)
	if err != nil {
		return Report{}, err
	}
	defer p.free()
	if p.fetcher == nil {
		return Report{}, gatehouse.Errorf(gatehouse.Invalid, "source %s waits for what others send: there is nothing to fetch", source)
	}
	return r.within(ctx, p, by, func(run *run) error {
		before, err := r.before(ctx, p.Name)
		if err != nil {
			return err
		}
		before.Note = run.note
		return p.fetcher.Fetch(ctx, before, func(item Item) error { return run.item(ctx, item) })
	})
}

// Take loads a file that was sent to a source, as a run of its own and of one
// item. Several may be under way.
func (r *Runner) Take(ctx context.Context, source string, item Item, req ingest.Request) (ingest.Result, error) {
	p, err := r.find(source)
	if err != nil {
		return ingest.Result{}, err
	}
	req.Content, req.Size, req.Source = item.Content, item.Size, source
	var result ingest.Result
	_, err = r.within(ctx, p, req.By, func(run *run) error {
		run.report.Items++
		var err error
		if result, err = r.loader.Load(ctx, req); err != nil {
			return err
		}
		outcomes := []outcome{outcomeOf(result)}
		return run.recordItem(ctx, item, run.count(outcomes), outcomes)
	})
	return result, err
}

// Restart forgets how far a source has come: its next run begins anew. What is
// loaded stays.
func (r *Runner) Restart(ctx context.Context, source, by string) error {
	p, err := r.take(source)
	if err != nil {
		return err
	}
	defer p.free()
	return r.recordCursor(ctx, source, "", uint64(r.deps.Now().UnixMicro()), by)
}

// find finds a source that may run.
func (r *Runner) find(source string) (*runnable, error) {
	p, ok := r.byName[source]
	switch {
	case !ok:
		return nil, gatehouse.Errorf(gatehouse.NotFound, "there is no source %s", source)
	case p.Disabled:
		return nil, gatehouse.Errorf(gatehouse.Conflict, "source %s is disabled in the configuration", source)
	}
	return p, nil
}

// take takes a source that nobody runs; free gives it back.
func (r *Runner) take(source string) (*runnable, error) {
	p, err := r.find(source)
	if err != nil {
		return nil, err
	}
	select {
	case <-p.busy:
		return p, nil
	default:
		return nil, gatehouse.Errorf(gatehouse.Conflict, "source %s is running already: wait for it to end", source)
	}
}

func (p *runnable) free() { p.busy <- struct{}{} }

// newRun is the id of a run: the microsecond in which it began, or the next
// that no other of this process has.
func (r *Runner) newRun(began time.Time) uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lastRun = max(r.lastRun+1, uint64(began.UnixMicro()))
	return r.lastRun
}

// within puts the beginning and the end of a run on record around work.
func (r *Runner) within(ctx context.Context, p *runnable, by string, work func(*run) error) (Report, error) {
	now, err := r.db.Now(ctx)
	if err != nil {
		return Report{}, err
	}
	run := &run{Runner: r, source: &p.Source, id: r.newRun(now), by: by, began: now}
	if err := run.record(ctx, RunStarted); err != nil {
		return Report{}, err
	}
	state := RunDone
	if err = work(run); err == nil {
		err = run.unsettled
	}
	if err != nil {
		state, run.report.Error = RunFailed, err.Error()
		err = gatehouse.Errorf(gatehouse.KindOf(err), "source %s: %w", p.Name, err)
	}
	ended, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if failed := run.record(ended, state); err == nil && failed != nil {
		err = failed
	}
	return run.report, err
}
