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
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

func TestMain(m *testing.M) {
	sandbox.RunChild(nil)
	os.Exit(sqltest.Run(m))
}

// books is a small portfolio loaded and computed.
type books struct {
	db       *clickhouse.DB
	loader   *ingest.Loader
	kpis     *analytics.Service
	register *Register
	at       analytics.Snapshot
}

func openBooks(t *testing.T) *books {
	t.Helper()
	db := sqltest.New(t)
	store, err := ingest.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	files, err := demo.Generate(demo.Options{Seed: 1, Last: gatehouse.NewMonth(2026, 10), Projects: 3, RoomsPerProject: 30, Months: 26}).Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	registry, err := analytics.ReadRegistry(sql.Files, "kpi")
	if err != nil {
		t.Fatal(err)
	}
	b := &books{db: db, loader: ingest.NewLoader(db, store, ingest.Options{}), kpis: analytics.New(db, registry, slog.New(slog.DiscardHandler)), register: NewRegister(db)}
	for _, f := range files {
		content, err := os.ReadFile(f.Path)
		if err != nil {
			t.Fatal(err)
		}
		b.load(t, filepath.Base(f.Path), content)
	}
	b.refresh(t)
	return b
}

func (b *books) load(t *testing.T, name string, content []byte) {
	t.Helper()
	if _, err := b.loader.Load(t.Context(), ingest.Request{Name: name, Content: bytes.NewReader(content), Size: int64(len(content))}); err != nil {
		t.Fatal(err)
	}
}

func (b *books) refresh(t *testing.T) {
	t.Helper()
	if _, err := b.kpis.Refresh(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	at, err := b.kpis.Latest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.at = at
}

// write writes a report and gives its bytes.
func (b *books) write(t *testing.T, c Collection) ([]byte, Record) {
	t.Helper()
	if c.Snapshot.Empty() {
		c.Snapshot = b.at
	}
	if c.Lang == "" {
		c.Lang = gatehouse.Chinese
	}
	c.WrittenAt = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	var out bytes.Buffer
	rec, err := WriteCollection(t.Context(), &out, b.kpis, b.register, c)
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("GATEHOUSE_WORKBOOKS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, rec.Number.String()+".xlsx"), out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes(), rec
}

func reopen(t *testing.T, content []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func third() gatehouse.Period {
	return gatehouse.Period{Start: gatehouse.NewMonth(2026, 7), End: gatehouse.NewMonth(2026, 10)}
}

func TestCollection(t *testing.T) {
	t.Parallel()
	b := openBooks(t)
	for name, test := range map[string]func(*testing.T, *books){
		"formulas give their stored results": testFormulasGiveTheirStoredResults,
		"ready for use":                      testWorkbookIsReadyForUse,
		"keeps to its scope":                 testReportKeepsToItsScope,
		"figures are those of the screens":   testFiguresAreThoseOfTheScreens,
		"hashes are those of the file":       testHashesAreThoseOfTheFile,
		"verdicts":                           testVerdicts,
	} {
		t.Run(name, func(t *testing.T) { test(t, b) })
	}
	t.Run("replayed", func(t *testing.T) { testReportsAreReplayed(t, b) }) // the last one: it loads more
}

// Every formula of the workbook, computed by somebody else, gives the result
// stored with it.
func testFormulasGiveTheirStoredResults(t *testing.T, b *books) {
	for _, c := range []Collection{
		{Scope: gatehouse.AllProjects(), Lang: gatehouse.Chinese},
		{Scope: gatehouse.AllProjects(), Lang: gatehouse.English, Project: "HD02", perSheet: 40},
	} {
		c.Period = third()
		content, _ := b.write(t, c)
		f := reopen(t, content)
		formulas := map[string]int{}
		for _, sheet := range f.GetSheetList() {
			rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			for i, row := range rows[:min(len(rows), 80)] {
				for j, stored := range row {
					cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
					text, err := f.GetCellFormula(sheet, cell)
					if err != nil || text == "" {
						continue
					}
					formulas[sheet]++
					computed, err := f.CalcCellValue(sheet, cell, excelize.Options{RawCellValue: true})
					if err != nil {
						t.Fatalf("%s!%s = %s: %v", sheet, cell, text, err)
					}
					if !same(stored, computed) {
						t.Errorf("%s!%s = %s: stored %s, computed %s", sheet, cell, text, stored, computed)
					}
				}
			}
			if formulas[sheet] == 0 && sheet != "月度" && sheet != "Months" {
				t.Errorf("%s has no formula", sheet)
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
	return err1 == nil && err2 == nil && math.Abs(x-y) < 1e-9*max(1, math.Abs(x))
}

// The workbook opens on its cover, is ready for print, can be filtered, and has
// native charts, tables, sparklines and conditional formats.
func testWorkbookIsReadyForUse(t *testing.T, b *books) {
	content, rec := b.write(t, Collection{Scope: gatehouse.AllProjects(), Period: gatehouse.MonthPeriod(gatehouse.NewMonth(2026, 9)), User: "finance"})
	f := reopen(t, content)
	if got := fmt.Sprint(f.GetSheetList(), f.GetActiveSheetIndex()); got != "[封面 汇总 账龄 项目 楼栋 收费项目 月度 核对 明细] 0" {
		t.Errorf("sheets: %s", got)
	}
	for cell, want := range map[string]string{
		"B3": rec.Number.String(), "B4": rec.ContentHash, "B5": "2026-11-01 17:00:00 Asia/Shanghai", "B6": "finance",
		"B11": b.at.KnownAt.In(sqltest.Calendar(t).Location).Format("2006-01-02 15:04:05") + " Asia/Shanghai", "B17": "✓ 全部相符，差额为零",
	} {
		if got, err := f.GetCellValue("封面", cell); err != nil || got != want {
			t.Errorf("cover, %s: %q, want %q (%v)", cell, got, want, err)
		}
	}
	for _, sheet := range f.GetSheetList() {
		layout, err := f.GetPageLayout(sheet)
		if err != nil || *layout.Size != 9 || *layout.FitToWidth != 1 || (*layout.Orientation == "landscape") != (sheet != "封面") {
			t.Errorf("layout of %s: %+v (%v)", sheet, layout, err)
		}
		if ref, err := f.GetSheetDimension(sheet); err != nil || !bytes.Contains([]byte(ref), []byte(":")) {
			t.Errorf("%s says to be %s (%v)", sheet, ref, err)
		}
		if hf, err := f.GetHeaderFooter(sheet); err != nil || hf == nil || !bytes.Contains([]byte(hf.OddHeader), []byte(rec.Number.String())) {
			t.Errorf("header of %s: %+v (%v)", sheet, hf, err)
		}
		if sheet == "封面" || sheet == "汇总" || sheet == "核对" {
			continue
		}
		if panes, err := f.GetPanes(sheet); err != nil || !panes.Freeze || panes.YSplit != headRow {
			t.Errorf("panes of %s: %+v (%v)", sheet, panes, err)
		}
		if tables, err := f.GetTables(sheet); err != nil || len(tables) != 1 {
			t.Errorf("tables of %s: %+v (%v)", sheet, tables, err)
		}
		if rules, err := f.GetConditionalFormats(sheet); err != nil || len(rules) == 0 {
			t.Errorf("%s has no conditional formats (%v)", sheet, err)
		}
	}
	names := fmt.Sprint(f.GetDefinedName())
	if want := "{_xlnm.Print_Titles  '明细'!$4:$5 明细}"; !bytes.Contains([]byte(names), []byte(want)) {
		t.Errorf("no %s among the names %s", want, names)
	}
	parts := map[string]int{}
	f.Pkg.Range(func(name, content any) bool {
		if ok, _ := filepath.Match("xl/charts/chart*.xml", name.(string)); ok {
			parts["charts"]++
			parts["outlined"] += bytes.Count(content.([]byte), []byte(outlined))
		}
		return true
	})
	for _, sheet := range []string{"sheet2", "sheet4", "sheet7"} {
		text, ok := f.Pkg.Load("xl/worksheets/" + sheet + ".xml")
		if !ok || !bytes.Contains(text.([]byte), []byte("x14:sparkline>")) {
			t.Errorf("%s has no sparklines", sheet)
		}
	}
	if parts["charts"] != 3 || parts["outlined"] != 1 {
		t.Errorf("charts: %v", parts)
	}
}

func testReportKeepsToItsScope(t *testing.T, b *books) {
	period := gatehouse.MonthPeriod(gatehouse.NewMonth(2026, 9))
	_, err := WriteCollection(t.Context(), &bytes.Buffer{}, b.kpis, b.register, Collection{Scope: gatehouse.Projects("HD01"), Snapshot: b.at, Period: period, Project: "HD02"})
	if gatehouse.KindOf(err) != gatehouse.Forbidden {
		t.Errorf("another project's report: %v", err)
	}
	content, _ := b.write(t, Collection{Scope: gatehouse.Projects("HD01"), Period: period, Lang: gatehouse.English})
	f := reopen(t, content)
	for sheet, column := range map[string]int{"Detail": 0, "Projects": 0, "Buildings": 0, "Ageing": 0, "Months": 0} {
		rows, err := f.GetRows(sheet)
		if err != nil || len(rows) < firstRow {
			t.Fatalf("%s: %d rows, %v", sheet, len(rows), err)
		}
		for _, row := range rows[firstRow-1:] {
			if len(row) == 0 {
				break
			}
			if row[column] != "HD01" {
				t.Errorf("%s: a row of %s in the report of HD01", sheet, row[column])
			}
		}
	}
}
