package sheet_test

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"gatehouse/ingest/sheet"
)

// workbook writes a file with excelize.
func workbook(t rapid.TB, options excelize.WorkbookPropsOptions, fill func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	must(t, f.SetWorkbookProps(&options))
	fill(f)
	b, err := f.WriteToBuffer()
	must(t, err)
	return b.Bytes()
}

func must(t rapid.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func at(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		panic(err) // the coordinates are the test's own
	}
	return name
}

// agree reads a file with excelize and with the package, and reports every cell
// on which they differ.
func agree(t rapid.TB, content []byte) []table {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{RawCellValue: true})
	must(t, err)
	defer f.Close()
	props, err := f.GetWorkbookProps()
	must(t, err)
	got := mustRead(t, content)
	names := f.GetSheetList()
	if len(got) != len(names) {
		t.Fatalf("%d sheets, excelize has %d", len(got), len(names))
	}
	for i, name := range names {
		visible, err := f.GetSheetVisible(name)
		must(t, err)
		if got[i].Name != name || got[i].Hidden == visible {
			t.Errorf("sheet %d is %q, hidden %v; excelize has %q, visible %v", i, got[i].Name, got[i].Hidden, name, visible)
		}
		want, err := f.GetRows(name)
		must(t, err)
		agreeOnCells(t, f, got[i], want, props.Date1904 != nil && *props.Date1904)
		agreeOnMerged(t, f, got[i])
	}
	return got
}

func agreeOnCells(t rapid.TB, f *excelize.File, got table, want [][]string, date1904 bool) {
	t.Helper()
	rows := make([][]sheet.Cell, len(want))
	for _, row := range got.Rows {
		if row.Number > len(want) {
			if len(row.Cells) > 0 && !row.Cells[len(row.Cells)-1].Formula {
				t.Errorf("sheet %q has row %d, excelize ends at %d", got.Name, row.Number, len(want))
			}
			continue
		}
		rows[row.Number-1] = row.Cells
	}
	for i, cells := range rows {
		for col := range max(len(cells), len(want[i])) {
			var c sheet.Cell
			if col < len(cells) {
				c = cells[col]
			}
			raw := ""
			if col < len(want[i]) {
				raw = want[i][col]
			}
			place := sheet.Ref(i+1, col)
			if said := asRaw(c, raw, date1904); said != raw {
				t.Errorf("sheet %q, %s: %+v reads as %q, excelize has %q", got.Name, place, c, said, raw)
			}
			formula, err := f.GetCellFormula(got.Name, place)
			must(t, err)
			if c.Formula != (formula != "") {
				t.Errorf("sheet %q, %s: formula %v, excelize has %q", got.Name, place, c.Formula, formula)
			}
		}
	}
}

// asRaw says a cell the way excelize gives raw values: dates as serials,
// booleans as digits. A date is the same if both mean the same second.
func asRaw(c sheet.Cell, raw string, date1904 bool) string {
	switch c.Kind {
	case sheet.Bool:
		return map[string]string{"TRUE": "1", "FALSE": "0"}[c.Text]
	case sheet.Date:
		serial, err := strconv.ParseFloat(raw, 64)
		if err != nil {
			return c.Text
		}
		want, err := excelize.ExcelDateToTime(serial, date1904)
		if err == nil && want.Round(time.Second).Equal(c.Date) {
			return raw
		}
		return fmt.Sprintf("%s, not %s", c.Text, want)
	}
	return c.Text
}

func agreeOnMerged(t rapid.TB, f *excelize.File, got table) {
	t.Helper()
	merged, err := f.GetMergeCells(got.Name)
	must(t, err)
	if len(merged) != len(got.Merged) {
		t.Errorf("sheet %q has %d merged ranges, excelize %d", got.Name, len(got.Merged), len(merged))
		return
	}
	for i, m := range merged {
		r := got.Merged[i]
		if sheet.Ref(r.Row1, r.Col1) != m.GetStartAxis() || sheet.Ref(r.Row2, r.Col2) != m.GetEndAxis() {
			t.Errorf("sheet %q: merged range %+v, excelize has %s:%s", got.Name, r, m.GetStartAxis(), m.GetEndAxis())
		}
	}
}
