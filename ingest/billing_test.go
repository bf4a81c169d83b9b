package ingest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestBillsThatCount: of the rows of a bill the one of the greatest rank, in
// whatever order they come, and of an account the newest.
func TestBillsThatCount(t *testing.T) {
	t.Parallel()
	type row struct {
		fact uint64
		bill publishedBill
	}
	bill := func(fact, rank, slot uint64, start int32) row {
		return row{fact, publishedBill{rank: rank, slot: slot, key: fact, start: start, end: start + 1, kind: normalBill}}
	}
	of := func(r row, kind uint8, key uint64) row {
		r.bill.kind, r.bill.key = kind, key
		return r
	}
	var many []row
	for i := range 30 {
		many = append(many, bill(uint64(i+1), 1, 7, int32(100-i)))
	}
	for _, c := range []struct {
		name string
		rows []row
		want string
	}{
		{"none", nil, ""},
		{"accounts, oldest first", []row{bill(1, 1, 7, 20), bill(2, 1, 8, 20), bill(3, 1, 7, 10)}, "7: 3 1; 8: 2"},
		{"published again", []row{bill(1, 1, 7, 10), bill(1, 2, 7, 20), bill(2, 1, 7, 15)}, "7: 2 1"},
		{"published again, told before", []row{bill(1, 2, 7, 20), bill(1, 1, 7, 10), bill(2, 1, 7, 15)}, "7: 2 1"},
		{"for another room", []row{bill(1, 1, 7, 10), bill(1, 2, 8, 10)}, "8: 1"},
		{"no normal bill any more", []row{bill(1, 1, 7, 10), of(bill(1, 2, 7, 10), 0, 1)}, ""},
		{"no period", []row{{1, publishedBill{rank: 1, slot: 7, key: 1, kind: normalBill}}}, ""},
		{"taken back", []row{bill(1, 1, 7, 10), of(bill(2, 1, 7, 10), reversalBill, 1)}, "7: 1; taken 1"},
		{"the newest", many, "7: 24 23 22 21 20 19 18 17 16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1"},
	} {
		var k billBook
		for _, r := range c.rows {
			k.add(r.fact, r.bill)
		}
		if diff := cmp.Diff(c.want, k.billing().String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// String lists the bills of each account, and those that are taken back.
func (b billing) String() string {
	var parts []string
	for _, slot := range slices.Sorted(maps.Keys(b.accounts)) {
		part := fmt.Sprint(slot, ":")
		for _, c := range b.accounts[slot].charges {
			part += fmt.Sprint(" ", c.key)
		}
		parts = append(parts, part)
	}
	if len(b.taken) > 0 {
		parts = append(parts, strings.Trim(fmt.Sprint("taken ", slices.Sorted(maps.Keys(b.taken))), "[]"))
	}
	return strings.NewReplacer("[", "", "]", "").Replace(strings.Join(parts, "; "))
}
