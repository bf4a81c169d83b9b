package sheet_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"gatehouse/ingest/sheet"
)

const twoRows = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>45292</v></c></row>` +
	`<row r="2"><c r="A2" t="inlineStr"><is><t>101室</t></is></c><c r="B2"><v>12.50</v></c></row>`

func TestWorkbookCutAtAnyByteIsRefused(t *testing.T) {
	t.Parallel()
	own := smallest(twoRows).zip(t)
	excelizes := workbook(t, excelize.WorkbookPropsOptions{}, func(f *excelize.File) {
		must(t, f.SetSheetRow("Sheet1", "A1", &[]any{"房号", "金额", true}))
		must(t, f.SetSheetRow("Sheet1", "A2", &[]any{"101", 12.5, false}))
	})
	for _, content := range [][]byte{own, excelizes} {
		mustRead(t, content)
		for n := range content {
			_ = faultOf(t, content[:n], sheet.DefaultLimits())
		}
	}
}

// A changed byte may hit what nobody reads, a time of day in the directory for
// instance; where it hits what somebody reads, the file is refused.
func TestChangedByteNeverChangesACell(t *testing.T) {
	t.Parallel()
	content := smallest(twoRows).zip(t)
	want := mustRead(t, content)
	refused := 0
	for i := range content {
		for _, mask := range []byte{0x01, []byte{0x20, 0x80, 0xFF}[i%3]} {
			changed := bytes.Clone(content)
			changed[i] ^= mask
			got, err := read(changed, sheet.DefaultLimits())
			var f *sheet.Fault
			switch {
			case errors.As(err, &f):
				refused++
			case err != nil:
				t.Errorf("byte %d ^ %#x: %v is no Fault", i, mask, err)
			case !cmp.Equal(want, got):
				t.Errorf("byte %d ^ %#x: read as\n%s", i, mask, show(got))
			}
		}
	}
	if refused < len(content) {
		t.Errorf("only %d of %d changes were noticed", refused, 2*len(content))
	}
}

// A writer that dies half-way can leave a well-formed archive around half a
// sheet. The fault says in which row the sheet breaks off.
func TestSheetCutInsideASoundArchive(t *testing.T) {
	t.Parallel()
	p := smallest(twoRows)
	whole := p[sheetPart]
	begin, end := strings.Index(whole, "<row"), strings.Index(whole, "</sheetData>")
	for n := range len(whole) {
		f := faultOf(t, p.with(sheetPart, whole[:n]).zip(t), sheet.DefaultLimits())
		if f.Sheet != "收费" || f.Part != sheetPart {
			t.Errorf("cut at %d: %v names sheet %q, part %q", n, f, f.Sheet, f.Part)
		}
		if n > begin && n < end {
			if row := strings.Count(whole[:n], `<row r="1">`) + strings.Count(whole[:n], `<row r="2">`); f.Row != row {
				t.Errorf("cut at %d: %v names row %d, want %d", n, f, f.Row, row)
			}
		}
	}
}

func TestFaultsOfASheet(t *testing.T) {
	t.Parallel()
	cell := func(inside string) string { return `<row r="1"/><row r="4"><c r="B4">` + inside + `</c></row>` }
	var prefixes strings.Builder
	for i := range 200 {
		fmt.Fprintf(&prefixes, `<x:x xmlns:x="urn:x" xmlns:p%d="urn:p">`, i)
	}
	tests := []struct {
		name, data string
		code       sheet.Code
		ref        string
	}{
		{"bad UTF-8", cell("<v>\xff</v>"), sheet.EncodingError, "B4"},
		{"half a rune", cell("<v>\xe4\xb8</v>"), sheet.EncodingError, "B4"},
		{"overlong UTF-8", cell("<v>\xc0\x80</v>"), sheet.EncodingError, "B4"},
		{"surrogate in UTF-8", cell("<v>\xed\xa0\x80</v>"), sheet.EncodingError, "B4"},
		{"control character", cell("<v>\x01</v>"), sheet.ControlCharacter, "B4"},
		{"NUL", cell("<v>\x00</v>"), sheet.ControlCharacter, "B4"},
		{"U+FFFE", cell("<v>\ufffe</v>"), sheet.ControlCharacter, "B4"},
		{"reference to a control character", cell("<v>&#1;</v>"), sheet.BadEntity, "B4"},
		{"entity of one's own", cell("<v>&x;</v>"), sheet.BadEntity, "B4"},
		{"bare ampersand", cell("<v>a & b</v>"), sheet.BadEntity, "B4"},
		{"mismatched tags", cell("<v>1</f>"), sheet.IllFormedXML, "B4"},
		{"attribute twice", `<row r="2" r="3"/>`, sheet.IllFormedXML, ""},
		{"attribute without quotes", `<row r=2/>`, sheet.IllFormedXML, ""},
		{"undeclared prefix", cell("<x:v>1</x:v>"), sheet.IllFormedXML, "B4"},
		{"CDATA end in text", cell("<v>]]></v>"), sheet.IllFormedXML, "B4"},
		{"document type", `<!DOCTYPE x>`, sheet.IllFormedXML, ""},
		{"late declaration", `<?xml version="1.0"?>`, sheet.IllFormedXML, ""},
		{"double hyphen in a comment", `<!-- a -- b -->`, sheet.IllFormedXML, ""},
		{"rows out of order", `<row r="2"/><row r="1"/>`, sheet.RowOrder, "row 2"},
		{"row twice", `<row r="2"/><row r="2"/>`, sheet.RowOrder, "row 2"},
		{"row zero", `<row r="0"/>`, sheet.BadRef, ""},
		{"row beyond the last", `<row r="1048577"/>`, sheet.BadRef, ""},
		{"row after the last", `<row r="1048576"/><row/>`, sheet.BadRef, "row 1048576"},
		{"cells out of order", `<row><c r="B1"/><c r="A1"/></row>`, sheet.CellOrder, "B1"},
		{"cell twice", `<row><c r="B1"/><c r="B1"/></row>`, sheet.CellOrder, "B1"},
		{"cell of another row", `<row r="3"><c r="A4"/></row>`, sheet.BadRef, "row 3"},
		{"cell beyond XFD", `<row><c r="XFE1"/></row>`, sheet.BadRef, "row 1"},
		{"cell after XFD", `<row><c r="XFD1"/><c/></row>`, sheet.BadRef, "XFD1"},
		{"lower-case reference", `<row><c r="a1"/></row>`, sheet.BadRef, "row 1"},
		{"no shared text", `<row r="4"><c r="B4" t="s"><v>2</v></c></row>`, sheet.BadIndex, "B4"},
		{"no style", `<row r="4"><c r="B4" s="2"/></row>`, sheet.BadIndex, "row 4"},
		{"unknown type", `<row r="4"><c r="B4" t="x"/></row>`, sheet.BadType, "row 4"},
		{"no number", cell("<v>1,5</v>"), sheet.BadValue, "B4"},
		{"not a number", cell("<v>NaN</v>"), sheet.BadValue, "B4"},
		{"no boolean", `<row r="4"><c r="B4" t="b"><v>2</v></c></row>`, sheet.BadValue, "B4"},
		{"no date", `<row r="4"><c r="B4" t="d"><v>2024-02-30</v></c></row>`, sheet.BadValue, "B4"},
		{"date with an offset", `<row r="4"><c r="B4" t="d"><v>2024-02-29T00:00:00+08:00</v></c></row>`, sheet.BadValue, "B4"},
		{"two values", cell("<v>1</v><v>2</v>"), sheet.UnexpectedContent, "B4"},
		{"element in a value", cell("<v><b>1</b></v>"), sheet.UnexpectedContent, "B4"},
		{"text between cells", `<row r="4">12.50</row>`, sheet.UnexpectedContent, "row 4"},
		{"text between rows", `<row r="4"/>x`, sheet.UnexpectedContent, "row 4"},
		{"row of no vocabulary", `<row r="1"/><row xmlns="" r="2"/>`, sheet.UnexpectedContent, "row 1"},
		{"choice of rows", `<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"/>`, sheet.UnexpectedContent, ""},
		{"run of no kind", `<row r="4"><c r="B4" t="inlineStr"><is><x><t>a</t></x></is></c></row>`, sheet.UnexpectedContent, "B4"},
		{"second data section", `</sheetData><sheetData>`, sheet.UnexpectedContent, ""},
		{"merged range", `</sheetData><mergeCells><mergeCell ref="B2:A1"/></mergeCells><sheetData>`, sheet.BadRef, ""},
		{"deep nesting", cell(strings.Repeat("<f>", 300)), sheet.TooLarge, "B4"},
		{"long text", `<row r="4"><c r="B4" t="inlineStr"><is><t>` + strings.Repeat("x", 2<<20) + `</t></is></c></row>`, sheet.TooLarge, "B4"},
		{"long tag", `<row r="` + strings.Repeat("1", 2<<20) + `"/>`, sheet.TooLarge, ""},
		{"many prefixes", prefixes.String(), sheet.TooLarge, ""},
		{"long name", `<` + strings.Repeat("x", 2000) + `/>`, sheet.TooLarge, ""},
	}
	for _, tt := range tests {
		f := faultOf(t, smallest(tt.data).zip(t), sheet.DefaultLimits())
		if f.Code != tt.code || f.Ref != tt.ref || f.Sheet != "收费" || f.Part != sheetPart {
			t.Errorf("%s: %s at %q (%v), want %s at %q", tt.name, f.Code, f.Ref, f, tt.code, tt.ref)
		}
	}
}

func TestFaultsOfAWorkbook(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, part, content string
		code                sheet.Code
	}{
		{"no data section", sheetPart, `<worksheet ` + mainNS + `/>`, sheet.Truncated},
		{"empty sheet part", sheetPart, ``, sheet.Truncated},
		{"another root", sheetPart, `<sst ` + mainNS + `/>`, sheet.NotASpreadsheet},
		{"text behind the root", sheetPart, `<worksheet ` + mainNS + `><sheetData/></worksheet>x`, sheet.IllFormedXML},
		{"second root", sheetPart, `<worksheet ` + mainNS + `><sheetData/></worksheet><a/>`, sheet.IllFormedXML},
		{"unfit encoding", sheetPart, `<?xml version="1.0" encoding="GBK"?><worksheet ` + mainNS + `><sheetData/></worksheet>`, sheet.EncodingError},
		{"cut shared strings", stringsPart, `<sst ` + mainNS + `><si><t>a</t>`, sheet.Truncated},
		{"shared text of no vocabulary", stringsPart, `<sst ` + mainNS + `><si xmlns=""/></sst>`, sheet.UnexpectedContent},
		{"cut styles", stylesPart, `<styleSheet ` + mainNS + `><cellXfs>`, sheet.Truncated},
		{"no sheets", bookPart, `<workbook ` + mainNS + `/>`, sheet.NotASpreadsheet},
		{"sheet without part", bookPart, `<workbook ` + mainNS + ` ` + linkNS + `><sheets><sheet name="收费" r:id="rId9"/></sheets></workbook>`, sheet.MissingPart},
		{"part twice", "XL/Styles.xml", `x`, sheet.DuplicatePart},
		{"two shared strings", "xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + relsURI + `">` +
			`<Relationship Id="rId1" Type="` + typeURI + `worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + typeURI + `sharedStrings" Target="sharedStrings.xml"/>` +
			`<Relationship Id="rId3" Type="` + typeURI + `sharedStrings" Target="a.xml"/></Relationships>`, sheet.DuplicatePart},
		{"binary workbook", "[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="xml" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>`, sheet.Truncated},
	}
	for _, tt := range tests {
		if f := faultOf(t, smallest(twoRows).with(tt.part, tt.content).zip(t), sheet.DefaultLimits()); f.Code != tt.code {
			t.Errorf("%s: %s (%v), want %s", tt.name, f.Code, f, tt.code)
		}
	}
	for _, name := range []string{stringsPart, stylesPart, sheetPart, bookPart} {
		p := smallest(twoRows)
		delete(p, name)
		if f := faultOf(t, p.zip(t), sheet.DefaultLimits()); f.Code != sheet.MissingPart {
			t.Errorf("without %s: %v, want %s", name, f, sheet.MissingPart)
		}
	}
}

func TestFilesOfOtherKinds(t *testing.T) {
	t.Parallel()
	compound := "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 1000)
	var locked bytes.Buffer
	must(t, excelize.NewFile().Write(&locked, excelize.Options{Password: "secret"}))
	tests := []struct {
		name, content string
		code          sheet.Code
	}{
		{"empty", "", sheet.EmptyFile},
		{"container of nothing", compound, sheet.CorruptCompound},
		{"password", locked.String(), sheet.Encrypted},
		{"workbook of Excel 4", "\x09\x04\x06\x00\x00\x00\x10\x00", sheet.OldXLS},
		{"web page cut short", "\ufeff\r\n<HTML><table>", sheet.Truncated},
		{"web page without a table", "<html><body>404</body></html>", sheet.NotASpreadsheet},
		{"web archive", "MIME-Version: 1.0\n", sheet.NotASpreadsheet},
		{"XML", `<?xml version="1.0"?><Workbook/>`, sheet.NotASpreadsheet},
		{"PDF", "%PDF-1.7", sheet.NotASpreadsheet},
		{"empty zip", "PK\x05\x06" + strings.Repeat("\x00", 18), sheet.NotASpreadsheet},
		{"zip", string(parts{"a.txt": "a"}.zip(t)), sheet.NotASpreadsheet},
		{"OpenDocument text", string(parts{"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ""}.zip(t)), sheet.NotASpreadsheet},
		{"OpenDocument with a password", string(parts{"mimetype": odsType, "content.xml": "x", "META-INF/manifest.xml": "<manifest:encryption-data"}.zip(t)), sheet.Encrypted},
	}
	for _, tt := range tests {
		if f := faultOf(t, []byte(tt.content), sheet.DefaultLimits()); f.Code != tt.code {
			t.Errorf("%s: %v, want %s", tt.name, f, tt.code)
		}
	}
}

func TestCallerStopsTheReading(t *testing.T) {
	t.Parallel()
	mine := &sheet.Fault{Message: "mine"}
	s := mustOpen(t, smallest(twoRows).zip(t)).Sheets[0]
	if err := s.Rows(t.Context(), func(sheet.Row) error { return mine }); !errors.Is(err, mine) || err.Error() != "mine" {
		t.Errorf("%v, want the caller's own error unchanged", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Rows(ctx, func(sheet.Row) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
}

// A disk that fails is no fault of the file: whoever sees a Fault tells the
// user that the file is damaged.
func TestFailingDiskIsNoFault(t *testing.T) {
	t.Parallel()
	long := longSheet(300)
	gb := must1(simplifiedchinese.GB18030.NewEncoder().String(strings.Repeat("物业管理费,电费\n", 5000)))
	for name, content := range map[string][]byte{
		"xlsx":    smallest("").with(sheetPart, long).zip(t),
		"csv":     bytes.Repeat([]byte("a,b\n"), 20_000),
		"utf16":   inUTF16(strings.Repeat("a,b\n", 9000), true, true),
		"gb18030": []byte(gb),
		"xls":     xls(excel97, nil, [][]byte{rec(0x203, 0, 0, 0, 1.0)}),
		"ods":     odsOf(t, ""),
		"xml":     []byte(xmlOf("")),
		"html":    []byte("<table><tr><td>" + strings.Repeat("a", 20_000) + "</table>"),
	} {
		for calls := 0; ; calls++ {
			disk := &failingDisk{ReaderAt: bytes.NewReader(content), left: calls}
			book, err := sheet.Open(disk, int64(len(content)), sheet.DefaultLimits())
			if err == nil {
				_, err = readBook(book)
			}
			if err == nil {
				if calls < 2 {
					t.Errorf("%s: read after %d calls", name, calls)
				}
				break
			}
			var f *sheet.Fault
			if errors.As(err, &f) || !errors.Is(err, errDisk) {
				t.Fatalf("%s, failing at call %d: %v", name, calls, err)
			}
		}
	}
}

var errDisk = errors.New("disk on fire")

// failingDisk fails once left calls are used up.
type failingDisk struct {
	io.ReaderAt
	left int
}

func (d *failingDisk) ReadAt(b []byte, off int64) (int, error) {
	if d.left--; d.left < 0 {
		return 0, errDisk
	}
	return d.ReaderAt.ReadAt(b, off)
}
