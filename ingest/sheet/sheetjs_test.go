package sheet_test

import (
	"encoding/json"
	"os"

	"github.com/dop251/goja"
	"pgregory.net/rapid"
)

// writeScript builds a workbook of SheetJS from plain values and writes it.
// A cell is [type, value, format]; nothing is null.
const writeScript = `
function write(kind, json) {
  const book = JSON.parse(json);
  const wb = { SheetNames: [], Sheets: {}, Workbook: { Sheets: [], WBProps: { date1904: book.date1904 } } };
  book.sheets.forEach((s) => {
    const ws = {};
    let width = 0;
    s.rows.forEach((row, r) => row.forEach((c, col) => {
      if (c === null) return;
      const cell = { t: c[0], v: c[1] };
      if (c[2]) cell.z = c[2];
      ws[XLSX.utils.encode_cell({ r: r, c: col })] = cell;
      width = Math.max(width, col);
    }));
    ws["!ref"] = XLSX.utils.encode_range({ s: { r: 0, c: 0 }, e: { r: s.rows.length - 1, c: width } });
    if (s.merged) ws["!merges"] = s.merged.map((m) => XLSX.utils.decode_range(m));
    if (s.hiddenRow) (ws["!rows"] = [])[s.hiddenRow - 1] = { hidden: true };
    wb.SheetNames.push(s.name);
    wb.Sheets[s.name] = ws;
    wb.Workbook.Sheets.push({ name: s.name, Hidden: s.hidden ? 1 : 0 });
  });
  return XLSX.write(wb, { bookType: kind, type: "array", bookSST: kind !== "biff5" });
}`

// jsBook is what writeScript takes.
type jsBook struct {
	Date1904 bool      `json:"date1904"`
	Sheets   []jsSheet `json:"sheets"`
}

type jsSheet struct {
	Name      string   `json:"name"`
	Hidden    bool     `json:"hidden"`
	HiddenRow int      `json:"hiddenRow"`
	Merged    []string `json:"merged"`
	Rows      [][]any  `json:"rows"`
}

// Cells of a jsBook.
func jsText(s string) any                   { return []any{"s", s} }
func jsNumber(x float64) any                { return []any{"n", x} }
func jsFormat(x float64, format string) any { return []any{"n", x, format} }
func jsBool(b bool) any                     { return []any{"b", b} }
func jsError(code int) any                  { return []any{"e", code} }

// sheetJS is the library in a virtual machine; one writer at a time.
type sheetJS struct {
	vm   *goja.Runtime
	call goja.Callable
}

func newSheetJS(t rapid.TB) *sheetJS {
	t.Helper()
	source, err := os.ReadFile("../../node_modules/xlsx/dist/xlsx.core.min.js")
	if err != nil {
		t.Fatalf("run make deps: %v", err)
	}
	vm := goja.New()
	for _, script := range []string{string(source), writeScript} {
		_, err := vm.RunString(script)
		must(t, err)
	}
	call, _ := goja.AssertFunction(vm.Get("write"))
	return &sheetJS{vm: vm, call: call}
}

// write writes a book in one of SheetJS's formats: biff8, biff5, xlsb, ods,
// xlml, html, xlsx.
func (j *sheetJS) write(t rapid.TB, kind string, b jsBook) []byte {
	t.Helper()
	plain, err := json.Marshal(b)
	must(t, err)
	v, err := j.call(goja.Undefined(), j.vm.ToValue(kind), j.vm.ToValue(string(plain)))
	if err != nil {
		t.Fatalf("write %s: %v", kind, err)
	}
	buffer, ok := v.Export().(goja.ArrayBuffer)
	if !ok {
		t.Fatalf("write %s: %T is no buffer", kind, v.Export())
	}
	return buffer.Bytes()
}

func (b jsBook) write(t rapid.TB, kind string) []byte {
	t.Helper()
	return newSheetJS(t).write(t, kind, b)
}
