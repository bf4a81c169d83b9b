package report

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"strings"

	"gatehouse"
	"gatehouse/analytics"
)

// Workbook is a file that was opened by a reader fit for files of strangers.
type Workbook interface {
	Sheets() []string
	// Rows calls yield for the rows of a sheet in their order; cells are those
	// from column A on, and good until it returns.
	Rows(ctx context.Context, sheet int, yield func(row int, cells []Value) error) error
	Close()
}

// Verifier tells whether a file is a report as it was written.
type Verifier struct {
	Register *Register
	KPIs     *analytics.Service
	Open     func(ctx context.Context, file *os.File) (Workbook, error)
}

// State is what became of a report.
type State string

const (
	// Unknown is a file that is no report of ours, or not one for whoever asks.
	Unknown State = "unknown"
	// Identical is the file as it was written, byte for byte.
	Identical State = "identical"
	// SameContent is a file that a program has saved anew: every value is as it
	// was written, formulas, looks and charts are not compared.
	SameContent State = "same_content"
	// Registered is a report of which only the number was asked.
	Registered State = "registered"
	// Changed is a report of which a value differs.
	Changed State = "changed"
)

// Verdict is what is known of a file.
type Verdict struct {
	State       State
	Record      Record // of the report, empty when Unknown
	FileHash    string
	ContentHash string // as the file has it now; empty when it was not read
	Unreadable  string // why the file could not be read to its end
	Sheets      []SheetChange
	Cells       []CellChange // the first of those that differ
	More        int          // cells that differ besides
	// Compared tells that cells were compared, which takes that the report can
	// be written again as it was, and is not too large for that.
	Compared bool
}

// SheetChange is a sheet that is not as it was.
type SheetChange struct {
	Name string `json:"name"`
	How  string `json:"how"` // changed, missing, added
}

// Verify looks at a file for somebody who sees the projects of scope.
func (v *Verifier) Verify(ctx context.Context, scope gatehouse.Scope, file *os.File) (Verdict, error) {
	found := Verdict{State: Unknown}
	h := sha256.New()
	info, err := file.Stat()
	if err != nil {
		return found, err
	}
	if _, err := io.Copy(h, io.NewSectionReader(file, 0, info.Size())); err != nil {
		return found, err
	}
	found.FileHash = hex.EncodeToString(h.Sum(nil))
	same, err := v.Register.written(ctx, scope, Number{}, found.FileHash)
	if err != nil {
		return found, err
	}
	if len(same) > 0 {
		found.State, found.Record, found.ContentHash = Identical, same[0], same[0].ContentHash
		return found, nil
	}
	book, err := v.Open(ctx, file)
	if err == nil {
		defer book.Close()
		err = v.compare(ctx, scope, book, &found)
	}
	if gatehouse.KindOf(err) == gatehouse.Invalid { // what is no workbook is no report either
		return Verdict{State: Unknown, FileHash: found.FileHash, Unreadable: err.Error()}, nil
	}
	return found, err
}

// compare finds out which report the workbook is, and whether it says the same.
func (v *Verifier) compare(ctx context.Context, scope gatehouse.Scope, book Workbook, found *Verdict) error {
	var now []SheetHash
	var said [stampLast - stampFirst + 1]string
	for i, name := range book.Sheets() {
		sum := newFingerprint()
		err := book.Rows(ctx, i, func(row int, cells []Value) error {
			for col, cell := range cells {
				if i == 0 && inStamp(col, row) {
					said[row-stampFirst] = cell.Text
				} else if err := sum.value(cell, col, row); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		now = append(now, SheetHash{name, sum.sum()})
	}
	found.ContentHash = contentHash(now)
	rec, ok, err := v.named(ctx, scope, said[0], found.ContentHash)
	if err != nil || !ok {
		return err
	}
	found.State, found.Record = SameContent, rec
	found.Sheets = sheetsChanged(rec.Sheets, now)
	stamped := rec.stampOf(v.KPIs.Calendar().Location)
	for i := range said {
		if said[i] != printable(stamped[i]) {
			found.Cells = append(found.Cells, CellChange{Sheet: now[0].Name, Cell: string(appendPlace(nil, 1, stampFirst+i)), Was: stamped[i], Is: said[i]})
		}
	}
	if len(found.Sheets) == 0 && len(found.Cells) == 0 && found.ContentHash == rec.ContentHash {
		return nil
	}
	found.State = Changed
	return v.compareCells(ctx, book, found)
}

// named is the report whose number the cover says, else the newest with the
// very content.
func (v *Verifier) named(ctx context.Context, scope gatehouse.Scope, number, content string) (Record, bool, error) {
	if n, err := ParseNumber(number); err == nil {
		if rec, ok, err := v.Register.Find(ctx, scope, n); ok || err != nil {
			return rec, ok, err
		}
	}
	same, err := v.Register.written(ctx, scope, Number{}, content)
	if err != nil || len(same) == 0 {
		return Record{}, false, err
	}
	return same[0], true, nil
}

// sheetsChanged lists the sheets of which the hashes differ.
func sheetsChanged(was, now []SheetHash) []SheetChange {
	var changed []SheetChange
	is := map[string]string{}
	for _, s := range now {
		is[s.Name] = s.Hash
	}
	known := map[string]bool{}
	for _, s := range was {
		known[s.Name] = true
		if hash, ok := is[s.Name]; !ok {
			changed = append(changed, SheetChange{s.Name, "missing"})
		} else if hash != s.Hash {
			changed = append(changed, SheetChange{s.Name, "changed"})
		}
	}
	for _, s := range now {
		if !known[s.Name] {
			changed = append(changed, SheetChange{s.Name, "added"})
		}
	}
	return changed
}

// Find gives the report of a number as people write it.
func (v *Verifier) Find(ctx context.Context, scope gatehouse.Scope, number string) (Record, bool, error) {
	n, err := ParseNumber(strings.TrimSpace(number))
	if err != nil {
		return Record{}, false, err
	}
	return v.Register.Find(ctx, scope, n)
}
