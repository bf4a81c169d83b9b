package sheet_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/ingest/sheet"
)

// rec is a record of a workbook stream.
func rec(kind int, data ...any) []byte {
	var b []byte
	for _, d := range data {
		b = append(b, packed(d)...)
	}
	head := binary.LittleEndian.AppendUint16(nil, uint16(kind))
	return append(binary.LittleEndian.AppendUint16(head, uint16(len(b))), b...)
}

// packed is a field: an int is two bytes, other numbers are as long as they are.
func packed(d any) []byte {
	switch d := d.(type) {
	case int:
		return binary.LittleEndian.AppendUint16(nil, uint16(d))
	case uint32:
		return binary.LittleEndian.AppendUint32(nil, d)
	case float64:
		return binary.LittleEndian.AppendUint64(nil, math.Float64bits(d))
	case byte:
		return []byte{d}
	case string:
		return []byte(d)
	}
	return d.([]byte)
}

// xls is a workbook of one sheet: the records of its globals and of the sheet.
func xls(version int, globals, cells [][]byte) []byte {
	name := []any{uint32(0), 0, byte(1), byte(0), "a"}
	if version == excel95 {
		name = []any{uint32(0), 0, byte(1), "a"}
	}
	stream := slices.Concat(rec(0x809, version, 5, 0, 0), slices.Concat(globals...))
	at := len(stream) + 4
	stream = append(append(stream, rec(0x85, name...)...), rec(0x0A)...)
	binary.LittleEndian.PutUint32(stream[at:], uint32(len(stream)))
	stream = append(append(stream, rec(0x809, version, 0x10, 0, 0)...), slices.Concat(cells...)...)
	return compound("Workbook", append(stream, rec(0x0A)...))
}

const (
	excel95 = 0x0500
	excel97 = 0x0600
)

// compound is a container of one stream: a header, the stream, its directory
// and the table of sectors.
func compound(name string, stream []byte) []byte {
	const sector, smallest, last, none = 512, 4096, 0xFFFFFFFE, 0xFFFFFFFF
	if len(stream) < smallest {
		stream = append(stream, make([]byte, smallest-len(stream))...)
	}
	size := len(stream)
	stream = append(stream, make([]byte, (sector-size%sector)%sector)...)
	n := len(stream) / sector
	le := binary.LittleEndian
	head := make([]byte, sector)
	copy(head, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	copy(head[24:], "\x3E\x00\x03\x00\xFE\xFF\x09\x00\x06\x00")
	for at, v := range map[int]uint32{44: 1, 48: uint32(n), 56: smallest, 60: last, 68: last, 76: uint32(n + 1)} {
		le.PutUint32(head[at:], v)
	}
	for at := 80; at < sector; at += 4 {
		le.PutUint32(head[at:], none)
	}
	entry := func(name string, kind byte, child, start, size uint32) []byte {
		e := make([]byte, 128)
		copy(e, inUTF16(name, false, false))
		le.PutUint16(e[64:], uint16(2*len(name)+2))
		e[66], e[67] = kind, 1
		for at, v := range map[int]uint32{68: none, 72: none, 76: child, 116: start, 120: size} {
			le.PutUint32(e[at:], v)
		}
		return e
	}
	directory := append(entry("Root Entry", 5, 1, last, 0), entry(name, 2, none, 0, uint32(size))...)
	directory = append(directory, make([]byte, sector-len(directory))...)
	table := bytes.Repeat([]byte{0xFF}, sector)
	for i := range n {
		le.PutUint32(table[4*i:], uint32(i+1))
	}
	le.PutUint32(table[4*(n-1):], last)
	le.PutUint32(table[4*n:], last)
	le.PutUint32(table[4*(n+1):], 0xFFFFFFFD)
	return slices.Concat(head, stream, directory, table)
}

// Records that SheetJS does not write. Format 31 is a date that Chinese Excel
// does not spell out.
func TestRecordsOfExcel97(t *testing.T) {
	t.Parallel()
	globals := [][]byte{
		rec(0xE0, 0, 0), rec(0xE0, 0, 31),
		rec(0xFC, uint32(2), uint32(2), 3, byte(1), inUTF16("电费", false, false)), // cut within a text
		rec(0x3C, byte(0), "x", 2, byte(0x0D), 1, uint32(4), inUTF16("é1", false, false), uint32(9), "PHON"),
	}
	cells := [][]byte{
		rec(0x208, 1, 0, 3, 0, 0, 0, 0x20, 0),
		rec(0xFD, 0, 0, 0, uint32(0)), rec(0xFD, 0, 1, 0, uint32(1)), rec(0x203, 0, 2, 1, 45292.0),
		rec(0x06, 1, 0, 0, byte(0), byte(0), 0, 0, 0xFFFF, 0, uint32(0), 0), rec(0x207, 2, byte(0), "ok"),
		rec(0x06, 1, 1, 0, byte(1), byte(0), byte(1), byte(0), 0, 0xFFFF, 0, uint32(0), 0),
		rec(0x06, 1, 2, 0, byte(2), byte(0), byte(0x2A), byte(0), 0, 0xFFFF, 0, uint32(0), 0),
		rec(0x06, 1, 3, 0, byte(3), byte(0), 0, 0, 0xFFFF, 0, uint32(0), 0),
		rec(0x06, 1, 4, 0, 2.5, 0, uint32(0), 0),
		rec(0x809, excel97, 0x20, 0, 0), rec(0x203, 0, 2, 0, 7.0), rec(0x0A), // a chart
		rec(0xBD, 2, 1, 0, uint32(3<<2|2), 0, uint32(12345<<2|3), 2), rec(0x27E, 2, 3, 1, uint32(45293<<2|2)),
		rec(0xE5, 1, 0, 1, 0, 0),
	}
	got := mustRead(t, xls(excel97, globals, cells))
	want := "电费x|é1|@2024-01-01\n=ok|=?TRUE|=!#N/A|=|=#2.5\n|#3|#123.45|@2024-01-02\n"
	if diff := cmp.Diff(want, show(got)); diff != "" || got[0].Rows[0].Hidden || !got[0].Rows[1].Hidden {
		t.Error(diff)
	}
	if diff := cmp.Diff([]sheet.Range{{Row1: 1, Col1: 0, Row2: 2, Col2: 0}}, got[0].Merged); diff != "" {
		t.Error(diff)
	}
}

func TestExcel95InChinese(t *testing.T) {
	t.Parallel()
	cells := [][]byte{rec(0x204, 0, 0, 0, 4, "\xCE\xEF\xD2\xB5"), rec(0x203, 0, 1, 0, 1.5)}
	if got := show(mustRead(t, xls(excel95, [][]byte{rec(0x42, 936)}, cells))); got != "物业|#1.5\n" {
		t.Errorf("%q", got)
	}
	if f := faultOf(t, xls(excel95, [][]byte{rec(0x42, 864)}, cells), sheet.DefaultLimits()); f.Code != sheet.EncodingError {
		t.Errorf("%v, want %s", f, sheet.EncodingError)
	}
}

func TestFaultsOfRecords(t *testing.T) {
	t.Parallel()
	number := rec(0x203, 0, 2, 0, 1.0)
	tests := []struct {
		name           string
		globals, cells [][]byte
		code           sheet.Code
	}{
		{"password", [][]byte{rec(0x2F, 1)}, nil, sheet.Encrypted},
		{"no shared text", nil, [][]byte{rec(0xFD, 0, 0, 0, uint32(0))}, sheet.BadIndex},
		{"no style", [][]byte{rec(0xE0, 0, 0)}, [][]byte{rec(0x203, 0, 0, 1, 1.0)}, sheet.BadIndex},
		{"cell twice", nil, [][]byte{number, number}, sheet.CellOrder},
		{"short record", nil, [][]byte{rec(0x203, 0, 0)}, sheet.BadRecord},
		{"not a number", nil, [][]byte{rec(0x203, 0, 0, 0, math.NaN())}, sheet.BadValue},
		{"no error value", nil, [][]byte{rec(0x205, 0, 0, 0, byte(1), byte(1))}, sheet.BadValue},
		{"text of a formula missing", nil, [][]byte{rec(0x06, 1, 0, 0, 0, 0, 0, 0xFFFF, 0, uint32(0), 0), number}, sheet.BadRecord},
		{"numbers missing", nil, [][]byte{rec(0xBD, 2, 1, 0, uint32(2), 9)}, sheet.BadRecord},
		{"merged range upside down", nil, [][]byte{rec(0xE5, 1, 1, 0, 0, 0)}, sheet.BadRef},
		{"shared texts cut", [][]byte{rec(0xFC, uint32(2), uint32(2), 1, byte(0), "a")}, nil, sheet.BadRecord},
		{"half a character", [][]byte{rec(0xFC, uint32(1), uint32(1), 1, byte(1), 0xD800)}, nil, sheet.EncodingError},
		{"sheet without end", nil, [][]byte{rec(0x809, excel97, 0x20, 0, 0)}, sheet.Truncated},
	}
	for _, tt := range tests {
		if f := faultOf(t, xls(excel97, tt.globals, tt.cells), sheet.DefaultLimits()); f.Code != tt.code {
			t.Errorf("%s: %s (%v), want %s", tt.name, f.Code, f, tt.code)
		}
	}
}
