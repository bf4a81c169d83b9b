package ingest

import (
	"bytes"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"gatehouse"
)

// marked gives the workbook that goes back to the sender of a load.
func (s *site) marked(loadID string, lang gatehouse.Lang) *excelize.File {
	s.t.Helper()
	var b bytes.Buffer
	if err := s.WriteMarked(s.t.Context(), &b, gatehouse.AllProjects(), "tester", loadID, lang); err != nil {
		s.t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { f.Close() })
	return f
}

func bytesOf(t *testing.T, f *excelize.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// fillOf is the colour of a cell.
func fillOf(t *testing.T, f *excelize.File, sheet, cell string) string {
	t.Helper()
	id, err := f.GetCellStyle(sheet, cell)
	if err != nil {
		t.Fatal(err)
	}
	style, err := f.GetStyle(id)
	if err != nil {
		t.Fatal(err)
	}
	if len(style.Fill.Color) == 0 {
		return ""
	}
	return style.Fill.Color[0]
}

func commentsOf(t *testing.T, f *excelize.File, sheet string) map[string]string {
	t.Helper()
	list, err := f.GetComments(sheet)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, c := range list {
		text := ""
		for _, p := range c.Paragraph {
			text += p.Text
		}
		texts[c.Cell] = text + c.Text
	}
	return texts
}

// TestMarkedWorkbookGoesRound: the sender gets his own workbook back with the
// bad cells marked, corrects them there, and everything is loaded once.
func TestMarkedWorkbookGoesRound(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.masters("1-1-101", "1-1-102", "1-1-103")
	first := s.load("bills.xlsx", xlsx(t, sheetOf{name: "三月", rows: [][]any{
		{"应收明细"}, {"项目", "房号", "收费项目", "账期", "应收金额"},
		{"P1", "1-1-101", "物业费", "202503", 100}, {"P1", "1-1-102", "物业费", "202503", "二百"},
		{"P1", "", "物业费", "202503", 30.5}, {"合计", nil, nil, nil, 150},
	}}))
	if first.Loaded != 1 || first.Quarantined != 2 || first.Warnings != 1 {
		t.Fatalf("first: %+v", first)
	}
	f := s.marked(first.LoadID, gatehouse.English)
	if diff := cmp.Diff([]string{"To correct", "三月"}, f.GetSheetList()); diff != "" {
		t.Errorf("sheets (-want +got):\n%s", diff)
	}
	for cell, want := range map[string]string{"E4": badFill, "B5": badFill, "E3": "", "E6": doubtFill} {
		if got := fillOf(t, f, "三月", cell); got != want {
			t.Errorf("%s is coloured %q, want %q", cell, got, want)
		}
	}
	comments := commentsOf(t, f, "三月")
	if len(comments) != 3 || comments["E4"] != "not a number\nwrite it as 1234.50, refunds with a minus" {
		t.Errorf("comments: %q", comments)
	}
	for _, edit := range []struct {
		cell string
		to   any
	}{{"E4", 200.25}, {"B5", "1-1-103"}, {"E6", 330.75}} {
		if err := f.SetCellValue("三月", edit.cell, edit.to); err != nil {
			t.Fatal(err)
		}
	}
	fixed := s.load("bills (fixed).xlsx", bytesOf(t, f))
	if fixed.Status != Published || fixed.Loaded != 3 || fixed.Quarantined != 0 || fixed.Warnings != 0 || fixed.Sums["fee_bill.amount"] != "330.75" {
		t.Errorf("fixed: %+v", fixed)
	}
	if diff := cmp.Diff("1-1-101 100\n1-1-102 200.25\n1-1-103 30.5", s.facts("fee_bill", "room", "amount")); diff != "" {
		t.Errorf("bills (-want +got):\n%s", diff)
	}
	list, err := Quarantined(t.Context(), s.db, gatehouse.AllProjects(), "tester", fixed.LoadID)
	if err != nil || len(list) != 0 {
		t.Errorf("quarantine: %+v, %v", list, err)
	}
}

// TestMarkedCopy: a text file goes back as a workbook, twice over, and rows
// added by the first correction are known again in the second.
func TestMarkedCopy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.load("pay.csv", csv("项目,房号,收费项目,缴费时间,实缴金额", "P1,1-1-101,物业费,2026-03-05,100.00", "P1,1-1-101,物业费,2026-03-05,一百", "P1,1-1-102,物业费,somewhen,7"))
	f := s.marked(first.LoadID, gatehouse.Chinese)
	name := f.GetSheetList()[1]
	for cell, to := range map[string]string{"E3": "100", "A5": "P1", "B5": "1-1-101", "C5": "物业费", "D5": "2026-03-05", "E5": "100.00"} {
		if err := f.SetCellStr(name, cell, to); err != nil {
			t.Fatal(err)
		}
	}
	second := s.load("pay 2.xlsx", bytesOf(t, f))
	if second.Loaded != 3 || second.Quarantined != 1 || second.Sums["fee_payment.amount"] != "300.00" {
		t.Fatalf("second: %+v", second)
	}
	f = s.marked(second.LoadID, gatehouse.Chinese)
	name = f.GetSheetList()[1]
	if got := fillOf(t, f, name, "D4"); got != badFill {
		t.Errorf("the cell still bad is coloured %q", got)
	}
	if id, err := f.GetCellValue(name, "F5"); err != nil || id != strconv.Itoa(behind) {
		t.Errorf("the added row's number is %q, %v", id, err)
	}
	if err := f.SetCellStr(name, "D4", "2026-03-06"); err != nil {
		t.Fatal(err)
	}
	third := s.load("pay 3.xlsx", bytesOf(t, f))
	if third.Loaded != 4 || third.Quarantined != 0 || third.Sums["fee_payment.amount"] != "307.00" {
		t.Errorf("third: %+v", third)
	}
}

// TestMarkedMasters: files of rooms and of numbered bills come back too.
func TestMarkedMasters(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, lines := range [][]string{
		{"项目编码,房号,建筑面积", "P1,1-1-101,90", "P1,1-1-102,wide"},
		{"项目,账单号,房号,收费项目,账期,应收金额", "P1,B1,1-1-101,物业费,202503,100", "P1,B2,1-1-102,物业费,202503,x"},
		{"项目,表号,本期读表时间,本期度数", "P1,M1,2026-03-31,100", "P1,M1,2026-04-30,x"},
	} {
		r := s.load("file.csv", csv(lines...))
		if r.Loaded != 1 || r.Quarantined != 1 {
			t.Fatalf("%s: %+v", lines[0], r)
		}
		if f := s.marked(r.LoadID, gatehouse.Chinese); len(f.GetSheetList()) != 2 {
			t.Errorf("%s: sheets %q", lines[0], f.GetSheetList())
		}
	}
}
