package report

import (
	"bytes"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/ingest"
	"gatehouse/ingest/demo"
	"gatehouse/ingest/sheet/sandbox"
	"gatehouse/sql"
	"gatehouse/sql/sqltest"
)

func TestMain(m *testing.M) {
	sandbox.RunChild(nil)
	os.Exit(sqltest.Run(m))
}

// service has a small portfolio loaded and computed.
func service(t *testing.T) (*analytics.Service, analytics.Snapshot) {
	t.Helper()
	db := sqltest.New(t)
	store, err := ingest.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	files, err := demo.Generate(demo.Options{Seed: 1, Last: gatehouse.NewMonth(2026, 10), Projects: 3, RoomsPerProject: 30, Months: 14}).Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	l := ingest.NewLoader(db, store, ingest.Options{})
	for _, f := range files {
		content, err := os.ReadFile(f.Path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Load(t.Context(), ingest.Request{Name: filepath.Base(f.Path), Content: bytes.NewReader(content), Size: int64(len(content))}); err != nil {
			t.Fatal(err)
		}
	}
	registry, err := analytics.ReadRegistry(sql.Files, "kpi")
	if err != nil {
		t.Fatal(err)
	}
	s := analytics.New(db, registry, slog.New(slog.DiscardHandler))
	if _, err := s.Refresh(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	at, err := s.Latest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s, at
}

func TestCollection(t *testing.T) {
	t.Parallel()
	s, at := service(t)
	for name, test := range map[string]func(*testing.T, *analytics.Service, analytics.Snapshot){
		"formulas give their stored results": testFormulasGiveTheirStoredResults,
		"ready for use":                      testWorkbookIsReadyForUse,
		"keeps to its scope":                 testReportKeepsToItsScope,
	} {
		t.Run(name, func(t *testing.T) { test(t, s, at) })
	}
}

// write writes a report and opens it again.
func write(t *testing.T, s *analytics.Service, c Collection) *excelize.File {
	t.Helper()
	var b bytes.Buffer
	c.WrittenAt = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	if err := WriteCollection(t.Context(), &b, s, c); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// Every formula of the workbook, computed by somebody else, gives the result
// stored with it; the totals are those of the screens to the cent.
func testFormulasGiveTheirStoredResults(t *testing.T, s *analytics.Service, at analytics.Snapshot) {
	t.Parallel()
	third := gatehouse.Period{Start: gatehouse.NewMonth(2026, 7), End: gatehouse.NewMonth(2026, 10)}
	for _, c := range []Collection{
		{Scope: gatehouse.AllProjects(), Lang: gatehouse.Chinese},
		{Scope: gatehouse.AllProjects(), Lang: gatehouse.English, Project: "HD02"},
	} {
		c.Snapshot, c.Period = at, third
		f := write(t, s, c)
		formulas := 0
		for _, sheet := range f.GetSheetList() {
			rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			for i, row := range rows[:min(len(rows), 60)] {
				for j, stored := range row {
					cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
					text, err := f.GetCellFormula(sheet, cell)
					if err != nil || text == "" {
						continue
					}
					formulas++
					computed, err := f.CalcCellValue(sheet, cell, excelize.Options{RawCellValue: true})
					if err != nil {
						t.Fatalf("%s!%s = %s: %v", sheet, cell, text, err)
					}
					if !same(stored, computed) {
						t.Errorf("%s!%s = %s: stored %s, computed %s", sheet, cell, text, stored, computed)
					}
				}
			}
		}
		if formulas < 40 {
			t.Errorf("only %d formulas", formulas)
		}
		scope, err := c.Scope.Narrow(c.Project)
		if err != nil {
			t.Fatal(err)
		}
		lines, total, err := s.Fees(t.Context(), scope, at, third, analytics.FeesByProject)
		if err != nil {
			t.Fatal(err)
		}
		if total.Net == 0 {
			t.Fatal("the portfolio has nothing to collect")
		}
		summary := f.GetSheetList()[1]
		for col, want := range map[string]gatehouse.Money{"D": total.Billed, "G": total.Net, "H": total.Received, "J": total.Outstanding} {
			got, err := f.GetCellValue(summary, fmt.Sprintf("%s%d", col, summaryFirst+len(lines)), excelize.Options{RawCellValue: true})
			if err != nil || !same(got, want.String()) {
				t.Errorf("%s of the total is %s, want %s (%v)", col, got, want, err)
			}
		}
	}
}

func same(a, b string) bool {
	if a == b {
		return true
	}
	x, err1 := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	return err1 == nil && err2 == nil && math.Abs(x-y) < 0.0001
}

// The workbook opens on its cover, is ready for print, can be filtered, and has
// a native chart.
func testWorkbookIsReadyForUse(t *testing.T, s *analytics.Service, at analytics.Snapshot) {
	t.Parallel()
	f := write(t, s, Collection{Scope: gatehouse.AllProjects(), Snapshot: at, Period: gatehouse.MonthPeriod(gatehouse.NewMonth(2026, 9)), Lang: gatehouse.Chinese, User: "finance"})
	if got := fmt.Sprint(f.GetSheetList(), f.GetActiveSheetIndex()); got != "[封面 汇总 楼栋 明细] 0" {
		t.Errorf("sheets: %s", got)
	}
	known, err := f.GetCellValue("封面", "B5")
	if want := at.KnownAt.In(sqltest.Calendar(t).Location).Format("2006-01-02 15:04:05") + " Asia/Shanghai"; err != nil || known != want {
		t.Errorf("as known at %q, want %q (%v)", known, want, err)
	}
	layout, err := f.GetPageLayout("明细")
	if err != nil || *layout.Size != 9 || *layout.Orientation != "landscape" || *layout.FitToWidth != 1 {
		t.Errorf("layout of the detail: %+v (%v)", layout, err)
	}
	names := fmt.Sprint(f.GetDefinedName())
	for _, want := range []string{"{_xlnm.Print_Titles  '明细'!$5:$5 明细}", "_xlnm._FilterDatabase"} {
		if !bytes.Contains([]byte(names), []byte(want)) {
			t.Errorf("no %s among the names %s", want, names)
		}
	}
	charts := 0
	f.Pkg.Range(func(name, _ any) bool {
		if ok, _ := filepath.Match("xl/charts/chart*.xml", name.(string)); ok {
			charts++
		}
		return true
	})
	if charts != 1 {
		t.Errorf("%d charts", charts)
	}
}

func testReportKeepsToItsScope(t *testing.T, s *analytics.Service, at analytics.Snapshot) {
	t.Parallel()
	period := gatehouse.MonthPeriod(gatehouse.NewMonth(2026, 9))
	err := WriteCollection(t.Context(), &bytes.Buffer{}, s, Collection{Scope: gatehouse.Projects("HD01"), Snapshot: at, Period: period, Project: "HD02"})
	if gatehouse.KindOf(err) != gatehouse.Forbidden {
		t.Errorf("another project's report: %v", err)
	}
	f := write(t, s, Collection{Scope: gatehouse.Projects("HD01"), Snapshot: at, Period: period, Lang: gatehouse.English})
	rows, err := f.GetRows("Detail")
	if err != nil || len(rows) < detailFirst {
		t.Fatalf("detail: %d rows, %v", len(rows), err)
	}
	for _, row := range rows[detailFirst-1:] {
		if row[0] != rows[detailFirst-1][0] {
			t.Errorf("a row of %s in the report of HD01", row[0])
		}
	}
}
