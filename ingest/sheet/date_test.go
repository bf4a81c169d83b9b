package sheet_test

import (
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"

	"gatehouse/ingest/sheet"
)

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
