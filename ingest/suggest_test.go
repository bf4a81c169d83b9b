package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// suggestions shows the first suggestion of each ignored column.
func suggestions(s SheetPreview) map[string]string {
	got := map[string]string{}
	for _, c := range s.Columns {
		if c.Use != UseIgnored {
			continue
		}
		got[c.Header] = ""
		if len(c.Suggestions) > 0 {
			got[c.Header] = c.Suggestions[0].Field
		}
	}
	return got
}

// TestRefusedFilesShowWhatTheyMayMean: a file that cannot be read says what it
// looks like, what is missing, and which columns that may be.
func TestRefusedFilesShowWhatTheyMayMean(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		lines   []string
		likely  string
		header  int
		missing [][]string
		want    map[string]string
	}{
		{
			"one column missing", []string{"房号,收费项目,金额合计,所属年月", "1-1-101,物业费,100.00,202503", "1-1-102,物业费,90.50,202503"},
			"fee_bill", 1, [][]string{{"period_start", "period", "month"}, {"amount"}}, map[string]string{"金额合计": "amount", "所属年月": "period"},
		},
		{
			"below a title", []string{"东区三月", "业主房屋,费用科目名,应收总金额,计费所属期,说明", "1-1-101,物业费,100.00,202503,无"},
			"fee_bill", 2, nil, map[string]string{"业主房屋": "room", "费用科目名": "fee_item", "应收总金额": "amount", "计费所属期": "period", "说明": ""},
		},
		{
			"meters", []string{"仪表,读表日,示数读数", "E-001,2026-03-31,10235.5", "E-002,2026-03-31,77"},
			"energy_reading", 1, nil, map[string]string{"仪表": "meter", "读表日": "read_at", "示数读数": "value"},
		},
		{
			"requests", []string{"工单流水,受理的时间,事项类别,投诉人", "WO2026030001,2026-03-05 09:30,投诉,张", "WO2026030002,2026-03-05 10:30,报修,李"},
			"service_request", 1, nil, map[string]string{"工单流水": "request_no", "受理的时间": "opened_at"},
		},
	} {
		_, p := readAlone(t, csv(c.lines...), nil)
		if len(p.Errors) == 0 || len(p.Sheets) != 1 {
			t.Errorf("%s: %+v", c.name, p)
			continue
		}
		s := p.Sheets[0]
		if s.Feed != "" || s.Likely != c.likely || s.Header != c.header {
			t.Errorf("%s: feed %q, likely %q, header %d", c.name, s.Feed, s.Likely, s.Header)
		}
		if c.missing != nil {
			if diff := cmp.Diff(c.missing, s.Missing); diff != "" {
				t.Errorf("%s: missing (-want +got):\n%s", c.name, diff)
			}
		}
		got := suggestions(s)
		for header, want := range c.want {
			if got[header] != want {
				t.Errorf("%s: %s is taken for %q, want %q", c.name, header, got[header], want)
			}
		}
	}
}

// TestSuggestedMappingReads: what is suggested, taken over, reads the file.
func TestSuggestedMappingReads(t *testing.T) {
	t.Parallel()
	content := csv("东区三月", "业主房屋,费用科目名,应收总金额,计费所属期,说明", "1-1-101,物业费,100.00,202503,无", "1-1-102,物业费,90.50,202503,无")
	_, p := readAlone(t, content, nil)
	m := p.Draft("east")
	for i := range m.Columns {
		if s := suggestions(p.Sheets[0])[m.Columns[i].Header]; s != "" {
			m.Columns[i].Ignore, m.Columns[i].Field = false, s
		}
	}
	if err := m.Validate(); err != nil {
		t.Fatal(err)
	}
	in, p := readAlone(t, content, &m)
	if in.counts.loaded != 2 || len(p.Errors) != 0 {
		t.Errorf("%+v %+v\n%s", in.counts, p.Errors, m.YAML())
	}
}

func TestSuggestionsSayWhy(t *testing.T) {
	t.Parallel()
	_, p := readAlone(t, csv("房号,收费项目,金额合计,账期", "1-1-101,物业费,100.00,202503"), nil)
	for _, c := range p.Sheets[0].Columns {
		if c.Header != "金额合计" {
			continue
		}
		if len(c.Suggestions) == 0 {
			t.Fatalf("none for %s", c.Header)
		}
		s := c.Suggestions[0]
		if s.Field != "amount" || s.Label != "应收金额" || s.Score < 0.5 || s.Score > 1 ||
			!strings.Contains(s.Reason.ZH, "内容像金额") || !strings.Contains(s.Reason.EN, "look like amounts of money") {
			t.Errorf("%+v", s)
		}
	}
}

func TestSimilarity(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b     string
		from, to float64
	}{
		{"应收金额", "应收金额", 1, 1}, {"应收总额", "应收金额", 0.7, 0.8}, {"金额应收", "应收金额", 0.85, 0.95}, {"备注", "应收金额", 0, 0},
		{"amount", "amounts", 0.8, 0.9}, {"date", "rate", 0.7, 0.8}, {"", "x", 0, 0}, {"", "", 0, 0}, {strings.Repeat("金", 99), "金额", 0, 0},
	} {
		if got := similarity(c.a, c.b); got < c.from || got > c.to {
			t.Errorf("%s and %s: %.2f", c.a, c.b, got)
		}
	}
}
