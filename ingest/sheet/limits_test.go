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
