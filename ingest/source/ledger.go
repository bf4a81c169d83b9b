package source

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse"
	"gatehouse/ingest"
	"gatehouse/ingest/sheet"
	"gatehouse/sql/clickhouse"
)

// RunState is what became of a run.
type RunState string

const (
	RunStarted RunState = "started" // under way, or cut off
	RunDone    RunState = "done"
	RunFailed  RunState = "failed"
)

// Scan reads the state from the database.
func (s *RunState) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return gatehouse.Errorf(gatehouse.Internal, "cannot read %T as the state of a run", src)
	}
	*s = RunState(text)
	return nil
}

// ItemRow is an item, or a file within it, as lists show it.
type ItemRow struct {
	Source      string       `ch:"source" json:"source"`
	Item        string       `ch:"item" json:"item"`
	Version     string       `ch:"version" json:"version"`
	Member      string       `ch:"member" json:"member"` // file within an archive
	State       ingest.State `ch:"state" json:"state"`   // or "failed"
	LoadID      string       `ch:"load_id" json:"load_id"`
	Rows        uint64       `ch:"rows" json:"rows"`
	Loaded      uint64       `ch:"loaded" json:"loaded"`
	Quarantined uint64       `ch:"quarantined" json:"quarantined"`
	Error       string       `ch:"error" json:"error"`
	At          time.Time    `ch:"last" json:"at"`
}

// Items lists the newest items of a source first; an empty source means all.
func Items(ctx context.Context, db *clickhouse.DB, source string, limit int) ([]ItemRow, error) {
	return clickhouse.Select[ItemRow](ctx, db, "source.Items", clickhouse.Asked{}, clickhouse.Params{"source": source, "limit": uint64(max(limit, 0))})
}

// RunRow is a run of a source.
type RunRow struct {
	Source      string    `ch:"source" json:"source"`
	State       RunState  `ch:"state" json:"state"`
	By          string    `ch:"started_by" json:"by"`
	Started     time.Time `ch:"started" json:"started"`
	Ended       time.Time `ch:"ended" json:"ended"` // last sign of it
	Items       uint32    `ch:"items" json:"items"`
	Loaded      uint32    `ch:"published" json:"loaded"`
	Already     uint32    `ch:"already" json:"already"`
	Refused     uint32    `ch:"refused" json:"refused"`
	Failed      uint32    `ch:"failed" json:"failed"`
	Rows        uint64    `ch:"rows" json:"rows"`
	RowsLoaded  uint64    `ch:"loaded" json:"rows_loaded"`
	Quarantined uint64    `ch:"quarantined" json:"quarantined"`
	Error       string    `ch:"error" json:"error"`
	Notes       []string  `ch:"notes" json:"notes"` // what was left alone and why
}

// Runs lists the newest runs of a source first.
func Runs(ctx context.Context, db *clickhouse.DB, source string, limit int) ([]RunRow, error) {
	return clickhouse.Select[RunRow](ctx, db, "source.Runs", clickhouse.Asked{}, clickhouse.Params{"source": source, "limit": uint64(max(limit, 0))})
}

// StateRow is how a source stands: its newest run and its cursor.
type StateRow struct {
	RunRow
	Cursor string `ch:"cursor" json:"cursor"`
}

// States lists the sources that ever ran, by name.
func States(ctx context.Context, db *clickhouse.DB) ([]StateRow, error) {
	return clickhouse.Select[StateRow](ctx, db, "source.States", clickhouse.Asked{}, nil)
}

// Status is a declared source and how it stands.
type Status struct {
	Source  Source
	Last    *StateRow  // nil: never ran
	Next    *time.Time // nil: by hand only
	Running bool       // in this process
}

// Status lists the declared sources as they stand. A source that is due has
// its next run now.
func (r *Runner) Status(ctx context.Context) ([]Status, error) {
	rows, err := States(ctx, r.db)
	if err != nil {
		return nil, err
	}
	last := map[string]*StateRow{}
	for i := range rows {
		last[rows[i].Source] = &rows[i]
	}
	now := r.deps.Now().In(r.db.Calendar().Location)
	list := make([]Status, len(r.sources))
	for i, s := range r.sources {
		list[i] = Status{Source: s, Last: last[s.Name]}
		from := now.Add(-s.Every) // one that never ran is due
		if list[i].Last != nil {
			from = list[i].Last.Started.In(now.Location())
		}
		if next, ok := s.Next(from); ok {
			if next.Before(now) {
				next = now
			}
			list[i].Next = &next
		}
		list[i].Running = len(r.byName[s.Name].busy) == 0
	}
	return list, nil
}

type itemVersion struct {
	Item    string `ch:"item"`
	Version string `ch:"version"`
}

type cursorRow struct {
	Cursor string `ch:"cursor"`
	Turn   uint64 `ch:"turn"`
}

// before reads what a source remembers.
func (r *Runner) before(ctx context.Context, source string) (State, error) {
	cursor, err := clickhouse.First[cursorRow](ctx, r.db, "source.Cursor", clickhouse.Asked{}, clickhouse.Params{"source": source})
	if err != nil {
		return State{}, err
	}
	rows, err := clickhouse.Select[itemVersion](ctx, r.db, "source.Settled", clickhouse.Asked{}, clickhouse.Params{"source": source})
	if err != nil {
		return State{}, err
	}
	settled := make(map[itemVersion]bool, len(rows))
	for _, row := range rows {
		settled[row] = true
	}
	return State{Cursor: cursor.Cursor, Turn: cursor.Turn, Seen: func(item, version string) bool { return settled[itemVersion{item, version}] }}, nil
}

// isFault tells what is wrong with a file from everything else.
func isFault(err error) bool {
	_, ok := errors.AsType[*sheet.Fault](err)
	return ok
}

// recordItem writes one row for the item and one for each file of an archive.
func (r *run) recordItem(ctx context.Context, item Item, became ingest.State, files []outcome) error {
	whole := outcome{state: became, error: reason(files)}
	rows := []outcome{}
	for _, f := range files {
		whole.result.Rows += f.result.Rows
		whole.result.Loaded += f.result.Loaded
		whole.result.Quarantined += f.result.Quarantined
		if f.member == "" {
			whole.result.LoadID = f.result.LoadID
		} else {
			rows = append(rows, f)
		}
	}
	rows = append(rows, whole)
	n := len(rows)
	source, items, versions, runs := make([]string, n), make([]string, n), make([]string, n), make([]uint64, n)
	members, states, loads, faults := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	all, loaded, quarantined := make([]uint64, n), make([]uint64, n), make([]uint64, n)
	for i, o := range rows {
		source[i], items[i], versions[i], runs[i] = r.source.Name, item.Name, item.Version, r.id
		members[i], states[i], loads[i], faults[i] = o.member, string(o.state), o.result.LoadID, o.error
		all[i], loaded[i], quarantined[i] = o.result.Rows, o.result.Loaded, o.result.Quarantined
	}
	return r.db.Insert(ctx, "source_item", "", []clickhouse.Column{
		{Name: "source", Values: source}, {Name: "item", Values: items}, {Name: "version", Values: versions}, {Name: "run", Values: runs},
		{Name: "member", Values: members}, {Name: "state", Values: states}, {Name: "load_id", Values: loads}, {Name: "error", Values: faults},
		{Name: "rows", Values: all}, {Name: "loaded", Values: loaded}, {Name: "quarantined", Values: quarantined},
	})
}

// recordCursor puts a cursor on record; its token makes it count once.
func (r *Runner) recordCursor(ctx context.Context, source, cursor string, run uint64, by string) error {
	return r.db.Insert(ctx, "source_state", fmt.Sprintf("%s/%d/%s", source, run, cursor), []clickhouse.Column{
		{Name: "source", Values: []string{source}}, {Name: "cursor", Values: []string{cursor}},
		{Name: "run", Values: []uint64{run}}, {Name: "changed_by", Values: []string{by}},
	})
}

// record writes down how the run stands.
func (r *run) record(ctx context.Context, state RunState) error {
	p := r.report
	return r.db.Insert(ctx, "source_run", "", []clickhouse.Column{
		{Name: "source", Values: []string{r.source.Name}}, {Name: "run", Values: []uint64{r.id}},
		{Name: "state", Values: []string{string(state)}}, {Name: "started_by", Values: []string{r.by}},
		{Name: "items", Values: []uint32{uint32(p.Items)}}, {Name: "published", Values: []uint32{uint32(p.Loaded)}},
		{Name: "already", Values: []uint32{uint32(p.Already)}}, {Name: "refused", Values: []uint32{uint32(p.Refused)}},
		{Name: "failed", Values: []uint32{uint32(p.Failed)}}, {Name: "rows", Values: []uint64{p.Rows}},
		{Name: "loaded", Values: []uint64{p.RowsLoaded}}, {Name: "quarantined", Values: []uint64{p.Quarantined}},
		{Name: "error", Values: []string{p.Error}}, {Name: "notes", Values: [][]string{p.Notes}},
	})
}
