package sheet

import (
	"context"
	"errors"
)

// worksheetSource is a worksheet that waits to be read.
type worksheetSource struct {
	book *workbook
	name string
	part string

	read   bool // once to the end, so the merged ranges are known
	ranges []Range
}

func (s *worksheetSource) rows(ctx context.Context, yield func(Row) error) error {
	w := &worksheet{worksheetSource: s, yield: yield, lastCol: -1}
	err := s.book.document(ctx, s.part, mainSpace, "worksheet", w.child)
	if errors.Is(err, errStopped) {
		return w.stopped
	}
	if err == nil && !w.seen {
		err = inPart(faultf(Truncated, "the sheet has no data section; the file is damaged"), s.part)
	}
	if err != nil {
		return w.place(err)
	}
	s.ranges, s.read = w.ranges, true
	return nil
}

func (s *worksheetSource) merged(ctx context.Context) ([]Range, error) {
	if !s.read {
		if err := s.rows(ctx, func(Row) error { return nil }); err != nil {
			return nil, err
		}
	}
	return s.ranges, nil
}

// worksheet is one pass over a worksheet.
type worksheet struct {
	*worksheetSource
	x       *scanner
	yield   func(Row) error
	stopped error // what yield returned, unless nil
	seen    bool  // the data section came
	ranges  []Range

	row     Row
	lastCol int // column of the latest cell of the row, -1 before the first
	count   int // cells handed out

	// The texts of a row are collected in one buffer and become one string, of
	// which the cells get slices: one allocation for a row.
	text  []byte
	texts []textSpan
	value []byte // of the cell at hand
}

type textSpan struct{ col, start, end int }

// child reads one section of the sheet.
func (w *worksheet) child(x *scanner) error {
	w.x = x
	switch {
	case x.is("sheetData"):
		if w.seen {
			return faultf(UnexpectedContent, "the sheet has two data sections; the file is damaged")
		}
		w.seen = true
		visitCell := w.cell // bound once, not for every row
		err := x.each(func() error { return w.readRow(visitCell) })
		if err == nil {
			w.row.Number, w.lastCol = 0, -1
		}
		return err
	case x.is("mergeCells"):
		return x.each(w.mergeCell)
	}
	return nil
}

func (w *worksheet) readRow(visitCell func() error) error {
	if !w.x.is("row") {
		return w.x.unexpected("row")
	}
	number := w.row.Number + 1
	w.lastCol = -1
	if ref := w.x.attr("r"); ref != nil {
		n, ok := parseRow(ref)
		if !ok {
			return faultf(BadRef, "row number %s is not one; the file is damaged", excerpt(ref))
		}
		if n < number {
			return faultf(RowOrder, "row %d comes after row %d; the file is damaged", n, w.row.Number)
		}
		number = n
	}
	if number > excelRows {
		return faultf(BadRef, "the sheet has more than %d rows; the file is damaged", excelRows)
	}
	w.row.Number, w.row.Hidden = number, w.x.flag("hidden")
	clear(w.row.Cells)
	w.row.Cells, w.text, w.texts = w.row.Cells[:0], w.text[:0], w.texts[:0]
	if err := w.x.each(visitCell); err != nil {
		return err
	}
	w.lastCol = -1
	return w.deliver()
}

// deliver hands the row out.
func (w *worksheet) deliver() error {
	if w.count += len(w.row.Cells); w.count > w.book.limits.Cells {
		return tooMany(w.book.limits)
	}
	if len(w.text) > maxRecord {
		return faultf(TooLarge, "the texts of the row are longer than %d MB", maxRecord>>20)
	}
	text := string(w.text)
	for _, t := range w.texts {
		w.row.Cells[t.col].Text = text[t.start:t.end]
	}
	if w.stopped = w.yield(w.row); w.stopped != nil {
		return errStopped
	}
	return nil
}

// errStopped stands for the error of yield on its way out, so that nothing on
// the way takes it for a fault of the file.
var errStopped = errors.New("stopped by the caller")

func (w *worksheet) mergeCell() error {
	if !w.x.is("mergeCell") {
		return w.x.unexpected("mergeCell")
	}
	ref := w.x.attr("ref")
	r, ok := parseRange(ref)
	switch {
	case !ok:
		return faultf(BadRef, "merged range %s is not one; the file is damaged", excerpt(ref))
	case len(w.ranges) == maxMerged:
		return faultf(TooLarge, "the sheet has more than %d merged ranges", maxMerged)
	}
	w.ranges = append(w.ranges, r)
	return nil
}

// place adds to a fault where the reading stood.
func (w *worksheet) place(err error) error { return inCell(err, w.name, w.row.Number, w.lastCol) }
