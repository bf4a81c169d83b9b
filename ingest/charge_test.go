package ingest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
)

func date(s string) gatehouse.Date {
	d, err := gatehouse.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// billed is a bill of a service period; until is the day after it.
func billed(key uint64, from, until string, amount gatehouse.Money) charge {
	return newCharge(key, date(from), date(until), amount)
}

func accountOf(charges ...charge) *account {
	a := &account{published: true}
	for _, c := range charges {
		a.add(c)
	}
	return a
}

func TestWholeMonths(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, until string
		want        int64
	}{
		{"2026-01-01", "2026-02-01", 1},
		{"2026-01-01", "2026-04-01", 3},
		{"2025-07-15", "2026-07-15", 12},
		{"2026-01-12", "2026-02-01", 0}, // somebody moved in
		{"2026-01-01", "2026-01-01", 0},
	} {
		if got := wholeMonths(date(c.from), date(c.until)); got != c.want {
			t.Errorf("[%s, %s): %d months, want %d", c.from, c.until, got, c.want)
		}
	}
}

func TestUsualAmount(t *testing.T) {
	t.Parallel()
	monthly := func(amounts ...gatehouse.Money) []charge {
		var list []charge
		for i, amount := range amounts {
			m := gatehouse.NewMonth(2025, 1) + gatehouse.Month(i)
			list = append(list, newCharge(uint64(i+1), m.Start(), (m+1).Start(), amount))
		}
		return list
	}
	next := func(amount gatehouse.Money) charge { return billed(99, "2026-06-01", "2026-07-01", amount) }
	for _, c := range []struct {
		name    string
		history []charge
		bill    charge
		median  int64
		far     bool
	}{
		{"three bills are too few", monthly(10000, 10000, 10000), next(99999), 0, false},
		{"half more is not far", monthly(10000, 10000, 10000, 10000), next(15000), 10000, false},
		{"a cent above half more is", monthly(10000, 10000, 10000, 10000), next(15001), 10000, true},
		{"half less is not far", monthly(10000, 10000, 10000, 10000), next(5000), 10000, false},
		{"a cent below half less is", monthly(10000, 10000, 10000, 10000), next(4999), 10000, true},
		// Median 400.00; deviations 300, 200, 0, 200, 300, so 200.00 in the middle:
		// the limit is 3 × 1.4826 × 200.00 = 889.56 away.
		{"an item that varies, at the limit", monthly(10000, 20000, 40000, 60000, 70000), next(128956), 40000, false},
		{"an item that varies, beyond", monthly(10000, 20000, 40000, 60000, 70000), next(128957), 40000, true},
		{"one odd bill moves nothing", monthly(10000, 10000, 900000, 10000, 10000), next(15001), 10000, true},
		{"a quarter is three months", monthly(10000, 10000, 10000, 10000), billed(99, "2026-06-01", "2026-09-01", 30000), 10000, false},
		{"a quarter at the price of five", monthly(10000, 10000, 10000, 10000), billed(99, "2026-06-01", "2026-09-01", 50000), 10000, true},
		{"days left over are not compared", monthly(10000, 10000, 10000, 10000), billed(99, "2026-06-12", "2026-07-01", 99999), 0, false},
		{"later bills are none before", monthly(10000, 10000, 10000, 10000), billed(99, "2024-06-01", "2024-07-01", 99999), 0, false},
		{"its own older version does not count", monthly(10000, 10000, 10000, 10000), billed(2, "2026-06-01", "2026-07-01", 99999), 0, false},
		{"the last twelve count", monthly(90000, 90000, 90000, 90000, 90000, 10000, 10000, 10000, 10000, 10000, 10000, 10000, 10000, 10000, 10000, 10000, 10000), next(90000), 10000, true},
	} {
		median, far := accountOf(c.history...).usual(c.bill, taken{})
		if median != c.median || far != c.far {
			t.Errorf("%s: usual %d, far %v; want %d, %v", c.name, median, far, c.median, c.far)
		}
	}
	history := monthly(10000, 10000, 10000, 10000)
	if _, far := accountOf(history...).usual(next(99999), taken{history[0].key: {}}); far {
		t.Error("a bill that is taken back counts")
	}
}

func TestOverlapAndGap(t *testing.T) {
	t.Parallel()
	january, february := billed(1, "2026-01-01", "2026-02-01", 1), billed(2, "2026-02-01", "2026-03-01", 1)
	heating := []charge{billed(3, "2023-11-15", "2024-03-15", 1), billed(4, "2024-11-15", "2025-03-15", 1)}
	for _, c := range []struct {
		name         string
		history      []charge
		bill         charge
		overlap, gap string
	}{
		{"no bills", nil, february, "", ""},
		{"the month after", []charge{january}, february, "", ""},
		{"the same period under another number", []charge{january}, billed(9, "2026-01-01", "2026-02-01", 1), "2026-01-01–2026-01-31", ""},
		{"the last day", []charge{january}, billed(9, "2026-01-31", "2026-03-01", 1), "2026-01-01–2026-01-31", ""},
		{"a quarter over a month", []charge{february}, billed(9, "2026-01-01", "2026-04-01", 1), "2026-02-01–2026-02-28", ""},
		{"the bill itself, as it was", []charge{january}, billed(1, "2026-01-01", "2026-03-01", 1), "", ""},
		{"a month left out", []charge{january}, billed(9, "2026-03-01", "2026-04-01", 1), "", "2026-02-01–2026-02-28"},
		{"a day less than a month", []charge{january}, billed(9, "2026-02-28", "2026-04-01", 1), "", ""},
		{"a month that another bill has", []charge{january, february}, billed(9, "2026-03-01", "2026-04-01", 1), "", ""},
		{"the first of all", []charge{february}, billed(9, "2025-01-01", "2025-02-01", 1), "", ""},
		{"an item of the winter", heating, billed(9, "2025-11-15", "2026-03-15", 1), "", ""},
	} {
		a := accountOf(c.history...)
		overlap, gap := "", ""
		if o, ok := a.overlap(c.bill, taken{}); ok {
			overlap = daysText(gatehouse.Date(o.start), gatehouse.Date(o.end))
		}
		if from, ok := a.gap(c.bill, taken{}); ok {
			gap = daysText(from, gatehouse.Date(c.bill.start))
		}
		if diff := cmp.Diff([]string{c.overlap, c.gap}, []string{overlap, gap}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	if _, ok := accountOf(january).overlap(billed(9, "2026-01-01", "2026-02-01", 1), taken{january.key: {}}); ok {
		t.Error("overlaps a bill that is taken back")
	}
	own := &account{charges: []charge{january}}
	if _, ok := own.gap(billed(9, "2026-03-01", "2026-04-01", 1), taken{}); ok {
		t.Error("a gap where nothing is published")
	}
}

func TestAccountKeepsTheNewest(t *testing.T) {
	t.Parallel()
	a := &account{}
	for i := range chargesKept + 10 {
		m := gatehouse.NewMonth(2026, 1) - gatehouse.Month(i) // newest first
		a.add(newCharge(uint64(i), m.Start(), (m + 1).Start(), 1))
	}
	if len(a.charges) != chargesKept || a.charges[0].key != chargesKept-1 || a.charges[chargesKept-1].key != 0 {
		t.Errorf("kept %d, from %d to %d", len(a.charges), a.charges[0].key, a.charges[len(a.charges)-1].key)
	}
}
