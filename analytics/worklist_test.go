package analytics

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/ingest/demo"
)

func exactly(t *testing.T, s string) decimal.Decimal {
	t.Helper()
	d, err := decimal.NewFromString(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// workBook is a book of two projects in March 2026, small enough to work by hand.
func workBook(t *testing.T) *books {
	t.Helper()
	b := newBooks(t)
	b.load("projects.csv", "项目编码,项目名称,户数", "P1,阳光花园,100", "P2,云栖苑,80")
	b.load("rooms.csv", "项目编码,房号,建筑面积", "P1,1-1-101,90", "P1,1-1-102,90", "P1,2-1-101,80", "P1,2-1-102,80", "P2,1-1-101,70")
	b.load("bills.csv", "项目编码,账单号,房号,收费项目,账期,应交日期,应收金额,类型,原账单号",
		// Owes January and February, paid both of last year by this day then.
		"P1,A1,1-1-101,物业费,2025-01,2025-01-31,300,正常,", "P1,A2,1-1-101,物业费,2025-02,2025-02-28,300,正常,",
		"P1,A3,1-1-101,物业费,2026-01,2026-01-31,300,正常,", "P1,A4,1-1-101,物业费,2026-02,2026-02-28,300,正常,",
		"P1,A5,1-1-101,物业费,2026-03,2026-03-31,300,正常,", // not due yet
		// Pays a part each month; owes parking too, and a late fee, which is not counted.
		"P1,B1,1-1-102,物业费,2026-01,2026-01-31,200,正常,", "P1,B2,1-1-102,物业费,2026-02,2026-02-28,200,正常,",
		"P1,B3,1-1-102,车位费,2026-02,2026-02-28,150,正常,", "P1,B4,1-1-102,物业费,2026-02,2026-02-28,25,违约金,",
		// Owes nothing: paid, and a bill taken back.
		"P1,C1,2-1-101,物业费,2026-02,2026-02-28,180,正常,", "P1,C2,2-1-101,物业费,2026-02,2026-02-28,-180,红冲,C1",
		// Never paid since 2024.
		"P1,D1,2-1-102,物业费,2024-03,2024-03-31,100.50,正常,", "P1,D2,2-1-102,物业费,2026-02,2026-02-28,100.50,正常,",
		"P2,E1,1-1-101,物业费,2026-02,2026-02-28,900,正常,",
		"X9,F1,1-1-101,物业费,2026-02,2026-02-28,40,正常,")
	b.load("payments.csv", "项目编码,收据号,账单号,房号,收费项目,缴费时间,实收金额",
		"P1,R1,A1,1-1-101,物业费,2025-01-20,300", "P1,R2,A2,1-1-101,物业费,2025-03-15,300",
		"P1,R3,B1,1-1-102,物业费,2026-01-31,150", "P1,R4,B2,1-1-102,物业费,2026-03-02,120",
		"P2,R5,E1,1-1-101,物业费,2026-03-20,400")
	return b
}

// work is the book as seen on 20 March 2026 at 9:00 by all of its projects.
func (b *books) work(scope gatehouse.Scope) Work {
	day := gatehouse.NewDate(2026, time.March, 20)
	return Work{Scope: scope, At: asKnownOn(b.t, b.Service, day, 0), Now: day.In(b.Calendar().Location).Add(9 * time.Hour)}
}

func TestRoomsToChase(t *testing.T) {
	t.Parallel()
	b := workBook(t)
	w := b.work(gatehouse.AllProjects())
	all, err := b.Arrears(t.Context(), w, Stretch{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range all.List {
		var items []string
		for _, i := range r.Items {
			items = append(items, i.Item+" "+i.Owed.String())
		}
		paid := "never"
		if r.LastPaid != 0 {
			paid = r.LastPaid.String()
		}
		got = append(got, fmt.Sprintf("%s %s: %s, %s yuan·days, %s; %d months, oldest %s, %d days; paid %s; %s %d %v; %s row %d",
			r.Project, r.Room, r.Owed, r.Weight, strings.Join(items, " + "), r.Months, r.Oldest, r.Days, paid, r.Reason.Kind, r.Reason.Run, r.Reason.PaidLastYear, r.Bill.Origin.File, r.Bill.Origin.Row))
	}
	want := []string{
		// 100.50 × 719 + 100.50 × 20
		"P1 2-1-102: 201.00, 74269.50 yuan·days, 物业费 201.00; 2 months, oldest 2024-03-31, 719 days; paid never; never_paid 2 false; bills.csv row 13",
		// 300 × 48 + 300 × 20
		"P1 1-1-101: 600.00, 20400.00 yuan·days, 物业费 600.00; 2 months, oldest 2026-01-31, 48 days; paid 2025-03-15; stopped 2 true; bills.csv row 4",
		// 500 × 20
		"P2 1-1-101: 500.00, 10000.00 yuan·days, 物业费 500.00; 1 months, oldest 2026-02-28, 20 days; paid 2026-03-20; new_debt 1 false; bills.csv row 15",
		// 50 × 48 + 80 × 20 + 150 × 20
		"P1 1-1-102: 280.00, 7000.00 yuan·days, 车位费 150.00 + 物业费 130.00; 2 months, oldest 2026-01-31, 48 days; paid 2026-03-02; part 2 false; bills.csv row 7",
		// 40 × 20, of a project that no master names
		" 1-1-101: 40.00, 800.00 yuan·days, 物业费 40.00; 1 months, oldest 2026-02-28, 20 days; paid never; never_paid 1 false; bills.csv row 16",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rooms to chase (-want +got):\n%s", diff)
	}
	if all.Rooms != 5 || all.Owed.String() != "1621.00" {
		t.Errorf("%d rooms owe %s, want 5 and 1621.00", all.Rooms, all.Owed)
	}
	// A part of the list is that part of it.
	some, err := b.Arrears(t.Context(), w, Stretch{Limit: 2, Offset: 1})
	if err != nil || some.Rooms != 5 || some.Owed != all.Owed || !cmp.Equal(some.List, all.List[1:3]) {
		t.Errorf("the second and third of the list: %+v, error %v", some, err)
	}
	// Who sees one project sees its rooms only.
	own, err := b.Arrears(t.Context(), b.work(gatehouse.Projects("P2")), Stretch{})
	if err != nil || own.Rooms != 1 || own.Owed.String() != "500.00" || own.List[0].Project != "P2" {
		t.Errorf("within P2: %+v, error %v", own, err)
	}
	if none, err := b.Arrears(t.Context(), b.work(gatehouse.Projects()), Stretch{}); err != nil || none.Rooms != 0 {
		t.Errorf("within no project: %+v, error %v", none, err)
	}
}

// Whatever the books: the rooms owe what arrears by age say is past due, they
// come in order, and no room comes twice.
func TestRoomsToChaseAddUpToTheArrears(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	_, files := written(t, demo.Options{Seed: 5, Last: gatehouse.NewMonth(2026, 2), Months: 14, Projects: 2, RoomsPerProject: 40})
	for _, file := range files {
		load(t, b.loader, file)
	}
	w := b.work(gatehouse.AllProjects())
	all, err := b.Arrears(t.Context(), w, Stretch{})
	if err != nil || len(all.List) < 20 {
		t.Fatalf("%d rooms, error %v", len(all.List), err)
	}
	if !slices.IsSortedFunc(all.List, CompareArrears) {
		t.Error("the rooms are not in the order of CompareArrears")
	}
	seen, sum := map[string]bool{}, decimal.Zero
	for _, r := range all.List {
		name := r.Project + "/" + r.Bill.Ref + "/" + r.Room
		if seen[name] || r.Bill.Origin.Row == 0 || r.Oldest >= w.At.AsOf || r.Months == 0 {
			t.Errorf("room %s: seen before %v, %+v", name, seen[name], r)
		}
		seen[name], sum = true, sum.Add(exactly(t, r.Owed.String()))
	}
	values, err := b.Values(t.Context(), w.Scope, w.At, Ask{KPI: "arrears_age", Periods: []gatehouse.Period{gatehouse.MonthPeriod(w.At.AsOf.Month())}, Dim: "age"})
	if err != nil {
		t.Fatal(err)
	}
	due := decimal.Zero
	for _, v := range values {
		if v.Slice != "not_due" {
			due = due.Add(v.Numerator)
		}
	}
	if !sum.Equal(due) || sum.String() != exactly(t, all.Owed.String()).String() {
		t.Errorf("the rooms owe %s, together %s; by age %s is past due", sum, all.Owed, due)
	}
}
