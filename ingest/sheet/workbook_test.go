package sheet_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"gatehouse/ingest/sheet"
)

var texts = []string{
	"电费", "", " leading", "trailing ", "two\nlines", "tab\there", "<&>\"'", "_", "𠮷野家", "é", "1234.50", "=1+1", "'quoted", "line\r\nend",
}

func TestSharedAndInlineTextsAreAsWritten(t *testing.T) {
	t.Parallel()
	content := workbook(t, excelize.WorkbookPropsOptions{}, func(f *excelize.File) {
		for i, s := range texts {
			must(t, f.SetCellStr("Sheet1", at(2, i+1), s))
		}
		must(t, f.SetCellRichText("Sheet1", "A20", []excelize.RichTextRun{
			{Text: "物业 "}, {Text: "管理", Font: &excelize.Font{Bold: true}}, {Text: "费"},
		}))
		_, err := f.NewSheet("Inline")
		must(t, err)
		w, err := f.NewStreamWriter("Inline")
		must(t, err)
		for i, s := range texts {
			must(t, w.SetRow(at(2, i+1), []any{s}))
		}
		must(t, w.Flush())
	})
	got := agree(t, content)
	for _, one := range got {
		for _, row := range one.Rows {
			if row.Number <= len(texts) && len(row.Cells) > 1 && row.Cells[1].Text != texts[row.Number-1] {
				t.Errorf("%s, row %d: %q, want %q", one.Name, row.Number, row.Cells[1].Text, texts[row.Number-1])
			}
		}
	}
}

func TestNumbersKeepTheirLiteral(t *testing.T) {
	t.Parallel()
	got := mustRead(t, smallest(`<row r="1"><c r="A1"><v>1234.50</v></c><c r="B1"><v>1E-3</v></c><c r="C1"><v>-0.0</v></c>`+
		`<c r="D1"><v> 7 </v></c><c r="E1"><v>12345678901234567890.123456789</v></c><c r="F1"><v>.5</v></c></row>`).zip(t))
	if diff := cmp.Diff("#1234.50|#1E-3|#-0.0|#7|#12345678901234567890.123456789|#.5\n", show(got)); diff != "" {
		t.Error(diff)
	}
}

// What shows a calendar date is a date; what shows a duration, an amount or a
// serial outside of the calendar stays a number.
func TestDatesByNumberFormat(t *testing.T) {
	t.Parallel()
	const serial = 45292.5 // 2024-01-01 12:00 in the 1900 system
	tests := []struct {
		format string
		date   bool
	}{
		{"yyyy-mm-dd", true},
		{"yyyy/m/d;@", true},
		{`yyyy"年"m"月"d"日"`, true},
		{"[$-804]yyyy/m/d h:mm", true},
		{"[$-F800]dddd, mmmm dd, yyyy", true},
		{"mm/dd/yy", true},
		{"h:mm AM/PM", true},
		{"上午/下午h:mm", true},
		{"mmm-yy", true},
		{"ss.00", true},
		{"[Red]yyyy-mm-dd", true},
		{"aaaa", true},
		{"General", false},
		{"0.00", false},
		{"#,##0.00;[Red]-#,##0.00", false},
		{"0.00E+00", false},
		{"[h]:mm:ss", false},
		{"[mm]:ss", false},
		{`0"d"`, false},
		{`#,##0"月"`, false},
		{`"month"0`, false},
		{`\d0`, false},
		{"0_m", false},
		{"[$¥-804]#,##0.00", false},
		{"@", false},
		{"# ?/?", false},
	}
	for _, date1904 := range []bool{false, true} {
		content := workbook(t, excelize.WorkbookPropsOptions{Date1904: &date1904}, func(f *excelize.File) {
			for i, tt := range tests {
				style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &tt.format})
				must(t, err)
				must(t, f.SetCellFloat("Sheet1", at(1, i+1), serial, -1, 64))
				must(t, f.SetCellStyle("Sheet1", at(1, i+1), at(1, i+1), style))
			}
		})
		want := map[bool]string{false: "2024-01-01 12:00:00", true: "2028-01-02 12:00:00"}[date1904]
		for i, row := range agree(t, content)[0].Rows {
			c := row.Cells[0]
			if date := c.Kind == sheet.Date; date != tests[i].date || date && c.Text != want {
				t.Errorf("1904 %v, %q: %+v, want a date: %v", date1904, tests[i].format, c, tests[i].date)
			}
		}
	}
}

func TestBuiltInDateFormats(t *testing.T) {
	t.Parallel()
	want := map[int]bool{14: true, 15: true, 16: true, 17: true, 18: true, 19: true, 20: true, 21: true, 22: true,
		27: true, 28: true, 29: true, 30: true, 31: true, 32: true, 33: true, 34: true, 35: true, 36: true,
		45: true, 47: true, 50: true, 51: true, 52: true, 53: true, 54: true, 55: true, 56: true, 57: true, 58: true}
	for id := range 60 {
		styles := fmt.Sprintf(`<styleSheet %s><cellXfs><xf numFmtId="%d"/></cellXfs></styleSheet>`, mainNS, id)
		got := mustRead(t, smallest(`<row><c><v>45292</v></c></row>`).with(stylesPart, styles).zip(t))
		if date := got[0].Rows[0].Cells[0].Kind == sheet.Date; date != want[id] {
			t.Errorf("format %d: date %v, want %v", id, date, want[id])
		}
	}
}

func TestDateSerials(t *testing.T) {
	t.Parallel()
	tests := []struct{ serial, in1900, in1904 string }{
		{"1", "@1900-01-01", "@1904-01-02"},
		{"59", "@1900-02-28", "@1904-02-29"},
		{"60", "#60", "@1904-03-01"}, // 1900 was no leap year, whatever Lotus thought
		{"61", "@1900-03-01", "@1904-03-02"},
		{"0", "#0", "@1904-01-01"},
		{"-1", "#-1", "#-1"},
		{"45292.354166666664", "@2024-01-01 08:30:00", "@2028-01-02 08:30:00"},
		{"45292.99999999", "@2024-01-02", "@2028-01-03"},
		{"2958465", "@9999-12-31", "#2958465"},
		{"2958466", "#2958466", "#2958466"},
		{"1E300", "#1E300", "#1E300"},
	}
	for _, tt := range tests {
		for date1904, want := range map[string]string{"0": tt.in1900, "1": tt.in1904} {
			book := `<workbook ` + mainNS + ` ` + linkNS + `><workbookPr date1904="` + date1904 + `"/><sheets><sheet name="收费" sheetId="1" r:id="rId1"/></sheets></workbook>`
			got := mustRead(t, smallest(`<row><c s="1"><v>`+tt.serial+`</v></c></row>`).with(bookPart, book).zip(t))
			if show(got) != want+"\n" {
				t.Errorf("%s with date1904=%s: %s, want %s", tt.serial, date1904, show(got), want)
			}
		}
	}
}

func TestCellTypes(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, cell, want string }{
		{"shared", `<c t="s"><v>0</v></c>`, "电费"},
		{"shared rich", `<c t="s"><v>1</v></c>`, "rich text"},
		{"inline", `<c t="inlineStr"><is><t>a</t></is></c>`, "a"},
		{"space not preserved", `<c t="inlineStr"><is><t> a </t></is></c>`, "a"},
		{"space preserved", `<c t="inlineStr"><is><t xml:space="preserve"> a </t></is></c>`, " a "},
		{"phonetic guide", `<c t="inlineStr"><is><t>東</t><rPh sb="0" eb="1"><t>ヒガシ</t></rPh><phoneticPr fontId="1"/></is></c>`, "東"},
		{"CDATA", `<c t="inlineStr"><is><t><![CDATA[a<b]]></t></is></c>`, "a<b"},
		{"references", `<c t="inlineStr"><is><t>&lt;&#20013;&#x4e2d;&amp;</t></is></c>`, "<中中&"},
		{"escapes", `<c t="inlineStr"><is><t>a_x000A_b_x005F_x000D__xD83D__xDE00__xD83D__x12G4_</t></is></c>`, "a\nb_x000D_😀_xD83D__x12G4_"},
		{"comment", `<c><!-- no --><v>1<!-- 2 -->3</v></c>`, "#13"},
		{"true", `<c t="b"><v>1</v></c>`, "?TRUE"},
		{"false", `<c t="b"><v>0</v></c>`, "?FALSE"},
		{"error", `<c t="e"><v>#N/A</v></c>`, "!#N/A"},
		{"ISO date", `<c t="d"><v>2024-02-29T08:30:00Z</v></c>`, "@2024-02-29 08:30:00"},
		{"formula", `<c><f>1+1</f><v>2</v></c>`, "=#2"},
		{"formula with text", `<c t="str"><f>A1</f><v>a_x000A_b</v></c>`, "=a\nb"},
		{"formula never calculated", `<c><f>1+1</f></c>`, "="},
		{"formula never calculated, typed", `<c t="b"><f>TRUE()</f><v></v></c>`, "="},
		{"style only", `<c s="1"/><c><v>1</v></c>`, "|#1"},
		{"extension", `<c><v>1</v><extLst><ext uri="x"/></extLst></c>`, "#1"},
		{"foreign", `<c xmlns:x="urn:x"><x:v>9</x:v><v>1</v></c>`, "#1"},
		{"prefix of one's own", `<m:c xmlns:m="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><m:v>1</m:v></m:c>`, "#1"},
		{"gaps", `<c r="C7"><v>1</v></c><c><v>2</v></c>`, "||#1|#2"},
	}
	for _, tt := range tests {
		got := mustRead(t, smallest(`<row r="7">`+tt.cell+`</row>`).zip(t))
		if show(got) != tt.want+"\n" || got[0].Rows[0].Number != 7 {
			t.Errorf("%s: %q, want %q", tt.name, show(got), tt.want)
		}
	}
}

func TestSheetsRowsAndMergedRanges(t *testing.T) {
	t.Parallel()
	got := agree(t, workbook(t, excelize.WorkbookPropsOptions{}, func(f *excelize.File) {
		must(t, f.SetSheetName("Sheet1", "收费 & \"明细\"<1>"))
		for i := range 40 {
			name := fmt.Sprintf("Ñandú %d 月", i)
			_, err := f.NewSheet(name)
			must(t, err)
			must(t, f.SetCellValue(name, at(i+1, 3*i+2), i))
			must(t, f.SetCellBool(name, at(i+3, 3*i+9), i%2 == 0))
			must(t, f.SetCellValue(name, "Z200", time.Date(2024, 2, 29, 23, 59, 59, 0, time.UTC)))
			must(t, f.SetRowVisible(name, 200, false))
			must(t, f.MergeCell(name, "B2", at(3+i, 4)))
			must(t, f.MergeCell(name, "A100", "A120"))
			must(t, f.SetRowHeight(name, 90, 30))
			if i%3 == 1 {
				must(t, f.SetSheetVisible(name, false))
			}
			if i%3 == 2 {
				must(t, f.SetSheetVisible(name, false, true))
			}
		}
	}))
	for _, one := range got[1:] {
		if last := one.Rows[len(one.Rows)-1]; last.Number != 200 || !last.Hidden {
			t.Errorf("sheet %q: row %d, hidden %v; want hidden row 200", one.Name, last.Number, last.Hidden)
		}
	}
}

func TestFormulasGiveTheirCachedValue(t *testing.T) {
	t.Parallel()
	got := agree(t, workbook(t, excelize.WorkbookPropsOptions{}, func(f *excelize.File) {
		w, err := f.NewStreamWriter("Sheet1")
		must(t, err)
		must(t, w.SetRow("A1", []any{
			excelize.Cell{Formula: "1+1", Value: 2}, excelize.Cell{Formula: `"a"&"b"`, Value: "ab"}, excelize.Cell{Formula: "TRUE()", Value: true}, 3,
		}))
		must(t, w.Flush())
	}))
	if want := "=#2|=ab|=?TRUE|#3\n"; show(got) != want {
		t.Errorf("%q, want %q", show(got), want)
	}
}

// A sheet read twice says the same twice, and the merged ranges need no Rows.
func TestSheetsCanBeReadAgain(t *testing.T) {
	t.Parallel()
	content := smallest(`<row r="2"><c><v>1</v></c></row>`).with(sheetPart,
		`<worksheet `+mainNS+`><sheetData><row r="2"><c><v>1</v></c></row></sheetData><mergeCells count="1"><mergeCell ref="A2:C5"/></mergeCells></worksheet>`).zip(t)
	book := mustOpen(t, content)
	merged, err := book.Sheets[0].Merged(t.Context())
	if diff := cmp.Diff([]sheet.Range{{Row1: 2, Col1: 0, Row2: 5, Col2: 2}}, merged); err != nil || diff != "" {
		t.Fatal(err, diff)
	}
	first, err := readBook(book)
	must(t, err)
	second, err := readBook(book)
	must(t, err)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
}

// Parts may be written as UTF-16, and be longer than any buffer.
func TestUTF16Parts(t *testing.T) {
	t.Parallel()
	plain, _ := longSheet(3000)
	want := mustRead(t, smallest("").with(sheetPart, plain).zip(t))
	for _, bigEndian := range []bool{false, true} {
		got := mustRead(t, smallest("").with(sheetPart, string(inUTF16(plain, bigEndian, true))).zip(t))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("big endian %v: %s", bigEndian, diff)
		}
	}
}

func TestRandomGrids(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		date1904 := rapid.Bool().Draw(r, "1904")
		stream := rapid.Bool().Draw(r, "inline")
		grid := rapid.SliceOfN(rapid.SliceOfN(cellValue(), 0, 6), 0, 12).Draw(r, "grid")
		content := workbook(t, excelize.WorkbookPropsOptions{Date1904: &date1904}, func(f *excelize.File) {
			set := func(row int, values []any) error { return f.SetSheetRow("Sheet1", at(1, row), &values) }
			if stream {
				w, err := f.NewStreamWriter("Sheet1")
				must(t, err)
				defer func() { must(t, w.Flush()) }()
				set = func(row int, values []any) error { return w.SetRow(at(1, row), values) }
			}
			for i, values := range grid {
				must(t, set(2*i+1, values))
			}
		})
		got := agree(r, content)
		for _, row := range got[0].Rows {
			for col, c := range row.Cells {
				if v := grid[row.Number/2][col]; !means(c, v) {
					r.Errorf("%s: %+v, written was %v", sheet.Ref(row.Number, col), c, v)
				}
			}
		}
	})
}

func cellValue() *rapid.Generator[any] {
	return rapid.OneOf(
		rapid.Just[any](nil),
		rapid.Map(rapid.SampledFrom(texts), func(s string) any { return s }),
		rapid.Map(rapid.StringOf(rapid.RuneFrom([]rune("aZ0 _x'\"<>&;,\n\t单元é𠮷"))), func(s string) any { return s }),
		rapid.Map(rapid.Int64(), func(n int64) any { return n }),
		rapid.Map(rapid.Float64Range(-1e15, 1e15), func(x float64) any { return x }),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Map(rapid.Int64Range(0, 4e9), func(n int64) any { return time.Unix(n, 0).UTC() }),
	)
}

// means says whether a cell is what was written.
func means(c sheet.Cell, v any) bool {
	switch v := v.(type) {
	case nil:
		return c.Kind == sheet.Empty
	case string:
		return c.Text == v && c.Kind != sheet.Number
	case bool:
		return c.Kind == sheet.Bool && c.Text == map[bool]string{true: "TRUE", false: "FALSE"}[v]
	case time.Time:
		return c.Kind == sheet.Date && c.Date.Equal(v)
	}
	return c.Kind == sheet.Number
}
