package analytics

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gatehouse"
)

// monthsOf reads months due up to March 2026, a hundred yuan each, by what was
// paid of them: ✓ all, - nothing, ½ half, * all, by the same day a year before,
// 0 a month for which nothing was due.
func monthsOf(t *testing.T, paid string) []monthDue {
	t.Helper()
	marks := strings.Fields(paid)
	months := make([]monthDue, len(marks))
	for i, mark := range marks {
		m := monthDue{month: gatehouse.NewMonth(2026, 3) - gatehouse.Month(len(marks)-1-i), net: 100_00}
		switch mark {
		case "✓":
			m.paid = 100_00
		case "*":
			m.paid, m.yearAgo = 100_00, 100_00
		case "½":
			m.paid = 50_00
		case "0":
			m.net = 0
		case "-":
		default:
			t.Fatalf("%q is no mark", mark)
		}
		months[i] = m
	}
	return months
}

func TestReasonsThatTheBooksTell(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		months   string
		ever     bool
		kind     ReasonKind
		run      int
		lastYear bool
	}{
		{"- - -", false, NeverPaid, 3, false},
		{"- - -", true, StoppedPay, 3, false}, // paid something else, such as a late fee
		{"✓ ✓ - -", true, StoppedPay, 2, false},
		{"✓ - 0 -", true, StoppedPay, 2, false}, // nothing was due in between
		{"* * * ✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓ - - -", true, StoppedPay, 3, true},
		{"* * ✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓ - - -", true, StoppedPay, 3, false}, // one of the three was paid late a year ago
		{"✓ ½ ½ ½", true, PaysInPart, 3, false},
		{"- - ✓ ½ ½", true, PaysInPart, 2, false},
		{"- ½ ✓ ✓", true, OldDebt, 2, false},
		{"✓ ✓ -", true, NewDebt, 1, false},
		{"✓ ✓ ½", true, NewDebt, 1, false},
		{"- ✓ -", true, OnAndOff, 0, false},
		{"½ -", true, OnAndOff, 0, false},
		{"-", false, NeverPaid, 1, false},
		{"✓ ✓", true, Unexplained, 0, false},
		{"", true, Unexplained, 0, false},
	} {
		got := reasonOf(monthsOf(t, c.months), c.ever)
		if want := (Reason{c.kind, c.run, c.lastYear}); got != want {
			t.Errorf("%s (paid before: %v): %+v, want %+v", c.months, c.ever, got, want)
		}
	}
}

// A small old debt does not hide a large new one: what counts is yuan × days.
func TestRoomsAreChasedByYuanDays(t *testing.T) {
	t.Parallel()
	room := func(name string, yuan, days int) RoomArrears {
		return RoomArrears{Room: name, Owed: gatehouse.Money(yuan * 100), Weight: gatehouse.Money(yuan * 100 * days)}
	}
	rooms := []RoomArrears{
		room("a little, five years", 10, 1800), room("much, since last week", 30_000, 7), room("some, a year", 1_000, 365),
		room("same weight, less money", 500, 730), room("same weight, less money, later name", 500, 730),
	}
	slices.SortFunc(rooms, CompareArrears)
	var order []string
	for _, r := range rooms {
		order = append(order, r.Room)
	}
	want := []string{"some, a year", "same weight, less money", "same weight, less money, later name", "much, since last week", "a little, five years"}
	if !slices.Equal(order, want) {
		t.Errorf("order %q, want %q", order, want)
	}
}

func TestReturnsNeeded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		issued, returned int
		target           string
		needed, short    int
	}{
		{1000, 120, "0.35", 350, 230},
		{1000, 360, "0.35", 350, 0},
		{333, 0, "0.35", 117, 117}, // 116.55 are not enough
		{60, 10, "0.35", 30, 20},   // 21 would meet the target, but show no value
		{20, 5, "0.35", 20, 15},    // there are no more
		{400, 10, "", 30, 20},      // no target: enough to show a value
		{0, 12, "0.35", 30, 18},    // nobody said how many were issued
	} {
		r := Returns{Issued: c.issued, Returned: c.returned}
		if c.target != "" {
			d := exactly(t, c.target)
			r.Target = &d
		}
		if r.Needed() != c.needed || r.Short() != c.short {
			t.Errorf("%d of %d, target %q: needs %d, short of %d, want %d and %d", c.returned, c.issued, c.target, r.Needed(), r.Short(), c.needed, c.short)
		}
	}
	list := []Returns{{Project: "B", Returned: 10}, {Project: "A", Returned: 10}, {Project: "C"}}
	slices.SortFunc(list, CompareReturns)
	if got := list[0].Project + list[1].Project + list[2].Project; got != "CAB" {
		t.Errorf("order %s, want CAB", cmp.Or(got, strconv.Itoa(len(list)), fmt.Sprint(list)))
	}
}
