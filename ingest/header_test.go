package ingest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// textRows makes the top of a sheet of lines with cells separated by |.
func textRows(lines ...string) []headRow {
	var rows []headRow
	for i, line := range lines {
		r := headRow{number: i + 1}
		for text := range strings.SplitSeq(line, "|") {
			c := sheet.Cell{Kind: sheet.Text, Text: text}
			if text == "" {
				c.Kind = sheet.Empty
			}
			r.cells = append(r.cells, c)
		}
		rows = append(rows, r)
	}
	return rows
}

func TestFindHeader(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		rows []headRow
		want string // feed, first row, rows, then fields with their columns
	}{
		{"first row", textRows("房号|收费项目|账期|应收金额", "1-1-1|物业费|202603|5"), "fee_bill 0 1 room=0 fee_item=1 period=2 amount=3"},
		{"below titles", textRows("阳光花园收费表", "单位：元|||制表日期", "", "房号|收费项目|账期|应收金额|备注"), "fee_bill 3 1 room=0 fee_item=1 period=2 amount=3"},
		{"english", textRows("Room|Fee Item|Period|Amount", "1-1-1|x|202603|5"), "fee_bill 0 1 room=0 fee_item=1 period=2 amount=3"},
		{"traditional", textRows("房號|收費項目|賬期|應收金額（元）"), "fee_bill 0 1 room=0 fee_item=1 period=2 amount=3"},
		{"ledger asks for more than a bill", textRows("房号|费项|账期|应缴金额|实缴金额|缴费时间"), "fee_ledger 0 1 room=0 fee_item=1 period=2 amount=3 paid_on=5 paid=4"},
		{"bill shows what was paid", textRows("房号|费项|账期|应缴金额|实缴金额"), "fee_bill 0 1 room=0 fee_item=1 period=2 amount=3"},
		{"two rows", textRows("房号|收费项目|账期|应收||实收|", "|||金额|减免|金额|日期", "1-1-1|物业费|202603|5||5|2026-03-01"),
			"fee_ledger 0 2 room=0 fee_item=1 period=2 amount=3 waived=4 paid_on=6 paid=5"},
		{"the better name wins", textRows("项目名称|项目编码|房号|面积"), "room 0 1 project=1 room=2 area=3"},
		{"reading beats meter", textRows("表号|能源类型|表类型|倍率|单位|本期读表时间|本期度数"), "energy_reading 0 1 meter=0 read_at=5 value=6"},
		{"project", textRows("小区编码|小区名称|城市公司"), "project 0 1 project=0 name=1 region=2"},
		{"wide survey", textRows("序号|提交时间|1.总体满意度|2.停车|3.保洁|建议内容", "1|2026-03-01|5|4|不清楚|好"), "survey_response 0 1 respondent=0 submitted_at=1 comment=5 questions=[2 3 4]"},
		{"nothing", textRows("甲|乙", "1|2"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			best, found := findHeader(c.rows, Feeds())
			got := ""
			if found {
				got = fmt.Sprint(best.feed.Name, " ", best.first, " ", best.rows)
				for _, m := range best.columns {
					if m.def != nil {
						got += fmt.Sprintf(" %s=%d", m.def.Name, m.col)
					}
				}
				if best.questions != nil {
					got += fmt.Sprintf(" questions=%v", best.questions)
				}
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestFeedsAreConsistent(t *testing.T) {
	t.Parallel()
	tables := factTables()
	for _, f := range Feeds() {
		ids := map[field]bool{}
		for _, d := range f.Fields {
			if ids[d.id] {
				t.Errorf("%s has the place of %s twice", f.Name, d.Name)
			}
			ids[d.id] = true
			if a, ok := f.aliases[foldHeader(d.Label()).full]; !ok || f.Fields[a.index].Name != d.Name {
				t.Errorf("%s: the template's header %s means another field than %s", f.Name, d.Label(), d.Name)
			}
			if d.Default != "" && (d.Type != Enum || d.Values == nil) {
				t.Errorf("%s: %s has a default but is no choice", f.Name, d.Name)
			}
		}
		if f.rule == nil || len(f.keys) == 0 || f.Title.ZH == "" || f.Title.EN == "" {
			t.Errorf("%s is incomplete", f.Name)
		}
	}
	for table, columns := range tables {
		for _, c := range columns {
			if newBuffer(c) == nil {
				t.Errorf("%s.%s has no buffer", table, c.name)
			}
		}
	}
	for _, c := range Codes() {
		if c.Message.ZH == "" || c.Message.EN == "" || c.Hint.ZH == "" || c.Hint.EN == "" {
			t.Errorf("%s is not explained", c.Code)
		}
	}
}

func TestRefusalsSayWhatToDo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, c := range []struct {
		name, says string
		content    []byte
		more       func(*Request)
	}{
		{"no header", "its first row is [什么, 都没有]", csv("什么,都没有", "1,2"), nil},
		{"missing column", "looks like fee_bill with headers [房号, 收费项目, 应收金额], but these columns are missing: 开始时间 or 账期 or 会计月", csv("房号,收费项目,应收金额", "1-1-1,物业费,5"), nil},
		{"no project", "add a column 项目编码 or give --project", csv("房号,面积", "1-1-1,80"), nil},
		{"other feed forced", "looks like fee_bill", csv("项目,房号,面积", "P1,1-1-1,80"), func(r *Request) { r.Feed = "fee_bill" }},
		{"empty", "empty", nil, nil},
		{"not a spreadsheet", "", []byte("\x7fELF\x00\x00\x00"), nil},
	} {
		r := s.load(c.name+".csv", c.content, func(r *Request) {
			if c.more != nil {
				c.more(r)
			}
		})
		if r.Status != Refused || len(r.Errors) != 1 {
			t.Errorf("%s: %+v", c.name, r)
			continue
		}
		if !strings.Contains(r.Errors[0].Message.EN, c.says) {
			t.Errorf("%s: %s", c.name, r.Errors[0].Message.EN)
		}
	}
	if _, err := s.Load(t.Context(), Request{Feed: "fee"}); gatehouse.KindOf(err) != gatehouse.Invalid {
		t.Errorf("unknown feed: %v", err)
	}
}

func TestProjectOfAFile(t *testing.T) {
	t.Parallel()
	known := []knownProject{{"P1", "阳光花园"}, {"P12", "阳光花园二期"}, {"P3", "翠湖"}}
	for _, c := range []struct {
		given, file string
		titles      []string
		want        string
	}{
		{"P9", "翠湖.xlsx", nil, "P9"}, {"", "翠湖3月.xlsx", nil, "P3"}, {"", "a.xlsx", []string{"阳光花园二期收费表"}, "P12"}, {"", "a.xlsx", []string{"阳光花园收费表"}, "P1"},
		{"", "a.xlsx", []string{"阳光花园与翠湖"}, ""}, {"", "P12_bills.xlsx", nil, "P12"}, {"", "P123.xlsx", nil, ""}, {"", "翠湖.xlsx", []string{"阳光花园"}, "P1"}, {"", "x.xlsx", nil, ""},
	} {
		f := projectFinder{given: c.given, file: c.file, known: known}
		if got, _ := f.find(ProjectPlaces(), c.titles); got != c.want {
			t.Errorf("%q %q: got %q, want %q", c.file, c.titles, got, c.want)
		}
	}
}

func TestUntidyWorkbook(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.load("p.csv", csv("项目编码,项目名称", "P1,阳光花园"))
	r := s.load("x.xlsx", xlsx(t,
		sheetOf{name: "说明", rows: [][]any{{"填表说明"}, {"请勿修改表头"}}},
		sheetOf{name: "旧数据", rows: [][]any{{"房号", "面积"}, {"9-9-9", 1}}, edit: []func(*excelize.File) error{
			func(f *excelize.File) error { return f.SetSheetVisible("旧数据", false) }}},
		sheetOf{name: "账单", rows: [][]any{
			{"阳光花园 2026年3月 应收"},
			{},
			{"房号", "收费项目", "账期", "应收金额", nil, "备注", "_pull"},
			{"1-1-101", "物业费", "202603", 100},
			{nil, "车位费", "202603", 50, nil, "同上"},
			{"小计", nil, nil, 150},
			{},
			{"房号", "收费项目", "账期", "应收金额"},
			{"1-1-102", "物业费", "202603", 0.1 + 0.2},
			{nil, "水费", "202603", 7},
			{nil, nil, nil, nil, nil, "见附件"},
			{"合 计", nil, nil, 157.3},
			{"制表人：王五"},
		}, edit: []func(*excelize.File) error{
			func(f *excelize.File) error { return f.MergeCell("账单", "A1", "D1") },
			func(f *excelize.File) error { return f.MergeCell("账单", "A4", "A5") }}},
	))
	if r.Rows != 9 || r.Loaded != 3 || r.Quarantined != 1 || r.Skipped != 5 || r.Sums["fee_bill.amount"] != "150.30" {
		t.Errorf("got %+v", r)
	}
	want := []string{`sheet "说明" has no header of a known feed and was left out`, `sheet "旧数据" is hidden and was left out`, `sheet "账单": columns ignored: 备注`}
	if diff := cmp.Diff(want, wordings(r.Notes, gatehouse.English)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	if len(r.Errors) != 1 || r.Errors[0].Cell != "A10" || r.Errors[0].Code != MissingKey {
		t.Errorf("errors: %+v", r.Errors)
	}
	if got := s.facts("fee_bill", "room", "fee_item", "amount"); got != "1-1-101 物业费 100\n1-1-101 车位费 50\n1-1-102 物业费 0.3" {
		t.Errorf("facts: %q", got)
	}
}

func TestTemplatesLoadBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, name := range FeedNames() {
		var book bytes.Buffer
		if err := WriteTemplate(&book, name); err != nil {
			t.Fatal(err)
		}
		r := s.load(name+".xlsx", book.Bytes(), func(r *Request) { r.Project = "P1" })
		if r.Status != Published || r.Feed != name || r.Rows != 0 || len(r.Notes) > 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if err := WriteTemplate(&bytes.Buffer{}, "none"); gatehouse.KindOf(err) != gatehouse.Invalid {
		t.Errorf("unknown feed: %v", err)
	}
}

func TestStoreKeepsContentOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := OpenStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var shas [2]string
	for i := range shas {
		if shas[i], err = s.Put(t.Context(), strings.NewReader("hello")); err != nil {
			t.Fatal(err)
		}
	}
	const want = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
	if shas != [2]string{want, want} {
		t.Errorf("got %q", shas)
	}
	kept, err := os.ReadFile(filepath.Join(dir, "files", want[:2], want))
	if err != nil || string(kept) != "hello" {
		t.Errorf("kept %q, %v", kept, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "files", "incoming-*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	for _, sha := range []string{strings.Repeat("0", 64), "../../etc/passwd", ""} {
		if _, err := s.Open(sha); gatehouse.KindOf(err) != gatehouse.NotFound {
			t.Errorf("open %q: %v", sha, err)
		}
	}
}
