package report

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// Record is what the register has of a report.
type Record struct {
	Number      Number
	Kind        string
	By          string
	At          time.Time
	Period      gatehouse.Period
	Project     string // asked for alone; empty: all of the scope
	Scope       gatehouse.Scope
	Lang        gatehouse.Lang
	KnownAt     time.Time
	AsOf        gatehouse.Date
	ContentHash string
	Sheets      []SheetHash
	FileHash    string
	Bytes       uint64
	Bills       uint64
}

// VisibleTo tells whether somebody may hear of the report: everything in it is
// within what he sees.
func (r Record) VisibleTo(scope gatehouse.Scope) bool {
	if r.Scope.All() {
		return scope.All()
	}
	for _, project := range r.Scope.Codes() {
		if !scope.Allows(project) {
			return false
		}
	}
	return len(r.Scope.Codes()) > 0
}

// Register keeps what was written, for ever.
type Register struct{ db *clickhouse.DB }

// NewRegister keeps its rows in the database.
func NewRegister(db *clickhouse.DB) *Register { return &Register{db} }

// begin takes the next number of the year for a report.
func (r *Register) begin(ctx context.Context, rec Record) (Number, error) {
	claim := rand.Text()
	for {
		newest, err := clickhouse.First[struct {
			Seq uint32 `ch:"newest"`
		}](ctx, r.db, "report.Newest", clickhouse.Asked{}, clickhouse.Params{"year": uint16(rec.At.Year())})
		if err != nil {
			return Number{}, err
		}
		rec.Number = Number{rec.At.Year(), int(newest.Seq) + 1}
		if err := r.put(ctx, "begun", claim, rec); err != nil {
			return Number{}, err
		}
		// Of two at once the server takes one row; had it forgotten the token, the earlier counts.
		claims, err := clickhouse.Select[struct {
			Claim string `ch:"claim"`
		}](ctx, r.db, "report.Claims", clickhouse.Asked{}, clickhouse.Params{"year": uint16(rec.Number.Year), "seq": uint32(rec.Number.Seq)})
		if err != nil {
			return Number{}, err
		}
		if len(claims) > 0 && claims[0].Claim == claim {
			return rec.Number, nil
		}
	}
}

// finish records what was written.
func (r *Register) finish(ctx context.Context, rec Record) error {
	return r.put(ctx, "written", "", rec)
}

func (r *Register) put(ctx context.Context, state, claim string, rec Record) error {
	names, hashes := []string{}, []string{}
	for _, s := range rec.Sheets {
		names, hashes = append(names, s.Name), append(hashes, s.Hash)
	}
	codes := rec.Scope.Codes()
	if codes == nil {
		codes = []string{}
	}
	return r.db.Insert(ctx, "report", fmt.Sprintf("%s/%s", rec.Number, state), []clickhouse.Column{
		{Name: "year", Values: []uint16{uint16(rec.Number.Year)}}, {Name: "seq", Values: []uint32{uint32(rec.Number.Seq)}},
		{Name: "state", Values: []string{state}}, {Name: "claim", Values: []string{claim}}, {Name: "kind", Values: []string{rec.Kind}},
		{Name: "by", Values: []string{rec.By}}, {Name: "start", Values: []time.Time{rec.Period.Start.Time()}}, {Name: "end", Values: []time.Time{rec.Period.End.Time()}},
		{Name: "project", Values: []string{rec.Project}}, {Name: "all_projects", Values: []bool{rec.Scope.All()}}, {Name: "projects", Values: [][]string{codes}},
		{Name: "lang", Values: []string{string(rec.Lang)}}, {Name: "known_at", Values: []time.Time{rec.KnownAt.UTC()}}, {Name: "as_of", Values: []time.Time{rec.AsOf.Time()}},
		{Name: "content_hash", Values: []string{rec.ContentHash}}, {Name: "sheets", Values: [][]string{names}}, {Name: "sheet_hashes", Values: [][]string{hashes}},
		{Name: "file_hash", Values: []string{rec.FileHash}}, {Name: "bytes", Values: []uint64{rec.Bytes}}, {Name: "bills", Values: []uint64{rec.Bills}},
		{Name: "at", Values: []time.Time{rec.At.UTC()}},
	})
}

// Find gives the report of a number, if it was written and scope has all of it.
func (r *Register) Find(ctx context.Context, scope gatehouse.Scope, n Number) (Record, bool, error) {
	found, err := r.written(ctx, scope, n, "")
	if err != nil || len(found) == 0 {
		return Record{}, false, err
	}
	return found[0], true, nil
}

// written gives reports of a number, or with a hash, newest first, as far as
// scope has all of them.
func (r *Register) written(ctx context.Context, scope gatehouse.Scope, n Number, hash string) ([]Record, error) {
	type row struct {
		Year     uint16          `ch:"year"`
		Seq      uint32          `ch:"seq"`
		Kind     string          `ch:"kind"`
		By       string          `ch:"by"`
		Start    gatehouse.Month `ch:"start"`
		End      gatehouse.Month `ch:"end"`
		Project  string          `ch:"project"`
		All      bool            `ch:"everything"`
		Projects []string        `ch:"codes"`
		Lang     string          `ch:"lang"`
		KnownAt  time.Time       `ch:"known"`
		AsOf     gatehouse.Date  `ch:"day"`
		Content  string          `ch:"content_hash"`
		Sheets   []string        `ch:"sheets"`
		Hashes   []string        `ch:"sheet_hashes"`
		File     string          `ch:"file_hash"`
		Bytes    uint64          `ch:"bytes"`
		Bills    uint64          `ch:"bills"`
		At       time.Time       `ch:"at"`
	}
	rows, err := clickhouse.Select[row](ctx, r.db, "report.Written", clickhouse.Asked{}, clickhouse.Params{
		"year": uint16(n.Year), "seq": uint32(n.Seq), "hash": hash,
	})
	var found []Record
	for _, w := range rows {
		rec := Record{
			Number: Number{int(w.Year), int(w.Seq)}, Kind: w.Kind, By: w.By, At: w.At, Period: gatehouse.Period{Start: w.Start, End: w.End},
			Project: w.Project, Scope: gatehouse.Projects(w.Projects...), Lang: gatehouse.Lang(w.Lang), KnownAt: w.KnownAt, AsOf: w.AsOf,
			ContentHash: w.Content, FileHash: w.File, Bytes: w.Bytes, Bills: w.Bills,
		}
		if w.All {
			rec.Scope = gatehouse.AllProjects()
		}
		for i, name := range w.Sheets {
			rec.Sheets = append(rec.Sheets, SheetHash{name, w.Hashes[i]})
		}
		if rec.VisibleTo(scope) {
			found = append(found, rec)
		}
	}
	return found, err
}
