package dashboard

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"gatehouse"
	"gatehouse/dashboard/auth"
	"gatehouse/dashboard/panel"
	"gatehouse/ingest/demo"
)

// queries is what the panels of a page are asked for; a page that is not named
// here is asked for as it opens.
func queries(page string) []string {
	switch page {
	case "portfolio":
		return []string{"period=2026-09&lang=zh", "period=2026&lang=en", "kpi=complaints_per_1000&period=2026-Q3&lang=zh", "kpi=energy_intensity&lang=en", "kpi=satisfaction_rate&lang=zh", "period=2020-01&lang=en"}
	case "compare":
		return []string{"period=2026-09&lang=zh", "project=HD01&period=ytd&against=previous&lang=en", "with=HD01,HD02&kpis=satisfaction_rate,energy_intensity,resolution_hours&same=1&lang=en", "period=2020-01&lang=zh"}
	case "project":
		return []string{"project=HD01&period=2026-09&lang=zh", "project=HD02&period=ytd&lang=en", "project=HD01&period=2020-01&lang=zh"}
	case "today":
		return []string{"lang=zh", "project=HD01&lang=en", "list=rooms&lang=zh", "list=rooms&from=3&lang=en", "list=deadlines&project=HD02&lang=zh", "list=followups&lang=en", "list=meters&lang=zh", "list=returns&lang=en"}
	case "collections":
		return []string{"period=2026-09&lang=zh", "by=building&period=2026-Q3&lang=en", "by=fee_item&lang=zh", "period=2026-08&lang=en", "period=2026-08&known=now&lang=zh", "period=2020-01&lang=en"}
	case "service":
		return []string{"period=2026-09&lang=zh", "project=HD01&period=2026-Q3&lang=en", "period=2020-01&lang=zh"}
	case "survey":
		return []string{"period=2026-H1&lang=zh", "project=HD01&period=2026-H1&lang=en", "period=2020-H1&lang=en"}
	}
	return []string{"lang=zh", "lang=en"}
}

// asked gets an address of panels as a user.
func (s *Server) asked(t *testing.T, user auth.User, address string) *httptest.ResponseRecorder {
	t.Helper()
	mux := http.NewServeMux()
	for _, one := range s.routes() {
		if one.scope.by == byProject {
			mux.Handle(one.pattern, s.handle(one.handler)) // as a user who is signed in already
		}
	}
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, asUser(httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil), user))
	return w
}

// forms is a panel in each form as it was served.
type forms struct {
	*panel.Result
	at                   string
	html, json, csv, svg string
	xlsx                 *excelize.File
}

func (s *Server) formsOf(t *testing.T, page panelPage, query, name string) forms {
	t.Helper()
	r := asUser(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/"+page.name+"?"+query, nil), headOffice())
	v, spec, err := s.find(r, page.name, name)
	if err != nil {
		t.Fatal(err)
	}
	f := forms{at: page.name + "/" + name + "?" + query}
	if f.Result, err = s.result(t.Context(), v, spec); err != nil {
		t.Fatalf("%s: %v", f.at, err)
	}
	get := func(form string) string {
		w := s.asked(t, headOffice(), panel.Address(page.name, name, form)+"?full=1&"+query)
		if w.Code != http.StatusOK {
			t.Fatalf("%s as %s: %d %s", f.at, form, w.Code, w.Body)
		}
		return w.Body.String()
	}
	f.html, f.json, f.csv, f.svg = get("html"), get("json"), get("csv"), get("svg")
	if f.xlsx, err = excelize.OpenReader(strings.NewReader(get("xlsx"))); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.xlsx.Close() })
	return f
}

// Every panel that a page has says the same in each form; a new page or panel
// is found by itself.
func TestEveryPanelSaysTheSameInEachForm(t *testing.T) {
	t.Parallel()
	s := demoServer(t, demo.Options{Seed: 1, Projects: 9, RoomsPerProject: 12, Months: 14, Last: gatehouse.NewMonth(2026, 10)})
	august := gatehouse.MonthPeriod(gatehouse.NewMonth(2026, 8))
	if _, err := s.kpis.Close(t.Context(), august, "test", ""); err != nil {
		t.Fatal(err)
	}
	drawn := map[string]int{}
	for _, page := range s.panelPages() {
		for _, query := range queries(page.name) {
			r := asUser(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/"+page.name+"?"+query, nil), headOffice())
			v, err := page.open(r)
			if err != nil {
				t.Fatalf("%s?%s: %v", page.name, query, err)
			}
			names := map[string]bool{}
			for _, spec := range v.panels {
				if names[spec.name] {
					t.Errorf("%s has two panels %s", page.name, spec.name)
				}
				names[spec.name] = true
				f := s.formsOf(t, page, query, spec.name)
				rows := f.readJSON(t)
				f.sameAsCSV(t, rows)
				f.sameAsXLSX(t, rows)
				f.sameOnPage(t, rows)
				if f.Chart != nil {
					drawn[page.name+"/"+spec.name]++
					f.sameInChart(t)
				}
				f.picture(t)
			}
			s.wholeWorkbook(t, page, query, v)
		}
	}
	for _, want := range []string{"portfolio/size", "portfolio/moved", "compare/dots-collection_rate", "project/collection", "project/closing", "project/energy"} {
		if drawn[want] == 0 {
			t.Errorf("no chart of %s was compared", want)
		}
	}
}

// readJSON gives the exact values of the rows, totals last, in the order of the columns.
func (f forms) readJSON(t *testing.T) [][]string {
	t.Helper()
	var answer struct {
		Columns     []struct{ Key, ZH, EN, Kind string }
		Rows, Total []map[string]any
	}
	d := json.NewDecoder(strings.NewReader(f.json))
	d.UseNumber()
	if err := d.Decode(&answer); err != nil {
		t.Fatalf("%s: %v", f.at, err)
	}
	var rows [][]string
	for _, row := range append(answer.Rows, answer.Total...) {
		var cells []string
		for _, c := range answer.Columns {
			value, ok := row[c.Key]
			if !ok {
				t.Errorf("%s: a row has no %s", f.at, c.Key)
			}
			if value == nil {
				value = ""
			}
			cells = append(cells, fmt.Sprint(value))
		}
		rows = append(rows, cells)
	}
	return rows
}

func (f forms) sameAsCSV(t *testing.T, rows [][]string) {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(f.csv, "\uFEFF"))).ReadAll()
	if len(f.Table.Columns) == 0 {
		return // nothing to show: no heading either
	}
	if err != nil || len(records) != len(rows)+1 {
		t.Fatalf("%s: CSV of %d lines for %d rows: %v", f.at, len(records), len(rows), err)
	}
	for i, row := range rows {
		for j, value := range row {
			if got := records[i+1][j]; got != value && got != panel.SafeCell(value) {
				t.Errorf("%s, row %d, column %d: CSV %q, JSON %q", f.at, i, j, got, value)
			}
		}
	}
}

// firstRow is where the rows of a panel's sheet begin, from 1.
const firstRow = 6

func (f forms) sameAsXLSX(t *testing.T, rows [][]string) {
	t.Helper()
	sheets := f.xlsx.GetSheetList()
	if len(sheets) != 2 {
		t.Fatalf("%s: sheets %v", f.at, sheets)
	}
	for i, row := range rows {
		for j, value := range row {
			name, err := excelize.CoordinatesToCellName(j+1, firstRow+i)
			if err != nil {
				t.Fatal(err)
			}
			got, err := f.xlsx.GetCellValue(sheets[1], name, excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			at := f.Table.Written()[j]
			col, cell := f.Table.Columns[at], f.Table.Rows[i].Cells[at]
			if want := inSheet(t, col, cell, value, f.Lang); got != want && !same15(got, want) {
				t.Errorf("%s, %s: XLSX %q, want %q", f.at, name, got, want)
			}
		}
	}
}

// inSheet is how a workbook holds an exact value.
func inSheet(t *testing.T, col panel.Column, cell panel.Cell, exact string, lang gatehouse.Lang) string {
	t.Helper()
	kind := col.FormatOf(cell).Kind
	switch {
	case exact == "":
		return ""
	case kind.Number():
		return strconv.FormatFloat(mustFloat(t, exact), 'f', -1, 64)
	case kind == panel.Month:
		exact += "-01"
		fallthrough
	case kind == panel.Date:
		day, err := time.Parse("2006-01-02", exact)
		if err != nil {
			t.Fatal(err)
		}
		return strconv.Itoa(int(day.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24))
	}
	return col.Text(lang, cell)
}

// same15 compares as a spreadsheet does: to fifteen digits.
func same15(a, b string) bool {
	x, err1 := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	return err1 == nil && err2 == nil && math.Abs(x-y) <= 1e-14*math.Abs(y)
}

func mustFloat(t *testing.T, exact string) float64 {
	t.Helper()
	d, err := decimal.NewFromString(exact)
	if err != nil {
		t.Fatal(err)
	}
	return d.InexactFloat64()
}

// sameOnPage reads the table of the page back: what it shows is the exact value,
// rounded as its column says.
func (f forms) sameOnPage(t *testing.T, rows [][]string) {
	t.Helper()
	page := parse(t, f.html)
	if f.Empty != "" {
		if !strings.Contains(page.text(), strings.Join(strings.Fields(f.Empty), " ")) {
			t.Errorf("%s does not say why it is empty", f.at)
		}
		return
	}
	tables := page.all("table", "")
	if len(tables) != 1 {
		t.Fatalf("%s: %d tables", f.at, len(tables))
	}
	var shown []node
	for _, part := range []string{"tbody", "tfoot"} {
		for _, body := range tables[0].all(part, "") {
			shown = append(shown, body.all("tr", "")...)
		}
	}
	if len(shown) != len(rows) {
		t.Fatalf("%s: %d rows on the page, %d in JSON", f.at, len(shown), len(rows))
	}
	for i, tr := range shown {
		cells := tr.all("data", "")
		at := 0
		for j, place := range f.Table.Written() {
			col := f.Table.Columns[place]
			if col.Files {
				continue
			}
			want := f.Table.Rows[i].Cells[place].Shown
			if want == "" && (rows[i][j] != "" || col.Kind != panel.Text) {
				want = col.FormatOf(f.Table.Rows[i].Cells[place]).Show(f.Lang, rows[i][j])
			}
			if got := cells[at].text(); got != strings.Join(strings.Fields(want), " ") {
				t.Errorf("%s, row %d, %s: page %q, want %q of %q", f.at, i, col.Key, got, want, rows[i][j])
			}
			at++
		}
	}
}

// sameInChart compares what is drawn with the columns that it says it draws.
func (f forms) sameInChart(t *testing.T) {
	t.Helper()
	var answer struct{ Chart json.RawMessage }
	if err := json.Unmarshal([]byte(f.json), &answer); err != nil {
		t.Fatal(err)
	}
	var option struct {
		Series []struct{ Data []json.RawMessage }
	}
	if err := json.Unmarshal(answer.Chart, &option); err != nil {
		t.Fatal(err)
	}
	for _, script := range parse(t, f.html).all("script", "") {
		var onPage, served any
		if err := errors.Join(json.Unmarshal([]byte(script.FirstChild.Data), &onPage), json.Unmarshal(answer.Chart, &served)); err != nil || !cmp.Equal(onPage, served) {
			t.Errorf("%s: the page draws something else than JSON has: %v", f.at, err)
		}
	}
	if len(option.Series) != len(f.Chart.Drawn) {
		t.Fatalf("%s: %d series, %d told of", f.at, len(option.Series), len(f.Chart.Drawn))
	}
	drawn, inTable := map[string][]string{}, map[string][]string{}
	for i, keys := range f.Chart.Drawn {
		if len(keys) == 0 {
			continue
		}
		name := strings.Join(keys, "+")
		for _, data := range option.Series[i].Data {
			if tuple, ok := tupleOf(t, data, keys); ok {
				drawn[name] = append(drawn[name], tuple)
			}
		}
		inTable[name] = f.tuples(keys)
	}
	for name, want := range inTable {
		slices.Sort(want)
		slices.Sort(drawn[name])
		if diff := cmp.Diff(want, drawn[name]); diff != "" {
			t.Errorf("%s: %s of the table (−) and of the chart (+):\n%s", f.at, name, diff)
		}
	}
}

// tupleOf are the values of a point, false for a gap.
func tupleOf(t *testing.T, data json.RawMessage, keys []string) (string, bool) {
	t.Helper()
	var point struct{ Value json.RawMessage }
	if bytes.HasPrefix(data, []byte("{")) {
		if err := json.Unmarshal(data, &point); err != nil {
			t.Fatal(err)
		}
		data = point.Value
	}
	var values []*float64
	if bytes.HasPrefix(data, []byte("[")) {
		if err := json.Unmarshal(data, &values); err != nil {
			t.Fatal(err)
		}
	} else {
		values = make([]*float64, 1)
		if err := json.Unmarshal(data, &values[0]); len(data) > 0 && err != nil {
			t.Fatal(err)
		}
	}
	var tuple []string
	for i, key := range keys {
		if key == "" {
			continue
		}
		if values[i] == nil {
			return "", false
		}
		tuple = append(tuple, strconv.FormatFloat(*values[i], 'g', -1, 64))
	}
	return strings.Join(tuple, " "), true
}

func (f forms) tuples(keys []string) (tuples []string) {
	for _, row := range f.Table.Rows {
		var tuple []string
		for _, key := range keys {
			at := f.Table.Find(key)
			if key == "" || at < 0 {
				continue
			}
			if v := row.Cells[at].Float(); !math.IsNaN(v) {
				tuple = append(tuple, strconv.FormatFloat(v, 'g', -1, 64))
			}
		}
		if len(tuple) > 0 && !row.Total {
			tuples = append(tuples, strings.Join(tuple, " "))
		}
	}
	return tuples
}

// picture reads the SVG: well formed, with the panel's words, without names of
// colours that are left, styles or scripts.
func (f forms) picture(t *testing.T) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(f.svg))
	texts := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s as SVG: %v\n%s", f.at, err, f.svg)
		}
		if e, ok := token.(xml.StartElement); ok {
			if e.Name.Local == "text" {
				texts++
			}
			for _, a := range e.Attr {
				if strings.HasPrefix(a.Value, "$") || a.Name.Local == "style" {
					t.Errorf("%s as SVG: %s=%q", f.at, a.Name.Local, a.Value)
				}
			}
		}
	}
	if texts < 2 || !strings.Contains(f.svg, "<title>") || strings.Contains(f.svg, "NaN") || strings.Contains(f.svg, "<script") {
		t.Errorf("%s as SVG has %d texts: %s", f.at, texts, f.svg)
	}
}

// wholeWorkbook has a first sheet and one for each panel.
func (s *Server) wholeWorkbook(t *testing.T, page panelPage, query string, v panelView) {
	t.Helper()
	w := s.asked(t, headOffice(), "/"+page.name+".xlsx?"+query)
	book, err := excelize.OpenReader(w.Body)
	if err != nil {
		t.Fatalf("%s.xlsx?%s: %d %v", page.name, query, w.Code, err)
	}
	defer book.Close()
	if got := len(book.GetSheetList()); got != 1+len(v.panels) {
		t.Errorf("%s.xlsx?%s has %d sheets for %d panels", page.name, query, got, len(v.panels))
	}
	rows, err := book.GetRows(book.GetSheetList()[0])
	if err != nil || !strings.Contains(fmt.Sprint(rows), v.KnownAt()) {
		t.Errorf("%s.xlsx?%s does not say as of when: %v %v", page.name, query, rows, err)
	}
}
