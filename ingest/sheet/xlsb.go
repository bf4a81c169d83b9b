package sheet

import (
	"context"
	"encoding/binary"
	"io"
)

// Kinds of records of a binary workbook, by their names in [MS-XLSB].
const (
	brtRowHdr       = 0
	brtCellBlank    = 1
	brtCellRK       = 2
	brtCellError    = 3
	brtCellBool     = 4
	brtCellReal     = 5
	brtCellSt       = 6
	brtCellIsst     = 7
	brtFmlaString   = 8
	brtFmlaNum      = 9
	brtFmlaBool     = 10
	brtFmlaError    = 11
	brtShortBlank   = 12 // short ones leave out the column, which is the next
	brtShortIsst    = 18
	brtSSTItem      = 19
	brtFmt          = 44
	brtXF           = 47
	brtCellRString  = 62
	brtEndSheet     = 130
	brtEndBook      = 132
	brtBeginData    = 145
	brtEndData      = 146
	brtWbProp       = 153
	brtBundleSh     = 156
	brtEndSST       = 160
	brtMergeCell    = 176
	brtEndStyles    = 279
	brtBeginCellXFs = 617
	brtEndCellXFs   = 618
)

// xlsb is a binary workbook: the parts of an .xlsx, with records in place of
// XML ([MS-XLSB]).
type xlsb struct {
	*archive
	*gridBook
	sheets []*xlsbSheet
	shared []string // texts that cells point to
}

// xlsbSheet is a line of the list of sheets.
type xlsbSheet struct {
	*grid
	part  string
	state int // hidden, unless 0
}

// openXLSB reads a binary workbook.
func openXLSB(ctx context.Context, a *archive, main string) (*Book, error) {
	relationships, err := a.relationships(ctx, main)
	if err != nil {
		return nil, err
	}
	b := &xlsb{archive: a, gridBook: &gridBook{limits: a.limits}}
	if err := b.readMain(ctx, main, relationships); err != nil {
		return nil, err
	}
	if len(b.sheets) == 0 {
		return nil, noWorksheet()
	}
	if err := b.readStyles(ctx, relationships); err != nil {
		return nil, err
	}
	if err := b.readStrings(ctx, relationships); err != nil {
		return nil, err
	}
	book := &Book{Format: XLSB, Date1904: b.epoch == epoch1904}
	for i, s := range b.sheets {
		if err := b.readSheet(ctx, s); err != nil {
			return nil, err
		}
		book.Sheets = append(book.Sheets, &Sheet{Name: s.name, Hidden: s.state != 0, Index: i, source: s.grid})
	}
	return book, nil
}

// records reads a part to its end, which checks its sum, and visits its
// records. The last must be of the kind given.
func (b *xlsb) records(ctx context.Context, name string, end int, visit func(record) error) error {
	p, err := b.open(ctx, name)
	if err != nil {
		return inPart(err, name)
	}
	defer p.close()
	content, err := io.ReadAll(p)
	if err != nil {
		return inPart(err, name)
	}
	last := -1
	for len(content) > 0 {
		var r record
		if r, content, err = cutRecord(content); err == nil {
			err = visit(r)
		}
		if err != nil {
			return inPart(err, name)
		}
		last = r.kind
	}
	if last != end {
		return inPart(faultf(Truncated, "the part ends too early; the file is damaged"), name)
	}
	return nil
}

// cutRecord cuts a record off the front: its kind in one or two bytes, its
// length in up to four, seven bits in each.
func cutRecord(b []byte) (record, []byte, error) {
	cut := faultf(Truncated, "the part ends within a record; the file is damaged")
	kind, n := seven(b, 2)
	if n == 0 {
		return record{}, nil, cut
	}
	length, m := seven(b[n:], 4)
	if m == 0 || length > len(b)-n-m {
		return record{}, nil, cut
	}
	r := record{kind: kind, data: b[n+m : n+m+length]}
	if length < shortestBrt(kind) {
		return record{}, nil, faultf(BadRecord, "a record of kind %d has %d bytes; the file is damaged", kind, length)
	}
	return r, b[n+m+length:], nil
}

// seven reads a number of up to most bytes and says how many it has, 0 if b
// ends within it.
func seven(b []byte, most int) (value, n int) {
	for n < len(b) && n < most {
		value |= int(b[n]&0x7F) << (7 * n)
		n++
		if b[n-1]&0x80 == 0 || n == most {
			return value, n
		}
	}
	return 0, 0
}

// shortestBrt is how many bytes a record that is read here has at least.
func shortestBrt(kind int) int {
	switch {
	case kind == brtRowHdr:
		return 12
	case kind == brtCellRString || brtCellBlank <= kind && kind < brtShortBlank:
		return 8
	case brtShortBlank <= kind && kind <= brtShortIsst || kind == brtXF || kind == brtWbProp:
		return 4
	case kind == brtBundleSh:
		return 16
	case kind == brtFmt:
		return 6
	case kind == brtMergeCell:
		return 16
	}
	return 0
}

// wide reads a text: its length in characters, then UTF-16.
func wide(b []byte) (text string, rest []byte, err error) {
	const head = 4
	if len(b) >= head {
		n := int(binary.LittleEndian.Uint32(b))
		if b = b[head:]; n <= len(b)/utf16Unit {
			units := make([]uint16, n)
			for i := range units {
				units[i] = binary.LittleEndian.Uint16(b[utf16Unit*i:])
			}
			text, err = unitsText(units)
			return text, b[n*utf16Unit:], err
		}
	}
	return "", nil, faultf(BadRecord, "a text is cut off; the file is damaged")
}
