package sheet_test

import (
	"bytes"
	stdcsv "encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"gatehouse/ingest/sheet"
)

// narrow limits keep the fuzzer off what only costs time.
func narrow() sheet.Limits {
	l := sheet.DefaultLimits()
	l.UnzippedBytes, l.PartBytes, l.Cells = 4<<20, 1<<20, 100_000
	return l
}

// FuzzWorkbook changes the parts of a workbook inside a sound archive, since
// few changes of the archive itself get past its checksums, and the archive too.
func FuzzWorkbook(f *testing.F) {
	p := smallest(twoRows)
	f.Add([]byte(p[sheetPart]), []byte(p[stringsPart]), []byte(p[stylesPart]), false)
	f.Add(p.zip(f), []byte{}, []byte{}, true)
	f.Add(inUTF16(p[sheetPart], false, true), []byte(p[stringsPart]), []byte(p[stylesPart]), false)
	for _, data := range []string{
		`<row r="3" hidden="1"><c r="C3" t="str"><f>A1&amp;B1</f><v>a_x000D_b</v></c><c t="e"><v>#N/A</v></c></row>`,
		`<!-- c --><row><c t="inlineStr"><is><r><t><![CDATA[<x>]]></t></r><rPh sb="0"><t>x</t></rPh></is></c></row><?pi x?>`,
		`<row><c t="d"><v>2024-02-29T08:30:00Z</v></c><c t="b"><v>&#49;</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells><sheetData>`,
	} {
		q := smallest(data)
		f.Add([]byte(q[sheetPart]), []byte(q[stringsPart]), []byte(`<styleSheet `+mainNS+`><numFmts><numFmt numFmtId="164" formatCode="[h]:mm;@&quot;d"/></numFmts><cellXfs><xf numFmtId="164"/><xf numFmtId="22"/></cellXfs></styleSheet>`), false)
	}
	f.Fuzz(func(t *testing.T, sheetXML, stringsXML, stylesXML []byte, archive bool) {
		content := sheetXML
		if !archive {
			content = smallest("").with(sheetPart, string(sheetXML)).with(stringsPart, string(stringsXML)).with(stylesPart, string(stylesXML)).zip(t)
		}
		got, err := read(content, narrow())
		if err != nil {
			isFault(t, err)
			return
		}
		isInOrder(t, got)
		if !archive {
			for _, part := range [][]byte{sheetXML, stringsXML, stylesXML} {
				isWellFormed(t, part)
			}
		}
	})
}

func isFault(t *testing.T, err error) {
	t.Helper()
	var f *sheet.Fault
	if !errors.As(err, &f) || f.Message == "" || f.Code == "" || !utf8.ValidString(f.Error()) || strings.Contains(f.Message, "\n") {
		t.Fatalf("%#v is no Fault with a message of one line", err)
	}
}

func isInOrder(t *testing.T, all []table) {
	t.Helper()
	for _, one := range all {
		last := -1
		for _, row := range one.Rows {
			if row.Number <= last || len(row.Cells) > narrow().Columns {
				t.Fatalf("row %d of %d cells comes after row %d", row.Number, len(row.Cells), last)
			}
			last = row.Number
			for _, c := range row.Cells {
				if !utf8.ValidString(c.Text) || (c.Text == "") != (c.Kind == sheet.Empty) || (c.Kind == sheet.Date) == c.Date.IsZero() {
					t.Fatalf("row %d has cell %+v", row.Number, c)
				}
			}
		}
	}
}

// isWellFormed asks the standard library about a part that was accepted.
func isWellFormed(t *testing.T, part []byte) {
	t.Helper()
	if bytes.HasPrefix(part, []byte("\xff\xfe")) || bytes.HasPrefix(part, []byte("\xfe\xff")) {
		return
	}
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(part, []byte("\ufeff"))))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	for {
		_, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return
		}
		// Which letters a name may have is not checked here, nor is a version.
		if err != nil && !strings.Contains(err.Error(), "invalid XML name") && !strings.Contains(err.Error(), "unsupported version") {
			t.Fatalf("accepted, and %v:\n%q", err, part)
		}
		if err != nil {
			return
		}
	}
}

// FuzzCSV compares with encoding/csv wherever both accept and mean the same.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{
		"a,b\n1,2\n", "\ufeffa;b\r\n\"x;\"\"y\";2\r\n", "sep=|\na|b\n", "a\tb\r1\t\"\r\"", "\"a\n", "a,\"b\"c\n", "6\" x,y\n", "\n\n,\n", "电费,金额\n\"张,三\",1\n",
		"\xb5\xe7\xb7\xd1,\xbd\xf0\xb6\xee\n\xce\xef,1\n", "\xff\xfea\x00,\x00\n\x00", "\xfe\xff\x00a\x00,\x00\n", "a\x00,\x00\n\x00", "\x00", "PK\x03", "<html>", "\xd0\xcf\x11\xe0",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		book, err := sheet.Open(bytes.NewReader(content), int64(len(content)), narrow())
		if err != nil {
			isFault(t, err)
			return
		}
		all, err := readBook(book)
		if err != nil {
			isFault(t, err)
			return
		}
		isInOrder(t, all)
		if book.Format != sheet.CSV || book.Encoding != "utf-8" || bytes.ContainsRune(content, '\r') || bytes.HasPrefix(content, []byte("sep=")) {
			return
		}
		var got [][]string
		for _, row := range all[0].Rows {
			var record []string
			for _, c := range row.Cells {
				record = append(record, c.Text)
			}
			if record != nil {
				got = append(got, record)
			}
		}
		agreed := false
		var want [][]string
		for _, delimiter := range ",\t;|" {
			r := stdcsv.NewReader(bytes.NewReader(content))
			r.Comma, r.FieldsPerRecord = delimiter, -1
			want, err = r.ReadAll()
			agreed = agreed || err != nil || cmp.Equal(want, got)
		}
		if !agreed {
			t.Fatalf("%q\nread as   %q\nnot as %q or with another delimiter", content, got, want)
		}
	})
}
