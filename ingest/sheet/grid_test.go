package sheet_test

import (
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"gatehouse/ingest/sheet"
)

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
