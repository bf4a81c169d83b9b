package ingest

import (
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/dop251/goja"

	"gatehouse"
)

// sheetJS writes tables in the formats of other programs.
type sheetJS struct {
	mu    sync.Mutex
	vm    *goja.Runtime
	write goja.Callable
}

func newSheetJS(t *testing.T) *sheetJS {
	t.Helper()
	source, err := os.ReadFile("../node_modules/xlsx/dist/xlsx.core.min.js")
	if err != nil {
		t.Fatalf("run make deps: %v", err)
	}
	vm := goja.New()
	for _, script := range []string{string(source), `function write(kind, rows) {
	  const book = XLSX.utils.book_new();
	  XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(JSON.parse(rows)), "账单");
	  return XLSX.write(book, { bookType: kind, type: "array" });
	}`} {
		if _, err := vm.RunString(script); err != nil {
			t.Fatal(err)
		}
	}
	write, _ := goja.AssertFunction(vm.Get("write"))
	return &sheetJS{vm: vm, write: write}
}

// file writes the rows; kind is one of SheetJS's.
func (j *sheetJS) file(t *testing.T, kind string, rows [][]any) []byte {
	t.Helper()
	j.mu.Lock()
	defer j.mu.Unlock()
	plain, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	v, err := j.write(goja.Undefined(), j.vm.ToValue(kind), j.vm.ToValue(string(plain)))
	if err != nil {
		t.Fatal(err)
	}
	buffer, ok := v.Export().(goja.ArrayBuffer)
	if !ok {
		t.Fatalf("%s: %T is no buffer", kind, v.Export())
	}
	return buffer.Bytes()
}

// TestPlaceInEveryFormat: a fact leads to its row and cell in whatever format
// the file came, and a phone number beside it stays away.
func TestPlaceInEveryFormat(t *testing.T) {
	t.Parallel()
	table := [][]any{
		{"项目", "房号", "收费项目", "账期", "应收金额", "联系电话", "备注"},
		{"P1", "1-1-101", "物业费", "2025-03", 100.5, "13800138000", "a"},
		{"P1", "1-1-102", "物业费", "2025-03", 200.25, "13800138001", "b"},
		{"P1", "1-1-103", "物业费", "2025-03", 300, "13800138002", "c"},
	}
	js := newSheetJS(t)
	var lines []string
	objects := []string{}
	for _, row := range table[1:] {
		object := map[string]any{}
		for i, name := range table[0] {
			object[name.(string)] = row[i]
		}
		text, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		objects = append(objects, string(text))
	}
	for _, row := range table {
		var cells []string
		for _, c := range row {
			text, _ := json.Marshal(c)
			cells = append(cells, strings.Trim(string(text), `"`))
		}
		lines = append(lines, strings.Join(cells, ","))
	}
	for name, f := range map[string]struct {
		content []byte
		row     int // of room 1-1-102
		header  int
	}{
		"a.xlsx": {js.file(t, "xlsx", table), 3, 1}, "a.xlsb": {js.file(t, "xlsb", table), 3, 1}, "97.xls": {js.file(t, "biff8", table), 3, 1},
		"2003.xls": {js.file(t, "xlml", table), 3, 1}, "a.ods": {js.file(t, "ods", table), 3, 1}, "page.xls": {js.file(t, "html", table), 3, 1},
		"a.csv": {csv(lines...), 3, 1}, "lines.json": {[]byte(strings.Join(objects, "\n") + "\n"), 2, 0}, "array.json": {[]byte("[" + strings.Join(objects, ",") + "]"), 3, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.masters("1-1-101", "1-1-102", "1-1-103")
			if r := s.load(name, f.content); r.Loaded != 3 {
				t.Fatalf("%+v", r)
			}
			at := strings.Split(s.ask("-- sources: fee_bill\nSELECT concat(load_id, '|', sheet) AS answer FROM fee_bill WHERE room = '1-1-102'"), "|")
			p := s.place(PlaceRequest{Scope: gatehouse.Projects("P1"), LoadID: at[0], Sheet: at[1], Row: f.row})
			if p.Marked < 0 || p.Columns[p.Marked].Header != "应收金额" || len(p.Head) != 1 || p.Head[0].Number != f.header || len(p.Rows) != 3 {
				t.Fatalf("%s", picture(p))
			}
			for i, want := range []string{"100.5", "200.25", "300"} {
				row := p.Rows[i]
				if got := row.Cells[p.Marked].Text; got != want || row.Asked != (i == 1) || row.Number != f.row-1+i {
					t.Errorf("row %d: %q, %+v", i, got, row)
				}
			}
			if fact := p.Facts[0]; fact.value("amount") != "200.25" || fact.Counts.State != Counts {
				t.Errorf("%+v", fact)
			}
			told, err := json.Marshal(p)
			if err != nil || strings.Contains(string(told), "138001380") {
				t.Errorf("a phone number is told: %s, %v", told, err)
			}
		})
	}
}
