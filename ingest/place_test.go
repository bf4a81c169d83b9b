package ingest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"gatehouse"
)

// place finds a row that must be there.
func (s *site) place(req PlaceRequest) Place {
	s.t.Helper()
	if !req.Scope.All() && len(req.Scope.Codes()) == 0 {
		req.Scope = gatehouse.AllProjects()
	}
	p, err := s.Place(s.t.Context(), req)
	if err != nil {
		s.t.Fatalf("place of %s row %d: %v", req.Sheet, req.Row, err)
	}
	if p.Fault != nil {
		s.t.Fatalf("place of %s row %d: %s", req.Sheet, req.Row, p.Fault.EN)
	}
	return p
}

// picture draws a place: the header, a line a row with its number and use, the
// marked cell in brackets, masked ones as *.
func picture(p Place) string {
	var b strings.Builder
	for _, c := range p.Columns {
		fmt.Fprintf(&b, "|%s", c.Name)
	}
	b.WriteByte('\n')
	for _, row := range append(append([]PlaceRow{}, p.Head...), p.Rows...) {
		asked := " "
		if row.Asked {
			asked = ">"
		}
		fmt.Fprintf(&b, "%s%d %s", asked, row.Number, row.Use)
		for i, c := range row.Cells {
			text := c.Text
			if c.Masked {
				text = "*"
			}
			if row.Asked && i == p.Marked {
				text = "[" + text + "]"
			}
			b.WriteString("|" + text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// sourced shows the values of a fact with their cells: ~ for those worked out,
// ? for those of a blank cell.
func sourced(f PlaceFact) string {
	var parts []string
	for _, v := range f.Values {
		if v.Value == "" {
			continue
		}
		sign := "="
		switch {
		case v.Derived:
			sign = "~"
		case v.Blank:
			sign = "?"
		}
		part := v.Field + "=" + v.Value
		if len(v.Cells) > 0 {
			part += sign + strings.Join(v.Cells, "+")
		}
		if v.Marked {
			part += "!"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

func TestPlaceInALedger(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.masters("1-1-101", "1-1-102")
	r := s.load("台账.xlsx", xlsx(t, sheetOf{name: "收费 台账", rows: [][]any{
		{"阳光花园 2026年3月收费台账"},
		{"楼栋", "单元", "房间", "收费项目", "账期", "应收", nil, "实收", nil, "联系人", nil, "备注"},
		{nil, nil, nil, nil, nil, "金额", "减免", "金额", "缴费时间", "姓名", "手机", nil},
		{"1", "1", "101", "物业费", "202603", 300.5, nil, 300.5, "2026-03-05", "赵", "13800138000", "call 13900139000 after six"},
		nil,
		{"1", "1", "102", "物业费", "202603", 200, 20, nil, nil, "钱", "13800138001", "ok"},
		{"1", "1", "103", "物业费", "202603", "二百", nil, nil, nil, nil, nil, nil},
		{"合计", nil, nil, nil, nil, 500.5},
	}}))
	if r.Loaded != 2 || r.Quarantined != 1 || r.Skipped != 1 {
		t.Fatalf("%+v", r)
	}
	p := s.place(PlaceRequest{LoadID: r.LoadID, Sheet: "收费 台账", Row: 4})
	want := `|A|B|C|D|E|F|G|H|I|J|K|L
 2 header|楼栋|单元|房间|收费项目|账期|应收||实收||联系人||备注
 3 header||||||金额|减免|金额|缴费时间|姓名|手机|
>4 loaded|1|1|101|物业费|202603|[300.5]||300.5|2026-03-05|赵|*|*
 5 left||||||||||||
 6 loaded|1|1|102|物业费|202603|200|20|||钱|*|ok
 7 set_aside|1|1|103|物业费|202603|二百||||||
 8 left|合计|||||500.5||||||
`
	if diff := cmp.Diff(want, picture(p)); diff != "" {
		t.Errorf("as head office sees it (-want +got):\n%s", diff)
	}
	if len(p.Facts) != 2 || p.Cell != "F4" || p.By != "tester" || p.File != "台账.xlsx" || !p.Whole || p.Feed != "fee_ledger" {
		t.Fatalf("%+v", p)
	}
	for i, want := range []string{
		"project=P1 room=1-1-101~A4+B4+C4 fee_item=物业费=D4 period_start=2026-03-01~E4 period_end=2026-04-01~E4 month=2026-03-01~E4 due_on=2026-03-31~E4 amount=300.50=F4! waived=0.00?G4 kind=normal payer=owner",
		"project=P1 room=1-1-101~A4+B4+C4 fee_item=物业费=D4 period_start=2026-03-01~E4 period_end=2026-04-01~E4 paid_on=2026-03-05=I4 amount=300.50=H4",
	} {
		if diff := cmp.Diff(want, sourced(p.Facts[i])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", p.Facts[i].Fact, diff)
		}
	}
	for _, c := range []struct{ fact, field, cell string }{
		{"fee_payment", "", "H4"}, {"", "paid", "H4"}, {"fee_payment", "amount", "H4"}, {"", "amount", "F4"}, {"", "room", "A4"}, {"", "paid_on", "I4"}, {"", "payer", ""},
	} {
		if p := s.place(PlaceRequest{LoadID: r.LoadID, Sheet: "收费 台账", Row: 4, Fact: c.fact, Field: c.field}); p.Cell != c.cell {
			t.Errorf("%s %s is marked at %q, want %q", c.fact, c.field, p.Cell, c.cell)
		}
	}
	if label := p.Facts[1].Values[8].Label; label.ZH != "实收金额" || label.EN != "amount" {
		t.Errorf("what was paid is called %+v", label)
	}
	if _, err := s.Place(t.Context(), PlaceRequest{Scope: gatehouse.AllProjects(), LoadID: r.LoadID, Sheet: "收费 台账", Row: 4, Field: "colour"}); gatehouse.KindOf(err) != gatehouse.Invalid || !strings.Contains(err.Error(), "fee_payment.paid_on") {
		t.Errorf("a field that is none: %v", err)
	}
	// A row that was set aside has its place, marked where it is bad.
	if p := s.place(PlaceRequest{LoadID: r.LoadID, Sheet: "收费 台账", Row: 7, Field: "amount"}); p.Cell != "F7" || len(p.Facts) != 0 {
		t.Errorf("set aside: %q, %+v", p.Cell, p.Facts)
	}
	// A manager of the project alone sees all of a file that is his alone.
	if p := s.place(PlaceRequest{Scope: gatehouse.Projects("P1"), LoadID: r.LoadID, Sheet: "收费 台账", Row: 4}); picture(p) != want {
		t.Errorf("as the manager sees it:\n%s", picture(p))
	}
}

// TestPlaceOfAWideSurvey: one row makes many answers; the column of the one
// asked for is marked, and who answered is not shown.
func TestPlaceOfAWideSurvey(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.masters("1-1-101")
	r := s.load("问卷.csv", csv("项目,答卷编号,提交时间,1、总体满意度,2、保洁是否满意（满分10分）,意见",
		"P1,A-77,2026-03-05 20:15,5,8,很好", "P1,A-78,2026-03-06 20:15,4,,"))
	p := s.place(PlaceRequest{LoadID: r.LoadID, Row: 2, Question: "保洁是否满意"})
	want := `|A|B|C|D|E|F
 1 header|项目|答卷编号|提交时间|1、总体满意度|2、保洁是否满意（满分10分）|意见
>2 loaded|P1|*|2026-03-05 20:15|5|[8]|很好
 3 loaded|P1|*|2026-03-06 20:15|4||
`
	if diff := cmp.Diff(want, picture(p)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(p.Facts) != 2 || p.Facts[0].Marked || !p.Facts[1].Marked {
		t.Fatalf("%+v", p.Facts)
	}
	got := sourced(p.Facts[1])
	for _, want := range []string{"question=保洁是否满意~E2", "dimension=保洁~E2", "score=8=E2!", "scale_max=10~E2", "wave=2026H1~C2", "submitted_at=2026-03-05 20:15:00=C2"} {
		if !strings.Contains(got, want) {
			t.Errorf("the answer lacks %q: %s", want, got)
		}
	}
	if got := s.place(PlaceRequest{LoadID: r.LoadID, Row: 3}); got.Cell != "D3" || strings.Contains(fmt.Sprint(got), "A-78") {
		t.Errorf("first question: %q", got.Cell)
	}
}

// TestPlaceOfCorrections: a row that came back is shown in the file it came
// back in, the others in the file as it first came.
func TestPlaceOfCorrections(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.masters("1-1-101")
	first := s.load("bills.csv", badBills())
	fixed := s.load("fixed.xlsx", xlsx(t, sheetOf{name: "改", rows: [][]any{
		{"项目", "房号", "收费项目", "账期", "应收金额", backHeader(first.LoadID, 0)},
		{"P1", "1-1-102", "物业费", "202503", 200.25, 3},
	}}))
	if fixed.Status != Published {
		t.Fatalf("%+v", fixed)
	}
	back := s.place(PlaceRequest{LoadID: fixed.LoadID, Sheet: "改", Row: 2})
	want := `|A|B|C|D|E|F
 1 header|项目|房号|收费项目|账期|应收金额|` + backHeader(first.LoadID, 0) + `
>2 loaded|P1|1-1-102|物业费|202503|[200.25]|3
`
	if diff := cmp.Diff(want, picture(back)); diff != "" || back.File != "fixed.xlsx" || back.Facts[0].Counts.State != Counts {
		t.Errorf("row sent back, %+v (-want +got):\n%s", back.Facts, diff)
	}
	carried := PlaceRequest{LoadID: fixed.LoadID, Brought: first.Attempt, Row: 4}
	p := s.place(carried)
	want = `|A|B|C|D|E
 1 header|项目|房号|收费项目|账期|应收金额
 2 loaded|P1|1-1-101|物业费|202503|100.00
 3 left|P1|1-1-102|物业费|202503|二百
>4 loaded|P1|1-1-103|物业费|202503|[30.00]
 5 set_aside|P1||物业费|202503|40.00
`
	if diff := cmp.Diff(want, picture(p)); diff != "" || p.File != "bills.csv" || p.LoadID != first.LoadID || p.Through != fixed.LoadID || p.Facts[0].Counts.State != Counts {
		t.Errorf("row carried over: %+v (-want +got):\n%s", p, diff)
	}
	// The same row asked for by the load as it first came.
	if p := s.place(PlaceRequest{LoadID: first.LoadID, Row: 4}); p.Facts[0].Counts.State != Carried || p.Facts[0].Counts.LoadID != fixed.LoadID {
		t.Errorf("by the first load: %+v", p.Facts[0].Counts)
	}
	// Every row that counts is where its fact says, and is told to count.
	for _, fact := range strings.Split(s.ask("-- sources: fee_bill\nSELECT toJSONString(map('load', load_id, 'attempt', toString(attempt), 'brought', toString(brought), 'sheet', sheet, 'row', toString(source_row))) AS answer FROM fee_bill"), "\n") {
		var at struct {
			Load, Sheet           string
			Attempt, Brought, Row uint64 `json:",string"`
		}
		if err := json.Unmarshal([]byte(fact), &at); err != nil {
			t.Fatal(err)
		}
		p := s.place(PlaceRequest{LoadID: at.Load, Attempt: at.Attempt, Brought: at.Brought, Sheet: at.Sheet, Row: int(at.Row)})
		if len(p.Facts) != 1 || p.Facts[0].Counts.State != Counts {
			t.Errorf("%s: %+v", fact, p.Facts)
		}
	}
	again := s.load("later.csv", csv("项目,房号,收费项目,账期,应收金额", "P1,1-1-103,物业费,202503,33.00"))
	p = s.place(carried)
	if diff := cmp.Diff(Counting{State: Superseded, LoadID: again.LoadID, File: "later.csv", Attempt: again.Attempt, Row: 2}, p.Facts[0].Counts); diff != "" {
		t.Errorf("superseded (-want +got):\n%s", diff)
	}
	if err := s.Withdraw(t.Context(), gatehouse.AllProjects(), again.LoadID, "tester"); err != nil {
		t.Fatal(err)
	}
	if p := s.place(PlaceRequest{LoadID: again.LoadID, Row: 2}); p.Facts[0].Counts.State != Superseded || p.Facts[0].Counts.LoadID != fixed.LoadID {
		t.Errorf("a row of a load that was withdrawn: %+v", p.Facts[0].Counts)
	}
	// A later correction drops the row.
	s.load("drop.csv", csv("项目,房号,收费项目,账期,应收金额,"+backHeader(first.LoadID, 0), ",,,,,4"))
	if p := s.place(carried); p.Facts[0].Counts.State != Gone {
		t.Errorf("a row that was dropped: %+v", p.Facts[0].Counts)
	}
	// A load of another family has not brought it.
	carried.Brought = again.Attempt
	if _, err := s.Place(t.Context(), PlaceRequest{Scope: gatehouse.AllProjects(), LoadID: fixed.LoadID, Brought: again.Attempt, Row: 2}); gatehouse.KindOf(err) != gatehouse.NotFound {
		t.Errorf("brought by a load that is none of its corrections: %v", err)
	}
}

func TestPlaceOfNoRow(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.masters("1-1-101")
	r := s.load("bills.xlsx", xlsx(t, sheetOf{name: `a&b 'c' <"d">`, rows: [][]any{{"项目", "房号", "收费项目", "账期", "应收金额"}, {"P1", "1-1-101", "物业费", "202503", 1}}}))
	for name, req := range map[string]PlaceRequest{
		"no load": {Row: 2}, "another load": {LoadID: "0123456789abcdef", Row: 2}, "another sheet": {LoadID: r.LoadID, Sheet: "b", Row: 2},
		"the header": {LoadID: r.LoadID, Sheet: `a&b 'c' <"d">`, Row: 1}, "row 0": {LoadID: r.LoadID, Sheet: `a&b 'c' <"d">`}, "behind the last": {LoadID: r.LoadID, Sheet: `a&b 'c' <"d">`, Row: 3},
		"negative": {LoadID: r.LoadID, Sheet: `a&b 'c' <"d">`, Row: -2}, "huge": {LoadID: r.LoadID, Sheet: `a&b 'c' <"d">`, Row: 1 << 40}, "as large as may be": {LoadID: r.LoadID, Sheet: `a&b 'c' <"d">`, Row: 1<<32 - 1},
		"another attempt": {LoadID: r.LoadID, Sheet: `a&b 'c' <"d">`, Row: 2, Attempt: 7}, "another file": {LoadID: r.LoadID, Sheet: `a&b 'c' <"d">`, Row: 2, Brought: 7},
	} {
		for _, scope := range []gatehouse.Scope{gatehouse.AllProjects(), gatehouse.Projects("P1"), {}} {
			req.Scope = scope
			if _, err := s.Place(t.Context(), req); gatehouse.KindOf(err) != gatehouse.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if p := s.place(PlaceRequest{LoadID: r.LoadID, Sheet: `a&b 'c' <"d">`, Row: 2, Around: 1 << 40}); len(p.Rows) != 1 {
		t.Errorf("%d rows", len(p.Rows))
	}
}

// TestPlaceWithoutItsFile: what the row became is told although the file is
// gone, or is not what was loaded.
func TestPlaceWithoutItsFile(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s := newSite(t)
	files, err := OpenStore(data)
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	s.Loader = NewLoader(s.db, files, Options{})
	s.masters("1-1-101")
	r := s.load("bills.csv", csv("项目,房号,收费项目,账期,应收金额", "P1,1-1-101,物业费,202503,1.25"))
	name := filepath.Join(data, "files", r.SHA256[:2], r.SHA256)
	for says, damage := range map[string]func() error{
		"was changed and is not what was loaded": func() error { return os.WriteFile(name, []byte("项目,房号\n"), 0o600) },
		"is not in the store any more":           func() error { return os.Remove(name) },
	} {
		if err := os.WriteFile(name, csv("项目,房号,收费项目,账期,应收金额", "P1,1-1-101,物业费,202503,1.25"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		p, err := s.Place(t.Context(), PlaceRequest{Scope: gatehouse.Projects("P1"), LoadID: r.LoadID, Row: 2})
		if err != nil || p.Fault == nil || !strings.Contains(p.Fault.EN, says) || p.Fault.ZH == "" || len(p.Rows) != 0 {
			t.Fatalf("%s: %+v, %v", says, p.Fault, err)
		}
		if got := p.Facts[0].value("amount"); got != "1.25" || p.Facts[0].Counts.State != Counts {
			t.Errorf("%s: %+v", says, p.Facts)
		}
	}
}

// TestPlaceKeepsOtherProjectsBack: of a file of several projects a manager sees
// his rows and nothing that could be of another.
func TestPlaceKeepsOtherProjectsBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.masters("1-1-101")
	s.load("project.csv", csv("项目编码,项目名称", "P2,云栖苑"))
	rows := [][]any{{"云栖苑 总表 token-title"}, {"项目", "房号", "收费项目", "账期", "应收金额", "备注", nil, "云栖苑"}}
	kinds := []string{"P1", "P2", "阳光花园", "云栖苑", "X9", "bad P1", "total", "blank", "P1"}
	for i := range 300 {
		kind, n := kinds[(i*i+i/7)%len(kinds)], len(rows)+1
		token := fmt.Sprintf("token-%s-%d", kind, n)
		switch kind {
		case "total":
			rows = append(rows, []any{"小计", nil, nil, nil, 77.77, token})
		case "blank":
			rows = append(rows, nil)
		case "bad P1":
			rows = append(rows, []any{"P1", fmt.Sprintf("1-1-%d", n), "物业费", "202503", "x", token})
		default:
			rows = append(rows, []any{kind, fmt.Sprintf("1-1-%d", n), token, "202503", n, token, nil, "token-beside"})
		}
	}
	r := s.load("mixed.xlsx", xlsx(t, sheetOf{name: "总表", rows: rows}))
	own := func(n int) bool {
		return n > 2 && n <= len(rows) && len(rows[n-1]) > 0 && (rows[n-1][0] == "P1" || rows[n-1][0] == "阳光花园") && rows[n-1][4] != "x"
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(-3, len(rows)+5).Draw(t, "row")
		p, err := s.Place(s.t.Context(), PlaceRequest{Scope: gatehouse.Projects("P1"), Viewer: "manager", LoadID: r.LoadID, Sheet: "总表", Row: n, Around: rapid.IntRange(1, 60).Draw(t, "around")})
		if !own(n) {
			if gatehouse.KindOf(err) != gatehouse.NotFound {
				t.Fatalf("row %d: %v", n, err)
			}
			return
		}
		if err != nil || p.Whole || p.Facts[0].Project != "P1" {
			t.Fatalf("row %d: %v %+v", n, err, p.Facts)
		}
		for _, row := range p.Rows {
			if (row.Use == RowLoaded) != own(row.Number) || (row.Use == RowWithheld) == own(row.Number) || row.Use == RowWithheld && row.Cells != nil {
				t.Fatalf("row %d beside %d: %+v", row.Number, n, row)
			}
		}
		told, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"token-P2", "token-云", "token-X9", "token-bad", "token-total", "token-title", "token-beside", "云栖苑", "77.77", "小计"} {
			if strings.Contains(string(told), word) {
				t.Fatalf("row %d tells %s: %s", n, word, told)
			}
		}
	})
	// Head office sees them all, and the total.
	if p := s.place(PlaceRequest{LoadID: r.LoadID, Sheet: "总表", Row: 9, Around: 50}); !p.Whole || !strings.Contains(picture(p), "token-P2") || !strings.Contains(picture(p), "77.77") {
		t.Errorf("head office sees:\n%s", picture(p))
	}
	// He who sees nothing has no row.
	if _, err := s.Place(t.Context(), PlaceRequest{LoadID: r.LoadID, Sheet: "总表", Row: 9}); gatehouse.KindOf(err) != gatehouse.NotFound {
		t.Errorf("no scope: %v", err)
	}
}

// TestPlaceReadsAsTheMappingSaid: columns are those of the mapping by which the
// file was loaded, also when a newer one says otherwise.
func TestPlaceReadsAsTheMappingSaid(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.masters("1-1-101")
	save := func(column string) {
		m, err := ParseMapping([]byte("name: erp\nfeed: fee_bill\nheader: {row: 2}\ncolumns:\n- {header: " + column + ", field: amount}\n- {header: 总额, ignore: true}\nconstants: {project: P1, fee_item: 物业费}\n"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.SaveMapping(t.Context(), m, "tester"); err != nil {
			t.Fatal(err)
		}
	}
	save("钱")
	r := s.load("erp.csv", csv("房号,账期,应收金额", "房号,账期,总额,钱", "1-1-101,202503,9,12.5"), func(r *Request) { r.Mapping = "erp" })
	save("总额二")
	p := s.place(PlaceRequest{LoadID: r.LoadID, Row: 3})
	if p.Cell != "D3" || len(p.Head) != 1 || p.Head[0].Number != 2 {
		t.Errorf("marked %q\n%s", p.Cell, picture(p))
	}
}

// TestPlaceOfMergedCells: a value that stands in a merged cell above is told
// with the row's own cell, which is blank.
func TestPlaceOfMergedCells(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.masters("1-1-101", "1-1-102")
	r := s.load("bills.xlsx", xlsx(t, sheetOf{name: "账单", rows: [][]any{
		{"项目", "房号", "收费项目", "账期", "应收金额"}, {"P1", "1-1-101", "物业费", "202503", 1}, {nil, "1-1-102", nil, "202503", 2},
	}, edit: []func(*excelize.File) error{
		func(f *excelize.File) error { return f.MergeCell("账单", "A2", "A3") },
		func(f *excelize.File) error { return f.MergeCell("账单", "C2", "C3") },
	}}))
	if r.Loaded != 2 {
		t.Fatalf("%+v", r)
	}
	if got := sourced(s.place(PlaceRequest{LoadID: r.LoadID, Sheet: "账单", Row: 3}).Facts[0]); !strings.HasPrefix(got, "project=P1?A3 room=1-1-102=B3 fee_item=物业费?C3 ") {
		t.Error(got)
	}
}
