package ingest

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// LoadFilter narrows a list of loads; zero values mean all.
type LoadFilter struct {
	Viewer  string // user who asks; sees what he loaded himself besides his scope
	LoadID  string
	Project string // code of a project that it names, among others
	Feed    string
	State   State
	Search  string // part of the file's name
	Limit   int    // default 50
	Offset  int
}

// LoadRow is a load as lists show it: its visible attempt, else its newest.
type LoadRow struct {
	LoadID      string                     `ch:"load_id" json:"load_id"`
	Attempt     uint64                     `ch:"attempt" json:"attempt"`
	SHA256      string                     `ch:"sha256" json:"sha256"`
	File        string                     `ch:"file_name" json:"file"`
	Bytes       uint64                     `ch:"bytes" json:"bytes"`
	By          string                     `ch:"loaded_by" json:"by"`
	At          time.Time                  `ch:"at" json:"at"`
	State       State                      `ch:"state" json:"state"`
	Feeds       []string                   `ch:"feeds" json:"feeds"`
	Projects    []string                   `ch:"projects" json:"projects"`
	Rows        uint64                     `ch:"rows" json:"rows"`
	Loaded      uint64                     `ch:"loaded" json:"loaded"`
	Quarantined uint64                     `ch:"quarantined" json:"quarantined"`
	Skipped     uint64                     `ch:"skipped" json:"skipped"`
	Orphans     uint64                     `ch:"orphans" json:"orphans"`
	Sums        map[string]decimal.Decimal `ch:"sums" json:"sums"`
	Warnings    uint64                     `ch:"warnings" json:"warnings"`
	Claimed     map[string]decimal.Decimal `ch:"claimed" json:"claimed"`
	Cells       map[string]decimal.Decimal `ch:"cells" json:"cells"`
	Held        map[string]decimal.Decimal `ch:"held" json:"held"`
	Source      string                     `ch:"source" json:"source"`             // that delivered it, empty for a person
	Corrects    string                     `ch:"corrects" json:"corrects"`         // load whose rows it corrects
	CorrectedBy string                     `ch:"corrected_by" json:"corrected_by"` // load that has its place
	ChangedBy   string                     `ch:"changed_by" json:"changed_by"`     // who published or withdrew it last
	ErrorsEN    []string                   `ch:"errors" json:"errors"`
	ErrorsZH    []string                   `ch:"errors_zh" json:"errors_zh"`
	NotesEN     []string                   `ch:"notes" json:"notes"`
	NotesZH     []string                   `ch:"notes_zh" json:"notes_zh"`
	Total       uint64                     `ch:"total" json:"-"` // loads that the filter lets through, without the limit
}

// Errors are why a load was refused.
func (l LoadRow) Errors() []gatehouse.Text { return bothWordings(l.ErrorsEN, l.ErrorsZH) }

// Notes are what a load says of its sheets.
func (l LoadRow) Notes() []gatehouse.Text { return bothWordings(l.NotesEN, l.NotesZH) }

// Control ties the load's money to what the file says.
func (l LoadRow) Control() []ControlTotal { return controlTotals(l.Claimed, l.Cells, l.Sums, l.Held) }

// Loads lists loads, newest first. Who may not see the whole portfolio sees
// the loads whose projects are all his, and those he loaded himself.
func Loads(ctx context.Context, db *clickhouse.DB, scope gatehouse.Scope, f LoadFilter) ([]LoadRow, error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	refs, err := refsOf(ctx, db, scope)
	if err != nil {
		return nil, err
	}
	named := []string{}
	if f.Project != "" {
		if named, err = refsOf(ctx, db, gatehouse.Projects(f.Project)); err != nil {
			return nil, err
		}
		named = append(named, f.Project) // its master may not have arrived yet
	}
	return clickhouse.Select[LoadRow](ctx, db, "ingest.Loads", clickhouse.Asked{Scope: scope, KnownAt: endOfTime()}, clickhouse.Params{
		"refs": refs, "named": named, "viewer": f.Viewer, "load_id": f.LoadID, "feed": f.Feed, "state": string(f.State), "search": f.Search,
		"limit": uint64(f.Limit), "offset": uint64(max(f.Offset, 0)),
	})
}

// refsOf is what files call the projects of a limited scope; whoever sees all
// needs no such list.
func refsOf(ctx context.Context, db *clickhouse.DB, scope gatehouse.Scope) ([]string, error) {
	refs := []string{}
	if scope.All() {
		return refs, nil
	}
	type row struct {
		Ref string `ch:"ref"`
	}
	rows, err := clickhouse.Select[row](ctx, db, "ingest.RefsOf", clickhouse.Asked{Scope: gatehouse.AllProjects(), KnownAt: endOfTime()},
		clickhouse.Params{"codes": append([]string{}, scope.Codes()...)})
	for _, r := range rows {
		refs = append(refs, r.Ref)
	}
	return refs, err
}

// FindLoad gives one load, or a NotFound error when the viewer may not see it.
func FindLoad(ctx context.Context, db *clickhouse.DB, scope gatehouse.Scope, viewer, loadID string) (LoadRow, error) {
	rows, err := Loads(ctx, db, scope, LoadFilter{Viewer: viewer, LoadID: loadID, Limit: 1})
	if err != nil {
		return LoadRow{}, err
	}
	if loadID == "" || len(rows) == 0 {
		return LoadRow{}, gatehouse.Errorf(gatehouse.NotFound, "there is no load %s, or it is of projects that are not yours", loadID)
	}
	return rows[0], nil
}

// QuarantinedCell is one bad cell of a load.
type QuarantinedCell struct {
	Feed    string `ch:"feed" json:"feed"`
	Sheet   string `ch:"sheet" json:"sheet"`
	Row     uint32 `ch:"source_row" json:"row"`
	Cell    string `ch:"cell" json:"cell"`
	Field   string `ch:"field" json:"field"`
	Header  string `ch:"header" json:"header"`
	Value   string `ch:"value" json:"value"`
	Code    Code   `ch:"code" json:"code"`
	Detail  string `ch:"detail" json:"detail"`
	Level   Level  `ch:"level" json:"level"`
	Brought uint64 `ch:"brought" json:"brought,omitempty"` // attempt whose file has the cell, 0 for the load's own
	Rows    uint32 `ch:"rows" json:"rows"`                 // that say the same, of which this is the first
	// File is the name of the file that has the cell: the load's own, or the one it corrects.
	File   string `ch:"file" json:"file"`
	SHA256 string `ch:"sha256" json:"sha256"`
}

// Quarantined lists the bad cells of a load in the order of the file.
func Quarantined(ctx context.Context, db *clickhouse.DB, scope gatehouse.Scope, viewer, loadID string) ([]QuarantinedCell, error) {
	load, err := FindLoad(ctx, db, scope, viewer, loadID)
	if err != nil {
		return nil, err
	}
	return clickhouse.Select[QuarantinedCell](ctx, db, "ingest.Quarantined", clickhouse.Asked{Scope: scope, KnownAt: endOfTime()},
		clickhouse.Params{"attempt": load.Attempt})
}

// CodeCount is how many bad cells of a kind the published loads have.
type CodeCount struct {
	Code  Code   `ch:"code" json:"code"`
	Feed  string `ch:"feed" json:"feed"`
	Cells uint64 `ch:"cells" json:"cells"`
	Rows  uint64 `ch:"rows" json:"rows"`
	Loads uint64 `ch:"loads" json:"loads"`
}

// SummaryByCode counts the bad cells of the published loads that the viewer may see.
func SummaryByCode(ctx context.Context, db *clickhouse.DB, scope gatehouse.Scope, viewer string) ([]CodeCount, error) {
	refs, err := refsOf(ctx, db, scope)
	if err != nil {
		return nil, err
	}
	return clickhouse.Select[CodeCount](ctx, db, "ingest.SummaryByCode", clickhouse.Asked{Scope: scope, KnownAt: endOfTime()},
		clickhouse.Params{"refs": refs, "viewer": viewer})
}

// Stamp stands for all that is on record of loads: what is read of them, and
// of what they published, is the same while it is.
type Stamp struct {
	Publications uint64 `ch:"publications"`
	Attempts     uint64 `ch:"attempts"`
}

// ReadStamp reads the stamp, which costs next to nothing.
func ReadStamp(ctx context.Context, db *clickhouse.DB) (Stamp, error) {
	return clickhouse.First[Stamp](ctx, db, "ingest.Stamp", clickhouse.Asked{Scope: gatehouse.AllProjects(), KnownAt: endOfTime()}, nil)
}
