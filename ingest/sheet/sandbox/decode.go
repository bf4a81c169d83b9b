package sandbox

import (
	"encoding/binary"
	"time"
	"unicode/utf8"

	"gatehouse/ingest/sheet"
)

// decoder reads data frames. It takes the child for an enemy: what it hands
// out keeps every promise of package sheet.
type decoder struct {
	columns int // most cells of a row
	cells   int // most cells still to come
	last    int // number of the row before
	count   uint64

	frame []byte
	text  string // the same bytes, for cells to share
	at    int
	row   []sheet.Cell
}

func newDecoder(limits sheet.Limits) *decoder {
	return &decoder{last: -1, columns: limits.Columns, cells: limits.Cells}
}

// load takes the content of a data frame.
func (d *decoder) load(frame []byte) {
	d.frame, d.text, d.at = frame, string(frame), 0
}

// more tells whether the frame holds another row or range.
func (d *decoder) more() bool { return d.at < len(d.frame) }

// uvarint reads a number of at most most.
func (d *decoder) uvarint(most uint64) (int, bool) {
	if d.at < len(d.frame) && d.frame[d.at] < 0x80 { // nearly always
		n := uint64(d.frame[d.at])
		d.at++
		return int(n), n <= most
	}
	n, size := binary.Uvarint(d.frame[d.at:])
	if size <= 0 || n > most {
		return 0, false
	}
	d.at += size
	return int(n), true
}

// next reads a row, valid until the one after it.
func (d *decoder) next() (sheet.Row, error) {
	step, ok := d.uvarint(maxRows)
	if !ok || step == 0 || d.last+step >= maxRows {
		return sheet.Row{}, breachf("row %d is followed by none above it", d.last)
	}
	shape, ok := d.uvarint(uint64(d.columns)<<1 | 1)
	count := shape >> 1
	if !ok || count > d.cells {
		return sheet.Row{}, breachf("too many cells in row %d", d.last+step)
	}
	d.last += step
	d.cells -= count
	d.count++
	row := d.row[:0]
	for range count {
		row = append(row, sheet.Cell{})
		if !d.cell(&row[len(row)-1]) {
			return sheet.Row{}, breachf("cell %s is none", sheet.Ref(d.last, len(row)-1))
		}
	}
	d.row = row
	return sheet.Row{Number: d.last, Hidden: shape&1 != 0, Cells: row}, nil
}

func (d *decoder) cell(c *sheet.Cell) bool {
	head, ok := d.uvarint(maxRowText<<4 | 15)
	if !ok {
		return false
	}
	length := head >> 4
	c.Kind, c.Formula = sheet.Kind(head&7), head&8 != 0
	if c.Kind > sheet.Error || (c.Kind == sheet.Empty) != (length == 0) {
		return false
	}
	if c.Kind == sheet.Date && !d.date(c) {
		return false
	}
	if length > len(d.text)-d.at {
		return false
	}
	c.Text = d.text[d.at : d.at+length]
	d.at += length
	return utf8.ValidString(c.Text)
}

func (d *decoder) date(c *sheet.Cell) bool {
	seconds, size := binary.Varint(d.frame[d.at:])
	if size <= 0 {
		return false
	}
	d.at += size
	nanoseconds, ok := d.uvarint(999_999_999)
	const year0, year10000 = -62_167_219_200, 253_402_300_800
	if !ok || seconds < year0 || seconds >= year10000 {
		return false
	}
	c.Date = time.Unix(seconds, int64(nanoseconds)).UTC()
	return true
}

// merged reads a range.
func (d *decoder) merged() (sheet.Range, error) {
	const rows, columns = 1 << 20, 1 << 14 // of Excel's largest sheet
	row1, ok1 := d.uvarint(rows)
	col1, ok2 := d.uvarint(columns - 1)
	row2, ok3 := d.uvarint(rows)
	col2, ok4 := d.uvarint(columns - 1)
	d.count++
	if !(ok1 && ok2 && ok3 && ok4) || row1 < 1 || row1 > row2 || col1 > col2 || d.count > maxMerged {
		return sheet.Range{}, breachf("merged range %d is none", d.count)
	}
	return sheet.Range{Row1: row1, Col1: col1, Row2: row2, Col2: col2}, nil
}

// end compares the count of an end frame with what came.
func (d *decoder) end(frame []byte) error { return endAt(frame, d.count) }

func endAt(frame []byte, count uint64) error {
	if n, size := binary.Uvarint(frame); size <= 0 || size != len(frame) || n != count {
		return breachf("the answer ends after %d of %d", count, n)
	}
	return nil
}
