package ingest

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLinesOutOfStep: an amount with an unquoted comma shifts the cells behind
// it, which must not pass for a smaller amount.
func TestLinesOutOfStep(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.load("bills.csv", csv("项目,房号,收费项目,账期,应收金额",
		"P1,1-1-101,物业费,202503,1,234.50", `P1,1-1-102,物业费,202503,"1,234.50"`, "P1,1-1-103,物业费,202503,10,,", "P1,1-1-104,物业费,202503"))
	var got []string
	for _, e := range r.Errors {
		got = append(got, fmt.Sprint(e.Row, " ", e.Cell, " ", e.Value, " ", e.Code))
	}
	if diff := cmp.Diff([]string{"2 F2 234.50 extra-cell", "5 E5  missing-key"}, got); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("1-1-102 1234.5\n1-1-103 10", s.facts("fee_bill", "room", "amount")); diff != "" {
		t.Errorf("bills (-want +got):\n%s", diff)
	}
}
