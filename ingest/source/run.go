package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"gatehouse"
	"gatehouse/ingest"
	"gatehouse/sql/clickhouse"
)

// run is one run of a source.
type run struct {
	*Runner
	source    *Source
	id        uint64
	by        string
	began     time.Time
	report    Report
	held      bool           // an item was not published, so cursors of later ones do not count
	unsettled error          // what the source could not be told
	known     []knownProject // read when a folder may name one
}

// maxNotes is how many notes of a run are kept.
const maxNotes = 100

func (r *run) note(text string) {
	if len(r.report.Notes) < maxNotes {
		r.report.Notes = append(r.report.Notes, text)
	}
}

// ItemFailed is the state of an item that could not be loaded for a reason
// outside it; it is offered again.
const ItemFailed ingest.State = "failed"

// outcome is what became of a file.
type outcome struct {
	member string
	state  ingest.State
	result ingest.Result
	error  string
}

// item loads an item, puts on record what became of it, then moves the cursor
// on and tells the source. An error ends the run: nothing is known to be wrong
// with the item, and it will be offered again.
func (r *run) item(ctx context.Context, item Item) error {
	r.report.Items++
	outcomes, err := r.load(ctx, item)
	if err != nil {
		return fmt.Errorf("%s: %w", item.Name, err)
	}
	became := r.count(outcomes)
	if err := r.recordItem(ctx, item, became, outcomes); err != nil {
		return err
	}
	if became != ingest.Published && became != ingest.AlreadyLoaded {
		r.held = true
		r.deps.Log.Warn("item not loaded", "source", r.source.Name, "item", item.Name, "state", string(became), "err", reason(outcomes))
	}
	if item.Cursor != "" && !r.held {
		if err := r.recordCursor(ctx, r.source.Name, item.Cursor, r.id, r.by); err != nil {
			return err
		}
	}
	if item.Settle == nil || became == ItemFailed {
		return nil
	}
	if err := item.Settle(ctx, became); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r.unsettled = errors.Join(r.unsettled, gatehouse.Errorf(gatehouse.KindOf(err), "%s is on record as %s, but the source could not be told: %w", item.Name, became, err))
	}
	return nil
}

// load hands the files of an item to the loader.
func (r *run) load(ctx context.Context, item Item) ([]outcome, error) {
	project, err := r.project(ctx, item)
	if err != nil {
		return nil, err
	}
	var outcomes []outcome
	err = r.unpack(ctx, item.Name, item.Content, item.Size, func(member string, content io.ReaderAt, size int64) error {
		o, err := r.file(ctx, ingest.Request{
			Name: path.Base(or(member, item.Name)), Content: content, Size: size,
			Feed: r.source.Feed, Project: project, Mapping: r.source.Mapping, By: "source:" + r.source.Name, Source: r.source.Name,
		})
		o.member = member
		outcomes = append(outcomes, o)
		return err
	})
	if err != nil && isFault(err) {
		return append(outcomes, outcome{state: ingest.Refused, error: err.Error()}), nil
	}
	return outcomes, err
}

type knownProject struct {
	Code string `ch:"code"`
	Name string `ch:"name"`
}

// project is that of the source, else the one whose code or name is the name
// of a folder in which the item lay; the inner one counts.
func (r *run) project(ctx context.Context, item Item) (string, error) {
	if r.source.Project != "" || item.Folder == "" {
		return r.source.Project, nil
	}
	if r.known == nil {
		known, err := clickhouse.Select[knownProject](ctx, r.db, "ingest.Projects", clickhouse.Asked{Scope: gatehouse.AllProjects(), KnownAt: r.began}, nil)
		if err != nil {
			return "", err
		}
		r.known = known
	}
	folders := strings.Split(item.Folder, "/")
	for _, folder := range slices.Backward(folders) {
		for _, p := range r.known {
			if folder == p.Code || folder != "" && folder == p.Name {
				return p.Code, nil
			}
		}
	}
	return "", nil
}

// file loads one file. Only what concerns this file alone is its outcome.
func (r *run) file(ctx context.Context, req ingest.Request) (outcome, error) {
	result, err := r.loader.Load(ctx, req)
	switch {
	case err == nil:
		return outcomeOf(result), nil
	case ctx.Err() != nil:
		return outcome{}, ctx.Err()
	case gatehouse.KindOf(err) == gatehouse.Unavailable:
		return outcome{}, err
	}
	return outcome{state: ItemFailed, error: err.Error()}, nil
}

func outcomeOf(result ingest.Result) outcome {
	o := outcome{state: result.Status, result: result}
	if result.Status == ingest.Refused && len(result.Errors) > 0 {
		o.error = result.Errors[0].Message.EN
	}
	return o
}

// count adds an item to the report and says what became of it: of an archive
// the worst of its files.
func (r *run) count(outcomes []outcome) ingest.State {
	rank := map[ingest.State]int{ingest.AlreadyLoaded: 1, ingest.Published: 2, ingest.Refused: 3, ItemFailed: 4}
	became := ingest.AlreadyLoaded
	for _, o := range outcomes {
		if rank[o.state] > rank[became] {
			became = o.state
		}
		if o.state == ingest.Published {
			r.report.Rows += o.result.Rows
			r.report.RowsLoaded += o.result.Loaded
			r.report.Quarantined += o.result.Quarantined
		}
	}
	if len(outcomes) == 0 {
		became = ingest.Refused
	}
	switch became {
	case ingest.Published:
		r.report.Loaded++
	case ingest.AlreadyLoaded:
		r.report.Already++
	case ingest.Refused:
		r.report.Refused++
	case ItemFailed:
		r.report.Failed++
	}
	return became
}

// reason is the first fault of an item.
func reason(outcomes []outcome) string {
	for _, o := range outcomes {
		if o.error != "" {
			return o.error
		}
	}
	if len(outcomes) == 0 {
		return "the archive has no file in it that could be loaded"
	}
	return ""
}
