package analytics

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
)

// It is 20 March 2026. What is open stands by its age on the last day of the
// period, or today.
func TestRequestClasses(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.projects("P1", "P2")
	b.load("requests.csv", requestHead,
		"P1,W1,投诉,噪音,1-1-101,2026-02-10 09:00,2026-02-10 10:00,,2026-02-11 09:00,2026-02-12 09:00,何敏", // in time, 24 hours
		"P1,W2,投诉,噪音,1-1-102,2026-02-20 09:00,2026-02-23 09:00,,2026-03-02 09:00,,何敏",                 // late both, closed in March, due in February
		"P1,W3,投诉,漏水,1-1-103,2026-03-01 09:00,,,,,周强",                                                 // open 19 days, overdue
		"P1,W4,报修,漏水,1-1-104,2026-03-19 09:00,2026-03-19 10:00,,,,周强",                                 // open a day, due tomorrow
		"P1,W5,报修,,1-1-105,2026-03-10 09:00,2026-03-10 10:00,,2026-03-10 21:00,,周强",                   // 12 hours, of no category
		"P1,W6,报修,漏水,1-1-106,2026-03-25 09:00,,,,,周强",                                                 // not yet
		"P2,W1,投诉,噪音,1-1-101,2026-03-05 09:00,2026-03-05 10:00,,2026-03-06 21:00,,王五")                 // 36 hours
	feb, mar := gatehouse.MonthPeriod(gatehouse.NewMonth(2026, 2)), gatehouse.MonthPeriod(gatehouse.NewMonth(2026, 3))
	at := b.work(gatehouse.AllProjects()).At
	words := func(scope gatehouse.Scope) []string {
		t.Helper()
		classes, err := b.RequestClasses(t.Context(), scope, at, []gatehouse.Period{feb, mar})
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		for _, c := range classes {
			list = append(list, fmt.Sprintf("%d/%d %d %s %s: opened %d, answered %d, due %d, resolved %d, closed %d in %v h, open %d %v, overdue %d",
				c.Period.Start.Year(), c.Period.Start.Of(), c.Level, c.Kind, c.Category, c.Opened, c.Answered, c.Due, c.Resolved, c.Closed, c.Median, c.Open, c.Ages, c.OverdueNow))
		}
		return list
	}
	want := []string{
		"2026/2 2  : opened 2, answered 1, due 2, resolved 1, closed 1 in 24 h, open 1 [0 0 0 1 0 0], overdue 1",
		"2026/2 1 complaint : opened 2, answered 1, due 2, resolved 1, closed 1 in 24 h, open 1 [0 0 0 1 0 0], overdue 1",
		"2026/2 0 complaint 噪音: opened 2, answered 1, due 2, resolved 1, closed 1 in 24 h, open 1 [0 0 0 1 0 0], overdue 1",
		"2026/3 2  : opened 4, answered 3, due 3, resolved 2, closed 3 in 36 h, open 2 [1 0 0 0 1 0], overdue 1",
		"2026/3 1 complaint : opened 2, answered 1, due 2, resolved 1, closed 2 in 138 h, open 1 [0 0 0 0 1 0], overdue 1",
		"2026/3 1 repair : opened 2, answered 2, due 1, resolved 1, closed 1 in 12 h, open 1 [1 0 0 0 0 0], overdue 0",
		"2026/3 0 complaint 漏水: opened 1, answered 0, due 1, resolved 0, closed 0 in NaN h, open 1 [0 0 0 0 1 0], overdue 1",
		"2026/3 0 repair 漏水: opened 1, answered 1, due 0, resolved 0, closed 0 in NaN h, open 1 [1 0 0 0 0 0], overdue 0",
		"2026/3 0 complaint 噪音: opened 1, answered 1, due 1, resolved 1, closed 2 in 138 h, open 0 [0 0 0 0 0 0], overdue 0",
		"2026/3 0 repair : opened 1, answered 1, due 1, resolved 1, closed 1 in 12 h, open 0 [0 0 0 0 0 0], overdue 0",
	}
	if diff := cmp.Diff(want, words(gatehouse.AllProjects())); diff != "" {
		t.Errorf("classes (-want +got):\n%s", diff)
	}
	if got := words(gatehouse.Projects("P2")); len(got) != 3 {
		t.Errorf("of P2: %v", got)
	}
	if got := words(gatehouse.Scope{}); len(got) != 0 {
		t.Errorf("of no project: %v", got)
	}
}

// Each class comes to what the stored KPIs say of its kind.
func TestRequestClassesEqualTheKPIs(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.projects("P1", "P2")
	lines := []string{requestHead}
	for i := range 300 { // of four kinds, answered, closed and due at all distances
		kind := []string{"投诉", "报修", "建议", "咨询"}[i%4]
		answered, closed := "", ""
		if i%7 > 0 {
			answered = fmt.Sprintf("2026-%02d-%02d %02d:%02d", 1+i%3, 1+i%18, 6+i%11, i%60)
		}
		if i%5 > 0 {
			closed = fmt.Sprintf("2026-%02d-%02d %02d:%02d", 1+i%3, 1+i%18+i%9, 18+i%5, i%60)
		}
		lines = append(lines, fmt.Sprintf("P%d,W%d,%s,类%d,,2026-%02d-%02d 05:00,%s,,%s,,甲", 1+i%2, i, kind, i%6, 1+i%3, 1+i%18, answered, closed))
	}
	b.load("requests.csv", lines...)
	b.refreshed()
	at, err := b.Latest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	quarter := gatehouse.Period{Start: gatehouse.NewMonth(2026, 1), End: gatehouse.NewMonth(2026, 4)}
	classes, err := b.RequestClasses(t.Context(), gatehouse.AllProjects(), at, []gatehouse.Period{quarter})
	if err != nil {
		t.Fatal(err)
	}
	for kpi, of := range map[string]func(RequestClass) string{
		"closure_rate":     func(c RequestClass) string { return fmt.Sprint(c.Opened) },
		"response_on_time": func(c RequestClass) string { return fmt.Sprintf("%d/%d", c.Answered, c.Opened) },
		"resolved_on_time": func(c RequestClass) string { return fmt.Sprintf("%d/%d", c.Resolved, c.Due) },
		"resolution_hours": func(c RequestClass) string { return fmt.Sprintf("%.6f of %d", c.Median, c.Closed) },
	} {
		values, err := b.Values(t.Context(), gatehouse.AllProjects(), at, Ask{KPI: kpi, Periods: []gatehouse.Period{quarter}, Dim: "kind"})
		if err != nil || len(values) != 4 {
			t.Fatalf("%s: %d values, %v", kpi, len(values), err)
		}
		for _, v := range values {
			want := map[string]string{
				"closure_rate": v.Denominator.String(), "response_on_time": v.Numerator.String() + "/" + v.Denominator.String(),
				"resolved_on_time": v.Numerator.String() + "/" + v.Denominator.String(), "resolution_hours": fmt.Sprintf("%.6f of %d", v.Float(), v.N),
			}[kpi]
			for _, c := range classes {
				if c.Level == OfKind && c.Kind == v.Slice && of(c) != want {
					t.Errorf("%s of %s: %s, the KPI has %s", kpi, c.Kind, of(c), want)
				}
			}
		}
	}
}

// The query runs where there is nothing.
func TestRequestClassesOfNothing(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	at := Snapshot{AsOf: gatehouse.NewDate(2026, 3, 20), run: 1}
	classes, err := b.RequestClasses(t.Context(), gatehouse.AllProjects(), at, []gatehouse.Period{gatehouse.MonthPeriod(gatehouse.NewMonth(2026, 3))})
	if err != nil || len(classes) != 0 {
		t.Errorf("%v, %v", classes, err)
	}
}
