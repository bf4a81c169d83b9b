package ingest

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// saved keeps a mapping given as YAML.
func (s *site) saved(definition string) MappingVersion {
	s.t.Helper()
	m, err := ParseMapping([]byte(definition))
	if err != nil {
		s.t.Fatal(err)
	}
	v, err := s.SaveMapping(s.t.Context(), m, "tester")
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

func by(mapping string) func(*Request) { return func(r *Request) { r.Mapping = mapping } }

func TestMappingsHaveVersions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.saved("name: east\ntitle: 一\n")
	if again := s.saved("title: 一\nname: east\n"); again.Version != 1 || again.At != first.At {
		t.Errorf("the same again: %+v", again)
	}
	second := s.saved("name: east\ntitle: 二\n")
	s.saved("name: west\n")
	list, err := s.Mappings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range list {
		got = append(got, fmt.Sprint(v.Name, " ", v.Version, " ", v.By, " ", v.Title, " ", v.At.IsZero()))
	}
	if diff := cmp.Diff([]string{"east 2 tester 二 false", "west 1 tester  false"}, got); diff != "" {
		t.Errorf("list (-want +got):\n%s", diff)
	}
	for version, want := range map[uint32]string{0: second.Definition, 1: first.Definition, 2: second.Definition} {
		v, err := s.MappingByName(t.Context(), "east", version)
		if err != nil || v.Definition != want {
			t.Errorf("version %d: %+v, %v", version, v, err)
		}
	}
	for _, ref := range []string{"north", "east@3"} {
		if _, err := s.Load(t.Context(), Request{Mapping: ref}); gatehouse.KindOf(err) != gatehouse.NotFound {
			t.Errorf("%s: %v", ref, err)
		}
	}
	if _, err := s.Load(t.Context(), Request{Mapping: "east@new"}); gatehouse.KindOf(err) != gatehouse.Invalid {
		t.Errorf("no number: %v", err)
	}
	if _, err := s.Load(t.Context(), Request{Draft: &Mapping{Name: "a"}}); gatehouse.KindOf(err) != gatehouse.Invalid {
		t.Errorf("a draft: %v", err)
	}
}

// TestMappingsAreNeverLost: of many who save at once each has a version.
func TestMappingsAreNeverLost(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const people = 5
	var all sync.WaitGroup
	var errs [people]error
	for i := range people {
		all.Go(func() {
			_, errs[i] = s.SaveMapping(t.Context(), Mapping{Name: "east", Title: fmt.Sprint(i)}, "tester")
		})
	}
	all.Wait()
	titles := map[string]bool{}
	for i := range people {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		v, err := s.MappingByName(t.Context(), "east", uint32(i+1))
		if err != nil {
			t.Fatal(err)
		}
		titles[v.Title] = true
	}
	if len(titles) != people {
		t.Errorf("versions of %v", titles)
	}
}

// TestMappingReads: a file that nobody could read is read by a mapping, again
// by each of its versions, and corrected by the one that first read it.
func TestMappingReads(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	book := xlsx(t,
		sheetOf{name: "说明", rows: [][]any{{"房号", "收费项目", "账期", "应收金额"}, {"示例", "物业费", "202503", 1}}},
		sheetOf{name: "3月", rows: [][]any{
			{"东区导出"}, {"户", "总额", "冲抵", "所属期", "优惠", "单据种类", "应收金额"},
			{"1-1-101", "0.025", "", "202503", "", "普", "9"}, {"1-1-102", "0.03", "", "202503", "5", "冲", "9"},
		}})
	if r := s.load("x.xlsx", book); r.Loaded != 0 {
		t.Fatalf("without a mapping: %+v", r)
	}
	const definition = `name: east
feed: fee_bill
sheets: ["*月"]
header: {row: 2}
columns:
  - {header: 户, field: room}
  - {header: 总额, field: amount, unit: 万元}
  - {header: 所属期, field: period}
  - {header: 优惠, field: waived}
  - {header: 单据种类, field: kind}
  - {header: 冲抵, ignore: true}
constants: {fee_item: 物业费, project: P1}
defaults: {waived: 1.00}
values: {kind: {普: normal, 冲: 红冲}}
`
	s.saved(definition)
	r := s.load("x.xlsx", book, by("east"))
	if r.Status != Published || r.Rows != 2 || r.Loaded != 2 || len(r.Errors) != 0 {
		t.Fatalf("%+v", r)
	}
	if diff := cmp.Diff("1-1-101 物业费 2025-03-01 250 1 normal\n1-1-102 物业费 2025-03-01 -300 5 reversal", s.facts("fee_bill", "room", "fee_item", "month", "amount", "waived", "kind")); diff != "" {
		t.Errorf("facts (-want +got):\n%s", diff)
	}
	notes := []string{`sheet "说明" is none of the sheets of mapping east and was left out`, `sheet "3月": columns ignored: 应收金额`}
	if diff := cmp.Diff(notes, wordings(r.Notes, gatehouse.English)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	if again := s.load("x.xlsx", book, by("east@1")); again.Status != AlreadyLoaded || again.LoadID != r.LoadID {
		t.Errorf("again: %+v", again)
	}
	if again := s.load("x.xlsx", book, func(r *Request) { r.Source = "east" }); again.Status != AlreadyLoaded {
		t.Errorf("delivered by the source of that name: %+v", again)
	}
	s.saved(strings.Replace(definition, "万元", "元", 1))
	if newer := s.load("x.xlsx", book, by("east")); newer.LoadID == r.LoadID || newer.Sums["fee_bill.amount"] != "-0.03" || newer.Quarantined != 1 {
		t.Errorf("by the newer version: %+v", newer)
	}
	if _, err := s.Load(t.Context(), Request{Mapping: "east", Feed: "room"}); gatehouse.KindOf(err) != gatehouse.Invalid {
		t.Errorf("another feed forced: %v", err)
	}
}

// TestPreviewByADraft: what a person is still writing is tried without saving it.
func TestPreviewByADraft(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	req := request("x.csv", csv("户,总额,账期", "1-1-101,100,202503"))
	p, err := s.Preview(t.Context(), req)
	if err != nil || p.Status != Refused || len(p.Sheets) != 1 || p.Sheets[0].Likely == "" || len(p.Sheets[0].Missing) == 0 {
		t.Fatalf("%+v, %v", p, err)
	}
	req.Draft = &Mapping{Feed: "fee_bill", Columns: []MappedColumn{{Header: "户", Field: "room"}, {Header: "总额", Field: "amount"}}, Constants: map[string]string{"fee_item": "物业费"}}
	p, err = s.Preview(t.Context(), req)
	if err != nil || p.Status != Refused || !cmp.Equal(p.Sheets[0].Missing, [][]string{{"project"}}) || p.Sheets[0].Feed != "fee_bill" {
		t.Errorf("without a project: %+v, %v", p, err)
	}
	req.Draft.Constants["project"] = "P1"
	p, err = s.Preview(t.Context(), req)
	if err != nil || p.Status != Previewed || p.Loaded != 1 || p.Sheets[0].Missing != nil {
		t.Errorf("with all: %+v, %v", p, err)
	}
	if again := p.Draft("east"); again.Constants["fee_item"] != "物业费" || len(again.Columns) != 3 || again.Name != "east" {
		t.Errorf("drafted again: %+v", again)
	}
	if list, err := s.Mappings(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("kept: %+v, %v", list, err)
	}
	req.Draft.Columns[0].Field = "none"
	if _, err := s.Preview(t.Context(), req); gatehouse.KindOf(err) != gatehouse.Invalid {
		t.Errorf("a wrong draft: %v", err)
	}
}

func TestCorrectionKeepsTheMapping(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const definition = "name: east\nfeed: fee_bill\nsheets: [\"*月\"]\ncolumns: [{header: 户, field: room}, {header: 总额, field: amount}]\nconstants: {project: P1, fee_item: 物业费}\n"
	s.saved(definition)
	first := s.load("x.xlsx", xlsx(t, sheetOf{name: "3月", rows: [][]any{{"户", "总额", "账期"}, {"1-1-101", 100, "202503"}, {"1-1-102", "二百", "202503"}}}), by("east"))
	if first.Loaded != 1 || first.Quarantined != 1 {
		t.Fatalf("first: %+v", first)
	}
	s.saved(strings.Replace(definition, "总额", "别的", 1))
	var marked bytes.Buffer
	if err := s.WriteMarked(t.Context(), &marked, gatehouse.AllProjects(), "tester", first.LoadID, gatehouse.English); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&marked)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.SetCellValue("3月", "B3", 200); err != nil {
		t.Fatal(err)
	}
	fixed := s.load("fixed.xlsx", bytesOf(t, f), by("east"))
	if fixed.Loaded != 2 || fixed.Sums["fee_bill.amount"] != "300.00" {
		t.Errorf("fixed: %+v", fixed)
	}
}

func TestProjectFrom(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.load("p.csv", csv("项目编码,项目名称", "P1,阳光花园", "P2,翠湖"))
	lines := []string{"翠湖", "项目,房号,面积", "P3,1-1-101,80", ",1-1-102,80"}
	for _, c := range []struct{ name, from, file, given, want string }{
		{"column, then titles", "[column, sheet, file]", "阳光花园.csv", "", "P3,P2"},
		{"titles over the column", "[sheet, column]", "阳光花园.csv", "", "P2,P2"},
		{"only the file", "[file]", "阳光花园.csv", "", "P1,P1"},
		{"given over all", "[given, column]", "阳光花园.csv", "P9", "P9,P9"},
	} {
		s.saved("name: p\nfeed: room\nproject_from: " + c.from + "\n")
		p, err := s.Preview(t.Context(), func() Request {
			r := request(c.file, csv(lines...))
			r.Mapping, r.Project = "p", c.given
			return r
		}())
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Split(c.want, ",")
		if p.Loaded != 2 || !cmp.Equal(p.Projects, sortedUnique(want)) {
			t.Errorf("%s: %+v", c.name, p.Result)
		}
	}
}

func sortedUnique(list []string) []string {
	if len(list) == 2 && list[0] == list[1] {
		return list[:1]
	}
	if len(list) == 2 && list[0] > list[1] {
		return []string{list[1], list[0]}
	}
	return list
}

func TestLooksLikeRoom(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"1-1-1001": true, "1栋2单元301室": true, "A-1201": true, "3#1-2": true,
		"1001": false, "物业费": false, "B202603-0001": false, "1-A": false, "2026-03-01": false, "a": false, "": false,
	} {
		if got := kindOfCell(&sheet.Cell{Kind: sheet.Text, Text: text}) == KindRoom; got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
