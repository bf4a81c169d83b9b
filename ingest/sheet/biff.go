package sheet

import (
	"context"
	"encoding/binary"
	"io"
	"math"
)

// Kinds of records of a workbook stream, by their names in [MS-XLS].
const (
	recFormula    = 0x0006
	recEOF        = 0x000A
	recDate1904   = 0x0022
	recFilePass   = 0x002F
	recContinue   = 0x003C
	recCodePage   = 0x0042
	recBoundSheet = 0x0085
	recMulRK      = 0x00BD
	recRString    = 0x00D6
	recXF         = 0x00E0
	recMergeCells = 0x00E5
	recSST        = 0x00FC
	recLabelSST   = 0x00FD
	recNumber     = 0x0203
	recLabel      = 0x0204
	recBoolErr    = 0x0205
	recString     = 0x0207
	recRow        = 0x0208
	recRK         = 0x027E
	recFormat     = 0x041E
	recBOF        = 0x0809
)

// record is one of a workbook stream.
type record struct {
	kind int
	data []byte
}

// u16 reads a field; the record must be known to be that long.
func (r record) u16(at int) int { return int(binary.LittleEndian.Uint16(r.data[at:])) }

// u32 reads a field; the record must be known to be that long.
func (r record) u32(at int) int { return int(binary.LittleEndian.Uint32(r.data[at:])) }

func (r record) float(at int) float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(r.data[at:]))
}

// biff walks the records of a workbook stream ([MS-XLS] 2.1.7).
type biff struct {
	*gridBook
	stream   []byte
	pos      int
	old      bool // Excel 5 and 95: texts are bytes of the code page
	codePage int
	custom   map[int]bool // ids of number formats, whether they are dates
	sheets   []*biffSheet
	shared   []string // texts that cells point to
}

// biffSheet is a worksheet of the list of sheets.
type biffSheet struct {
	*grid
	offset int // of its records in the stream
	state  int // hidden, unless 0
}

// openXLS reads a workbook of Excel 5 to 2003.
func openXLS(ctx context.Context, r io.ReaderAt, size int64, limits Limits) (*Book, error) {
	content, err := readAll(r, size)
	if err != nil {
		return nil, err
	}
	stream, err := workbookStream(content)
	if err != nil {
		return nil, err
	}
	b := &biff{gridBook: &gridBook{limits: limits}, stream: stream, codePage: 1252, custom: make(map[int]bool)}
	if err := b.globals(); err != nil {
		return nil, err
	}
	book := &Book{Format: XLS, Date1904: b.epoch == epoch1904}
	for i, s := range b.sheets {
		if err := b.sheet(s); err != nil {
			return nil, err
		}
		book.Sheets = append(book.Sheets, &Sheet{Name: s.name, Hidden: s.state != 0, Index: i, source: s.grid})
	}
	if len(b.sheets) == 0 {
		return nil, noWorksheet()
	}
	return book, nil
}

func noWorksheet() error { return faultf(NotASpreadsheet, "the workbook has no worksheet") }

// next reads one record of at least the bytes its kind has.
func (b *biff) next() (record, error) {
	const head = 4
	if len(b.stream)-b.pos < head {
		return record{}, faultf(Truncated, "the workbook ends within a sheet; the file is cut short")
	}
	r := record{kind: int(binary.LittleEndian.Uint16(b.stream[b.pos:]))}
	length := int(binary.LittleEndian.Uint16(b.stream[b.pos+2:]))
	b.pos += head
	if len(b.stream)-b.pos < length {
		return record{}, faultf(Truncated, "the workbook ends within a record; the file is cut short")
	}
	r.data = b.stream[b.pos : b.pos+length]
	b.pos += length
	if length < shortest(r.kind) {
		return record{}, faultf(BadRecord, "a record of kind %#x has %d bytes; the file is damaged", r.kind, length)
	}
	return r, nil
}

// shortest is how many bytes a record that is read here has at least.
func shortest(kind int) int {
	switch kind {
	case recDate1904, recCodePage, recMergeCells:
		return 2
	case recFormat:
		return 3
	case recBOF, recXF:
		return 4
	case recLabel, recRString, recBoolErr, recSST, recBoundSheet:
		return 8
	case recRK, recLabelSST:
		return 10
	case recMulRK:
		return 12
	case recNumber, recRow:
		return 14
	case recFormula:
		return 20
	}
	return 0
}

// globals reads what the sheets share, up to its end.
func (b *biff) globals() error {
	const workbookGlobals, excel5, excel97 = 0x0005, 0x0500, 0x0600
	r, err := b.next()
	if err != nil {
		return err
	}
	if r.kind != recBOF || r.u16(0) != excel5 && r.u16(0) != excel97 || r.u16(2) != workbookGlobals {
		return faultf(OldXLS, "this is a workbook of a very old format (.xls); open it in Excel or WPS and save it as .xlsx")
	}
	b.old = r.u16(0) == excel5
	var formats []int
	for {
		r, err := b.next()
		if err != nil {
			return err
		}
		switch r.kind {
		case recEOF:
			for _, id := range formats {
				date, known := b.custom[id]
				b.dates = append(b.dates, date || !known && isBuiltinDate(id))
			}
			return nil
		case recFilePass:
			return protected()
		case recDate1904:
			if r.u16(0) != 0 {
				b.epoch = epoch1904
			}
		case recCodePage:
			b.codePage = r.u16(0)
		case recXF:
			formats = append(formats, r.u16(2))
		case recFormat:
			code, err := b.format(r)
			if err != nil {
				return err
			}
			b.custom[r.u16(0)] = isDateFormat(code)
		case recBoundSheet:
			if err := b.boundSheet(r); err != nil {
				return err
			}
		case recSST:
			if err := b.sharedTexts(b.continued(r)); err != nil {
				return err
			}
		}
	}
}

// boundSheet enters a worksheet; charts, macros and modules have no rows.
func (b *biff) boundSheet(r record) error {
	const worksheetType = 0
	if r.data[5] != worksheetType {
		return nil
	}
	name, err := b.text(r.data[7:], int(r.data[6]))
	if err != nil {
		return err
	}
	b.sheets = append(b.sheets, &biffSheet{
		grid:   &grid{gridBook: b.gridBook, name: name, hidden: make(map[int]bool)},
		offset: r.u32(0),
		state:  int(r.data[4] & 3),
	})
	return nil
}

// format reads the code of a number format.
func (b *biff) format(r record) (string, error) {
	if b.old {
		return b.text(r.data[3:], int(r.data[2]))
	}
	if len(r.data) < 5 {
		return "", faultf(BadRecord, "a number format has %d bytes; the file is damaged", len(r.data))
	}
	return b.text(r.data[4:], r.u16(2))
}

// text reads a text of the length given, in characters: bytes of the code page
// before Excel 97, since then a flag and one or two bytes a character.
func (b *biff) text(data []byte, length int) (string, error) {
	return b.longText(&pieces{rest: [][]byte{data}}, length)
}

func (b *biff) longText(p *pieces, length int) (string, error) {
	if b.old {
		data, err := p.take(length)
		if err != nil {
			return "", err
		}
		return decodePage(b.codePage, data)
	}
	flags, err := p.take(1)
	if err != nil {
		return "", err
	}
	return p.text(length, flags[0]&wideText != 0)
}
