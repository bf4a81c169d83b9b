package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"gatehouse/ingest/sheet"
)

func TestLimits(t *testing.T) {
	t.Parallel()
	bomb := `<row><c><v>1</v></c></row><!--` + strings.Repeat(" ", 1<<19) + `-->`
	var wide, gaps, manyTexts strings.Builder
	for i := 1; i <= 1000; i++ {
		fmt.Fprintf(&wide, `<row r="%d"><c r="XFD%[1]d"><v>1</v></c></row>`, i)
		fmt.Fprintf(&gaps, `<row r="%d"><c r="ALL%[1]d"><v>1</v></c></row>`, i) // column 1000
		manyTexts.WriteString("<si/>")
	}
	tests := []struct {
		name   string
		file   parts
		lower  func(*sheet.Limits)
		faulty bool
	}{
		{"as it is", smallest(bomb), func(*sheet.Limits) {}, false},
		{"file", smallest(bomb), func(l *sheet.Limits) { l.FileBytes = 1000 }, true},
		{"all parts", smallest(bomb), func(l *sheet.Limits) { l.UnzippedBytes = 1 << 19 }, true},
		{"one part", smallest(bomb), func(l *sheet.Limits) { l.PartBytes = 1 << 19 }, true},
		{"entries", smallest(""), func(l *sheet.Limits) { l.Entries = 6 }, true},
		{"columns", smallest(wide.String()), func(*sheet.Limits) {}, true},
		{"cells, gaps included", smallest(gaps.String()), func(l *sheet.Limits) { l.Cells = 999_999 }, true},
		{"cells, just enough", smallest(gaps.String()), func(l *sheet.Limits) { l.Cells = 1_000_000 }, false},
		{"shared texts", smallest("").with(stringsPart, `<sst `+mainNS+`>`+manyTexts.String()+`</sst>`), func(l *sheet.Limits) { l.Cells = 999 }, true},
	}
	for _, tt := range tests {
		limits := sheet.DefaultLimits()
		tt.lower(&limits)
		_, err := read(tt.file.zip(t), limits)
		var f *sheet.Fault
		if errors.As(err, &f) != tt.faulty || tt.faulty && f.Code != sheet.TooLarge {
			t.Errorf("%s: %v, want a fault: %v", tt.name, err, tt.faulty)
		}
	}
}

// An archive that lies about the size of a part does not get past the limits.
func TestPartLargerThanItSays(t *testing.T) {
	t.Parallel()
	p := smallest(`<row><c><v>1</v></c></row><!--` + strings.Repeat(" ", 1<<20) + `-->`)
	content := p.zip(t)
	zr, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	must(t, err)
	var lying bytes.Buffer
	w := zip.NewWriter(&lying)
	for _, f := range zr.File {
		h := f.FileHeader
		if f.Name == sheetPart {
			h.UncompressedSize64 = 1000
		}
		dst, err := w.CreateRaw(&h)
		must(t, err)
		src, err := f.OpenRaw()
		must(t, err)
		_, err = io.Copy(dst, src)
		must(t, err)
	}
	must(t, w.Close())
	if f := faultOf(t, lying.Bytes(), sheet.DefaultLimits()); f.Code != sheet.CorruptZip {
		t.Errorf("%v, want %s", f, sheet.CorruptZip)
	}
}

// Cells that only carry a format, out to the last column, cost no memory.
func TestFormattedEmptyCellsDoNotWidenARow(t *testing.T) {
	t.Parallel()
	err := mustOpen(t, smallest(`<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row>`).zip(t)).Sheets[0].
		Rows(t.Context(), func(r sheet.Row) error {
			if len(r.Cells) != 1 || cap(r.Cells) > 8 {
				t.Errorf("%d cells in room for %d, want one", len(r.Cells), cap(r.Cells))
			}
			return nil
		})
	must(t, err)
}

func TestLimitsOfOtherFormats(t *testing.T) {
	t.Parallel()
	const cell = `<table:table-cell office:value-type="float" office:value="1"/>`
	tests := []struct {
		name    string
		content []byte
		lower   func(*sheet.Limits)
	}{
		{"cells of an .xls", xls(excel97, nil, [][]byte{rec(0xBD, 0, 0, 0, uint32(2), 0, uint32(2), 0, uint32(2), 2)}), func(l *sheet.Limits) { l.Cells = 2 }},
		{"columns of an .xls", xls(excel97, nil, [][]byte{rec(0x203, 0, 200, 0, 1.0)}), func(l *sheet.Limits) { l.Columns = 200 }},
		{"rows repeated", odsOf(t, `<table:table-row table:number-rows-repeated="900000">`+cell+`</table:table-row>`), func(l *sheet.Limits) { l.Cells = 1000 }},
		{"columns repeated", odsOf(t, `<table:table-row>`+strings.Replace(cell, " ", ` table:number-columns-repeated="16000" `, 1)+`</table:table-row>`), func(*sheet.Limits) {}},
		{"spaces repeated", odsOf(t, `<table:table-row><table:table-cell><text:p><text:s text:c="999999999"/></text:p></table:table-cell></table:table-row>`), func(*sheet.Limits) {}},
		{"columns of an XML", []byte(xmlOf(`<Row><Cell ss:Index="2000"><Data ss:Type="Number">1</Data></Cell></Row>`)), func(*sheet.Limits) {}},
		{"cells of a page", []byte("<table>" + strings.Repeat("<tr><td>1", 11) + "</table>"), func(l *sheet.Limits) { l.Cells = 10 }},
		{"columns of a page", []byte("<table><tr><td colspan=99999>1</table>"), func(*sheet.Limits) {}},
		{"text of a page", []byte("<table><tr><td>" + strings.Repeat("x", 2<<20) + "</table>"), func(*sheet.Limits) {}},
		{"tables of a page", []byte(strings.Repeat("<table><tr><td>1</table>", 1001)), func(*sheet.Limits) {}},
	}
	for _, tt := range tests {
		limits := sheet.DefaultLimits()
		tt.lower(&limits)
		if f := faultOf(t, tt.content, limits); f.Code != sheet.TooLarge {
			t.Errorf("%s: %v, want %s", tt.name, f, sheet.TooLarge)
		}
	}
}
