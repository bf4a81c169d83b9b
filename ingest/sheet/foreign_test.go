package sheet_test

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"gatehouse/ingest/sheet"
)

const odsType = "application/vnd.oasis.opendocument.spreadsheet"

// ledger has a cell of every kind that SheetJS writes into every format.
func ledger() jsBook {
	return jsBook{Sheets: []jsSheet{
		{Name: "收费", Rows: [][]any{
			{jsText("房号"), jsText("应收金额"), jsText("日期"), jsText("已缴")},
			{jsText("1-1-101"), jsNumber(1234.5), jsFormat(45292, "yyyy-mm-dd"), jsBool(true)},
			{jsText("𠮷野家 é\nb"), jsNumber(-0.07), jsFormat(45351.354166666664, "yyyy-mm-dd hh:mm"), jsBool(false)},
			{nil, jsNumber(1e15), jsFormat(0.125, "0.0%")},
			{jsText("物业管理费"), jsNumber(12345678.9), jsFormat(-3, "#,##0")},
		}},
		{Name: "空", Rows: [][]any{{nil}}},
		{Name: "电费", Rows: [][]any{{jsNumber(1), nil, jsNumber(2.25), jsNumber(100.01), jsNumber(536870912)}, {nil, nil, nil, jsText(" x ")}}},
	}}
}

// The same data in another format reads as the .xlsx does. Numbers may be
// written otherwise, so they are compared as numbers.
func TestFormatsAgree(t *testing.T) {
	t.Parallel()
	b := ledger()
	writer := newSheetJS(t)
	for _, date1904 := range []bool{false, true} {
		b.Date1904 = date1904
		want := mustRead(t, writer.write(t, "xlsx", b))
		for kind, format := range map[string]sheet.Format{"biff8": sheet.XLS, "xlsb": sheet.XLSB} {
			if date1904 && kind == "xlsb" {
				continue // SheetJS does not write it there
			}
			content := writer.write(t, kind, b)
			if diff := cmp.Diff(plain(want), plain(mustRead(t, content))); diff != "" {
				t.Errorf("%s, days of 1904 %v: %s", kind, date1904, diff)
			}
			if book := mustOpen(t, content); book.Format != format || book.Date1904 != date1904 {
				t.Errorf("%s: read as %s, days of 1904 %v", kind, book.Format, book.Date1904)
			}
		}
	}
}

// plain writes numbers in one way and leaves out what has no cells.
func plain(all []table) []table {
	for i := range all {
		var rows []sheet.Row
		for _, row := range all[i].Rows {
			for j, c := range row.Cells {
				if c.Kind == sheet.Number {
					x, _ := strconv.ParseFloat(c.Text, 64)
					if x == 0 {
						x = 0 // without its sign
					}
					row.Cells[j].Text = strconv.FormatFloat(x, 'g', -1, 64)
				}
			}
			if len(row.Cells) > 0 {
				rows = append(rows, row)
			}
		}
		all[i].Rows = rows
	}
	return all
}

func TestRandomGridsInOtherFormats(t *testing.T) {
	t.Parallel()
	cell := rapid.OneOf(
		rapid.Just[any](nil),
		rapid.Map(rapid.StringOfN(rapid.RuneFrom([]rune("aZ0 _'\"<>&;,\n单元é𠮷")), 1, 40, -1), jsText),
		rapid.Map(rapid.Float64Range(-1e15, 1e15), jsNumber),
		rapid.Map(rapid.Int32(), func(n int32) any { return jsNumber(float64(n)) }),
		rapid.Map(rapid.IntRange(-99999999, 99999999), func(n int) any { return jsNumber(float64(n) / 100) }),
		rapid.Map(rapid.IntRange(61, 90000), func(n int) any { return jsFormat(float64(n), "yyyy/m/d") }),
		rapid.Map(rapid.Bool(), jsBool),
		rapid.Map(rapid.SampledFrom([]int{0x00, 0x07, 0x0F, 0x17, 0x1D, 0x24, 0x2A}), jsError),
	)
	grid := rapid.SliceOfN(rapid.SliceOfN(cell, 1, 6), 20, 30)
	writer := newSheetJS(t) // too slow for hundreds of grids
	for seed := range 4 {
		b := jsBook{Sheets: []jsSheet{{Name: "x", Merged: []string{"B2:C3"}, Rows: grid.Example(seed)}}}
		want := plain(mustRead(t, writer.write(t, "xlsx", b)))
		for _, kind := range []string{"biff8", "xlsb"} {
			if diff := cmp.Diff(want, plain(mustRead(t, writer.write(t, kind, b)))); diff != "" {
				t.Errorf("%s, seed %d: %s", kind, seed, diff)
			}
		}
	}
}

func TestHiddenSheetsAndMergedRanges(t *testing.T) {
	t.Parallel()
	b := ledger()
	b.Sheets[0].HiddenRow = 2
	b.Sheets[0].Merged, b.Sheets[2].Hidden = []string{"A1:B2", "C3:C5"}, true
	want := []sheet.Range{{Row1: 1, Col1: 0, Row2: 2, Col2: 1}, {Row1: 3, Col1: 2, Row2: 5, Col2: 2}}
	for _, kind := range []string{"biff8", "xlsb", "xlml"} {
		got := mustRead(t, b.write(t, kind))
		if diff := cmp.Diff(want, got[0].Merged); diff != "" || got[0].Hidden || !got[2].Hidden {
			t.Errorf("%s: hidden %v and %v, %s", kind, got[0].Hidden, got[2].Hidden, diff)
		}
		if kind != "biff8" && !got[0].Rows[1].Hidden { // SheetJS does not write it there
			t.Errorf("%s: row 2 is not hidden", kind)
		}
	}
}

func TestOpenDocument(t *testing.T) {
	t.Parallel()
	got := mustRead(t, odsOf(t, `<table:table-row><table:table-cell office:value-type="float" office:value="1234.50"><text:p>1,235</text:p></table:table-cell>`+
		`<table:table-cell office:value-type="date" office:date-value="2024-02-29T08:30:00"/><table:table-cell office:value-type="time" office:time-value="PT06H00M00S"/>`+
		`<table:table-cell table:formula="of:=1" office:value-type="boolean" office:boolean-value="true"/></table:table-row>`+
		`<table:table-row table:visibility="filter" table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2" office:value-type="string"><office:annotation><text:p>note</text:p></office:annotation>`+
		`<text:p> a <text:span>b</text:span><text:s text:c="2"/>c</text:p><text:p>d</text:p></table:table-cell></table:table-row>`+
		`<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`))
	want := "#1234.50|@2024-02-29 08:30:00|#0.25|=?TRUE\na b  c\nd|a b  c\nd\na b  c\nd|a b  c\nd\n--\n"
	if diff := cmp.Diff(want, show(got)); diff != "" || got[0].Hidden || !got[1].Hidden || !got[0].Rows[2].Hidden {
		t.Error(diff)
	}
}

func TestXML2003(t *testing.T) {
	t.Parallel()
	got := mustRead(t, []byte(xmlOf(`<Row ss:Index="2" ss:Span="1"><Cell ss:MergeAcross="1"><Data ss:Type="String">a&#10;b</Data><Comment><Data>no</Data></Comment></Cell><Cell ss:StyleID="s"><Data ss:Type="Number">1234.50</Data></Cell></Row>`+
		`<Row ss:Hidden="1"><Cell ss:StyleID="d"><Data ss:Type="Number">45292</Data></Cell><Cell ss:Index="3" ss:Formula="=1"><Data ss:Type="Error">#N/A</Data></Cell><Cell><Data ss:Type="DateTime">2024-02-29T00:00:00.000</Data></Cell><Cell><Data ss:Type="DateTime">1899-12-31T06:00:00.000</Data></Cell></Row>`)))
	want := "a\nb||#1234.50\n@2024-01-01||=!#N/A|@2024-02-29|#0.25\n--\n"
	if diff := cmp.Diff(want, show(got)); diff != "" || !got[1].Hidden || got[0].Rows[1].Number != 4 || !got[0].Rows[1].Hidden {
		t.Error(diff)
	}
}

func TestWebPage(t *testing.T) {
	t.Parallel()
	page := "<html><head><meta charset=gb2312><style>td{}</style></head><body><h1>x</h1><table><caption>收费</caption><tr><th rowspan=2>房号<th>金额<tr style='display: none'><td x:num=\"1234.567\">1,234.57<td>a&nbsp;&lt;b<br> c</tr></table>" +
		"<!-- no --><table><tr><td>0101</td><td x:num=\"45292\">2024-1-1</td></tr></table></body></html>"
	gbk := must1(simplifiedchinese.GBK.NewEncoder().String(page))
	want := "收费\n房号|金额\n|#1234.567|a\u00a0<b\nc\n--\n0101|2024-1-1\n"
	for _, content := range []string{page, gbk} {
		got := mustRead(t, []byte(content))
		if diff := cmp.Diff(want, show(got)); diff != "" || !got[0].Rows[2].Hidden {
			t.Error(diff)
		}
	}
}

// Old containers have no checksums: a changed digit stays unnoticed. But a cut
// never loses a cell, and nothing makes the reader fail without a word.
func TestDamagedOtherFormats(t *testing.T) {
	t.Parallel()
	writer := newSheetJS(t)
	small := jsBook{Sheets: []jsSheet{{Name: "a", Merged: []string{"A1:B2"}, Rows: [][]any{
		{jsText("电费"), jsNumber(12.5), jsFormat(45292, "yyyy-mm-dd")}, {jsText("101"), jsBool(true)},
	}}}}
	for _, kind := range []string{"biff8", "xlsb", "ods", "xlml", "html"} {
		content := writer.write(t, kind, small)
		want := mustRead(t, content)
		for n := 5; n < len(content); n += 1 + n/500 {
			if got, err := read(content[:n], sheet.DefaultLimits()); err == nil && !cmp.Equal(want, got) {
				t.Errorf("%s cut at %d: read as\n%s", kind, n, show(got))
			}
		}
		summed := kind == "xlsb" || kind == "ods"
		for i := 0; i < len(content); i += 1 + i/500 {
			changed := bytes.Clone(content)
			changed[i] ^= []byte{0x01, 0x80, 0xFF}[i%3]
			got, err := read(changed, sheet.DefaultLimits())
			var f *sheet.Fault
			if err != nil && !errors.As(err, &f) {
				t.Errorf("%s, byte %d: %v is no Fault", kind, i, err)
			}
			if summed && err == nil && !cmp.Equal(want, got) {
				t.Errorf("%s, byte %d: read as\n%s", kind, i, show(got))
			}
		}
	}
}

func FuzzForeign(f *testing.F) {
	f.Add(xls(excel97, [][]byte{rec(0xFC, uint32(1), uint32(1), 1, byte(0), "a")}, [][]byte{rec(0xFD, 0, 0, 0, uint32(0))}))
	f.Add(xls(excel95, nil, [][]byte{rec(0x204, 0, 0, 0, 1, "a")}))
	f.Add(odsOf(f, `<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" office:value="1"/></table:table-row>`))
	f.Add([]byte(xmlOf(`<Row><Cell><Data ss:Type="Number">1</Data></Cell></Row>`)))
	f.Add([]byte("<table><tr><td rowspan=2>a<td>b<tr><td>c</table>"))
	f.Fuzz(func(t *testing.T, content []byte) {
		got, err := read(content, narrow())
		if err != nil {
			isFault(t, err)
			return
		}
		isInOrder(t, got)
	})
}

// odsOf is an OpenDocument spreadsheet of a sheet and a hidden one.
func odsOf(t rapid.TB, rows string) []byte {
	t.Helper()
	const office = "urn:oasis:names:tc:opendocument:xmlns:"
	content := strings.NewReplacer("OFFICE", office).Replace(`<office:document-content xmlns:office="OFFICEoffice:1.0" xmlns:table="OFFICEtable:1.0" xmlns:text="OFFICEtext:1.0" xmlns:style="OFFICEstyle:1.0" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">` +
		`<office:automatic-styles><style:style style:name="h"><style:table-properties table:display="false"/></style:style></office:automatic-styles>` +
		`<office:body><office:spreadsheet><table:table table:name="a">`)
	p := parts{"mimetype": odsType, "content.xml": content + rows + `</table:table><table:table table:name="b" table:style-name="h"/></office:spreadsheet></office:body></office:document-content>`}
	return p.zip(t)
}

// xmlOf is a workbook of Excel 2003 of a sheet and a hidden one.
func xmlOf(rows string) string {
	return `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel">` +
		`<Styles><Style ss:ID="Default"/><Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style><Style ss:ID="s"><NumberFormat ss:Format="Standard"/></Style></Styles>` +
		`<Worksheet ss:Name="a"><Table>` + rows + `</Table></Worksheet><Worksheet ss:Name="b"><Table/><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet></Workbook>`
}
