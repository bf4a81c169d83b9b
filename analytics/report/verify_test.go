package report

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// opened is a workbook read by the reader of uploads.
type opened struct {
	*sheet.Book
	t *testing.T
}

func (o opened) Close() {}

func (o opened) Sheets() []string {
	var names []string
	for _, s := range o.Book.Sheets {
		names = append(names, s.Name)
	}
	return names
}

func (o opened) Rows(ctx context.Context, i int, yield func(int, []Value) error) error {
	kinds := map[sheet.Kind]Kind{sheet.Text: Text, sheet.Error: Text, sheet.Number: Numeric, sheet.Bool: Bool, sheet.Date: Date}
	return o.Book.Sheets[i].Rows(ctx, func(r sheet.Row) error {
		var values []Value
		for _, c := range r.Cells {
			values = append(values, Value{kinds[c.Kind], c.Text})
		}
		return yield(r.Number, values)
	})
}

func (b *books) verifier(t *testing.T) *Verifier {
	return &Verifier{Register: b.register, KPIs: b.kpis, Open: func(_ context.Context, file *os.File) (Workbook, error) {
		info, err := file.Stat()
		if err != nil {
			return nil, err
		}
		book, err := sheet.Open(file, info.Size(), sheet.DefaultLimits())
		if err != nil {
			return nil, gatehouse.Errorf(gatehouse.Invalid, "%w", err)
		}
		return opened{book, t}, nil
	}}
}

func (b *books) verify(t *testing.T, scope gatehouse.Scope, content []byte) Verdict {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.xlsx")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	v, err := b.verifier(t).Verify(t.Context(), scope, file)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// edited saves the workbook by another program after an edit.
func edited(t *testing.T, content []byte, edit func(*excelize.File)) []byte {
	t.Helper()
	f := reopen(t, content)
	edit(f)
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func set(t *testing.T, sheet, cell string, value any) func(*excelize.File) {
	return func(f *excelize.File) {
		if err := f.SetCellValue(sheet, cell, value); err != nil {
			t.Error(err)
		}
	}
}

func testVerdicts(t *testing.T, b *books) {
	all := gatehouse.AllProjects()
	content, rec := b.write(t, Collection{Scope: all, Period: third(), User: "finance"})
	type summary struct {
		State  State
		Number Number
		Sheets []SheetChange
		Cells  []CellChange
	}
	verdict := func(scope gatehouse.Scope, content []byte) summary {
		v := b.verify(t, scope, content)
		return summary{v.State, v.Record.Number, v.Sheets, v.Cells}
	}
	room := func(f *excelize.File) string {
		s, err := f.GetCellValue("明细", "D7")
		if err != nil || s == "" {
			t.Fatalf("room of the second bill: %q, %v", s, err)
		}
		return s
	}(reopen(t, content))
	for _, c := range []struct {
		what    string
		content []byte
		scope   gatehouse.Scope
		want    summary
	}{
		{"as it was written", content, all, summary{State: Identical, Number: rec.Number}},
		{"saved anew", edited(t, content, func(*excelize.File) {}), all, summary{State: SameContent, Number: rec.Number}},
		{"a fill colour changed", edited(t, content, func(f *excelize.File) {
			style, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
			if err == nil {
				err = f.SetCellStyle("明细", "A6", "A6", style)
			}
			if err != nil {
				t.Error(err)
			}
		}), all, summary{State: SameContent, Number: rec.Number}},
		{"one cell altered", edited(t, content, set(t, "明细", "D7", "9-9-999")), all, summary{
			Changed, rec.Number, []SheetChange{{"明细", "changed"}}, []CellChange{{"明细", "D7", room, "9-9-999"}},
		}},
		{"a cell filled in", edited(t, content, set(t, "核对", "J30", 5)), all, summary{
			Changed, rec.Number, []SheetChange{{"核对", "changed"}}, []CellChange{{"核对", "J30", "", "5"}},
		}},
		{"another author", edited(t, content, set(t, "封面", "B6", "somebody")), all, summary{
			State: Changed, Number: rec.Number, Cells: []CellChange{{"封面", "B6", "finance", "somebody"}},
		}},
		{"without its number", edited(t, content, set(t, "封面", "B3", "")), all, summary{
			State: Changed, Number: rec.Number, Cells: []CellChange{{"封面", "B3", rec.Number.String(), ""}},
		}},
		{"a sheet deleted", edited(t, content, func(f *excelize.File) {
			if err := f.DeleteSheet("账龄"); err != nil {
				t.Error(err)
			}
		}), all, summary{State: Changed, Number: rec.Number, Sheets: []SheetChange{{"账龄", "missing"}}}},
		{"asked by a manager of one project", content, gatehouse.Projects("HD01"), summary{State: Unknown}},
		{"a changed one asked by him", edited(t, content, set(t, "明细", "D7", "9-9-999")), gatehouse.Projects("HD01"), summary{State: Unknown}},
		{"another workbook", edited(t, content, func(f *excelize.File) {
			set(t, "封面", "B3", "R-2026-999999")(f)
			set(t, "明细", "D7", "9-9-999")(f)
		}), all, summary{State: Unknown}},
		{"no workbook", []byte("PK\x03\x04 cut"), all, summary{State: Unknown}},
		{"cut", content[:len(content)-100], all, summary{State: Unknown}},
	} {
		got := verdict(c.scope, c.content)
		if c.what == "a sheet deleted" {
			got.Cells = nil // excelize mends the formulas that named it
			got.Sheets = got.Sheets[:min(1, len(got.Sheets))]
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, diff)
		}
	}
	own, record := b.write(t, Collection{Scope: gatehouse.Projects("HD01"), Period: third()})
	if got := verdict(gatehouse.Projects("HD01", "HD02"), own); got.State != Identical || got.Number != record.Number {
		t.Errorf("a manager's own report: %+v", got)
	}
	for _, number := range []string{record.Number.String(), " r-2026-" + strings.TrimLeft(record.Number.String()[7:], "0") + " "} {
		if found, ok, err := b.verifier(t).Find(t.Context(), gatehouse.Projects("HD01"), number); err != nil || !ok || found.ContentHash != record.ContentHash {
			t.Errorf("number %q: %+v %v %v", number, found, ok, err)
		}
	}
	if _, ok, err := b.verifier(t).Find(t.Context(), gatehouse.Projects("HD02"), record.Number.String()); err != nil || ok {
		t.Errorf("another's number is told: %v %v", ok, err)
	}
}

// What is written on record is what a reader of the file finds.
func testHashesAreThoseOfTheFile(t *testing.T, b *books) {
	for _, c := range []Collection{
		{Lang: gatehouse.Chinese}, {Lang: gatehouse.English, Project: "HD03"}, {Lang: gatehouse.English, perSheet: 25},
	} {
		c.Scope, c.Period, c.User = gatehouse.AllProjects(), third(), "财务 <a&b> _x000D_"
		content, rec := b.write(t, c)
		book, err := sheet.Open(bytes.NewReader(content), int64(len(content)), sheet.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		found := Verdict{}
		if err := b.verifier(t).compare(t.Context(), gatehouse.AllProjects(), opened{book, t}, &found); err != nil {
			t.Fatal(err)
		}
		if found.State != SameContent || found.ContentHash != rec.ContentHash || contentHash(rec.Sheets) != rec.ContentHash || found.Record.Number != rec.Number {
			t.Errorf("%+v: %+v, on record %+v", c.Lang, found, rec)
		}
	}
}

// The same question at the same instant has the same content, by whomever and
// whenever it is asked, also after later loads.
func testReportsAreReplayed(t *testing.T, b *books) {
	ask := func(lang gatehouse.Lang, project string) Collection {
		return Collection{Scope: gatehouse.AllProjects(), Period: third(), Lang: lang, Project: project}
	}
	asks := []Collection{ask(gatehouse.Chinese, ""), ask(gatehouse.English, "HD02")}
	then := b.at
	var records []Record
	for _, c := range asks {
		_, rec := b.write(t, c)
		records = append(records, rec)
	}
	b.load(t, "late.csv", []byte("项目编码,收据号,房号,收费项目,缴费时间,实缴金额\r\nHD02,LATE-1,1-1-101,物业费,2026-09-25,200.25\r\n"))
	b.load(t, "more.csv", []byte("项目编码,房号,收费项目,账期,应收金额\r\nHD02,1-1-101,物业费,2026-08,81.50\r\n"))
	b.refresh(t)
	again, err := b.kpis.At(t.Context(), then.KnownAt)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range asks {
		now := c
		c.Snapshot, c.User = again, "somebody else"
		_, rec := b.write(t, c)
		if rec.ContentHash != records[i].ContentHash || rec.Number == records[i].Number {
			t.Errorf("replayed: %s %s, was %s %s", rec.Number, rec.ContentHash, records[i].Number, records[i].ContentHash)
		}
		if diff := cmp.Diff(records[i].Sheets, rec.Sheets); diff != "" {
			t.Errorf("sheets differ (-was +is):\n%s", diff)
		}
		if _, rec := b.write(t, now); rec.ContentHash == records[i].ContentHash {
			t.Error("the newest report has the content of the earlier one")
		}
	}
}
