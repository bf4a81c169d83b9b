package sheet_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"pgregory.net/rapid"

	"gatehouse/ingest/sheet"
)

// parts are the files of a workbook's archive by name.
type parts map[string]string

const (
	mainNS  = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	linkNS  = `xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	relsURI = "http://schemas.openxmlformats.org/package/2006/relationships"
	typeURI = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

	sheetPart   = "xl/worksheets/sheet1.xml"
	stringsPart = "xl/sharedStrings.xml"
	stylesPart  = "xl/styles.xml"
	bookPart    = "xl/workbook.xml"
)

// smallest is a workbook of one sheet, "收费", with the data given. Shared text
// 0 is "电费", 1 is "rich text"; style 1 is a date.
func smallest(sheetData string) parts {
	return parts{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
		"_rels/.rels": `<Relationships xmlns="` + relsURI + `"><Relationship Id="rId1" Type="` + typeURI + `officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		bookPart:      `<workbook ` + mainNS + ` ` + linkNS + `><sheets><sheet name="收费" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="` + relsURI + `">` +
			`<Relationship Id="rId1" Type="` + typeURI + `worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + typeURI + `sharedStrings" Target="sharedStrings.xml"/>` +
			`<Relationship Id="rId3" Type="` + typeURI + `styles" Target="styles.xml"/></Relationships>`,
		stringsPart: `<sst ` + mainNS + `><si><t>电费</t></si><si><r><t xml:space="preserve">rich </t></r><r><rPr><b/></rPr><t>text</t></r></si></sst>`,
		stylesPart:  `<styleSheet ` + mainNS + `><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
		sheetPart:   `<worksheet ` + mainNS + `><sheetData>` + sheetData + `</sheetData></worksheet>`,
	}
}

// with replaces one part.
func (p parts) with(name, content string) parts {
	p[name] = content
	return p
}

// zip packs the parts in the order of their names.
func (p parts) zip(t rapid.TB) []byte {
	t.Helper()
	var names []string
	for name := range p {
		names = append(names, name)
	}
	slices.Sort(names)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(p[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// table is all that one sheet says.
type table struct {
	Name   string
	Hidden bool
	Rows   []sheet.Row
	Merged []sheet.Range
}

// read reads a file to the end.
func read(content []byte, limits sheet.Limits) ([]table, error) {
	book, err := sheet.Open(bytes.NewReader(content), int64(len(content)), limits)
	if err != nil {
		return nil, err
	}
	return readBook(book)
}

func readBook(book *sheet.Book) ([]table, error) {
	var all []table
	for _, s := range book.Sheets {
		got := table{Name: s.Name, Hidden: s.Hidden}
		err := s.Rows(context.Background(), func(r sheet.Row) error {
			r.Cells = slices.Clone(r.Cells)
			got.Rows = append(got.Rows, r)
			return nil
		})
		if err != nil {
			return nil, err
		}
		if got.Merged, err = s.Merged(context.Background()); err != nil {
			return nil, err
		}
		all = append(all, got)
	}
	return all, nil
}

// mustRead reads a file that has no fault.
func mustRead(t rapid.TB, content []byte) []table {
	t.Helper()
	all, err := read(content, sheet.DefaultLimits())
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return all
}

// faultOf reads a file that must be refused.
func faultOf(t rapid.TB, content []byte, limits sheet.Limits) *sheet.Fault {
	t.Helper()
	all, err := read(content, limits)
	if err == nil {
		t.Fatalf("read: no fault, but %s", show(all))
	}
	var f *sheet.Fault
	if !errors.As(err, &f) {
		t.Fatalf("read: %v is no Fault", err)
	}
	return f
}

// show writes tables for people: a line a row, cells parted by "|", a mark for
// every kind but text.
func show(all []table) string {
	var b strings.Builder
	for i, one := range all {
		if i > 0 {
			b.WriteString("--\n")
		}
		for _, row := range one.Rows {
			b.WriteString(showCells(row.Cells))
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func showCells(cells []sheet.Cell) string {
	marks := map[sheet.Kind]string{sheet.Number: "#", sheet.Bool: "?", sheet.Date: "@", sheet.Error: "!"}
	var out []string
	for _, c := range cells {
		s := marks[c.Kind] + c.Text
		if c.Formula {
			s = "=" + s
		}
		out = append(out, s)
	}
	return strings.Join(out, "|")
}

func mustOpen(t rapid.TB, content []byte) *sheet.Book {
	t.Helper()
	book, err := sheet.Open(bytes.NewReader(content), int64(len(content)), sheet.DefaultLimits())
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return book
}

// longSheet writes a sheet of n rows of texts, numbers and a date.
func longSheet(n int) string {
	var b strings.Builder
	b.WriteString(`<worksheet ` + mainNS + `><sheetData>`)
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, `<row r="%d"><c r="A%[1]d" t="s"><v>0</v></c><c r="B%[1]d" t="inlineStr"><is><t>单元%[1]d号</t></is></c>`+
			`<c r="C%[1]d" s="1"><v>%d</v></c><c r="D%[1]d"><v>%d.25</v></c><c r="E%[1]d" t="b"><v>1</v></c></row>`, i, 45000+i%700, i)
	}
	b.WriteString(`</sheetData></worksheet>`)
	return b.String()
}

// inUTF16 encodes text, with a byte order mark if asked for.
func inUTF16(s string, bigEndian, mark bool) []byte {
	var order binary.AppendByteOrder = binary.LittleEndian
	if bigEndian {
		order = binary.BigEndian
	}
	var b []byte
	if mark {
		b = order.AppendUint16(b, 0xFEFF)
	}
	for _, unit := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, unit)
	}
	return b
}
