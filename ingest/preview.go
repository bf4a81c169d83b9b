package ingest

import (
	"context"
	"errors"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"gatehouse/sql/clickhouse"
)

// Preview is what loading a file would do; nothing of it is written but the
// bytes, which are kept for a day under their sha256 so that they can be
// loaded as they were looked at.
type Preview struct {
	Result                 // Status is Previewed, AlreadyLoaded or Refused
	Sheets  []SheetPreview `json:"sheets"`
	Changes []KeyChanges   `json:"changes"`
	mapping *Mapping       // by which it was read, nil for none
}

// Previewed is the state of a file that was looked at and not loaded.
const Previewed State = "preview"

// SheetPreview is how a sheet would be read.
type SheetPreview struct {
	Name    string          `json:"name"`
	Feed    string          `json:"feed"`    // empty: the sheet is left out
	Header  int             `json:"header"`  // its last row, of a sheet left out the likeliest; 0 when there is none
	Project string          `json:"project"` // of rows that name none
	Columns []ColumnPreview `json:"columns"`
	Rows    []RowPreview    `json:"rows"` // the first behind the header
	// Likely is the feed that a sheet left out looks most like; its columns are
	// shown as that feed's. Missing are the fields still needed to read it, one
	// of each group.
	Likely  string     `json:"likely,omitempty"`
	Missing [][]string `json:"missing,omitempty"`
}

// ColumnPreview is what a column is taken for.
type ColumnPreview struct {
	Column  string    `json:"column"` // "C"
	Header  string    `json:"header"`
	Use     ColumnUse `json:"use"`
	Field   string    `json:"field,omitempty"`
	Unit    string    `json:"unit,omitempty"` // that the header names
	Samples []string  `json:"samples"`        // its first values; none of personal data
	// Kind is what most of its cells look like, empty for none.
	Kind ColumnKind `json:"kind,omitempty"`
	// Suggestions are for an ignored column, the best first.
	Suggestions []Suggestion `json:"suggestions,omitempty"`

	at int // 0-based
}

// ColumnUse is what becomes of a column.
type ColumnUse string

const (
	UseField    ColumnUse = "field"
	UseQuestion ColumnUse = "question"
	UsePersonal ColumnUse = "personal" // dropped, never stored
	UseIgnored  ColumnUse = "ignored"
)

// RowPreview is a row as the file has it, without personal data.
type RowPreview struct {
	Number int      `json:"number"`
	Cells  []string `json:"cells"` // by column of SheetPreview.Columns
}

// KeyChanges tells what a load would do to the published rows of a fact.
type KeyChanges struct {
	Table     string `json:"table"`
	New       uint64 `json:"new"`       // keys that are not published
	Changed   uint64 `json:"changed"`   // keys with other values
	Unchanged uint64 `json:"unchanged"` // keys with the same values
}

// Preview reads a file as Load would and tells what that would do.
func (l *Loader) Preview(ctx context.Context, req Request) (Preview, error) {
	if err := l.choose(ctx, &req); err != nil {
		return Preview{}, err
	}
	name := filepath.Base(strings.ReplaceAll(req.Name, "\\", "/"))
	sha, err := l.files.Stage(ctx, io.NewSectionReader(req.Content, 0, req.Size))
	if err != nil {
		return Preview{}, err
	}
	id := loadID(sha, req)
	before, err := l.publication(ctx, id)
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Result: newResult(name, id, sha), Sheets: []SheetPreview{}, Changes: []KeyChanges{}, mapping: req.mapped.mapping()}
	p.Status = Previewed
	a := &attempt{Loader: l, by: req.By, result: p.Result}
	in, err := a.look(ctx, req, &p)
	var refused *refusal
	if errors.As(err, &refused) {
		p.Status, p.Errors, p.ErrorCount = Refused, []RowError{refused.error}, 1
		return p, nil
	}
	if err != nil {
		return Preview{}, err
	}
	p.describe(in)
	p.Corrects = a.result.Corrects
	if before.Visible != 0 {
		p.Status = AlreadyLoaded
	}
	p.Changes, err = l.changes(ctx, in)
	return p, err
}

// look reads the file, and the file that it corrects where it corrects one.
func (a *attempt) look(ctx context.Context, req Request, p *Preview) (*intake, error) {
	in, err := a.readFile(ctx, reading{sha: a.result.SHA256, name: a.result.File, format: req.Format, feed: req.Feed, project: req.Project, mapping: req.mapped.mapping(), allow: req.Allow, progress: req.Progress, preview: p})
	var back *correction
	if !errors.As(err, &back) {
		return in, err
	}
	p.Sheets = []SheetPreview{}
	a.result.Corrects = back.load
	chain, err := a.lineage(ctx, back.load)
	if err != nil {
		return nil, err
	}
	return a.merged(ctx, req, chain, p)
}

// changes compares the keys of the file with the published ones of the
// projects that it names.
func (l *Loader) changes(ctx context.Context, in *intake) ([]KeyChanges, error) {
	refs := in.projectsNamed()
	byCode := map[string][]string{}
	for _, ref := range refs {
		code := in.projects.code(ref)
		byCode[code] = append(byCode[code], ref)
	}
	counts := map[string]*KeyChanges{}
	changes := []KeyChanges{}
	tables := in.out.tableNames()
	for _, t := range tables {
		counts[t] = &KeyChanges{Table: t, New: in.out.tables[t].tally.count}
	}
	type published struct {
		Table   string `ch:"table"`
		Project string `ch:"project"` // code, else what a file called it
		Key     string `ch:"key"`
		Hash    uint64 `ch:"row_hash"`
	}
	err := clickhouse.EachRow(ctx, l.db, "ingest.PublishedKeys", l.asked(), clickhouse.Params{"tables": tables, "projects_asked": slices.Sorted(maps.Keys(byCode))},
		func(p published) error {
			for _, ref := range byCode[p.Project] {
				now, _ := in.seen.of(ref).known(in.keyHash(p.Table, ref, p.Key))
				if now.row == 0 {
					continue
				}
				c := counts[p.Table]
				c.New--
				if now.hash == p.Hash {
					c.Unchanged++
				} else {
					c.Changed++
				}
				break
			}
			return nil
		})
	for _, t := range tables {
		changes = append(changes, *counts[t])
	}
	return changes, err
}
