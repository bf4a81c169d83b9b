package ingest

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gatehouse/ingest/sheet"
)

// TestDraftReadsTheSame: the mapping drafted from a preview changes nothing,
// for the template of each feed, for headers of any hand, and for every file
// of the feeds' own test.
func TestDraftReadsTheSame(t *testing.T) {
	t.Parallel()
	for _, f := range Feeds() {
		draftReadsTheSame(t, exampleFile(f, func(d Field) string { return d.Label() }))
	}
	for _, c := range feedCases() {
		draftReadsTheSame(t, csv(c.lines...))
	}
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(Feeds()).Draw(t, "feed")
		draftReadsTheSame(t, exampleFile(f, func(d Field) string {
			return rapid.SampledFrom(append(d.Aliases, d.Name, "另"+d.Label())).Draw(t, d.Name)
		}))
	})
}

// exampleFile has a row of a feed's examples below headers, and columns that
// mean nothing.
func exampleFile(f Feed, header func(Field) string) []byte {
	var heads, cells []string
	for _, d := range f.Fields {
		if !d.Variant && d.Example != "" {
			heads, cells = append(heads, header(d)), append(cells, d.Example)
		}
	}
	return csv("表", strings.Join(heads, ",")+",别的,联系电话", strings.Join(cells, ",")+",x,138")
}

// readAlone reads a file without a database; a refusal is an answer too.
func readAlone(t rapid.TB, content []byte, m *Mapping) (*intake, Preview) {
	feeds, err := feedsFor("", m, anyCalendar())
	if err != nil {
		t.Fatal(err)
	}
	book, err := sheet.Open(bytes.NewReader(content), int64(len(content)), sheet.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	out := newOutlet(context.Background(), nil, 1, chunkRows, func(Step) {})
	out.dry = true
	in := newIntake(anyCalendar(), 1, feeds, projectFinder{given: "P9"}, out)
	in.agree(m)
	p := Preview{mapping: m}
	in.preview = &p
	in.reference, in.marking = newReference(nil, 0, in.projects), &marking{} // what goes back to its sender is not compared with what is published
	if err := in.book(context.Background(), book); err != nil {
		p.Errors = []RowError{{Code: Code(err.Error())}}
	}
	if err := out.close(); err != nil {
		t.Fatal(err)
	}
	return in, p
}

func draftReadsTheSame(t rapid.TB, content []byte) {
	before, preview := readAlone(t, content, nil)
	m := preview.Draft("draft")
	if parsed, err := ParseMapping(m.YAML()); err != nil || !cmp.Equal(parsed, m) {
		t.Fatalf("%s\n%v\n%s", content, err, cmp.Diff(m, parsed))
	}
	after, again := readAlone(t, content, &m)
	for _, p := range []*Preview{&preview, &again} {
		p.mapping = nil
		for i := range p.Sheets {
			for j := range p.Sheets[i].Columns {
				p.Sheets[i].Columns[j].Suggestions = nil // the draft has decided
			}
		}
	}
	if len(preview.Errors) == 0 || len(again.Errors) == 0 {
		if diff := cmp.Diff(preview, again, cmp.AllowUnexported(Preview{}, ColumnPreview{})); diff != "" {
			t.Fatalf("%s\n(-without +with the draft):\n%s\n%s", content, diff, m.YAML())
		}
	}
	if diff := cmp.Diff(before.seen, after.seen, cmp.AllowUnexported(hashed[seen]{}, slot[seen]{}, seen{})); diff != "" || before.counts != after.counts {
		t.Fatalf("%s\nfacts (-without +with the draft):\n%s\n%+v %+v\n%s", content, diff, before.counts, after.counts, m.YAML())
	}
	again.mapping = &m
	if twice := again.Draft("draft"); len(preview.Errors) == 0 && !cmp.Equal(twice, m) {
		t.Fatalf("%s\nthe draft of the draft (-first +second):\n%s", content, cmp.Diff(m, twice))
	}
}

// TestDraftOfManySheets: sheets of several feeds, and of one feed by several
// hands, are told apart; what they disagree on is left to the headers.
func TestDraftOfManySheets(t *testing.T) {
	t.Parallel()
	book := xlsx(t,
		sheetOf{name: "房屋", rows: [][]any{{"项目", "房号", "类型", "面积"}, {"P1", "1-1-101", "住宅", 80}}},
		sheetOf{name: "应收", rows: [][]any{{"项目", "房号", "类型", "收费项目", "账期", "应收金额"}, {"P1", "1-1-101", "正常", "物业费", "202503", 100}}},
		sheetOf{name: "应收二", rows: [][]any{{"项目名称", "项目编码", "房号", "收费项目", "账期", "应收金额"}, {"甲", "P2", "1-1-101", "物业费", "202503", 100}}},
		sheetOf{name: "应收三", rows: [][]any{{"项目名称", "房号", "收费项目", "账期", "应收金额"}, {"P3", "1-1-101", "物业费", "202503", 100}}},
		sheetOf{name: "说明", rows: [][]any{{"填表说明"}, {"无"}}},
	)
	draftReadsTheSame(t, book)
	_, p := readAlone(t, book, nil)
	m := p.Draft("all")
	kinds := map[string]string{}
	for _, c := range m.Columns {
		if c.Header == "类型" {
			kinds[c.Feed] = c.Field
		}
		if c.Header == "项目名称" {
			t.Errorf("the sheets differ about %+v", c)
		}
	}
	if m.Feed != "" || !cmp.Equal(kinds, map[string]string{"room": "kind", "fee_bill": "kind"}) {
		t.Errorf("%s", m.YAML())
	}
}
