package sheet_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

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
	plain := longSheet(800)
	want := show(mustRead(t, smallest("").with(sheetPart, plain).zip(t)))
	for _, bigEndian := range []bool{false, true} {
		got := show(mustRead(t, smallest("").with(sheetPart, string(inUTF16(plain, bigEndian, true))).zip(t)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("big endian %v: %s", bigEndian, diff)
		}
	}
}

// Whatever lies across the edge of the buffer of 64 KB is read as anywhere else.
func TestTokensAcrossTheEdgeOfABuffer(t *testing.T) {
	t.Parallel()
	const rows = `<row r="1"><c t="inlineStr"><is><t xml:space = "preserve">a]]&gt;&#x4E2D;电𠮷` + "\r\n" + `<![CDATA[<]]]]></t ></is></c><c r='B1'><v>1<!-- - --></v></c><?pi ?></row>`
	want := mustRead(t, smallest(rows).zip(t))
	if got := show(want); got != "a]]>中电𠮷\n<]]|#1\n" {
		t.Fatalf("%q", got)
	}
	before := strings.Index(smallest(rows)[sheetPart], rows) + len("<!---->")
	for shift := range len(rows) + 1 {
		pad := "<!--" + strings.Repeat(" ", 1<<16-before-shift) + "-->"
		if diff := cmp.Diff(want, mustRead(t, smallest(pad+rows).zip(t))); diff != "" {
			t.Fatalf("shifted by %d: %s", shift, diff)
		}
	}
}
