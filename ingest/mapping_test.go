package ingest

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gatehouse"
)

// fullMapping uses every part.
const fullMapping = `name: fees-east
title: 东区收费系统导出
feed: fee_bill
sheets:
  - "*月"
header:
  row: 3
  rows: 2
columns:
  - header: 缴费对象名称
    field: room
  - header: 应收总额
    field: amount
    unit: 万元
  - header: 备注
    ignore: true
constants:
  fee_item: 物业费
defaults:
  waived: "0"
project_from:
  - column
  - sheet
values:
  kind:
    "1": normal
    冲: reversal
contract:
  new_columns: warn
  missing_columns: refuse
  expects:
    - header: 缴费对象名称
      kind: room
    - header: 应收总额
      kind: number
errors:
  - total-mismatch
`

func TestMappingGoesRound(t *testing.T) {
	t.Parallel()
	m, err := ParseMapping([]byte(fullMapping))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fullMapping, string(m.YAML())); diff != "" {
		t.Errorf("YAML (-want +got):\n%s", diff)
	}
	rapid.Check(t, func(t *rapid.T) {
		tricky := rapid.SampledFrom([]string{"是", "1", "1.50", "0101", "null", "~", "true", "- a", "a: b", "#x", "'", `"`, "*", "&a", "!t", "%", "@a", "`", "{a}", "[a", "|", "  a", "a ", "? a", "0x10", "1e3", "2026-03-01", "<<", ".inf", "a:", `\n`, "🙂", "no", "---", "..."})
		text := rapid.OneOf(tricky, rapid.StringN(1, 10, -1).Filter(func(s string) bool { return !strings.ContainsFunc(s, unicode.IsControl) }))
		m := Mapping{
			Name: text.Draw(t, "name"), Title: text.Draw(t, "title"), Sheets: []string{text.Draw(t, "sheet")},
			Columns:   []MappedColumn{{Header: text.Draw(t, "header"), Field: "room"}, {Header: text.Draw(t, "header"), Ignore: true}},
			Constants: map[string]string{text.Draw(t, "field"): text.Draw(t, "value")},
			Values:    map[string]map[string]string{"kind": {text.Draw(t, "theirs"): text.Draw(t, "ours")}},
			Contract:  Contract{RetypedColumns: DriftRefuse, Expects: []ExpectedColumn{{Header: text.Draw(t, "header"), Kind: KindRoom}}},
		}
		got, err := decodeMapping(m.YAML())
		if err != nil {
			t.Fatalf("%v\n%s", err, m.YAML())
		}
		if diff := cmp.Diff(m, got); diff != "" {
			t.Fatalf("(-want +got):\n%s\n%s", diff, m.YAML())
		}
	})
}

// TestDocumentedMapping: the example of docs/mappings.md is one.
func TestDocumentedMapping(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/mappings.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(page), "```yaml\n")
	example, _, _ = strings.Cut(example, "```")
	m, err := ParseMapping([]byte(example))
	if err != nil || m.Name != "fees-east" || string(m.YAML()) != example {
		t.Errorf("%v\n%s", err, cmp.Diff(example, string(m.YAML())))
	}
}

func TestMappingSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ says, definition string }{
		{"the mapping is empty", "# nothing\n"},
		{`line 4 of the mapping: unknown field "feild"`, "name: a\ncolumns:\n  - header: x\n    feild: room\n"},
		{"line 2 of the mapping: mapping key \"name\" already defined", "name: a\nname: b\n"},
		{"line 2 of the mapping", "name: a\nheader: {row: x}\n"},
		{"line 4: the mapping ends here", "---\nname: a\n---\nname: b\n"},
		{"anchors, aliases, tags", "name: &x a\ntitle: *x\n"},
		{"name \"a/b\"", "name: a/b\n"},
		{"there is no feed \"fees\"", "name: a\nfeed: fees\n"},
		{"sheets: \"[\" is no pattern", "name: a\nsheets: [\"[\"]\n"},
		{"header: row is from 1 to 50", "name: a\nheader: {row: 51}\n"},
		{"project_from: \"cell\"", "name: a\nproject_from: [cell]\n"},
		{"errors: \"date-error\" is no warning", "name: a\nerrors: [date-error]\n"},
		{"say under contract", "name: a\nerrors: [new-column]\n"},
		{"say what it is, once", "name: a\ncolumns: [{header: x}]\n"},
		{"say what it is, once", "name: a\ncolumns: [{header: x, field: room, ignore: true}]\n"},
		{"the header is there twice", "name: a\ncolumns: [{header: x, field: room}, {header: X *, field: area}]\n"},
		{"write the header as it stands", "name: a\ncolumns: [{header: \"*\", field: room}]\n"},
		{"there is no field \"roam\": choose one of amount, bill_no", "name: a\nfeed: fee_bill\ncolumns: [{header: x, field: roam}]\n"},
		{"is fee_bill, but that of the mapping is room", "name: a\nfeed: room\ncolumns: [{header: x, feed: fee_bill, field: amount}]\n"},
		{"personal data, which is never stored", "name: a\ncolumns: [{header: 联系电话, field: room}]\n"},
		{"amount is a constant already", "name: a\nfeed: fee_bill\ncolumns: [{header: x, field: amount}]\nconstants: {amount: 1}\n"},
		{"unit \"斤\" is none of amount: use 元", "name: a\nfeed: fee_bill\ncolumns: [{header: x, field: amount, unit: 斤}]\n"},
		{"a register is read in the unit of its meter", "name: a\nfeed: energy_reading\ncolumns: [{header: x, field: value, unit: MWh}]\n"},
		{"only surveys have questions", "name: a\nfeed: room\ncolumns: [{header: x, question: true}]\n"},
		{"constants: amount of fee_bill cannot be \"1.234\": more than two decimals", "name: a\nfeed: fee_bill\nconstants: {amount: 1.234}\n"},
		{"defaults: waived of fee_bill cannot be \"\"", "name: a\nfeed: fee_bill\ndefaults: {waived: }\n"},
		{"(or name the feed of the mapping)", "name: a\nconstants: {kind: 投诉}\n"},
		{"which is no word of fee_bill", "name: a\nfeed: fee_bill\nvalues: {kind: {x: y}}\n"},
		{"only words to choose from can be translated", "name: a\nfeed: fee_bill\nvalues: {room: {x: y}}\n"},
		{"choose accept, warn or refuse", "name: a\ncontract: {new_columns: ignore}\n"},
		{"kind is \"money\"", "name: a\ncontract: {expects: [{header: x, kind: money}]}\n"},
		{"line breaks", "name: a\ntitle: \"x\\ny\"\n"},
	} {
		_, err := ParseMapping([]byte(c.definition))
		if gatehouse.KindOf(err) != gatehouse.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s\ngot  %v\nwant %s", c.definition, err, c.says)
		}
	}
}

func FuzzMapping(f *testing.F) {
	f.Add([]byte(fullMapping), "应收总额（万元）", "1-1-101")
	f.Add([]byte("name: a\ncolumns: [{header: x, field: room}]\nconstants: {project: P1}\n"), "x", "2026-03-01")
	f.Add([]byte("name: a\nheader: {row: 2, rows: 2}\nfeed: survey_response\ncolumns: [{header: q, question: true}]\n"), "1、q", "9")
	f.Add([]byte("name: [&a *a"), "", "")
	f.Fuzz(func(t *testing.T, definition []byte, header, cell string) {
		m, err := ParseMapping(definition)
		if err != nil {
			return
		}
		again, err := ParseMapping(m.YAML())
		if err != nil {
			t.Fatalf("%v\n%s", err, m.YAML())
		}
		if !bytes.Equal(m.YAML(), again.YAML()) {
			t.Fatalf("not stable:\n%s\n%s", m.YAML(), again.YAML())
		}
		feeds, err := feedsFor("", &m, anyCalendar())
		if err != nil {
			t.Fatal(err)
		}
		head := textRows(header+"|房号|"+header, cell+"|"+cell+"|"+header, "|1-1-1|"+cell)
		best, found := findHeader(head, feeds)
		if found {
			m.Contract.compare(best, head[best.first+best.rows:])
		}
		if c, ok := likeliest(&converter{calendar: anyCalendar()}, feeds, best, head); ok {
			c.suggest(&converter{calendar: anyCalendar()}, 0, head)
		}
	})
}
