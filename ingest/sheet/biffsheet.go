package sheet

import (
	"encoding/binary"
	"math"
)

// sheet walks the records of one worksheet from its BOF to its EOF. Charts lie
// within as substreams of their own; their records are none of the sheet's.
func (b *biff) sheet(s *biffSheet) error {
	if s.offset >= len(b.stream) {
		return inCell(faultf(Truncated, "the sheet lies behind the end of the workbook; the file is cut short"), s.name, 0, -1)
	}
	b.pos = s.offset
	w := biffWalk{biff: b, biffSheet: s}
	for first := true; first || w.depth > 0; first = false {
		r, err := b.next()
		if err == nil && first && r.kind != recBOF {
			err = faultf(BadRecord, "a record of kind %#x stands where the sheet should begin; the file is damaged", r.kind)
		}
		if err == nil {
			err = w.record(r)
		}
		if err != nil {
			return inCell(err, s.name, w.row, -1)
		}
	}
	return s.sort()
}

// biffWalk is one pass over a worksheet.
type biffWalk struct {
	*biff
	*biffSheet
	depth    int  // substreams open
	row      int  // of the latest cell
	awaiting bool // a formula gave a text, which comes in a record of its own
}

func (w *biffWalk) record(r record) error {
	switch r.kind {
	case recBOF:
		w.depth++
	case recEOF:
		w.depth--
	}
	if w.depth > 1 || w.depth == 1 && r.kind == recEOF {
		return nil // of a chart
	}
	switch r.kind {
	case recEOF:
		return w.missing()
	case recString:
		return w.result(r)
	case recRow:
		const hidden = 0x20
		if r.u16(12)&hidden != 0 {
			w.hidden[r.u16(0)+1] = true
		}
	case recMergeCells:
		return w.mergeCells(r)
	case recNumber, recRK, recBoolErr, recLabel, recRString, recLabelSST, recFormula, recMulRK:
		if err := w.missing(); err != nil {
			return err
		}
		return w.cell(r)
	}
	return nil
}

// missing says that a formula's text has not come where it had to.
func (w *biffWalk) missing() error {
	if w.awaiting {
		return faultf(BadRecord, "the text that a formula gives is missing; the file is damaged")
	}
	return nil
}

// result gives the latest cell, a formula, its text.
func (w *biffWalk) result(r record) error {
	if !w.awaiting {
		return nil
	}
	w.awaiting = false
	p := w.continued(r)
	length, err := p.take(2)
	if err != nil {
		return err
	}
	text, err := w.longText(p, int(binary.LittleEndian.Uint16(length)))
	w.cells[len(w.cells)-1].setText(text)
	return err
}

// cell enters the cell of a record, or the cells.
func (w *biffWalk) cell(r record) error {
	w.row = r.u16(0) + 1
	c := gridCell{row: w.row, col: r.u16(2), style: w.style(r.u16(4))}
	var err error
	switch r.kind {
	case recMulRK:
		return w.numbers(r, c)
	case recNumber:
		c.setNumber(r.float(6))
	case recRK:
		c.setNumber(rk(uint32(r.u32(6))))
	case recBoolErr:
		err = c.setCode(r.data[7] != 0, r.data[6])
	case recFormula:
		c.formula = true
		w.awaiting, err = formulaResult(&c, r)
	case recLabelSST:
		i := r.u32(6)
		if i >= len(w.shared) {
			return faultf(BadIndex, "shared text %d is none of the %d there are; the file is damaged", i, len(w.shared))
		}
		c.setText(w.shared[i])
	case recLabel, recRString:
		var text string
		length := r.u16(6)
		p := w.continued(r)
		if err = p.skip(8); err == nil {
			text, err = w.longText(p, length)
		}
		c.setText(text)
	}
	if err != nil {
		return err
	}
	return w.add(c)
}

// numbers reads a row of them: a format and a number for each column, then the
// last column.
func (w *biffWalk) numbers(r record, c gridCell) error {
	const each = 6
	first, last := c.col, r.u16(len(r.data)-2)
	if last < first || len(r.data) != 4+each*(last-first+1)+2 {
		return faultf(BadRecord, "a row of numbers is not as long as it says; the file is damaged")
	}
	for at := 4; c.col <= last; at += each {
		c.style = w.style(r.u16(at))
		c.setNumber(rk(uint32(r.u32(at + 2))))
		if err := w.add(c); err != nil {
			return err
		}
		c.col++
	}
	return nil
}

// formulaResult reads the result of a formula: a number, or a mark that it is
// something else. A text comes in a record of its own.
func formulaResult(c *gridCell, r record) (awaiting bool, err error) {
	const text, boolean, errorValue, empty = 0, 1, 2, 3
	if r.u16(12) != 0xFFFF {
		c.setNumber(r.float(6))
		return false, nil
	}
	switch r.data[6] {
	case text:
		return true, nil
	case boolean, errorValue:
		return false, c.setCode(r.data[6] == errorValue, r.data[8])
	case empty:
		return false, nil
	}
	return false, faultf(BadType, "the result of a formula is of type %d; the file is damaged", r.data[6])
}

// rk unpacks a number of 30 bits: the upper part of a float or an integer, of
// hundredths or not.
func rk(packed uint32) float64 {
	const hundredths, integer = 1, 2
	x := math.Float64frombits(uint64(packed&^3) << 32)
	if packed&integer != 0 {
		x = float64(int32(packed) >> 2)
	}
	if packed&hundredths != 0 {
		x /= 100
	}
	return x
}

// style gives the cell format of a cell; a workbook may have none.
func (w *biffWalk) style(xf int) int {
	if len(w.dates) == 0 {
		return 0
	}
	return xf
}

func (w *biffWalk) mergeCells(r record) error {
	const each = 8
	n := r.u16(0)
	if len(r.data) < 2+each*n {
		return faultf(BadRecord, "a list of merged ranges is cut off; the file is damaged")
	}
	for i := range n {
		at := 2 + each*i
		if err := w.merge(r.u16(at), r.u16(at+2), r.u16(at+4), r.u16(at+6)); err != nil {
			return err
		}
	}
	return nil
}
