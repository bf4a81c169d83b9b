package bench

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"

	"gatehouse"
)

// fileRows are the rows of one large file, of nine columns as exports have them.
const fileRows = 300_000

func fileHead() row {
	return row{"项目编码", "房号", "收费项目", "账单号", "开始时间", "结束时间", "应交日期", "应收金额", "应收减免"}
}

// fileMonths is how many months the bills of a file are of.
const fileMonths = (fileRows + projects*rooms - 1) / (projects * rooms)

// fileBill is the nth row. The months of a round follow those of the one before,
// as the exports of a company do.
func fileBill(round, n int) row {
	p, r, m := n/rooms%projects, n%rooms, n/rooms/projects
	m += round * fileMonths
	start := (firstMonth() + gatehouse.Month(m)).Start()
	end := (firstMonth() + gatehouse.Month(m+1)).Start() - 1
	waived := gatehouse.Money(0)
	if n%10 == 0 {
		waived = 12_50
	}
	return row{
		code(p), roomNo(r), "物业管理费", fmt.Sprintf("B%02d-%s-%02d-%04d", round, code(p), m, r),
		start, end, end + 15, gatehouse.Money(180_00 + n%160*137), waived,
	}
}

func textFile(_ testing.TB, round, rows int) []byte {
	var b bytes.Buffer
	writeLine(&b, fileHead())
	for n := range rows {
		writeLine(&b, fileBill(round, n))
	}
	return b.Bytes()
}

// inlineWorkbook has its texts in the cells.
func inlineWorkbook(tb testing.TB, round, rows int) []byte {
	tb.Helper()
	return workbook(tb, round, rows, func(f *excelize.File) (func(string, []any) error, func() error) {
		w, err := f.NewStreamWriter("Sheet1")
		if err != nil {
			tb.Fatal(err)
		}
		return func(at string, cells []any) error { return w.SetRow(at, cells) }, w.Flush
	})
}

// sharedWorkbook has them in a table of shared strings.
func sharedWorkbook(tb testing.TB, round, rows int) []byte {
	tb.Helper()
	return workbook(tb, round, rows, func(f *excelize.File) (func(string, []any) error, func() error) {
		return func(at string, cells []any) error {
			for i, c := range cells {
				if styled, ok := c.(excelize.Cell); ok {
					cells[i] = styled.Value // SetSheetRow gives a time a style of its own
				}
			}
			return f.SetSheetRow("Sheet1", at, &cells)
		}, func() error { return nil }
	})
}

// workbook writes the rows by what writer gives.
func workbook(tb testing.TB, round, rows int, writer func(*excelize.File) (set func(at string, cells []any) error, flush func() error)) []byte {
	tb.Helper()
	f := excelize.NewFile()
	defer f.Close()
	day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		tb.Fatal(err)
	}
	set, flush := writer(f)
	for n := -1; n < rows; n++ {
		r := fileHead()
		if n >= 0 {
			r = fileBill(round, n)
		}
		if err := set(fmt.Sprintf("A%d", n+2), cellsOf(r, day)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := flush(); err != nil {
		tb.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// cellsOf gives a row as a workbook has it: numbers, and days by their style.
func cellsOf(r row, day int) []any {
	cells := make([]any, len(r))
	for i, c := range r {
		switch v := c.(type) {
		case gatehouse.Money:
			cells[i] = float64(v) / 100
		case gatehouse.Date:
			cells[i] = excelize.Cell{StyleID: day, Value: v.Time()}
		default:
			cells[i] = v
		}
	}
	return cells
}
