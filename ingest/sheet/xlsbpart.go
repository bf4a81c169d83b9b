package sheet

import "context"

// readMain reads the list of sheets and the date system.
func (b *xlsb) readMain(ctx context.Context, main string, relationships map[string]relationship) error {
	return b.records(ctx, main, brtEndBook, func(r record) error {
		switch r.kind {
		case brtWbProp:
			if r.data[0]&1 != 0 {
				b.epoch = epoch1904
			}
		case brtBundleSh:
			return b.addSheet(r, relationships)
		}
		return nil
	})
}

// addSheet enters one sheet of the list, as workbook.addSheet does.
func (b *xlsb) addSheet(r record, relationships map[string]relationship) error {
	id, rest, err := wide(r.data[8:])
	if err != nil {
		return err
	}
	name, _, err := wide(rest)
	if err != nil {
		return err
	}
	to, found := relationships[id]
	switch {
	case !found:
		return faultf(MissingPart, "sheet %q points to no part; the file is damaged", name)
	case to.kind != "worksheet":
		return nil
	case to.external || !b.has(to.target):
		return faultf(MissingPart, "the part of sheet %q is missing; the file is damaged", name)
	}
	b.sheets = append(b.sheets, &xlsbSheet{
		grid:  &grid{gridBook: b.gridBook, name: name, hidden: make(map[int]bool)},
		part:  to.target,
		state: r.u32(0),
	})
	return nil
}

// readStyles learns which cell formats show a number as a date.
func (b *xlsb) readStyles(ctx context.Context, relationships map[string]relationship) error {
	styles, found, err := one(relationships, "styles")
	if err != nil || !found {
		return err
	}
	custom := make(map[int]bool)
	cells := false
	return b.records(ctx, styles.target, brtEndStyles, func(r record) error {
		switch r.kind {
		case brtFmt:
			code, _, err := wide(r.data[2:])
			custom[r.u16(0)] = isDateFormat(code)
			return err
		case brtBeginCellXFs, brtEndCellXFs:
			cells = r.kind == brtBeginCellXFs
		case brtXF:
			if cells {
				id := r.u16(2)
				date, known := custom[id]
				b.dates = append(b.dates, date || !known && isBuiltinDate(id))
			}
		}
		return nil
	})
}

// readStrings reads the texts that cells point to.
func (b *xlsb) readStrings(ctx context.Context, relationships map[string]relationship) error {
	table, found, err := one(relationships, "sharedStrings")
	if err != nil || !found {
		return err
	}
	return b.records(ctx, table.target, brtEndSST, func(r record) error {
		if r.kind != brtSSTItem {
			return nil
		}
		if len(b.shared) == b.archive.limits.Cells {
			return faultf(TooLarge, "the workbook has more than %d shared texts", b.archive.limits.Cells)
		}
		text, err := rich(r.data)
		b.shared = append(b.shared, text)
		return err
	})
}

// rich reads a text behind a byte of flags; what they announce follows it.
func rich(data []byte) (string, error) {
	if len(data) == 0 {
		return "", cutText()
	}
	text, _, err := wide(data[1:])
	return text, err
}

// readSheet walks the records of one sheet.
func (b *xlsb) readSheet(ctx context.Context, s *xlsbSheet) error {
	row, col, began, ended := 0, -1, false, false
	err := b.records(ctx, s.part, brtEndSheet, func(r record) error {
		switch {
		case r.kind == brtBeginData:
			began = true
		case r.kind == brtEndData:
			ended = true
		case r.kind == brtMergeCell:
			return s.merge(r.u32(0), r.u32(4), r.u32(8), r.u32(12))
		case !began || ended:
		case r.kind == brtRowHdr:
			next := r.u32(0) + 1
			if next <= row {
				return faultf(RowOrder, "row %d comes after row %d; the file is damaged", next, row)
			}
			row, col = next, -1
			const hidden = 0x10
			if r.data[11]&hidden != 0 {
				s.hidden[row] = true
			}
		case brtCellBlank <= r.kind && r.kind <= brtShortIsst || r.kind == brtCellRString:
			c, err := b.cell(r, row, col)
			if col = c.col; err != nil || c.kind == Empty && !c.formula {
				return err
			}
			return s.add(c)
		}
		return nil
	})
	if err == nil && !ended {
		err = faultf(Truncated, "the sheet has no data section; the file is damaged")
	}
	if err != nil {
		return inCell(inPart(err, s.part), s.name, row, col)
	}
	return s.sort()
}

// cell reads a cell.
func (b *xlsb) cell(r record, row, last int) (gridCell, error) {
	c := gridCell{row: row, col: last + 1}
	data := r.data
	kind := r.kind
	if brtShortBlank <= kind && kind <= brtShortIsst {
		kind -= brtShortBlank - brtCellBlank
	} else {
		c.col = r.u32(0)
		data = data[4:]
	}
	switch {
	case row == 0:
		return c, faultf(BadRecord, "a cell stands before the first row; the file is damaged")
	case c.col <= last:
		return c, faultf(CellOrder, "a cell is not right of the one before; the file is damaged")
	}
	if len(b.dates) > 0 {
		c.style = int(data[0]) | int(data[1])<<8 | int(data[2])<<16
	}
	c.formula = brtFmlaString <= kind && kind <= brtFmlaError
	return c, b.value(&c, record{kind, data[4:]})
}

// value reads what follows the style of a cell.
func (b *xlsb) value(c *gridCell, r record) error {
	size := 0
	switch r.kind {
	case brtCellRK, brtCellIsst:
		size = 4
	case brtCellReal, brtFmlaNum:
		size = 8
	case brtCellBool, brtCellError, brtFmlaBool, brtFmlaError:
		size = 1
	}
	if len(r.data) < size {
		return faultf(BadRecord, "a cell is cut off; the file is damaged")
	}
	var text string
	var err error
	switch r.kind {
	case brtCellRK:
		c.setNumber(rk(uint32(r.u32(0))))
	case brtCellReal, brtFmlaNum:
		c.setNumber(r.float(0))
	case brtCellBool, brtFmlaBool:
		err = c.setCode(false, r.data[0])
	case brtCellError, brtFmlaError:
		err = c.setCode(true, r.data[0])
	case brtCellSt, brtFmlaString:
		text, _, err = wide(r.data)
		c.setText(text)
	case brtCellRString:
		text, err = rich(r.data)
		c.setText(text)
	case brtCellIsst:
		i := r.u32(0)
		if i >= len(b.shared) {
			return faultf(BadIndex, "shared text %d is none of the %d there are; the file is damaged", i, len(b.shared))
		}
		c.setText(b.shared[i])
	}
	return err
}
