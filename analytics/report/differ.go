package report

import (
	"context"
	"errors"
	"iter"
	"os"
	"strings"
)

// CellChange is a cell that does not say what it said.
type CellChange struct {
	Sheet string `json:"sheet"`
	Cell  string `json:"cell"`
	Was   string `json:"was"`
	Is    string `json:"is"`
}

const (
	// comparable is how many bills a report may have to be written again for a
	// comparison of its cells; that takes seconds.
	comparable = 200_000
	// cellsShown is how many cells are told.
	cellsShown = 50
)

// compareCells writes the report again as it was, and tells which cells of the
// sheets that differ do. It can not when the program computes something in
// another way today; then the sheets are all that is known.
func (v *Verifier) compareCells(ctx context.Context, is Workbook, found *Verdict) error {
	if found.Record.Bills > comparable {
		return nil
	}
	file, err := os.CreateTemp("", "gatehouse-report-")
	if err != nil {
		return err
	}
	defer func() {
		_ = file.Close() // nobody needs it any more
		_ = os.Remove(file.Name())
	}()
	again, err := v.again(ctx, found.Record, file)
	if err != nil {
		return err
	}
	if again.ContentHash != found.Record.ContentHash {
		return nil
	}
	was, err := v.Open(ctx, file)
	if err != nil {
		return err
	}
	defer was.Close()
	found.Compared = true
	index := func(w Workbook, name string) int {
		for i, s := range w.Sheets() {
			if s == name {
				return i
			}
		}
		return -1
	}
	for _, s := range found.Sheets {
		if s.How != "changed" {
			continue
		}
		if err := differences(ctx, was, is, index(was, s.Name), index(is, s.Name), s.Name, found); err != nil {
			return err
		}
	}
	return nil
}

// again writes the workbook of a record once more, as of the instant it was made for.
func (v *Verifier) again(ctx context.Context, rec Record, file *os.File) (Record, error) {
	at, err := v.KPIs.At(ctx, rec.KnownAt)
	if err != nil {
		return Record{}, err
	}
	r, err := newCollection(ctx, v.KPIs, Collection{
		Scope: rec.Scope, Snapshot: at, Period: rec.Period, Project: rec.Project, Lang: rec.Lang, User: rec.By, WrittenAt: rec.At,
	})
	if err != nil {
		return Record{}, err
	}
	return rec, r.write(ctx, file, &rec)
}

// sheetRow is a row that outlives its reading.
type sheetRow struct {
	row   int
	cells []Value
	err   error
}

// pulled gives the rows of a sheet one by one.
func pulled(ctx context.Context, w Workbook, sheet int) (next func() (sheetRow, bool), stop func()) {
	return iter.Pull(func(yield func(sheetRow) bool) {
		left := errors.New("nobody reads on")
		err := w.Rows(ctx, sheet, func(row int, cells []Value) error {
			kept := make([]Value, len(cells))
			for i, c := range cells {
				kept[i] = Value{c.Kind, strings.Clone(c.Text)}
			}
			if !yield(sheetRow{row: row, cells: kept}) {
				return left
			}
			return nil
		})
		if err != nil && !errors.Is(err, left) {
			yield(sheetRow{err: err})
		}
	})
}

// differences adds the cells of a sheet that differ.
func differences(ctx context.Context, was, is Workbook, wasAt, isAt int, name string, found *Verdict) error {
	before, stopBefore := pulled(ctx, was, wasAt)
	defer stopBefore()
	after, stopAfter := pulled(ctx, is, isAt)
	defer stopAfter()
	a, moreA := before()
	b, moreB := after()
	for moreA || moreB {
		if a.err != nil || b.err != nil {
			if a.err != nil {
				return a.err
			}
			return b.err
		}
		var x, y []Value
		row := a.row
		if moreA && (!moreB || a.row <= b.row) {
			x = a.cells
		}
		if moreB && (!moreA || b.row <= a.row) {
			y, row = b.cells, b.row
		}
		for col := range max(len(x), len(y)) {
			if old, now := at(x, col), at(y, col); (wasAt != 0 || !inStamp(col, row)) && canonical(old) != canonical(now) {
				if len(found.Cells) >= cellsShown {
					found.More++
					continue
				}
				found.Cells = append(found.Cells, CellChange{name, string(appendPlace(nil, col, row)), old.Text, now.Text})
			}
		}
		if x != nil || moreA && a.row == row {
			a, moreA = before()
		}
		if y != nil || moreB && b.row == row {
			b, moreB = after()
		}
	}
	return nil
}

func at(cells []Value, col int) Value {
	if col < len(cells) {
		return cells[col]
	}
	return Value{}
}

// canonical is a value as it is hashed, so that two are one or differ by the same rule.
func canonical(v Value) string {
	f := fingerprint{}
	if err := f.value(v, 0, 1); err != nil {
		return v.Text
	}
	return string(f.line)
}
