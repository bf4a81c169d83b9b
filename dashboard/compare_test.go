package dashboard

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/analytics/stat"
)

// Another's project is refused as one of several too, and no peer outside the
// reader's scope is shown or counted.
func TestCompareKeepsToTheScope(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	site.fill()
	manager, head := site.as("manager"), site.as("head")
	for _, c := range []struct {
		address string
		by      *browser
		status  int
	}{
		{"/compare?with=P2", manager, http.StatusForbidden},
		{"/compare?with=P1,P2", manager, http.StatusForbidden},
		{"/compare?project=P2", manager, http.StatusForbidden},
		{"/panel/compare/table.json?with=P1,P2", manager, http.StatusForbidden},
		{"/compare.xlsx?with=P1,P2", manager, http.StatusForbidden},
		{"/compare?with=P1", manager, http.StatusOK},
		{"/compare?project=P1", manager, http.StatusOK},
		{"/compare?with=P1&add=P2", head, http.StatusSeeOther},
		{"/compare?with=P1,P2", head, http.StatusOK},
		{"/compare?with=P1,none", head, http.StatusNotFound},
		{"/compare?kpis=none", head, http.StatusNotFound},
		{"/compare?kpis=" + strings.Join([]string{"nps", "on_time_rate", "repeat_rate", "response_rate", "room_paid_rate", "closure_rate", "follow_up_rate"}, ","), head, http.StatusUnprocessableEntity},
	} {
		r := c.by.get(c.address)
		if r.status != c.status {
			t.Errorf("%s: %d, want %d", c.address, r.status, c.status)
		}
		if c.by == manager && strings.Contains(r.body, "云栖苑") {
			t.Errorf("%s names another's project", c.address)
		}
	}
	if to := head.get("/compare?with=P1&add=P2").header.Get("Location"); to != "/compare?with=P1%2CP2" {
		t.Errorf("adding leads to %s", to)
	}
}

// A project is held against the others without itself, as a ratio of sums.
func TestAProjectIsLeftOutOfItsOthers(t *testing.T) {
	t.Parallel()
	k := &analytics.KPI{Name: "made_up", Kind: analytics.Ratio, Unit: analytics.Percent, HigherIs: 1}
	b := &board{kpi: k}
	for _, one := range []struct {
		code        string
		paid, asked int64
	}{{"A", 90, 100}, {"B", 40, 50}, {"C", 100, 200}} {
		v := analytics.Value{KPI: k, Numerator: decimal.NewFromInt(one.paid), Denominator: decimal.NewFromInt(one.asked), N: uint64(one.asked)}
		b.standing = append(b.standing, standing{ProjectInfo: analytics.ProjectInfo{Code: one.code}, basis: v, reading: reading{of: k, value: v.Float()}})
	}
	got := map[string]float64{}
	for _, one := range b.sides() {
		got[one.Code] = one.others.prior
	}
	if diff := cmp.Diff(map[string]float64{"A": 0.56, "B": 190. / 300, "C": 130. / 150}, got, cmp.Comparer(func(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 })); diff != "" {
		t.Error(diff)
	}
}

// Rows and columns of who moved close to the digit, whatever is folded.
func TestMoversClose(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 9, 10, 30} {
		was, is := map[string]stat.Sums{}, map[string]stat.Sums{}
		for i := range n {
			key := fmt.Sprintf("P%02d", i)
			was[key] = stat.Sums{Y: decimal.NewFromInt(int64(100 + 7*i)), X: decimal.NewFromInt(int64(300 + i))}
			is[key] = stat.Sums{Y: decimal.NewFromInt(int64(120 + 5*i*i)), X: decimal.NewFromInt(int64(310 + 11*i))}
		}
		e, err := stat.ExplainAmount(was, is, 2)
		if err != nil {
			t.Fatal(err)
		}
		m := &moved{Explanation: e, money: true, unit: analytics.Yuan, lasting: e.Groups}
		f := Frame{Lang: gatehouse.English}
		table := f.moversTable(m, f.movedFormat(m), 1)
		if want := min(n, 2*moversShown+1) + 1; len(table.Rows) != want {
			t.Errorf("%d projects in %d rows, want %d", n, len(table.Rows), want)
		}
		total := table.Rows[len(table.Rows)-1]
		for _, key := range []string{"volume", "mix", "rate", "total"} {
			sum, at := decimal.Zero, table.Find(key)
			for _, row := range table.Rows[:len(table.Rows)-1] {
				sum = sum.Add(row.Cells[at].Decimal().Decimal)
			}
			if !sum.Equal(total.Cells[at].Decimal().Decimal) {
				t.Errorf("%d projects: %s comes to %s, the total says %s", n, key, sum, total.Cells[at].Exact)
			}
		}
		if got := total.Cells[table.Find("total")].Exact; got != e.Change().String() {
			t.Errorf("the total is %s, the change %s", got, e.Change())
		}
	}
}
