package ingest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
)

func (s *site) preview(name string, content []byte) Preview {
	s.t.Helper()
	p, err := s.Preview(s.t.Context(), request(name, content))
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// TestPreview: what a load would do is told before anything is written, and is
// what the load then does.
func TestPreview(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.load("before.csv", csv("项目,房号,收费项目,账期,应收金额", "P1,1-1-101,物业费,202503,100.00", "P1,1-1-102,物业费,202503,90.00"))
	content := csv("三月应收", "项目,房号,收费项目,账期,应收金额（元）,联系电话,备注", "P1,1-1-101,物业费,202503,100.00,13800000000,a",
		"P1,1-1-102,物业费,202503,200.00,,", "P1,1-1-103,物业费,202503,30.00,,", "P1,1-1-104,物业费,202503,x,,", "合计,,,,350.00,,")
	p := s.preview("bills.csv", content)
	if p.Status != Previewed || p.Rows != 5 || p.Loaded != 3 || p.Quarantined != 1 || p.Skipped != 1 || p.Warnings != 4 || p.Orphans != 3 {
		t.Errorf("counts: %+v", p.Result)
	}
	if diff := cmp.Diff([]KeyChanges{{Table: "fee_bill", New: 1, Changed: 1, Unchanged: 1}}, p.Changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]ControlTotal{{Name: "fee_bill.amount", Claimed: new(gatehouse.Money(35000)), Cells: 33000, Loaded: 33000}}, p.Control); diff != "" {
		t.Errorf("control totals (-want +got):\n%s", diff)
	}
	want := []SheetPreview{{
		Feed: "fee_bill", Header: 2,
		Columns: []ColumnPreview{
			{Column: "A", Header: "项目", Use: UseField, Field: "project", Samples: []string{"P1", "P1", "P1"}, Kind: KindText},
			{Column: "B", Header: "房号", Use: UseField, Field: "room", Samples: []string{"1-1-101", "1-1-102", "1-1-103"}, Kind: KindRoom},
			{Column: "C", Header: "收费项目", Use: UseField, Field: "fee_item", Samples: []string{"物业费", "物业费", "物业费"}, Kind: KindText},
			{Column: "D", Header: "账期", Use: UseField, Field: "period", Samples: []string{"202503", "202503", "202503"}, Kind: KindNumber},
			{Column: "E", Header: "应收金额（元）", Use: UseField, Field: "amount", Unit: "元", Samples: []string{"100.00", "200.00", "30.00"}, Kind: KindNumber},
			{Column: "F", Header: "联系电话", Use: UsePersonal, Samples: []string{}},
			{Column: "G", Header: "备注", Use: UseIgnored, Samples: []string{"a"}, Kind: KindText},
		},
	}}
	for i := range p.Sheets {
		if len(p.Sheets[i].Rows) != sampleRows {
			t.Errorf("sheet %d shows %d rows", i, len(p.Sheets[i].Rows))
		}
		if diff := cmp.Diff([]string{"P1", "1-1-101", "物业费", "202503", "100.00", "", "a"}, p.Sheets[i].Rows[0].Cells); diff != "" {
			t.Errorf("first row (-want +got):\n%s", diff)
		}
		p.Sheets[i].Rows = nil
	}
	if diff := cmp.Diff(want, p.Sheets, cmp.AllowUnexported(ColumnPreview{}), cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".at" }, cmp.Ignore())); diff != "" {
		t.Errorf("sheets (-want +got):\n%s", diff)
	}
	if list, err := Loads(t.Context(), s.db, gatehouse.AllProjects(), LoadFilter{}); err != nil || len(list) != 1 {
		t.Errorf("the preview left a load behind: %+v, %v", list, err)
	}
	r := s.load("bills.csv", content)
	r.Status, r.Attempt = Previewed, 0
	if diff := cmp.Diff(p.Result, r); diff != "" {
		t.Errorf("the load is not what the preview said (-preview +load):\n%s", diff)
	}
	if p := s.preview("bills.csv", content); p.Status != AlreadyLoaded {
		t.Errorf("preview of a loaded file: %+v", p.Result)
	}
}
