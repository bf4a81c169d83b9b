package report

import (
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"

	"gatehouse"
	"gatehouse/analytics"
)

// testFiguresAreThoseOfTheScreens holds every sheet against analytics, to the fen.
func testFiguresAreThoseOfTheScreens(t *testing.T, b *books) {
	all := gatehouse.AllProjects()
	content, _ := b.write(t, Collection{Scope: all, Period: third(), Lang: gatehouse.English, perSheet: 100})
	f := reopen(t, content)
	total := analytics.FeeLine{}
	for _, s := range []struct {
		sheet string
		by    analytics.FeeGroup
		lead  int
	}{{"Projects", analytics.FeesByProject, 2}, {"Buildings", analytics.FeesByBuilding, 3}, {"Fee items", analytics.FeesByItem, 1}} {
		lines, sum, err := b.kpis.Fees(t.Context(), all, b.at, third(), s.by)
		if err != nil {
			t.Fatal(err)
		}
		total = sum
		for i, l := range append(lines, sum) {
			row := firstRow + i
			if i == len(lines) {
				row = totalRow
			}
			c := placesAfter(s.lead)
			for col, want := range map[string]gatehouse.Money{
				c.billed: l.Billed, c.reversed: l.Reversed, c.waived: l.Waived, c.net: l.Net, c.received: l.Received,
				c.onTime: l.OnTime, c.settled: l.Settled, c.outstanding: l.Outstanding,
			} {
				if got := moneyAt(t, f, s.sheet, col, row); got != want {
					t.Errorf("%s!%s%d is %s, want %s", s.sheet, col, row, got, want)
				}
			}
		}
	}
	if total.Net == 0 || total.Outstanding == 0 || total.Reversed == 0 {
		t.Fatalf("the portfolio proves nothing: %+v", total)
	}
	receipts, err := b.kpis.Receipts(t.Context(), all, b.at, third())
	if err != nil {
		t.Fatal(err)
	}
	at := rowOf(t, f, "Summary", "Bills of the period")
	for i, want := range []gatehouse.Money{receipts.Current, receipts.Arrears, receipts.Ahead, receipts.Late, receipts.Prepaid, receipts.Refunds, receipts.Total} {
		if got := moneyAt(t, f, "Summary", "B", at+i); got != want {
			t.Errorf("receipts, term %d: %s, want %s", i, got, want)
		}
	}
	var detail analytics.BillSheet
	for i, sheet := range f.GetSheetList()[8:] {
		rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		var sums analytics.BillSheet
		for n := range rows[firstRow-1:] {
			row := firstRow + n
			cell := func(i int) gatehouse.Money { return moneyAt(t, f, sheet, column(detailBilled+i), row) }
			sums = added(sums, analytics.BillSheet{Bills: 1, Billed: cell(0), Reversed: cell(1), Waived: cell(2), Received: cell(4), OnTime: cell(5), Settled: cell(6)})
			if net := cell(0) - cell(1) - cell(2); cell(3) != net || cell(7) != net-cell(4)-cell(6) {
				t.Errorf("%s, row %d does not add up", sheet, row)
			}
			if file, at := rows[row-1][20], rows[row-1][22]; file == "" || at == "" || at == "0" {
				t.Errorf("%s, row %d stands in %q, row %q", sheet, row, file, at)
			}
		}
		if got := moneyAt(t, f, sheet, column(detailBilled), totalRow); got != sums.Billed || sums.Bills > 100 {
			t.Errorf("sheet %d of the detail: %d bills, sum %s of %s", i, sums.Bills, got, sums.Billed)
		}
		detail = added(detail, sums)
	}
	if detail.Billed != total.Billed || detail.Received != total.Received || detail.Settled != total.Settled || detail.Bills < total.Bills {
		t.Errorf("detail %+v, want %+v", detail, total)
	}
	for row := verdictRow + 4; row < verdictRow+11; row++ {
		if got := moneyAt(t, f, "Control", "H", row); got != 0 {
			t.Errorf("control, row %d: difference %s", row, got)
		}
	}
	if got, want := moneyAt(t, f, "Ageing", column(ageLead+7), totalRow), total.Outstanding; got != want {
		t.Errorf("ageing comes to %s, want %s", got, want)
	}
}

func moneyAt(t *testing.T, f *excelize.File, sheet, col string, row int) gatehouse.Money {
	t.Helper()
	text, err := f.GetCellValue(sheet, col+strconv.Itoa(row), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	m, err := gatehouse.ParseMoney(text)
	if err != nil {
		t.Fatalf("%s!%s%d: %v", sheet, col, row, err)
	}
	return m
}

// rowOf finds the row that a text heads.
func rowOf(t *testing.T, f *excelize.File, sheet, text string) int {
	t.Helper()
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if len(row) > 0 && row[0] == text {
			return i + 1
		}
	}
	t.Fatalf("%s has no %q", sheet, text)
	return 0
}
