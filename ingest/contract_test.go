package ingest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
)

func TestContracts(t *testing.T) {
	t.Parallel()
	agreed := []string{"项目,房号,收费项目,账期,应收金额,备注", "P1,1-1-101,物业费,202503,100.00,a", "P1,1-1-102,物业费,202503,90.50,b"}
	_, p := readAlone(t, csv(agreed...), nil)
	draft := p.Draft("east")
	for _, c := range []struct {
		name           string
		lines          []string
		added, missing Drift
		retyped        Drift
		findings       []string // code, cell, header, detail
		refused        string
	}{
		{"as agreed", agreed, DriftRefuse, DriftRefuse, DriftRefuse, nil, ""},
		{"other order, other hand", []string{"房 号,项目,收费项目,账期,备注,应收金额*", "1-1-101,P1,物业费,202503,a,1"}, DriftRefuse, DriftRefuse, DriftRefuse, nil, ""},
		{"a new column, by default", []string{"项目,房号,收费项目,账期,应收金额,备注,楼层", "P1,1-1-101,物业费,202503,100.00,a,3"}, "", "", "", nil, ""},
		{"a new column", []string{"项目,房号,收费项目,账期,应收金额,备注,楼层", "P1,1-1-101,物业费,202503,100.00,a,3"}, DriftWarn, "", "", []string{"new-column G1 楼层 "}, ""},
		{"a missing one, by default", []string{"项目,房号,收费项目,账期,应收金额", "P1,1-1-101,物业费,202503,100.00"}, "", "", "", []string{"missing-column row 1 备注 "}, ""},
		{"a missing one, accepted", []string{"项目,房号,收费项目,账期,应收金额", "P1,1-1-101,物业费,202503,100.00"}, "", DriftAccept, "", nil, ""},
		{"other values", []string{"项目,房号,收费项目,账期,应收金额,备注", "P1,1-1-101,物业费,202503,100.00,1.5", "P1,1-1-102,物业费,202503,100.00,2"}, "", "", "", []string{"retyped-column F1 备注 text → number"}, ""},
		{"half of them is not most", []string{"项目,房号,收费项目,账期,应收金额,备注", "P1,1-1-101,物业费,202503,100.00,1.5", "P1,1-1-102,物业费,202503,100.00,a"}, "", "", DriftRefuse, nil, ""},
		{"refused", []string{"项目,房号,收费项目,账期,应收金额,楼层", "P1,1-1-101,物业费,2025-03,100.00,1"}, DriftRefuse, DriftRefuse, DriftRefuse, nil,
			`the file is not what mapping east has agreed upon: column "账期" holds no longer numbers but dates, new column "楼层", column "备注" is missing; have the sender mend it, or save the mapping anew`},
	} {
		m := draft
		m.Contract.NewColumns, m.Contract.MissingColumns, m.Contract.RetypedColumns = c.added, c.missing, c.retyped
		in, p := readAlone(t, csv(c.lines...), &m)
		var got []string
		for f := range in.findings.all {
			cell := fmt.Sprint("row ", f.row)
			if f.col != nil {
				cell = fmt.Sprintf("%c%d", 'A'+f.col.col, f.row)
			}
			got = append(got, fmt.Sprint(f.code, " ", cell, " ", f.value, " ", f.detail))
		}
		if diff := cmp.Diff(c.findings, got); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s", c.name, diff)
		}
		refused := ""
		for _, e := range p.Errors {
			refused = string(e.Code)
		}
		if refused != c.refused {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, refused, c.refused)
		}
	}
}

// TestContractFindingsAreOnRecord: they are listed with the load, at the header.
func TestContractFindingsAreOnRecord(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.masters("一号")
	s.saved("name: east\nfeed: fee_bill\ncontract: {new_columns: warn, expects: [{header: 房号, kind: room}, {header: 票号}]}\n")
	r := s.load("x.csv", csv("项目,房号,收费项目,账期,应收金额", "P1,一号,物业费,202503,100.00"), by("east"))
	if r.Status != Published || r.Loaded != 1 || r.Warnings != 6 {
		t.Fatalf("%+v", r)
	}
	cells, err := Quarantined(t.Context(), s.db, gatehouse.AllProjects(), "tester", r.LoadID)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range cells {
		got = append(got, fmt.Sprint(c.Code, " ", c.Level, " ", c.Cell, " ", c.Row, " ", c.Value))
	}
	slices.Sort(got)
	want := []string{
		"missing-column warning  1 票号", "new-column warning A1 1 项目", "new-column warning C1 1 收费项目", "new-column warning D1 1 账期",
		"new-column warning E1 1 应收金额", "retyped-column warning B1 1 房号",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := s.WriteMarked(t.Context(), &strings.Builder{}, gatehouse.AllProjects(), "tester", r.LoadID, gatehouse.Chinese); err != nil {
		t.Error(err)
	}
}

// TestWarningsThatAreErrors: a source that has agreed to right totals has its
// file refused for a wrong one, and doubtful rows go to quarantine.
func TestWarningsThatAreErrors(t *testing.T) {
	t.Parallel()
	lines := []string{"项目,房号,收费项目,账期,应收金额", "P1,1-1-101,物业费,202503,100.00", "合计,,,,90.00"}
	m := Mapping{Name: "east", Errors: []Code{TotalMismatch}}
	if in, p := readAlone(t, csv(lines...), nil); in.warnings != 1 || len(p.Errors) != 0 {
		t.Errorf("without: %+v", p.Errors)
	}
	_, p := readAlone(t, csv(lines...), &m)
	if len(p.Errors) != 1 || !strings.Contains(string(p.Errors[0].Code), "the total in E3 of the file is 90.00, but its rows add up to 100.00") {
		t.Errorf("with: %+v", p.Errors)
	}
	for _, strict := range []bool{false, true} {
		in, _ := readAlone(t, csv(lines...), nil)
		r := &record{origin: origin{row: 2}}
		in.strict = map[Code]bool{TotalMismatch: strict}
		in.doubt(r, fAmount, TotalMismatch, "why", 0)
		if (len(r.faults) == 1) != strict || (len(r.doubts) == 1) == strict {
			t.Errorf("strict %v: %+v %+v", strict, r.faults, r.doubts)
		}
	}
}

// TestQuestionsWithBadAnswers: a bad answer among the first rows is set aside;
// it does not make the question vanish.
func TestQuestionsWithBadAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		answers   []string
		questions int
		bad       []Code
	}{
		{"all good", []string{"5", "4", "3", "不清楚"}, 2, nil},
		{"off the scale", []string{"5", "4", "3", "55"}, 2, []Code{ScoreOffScale}},
		{"no score", []string{"5", "4", "还行吧", "3"}, 2, []Code{TypeError}},
		{"blank cells do not count", []string{"5", "", "", "还行吧"}, 1, nil},
		{"words", []string{"好", "很好", "5", "4"}, 1, nil},
	} {
		lines := []string{"项目,序号,提交时间,1、总体满意度,2、保洁"}
		for i, a := range c.answers {
			lines = append(lines, fmt.Sprintf("P1,%d,2026-03-05,5,%s", i+1, a))
		}
		in, _ := readAlone(t, csv(lines...), nil)
		var bad []Code
		for _, e := range in.errors {
			bad = append(bad, e.Code)
		}
		if in.plan == nil || len(in.plan.questions) != c.questions || !slices.Equal(bad, c.bad) {
			t.Errorf("%s: %d questions, errors %v", c.name, len(in.plan.questions), bad)
		}
	}
}
