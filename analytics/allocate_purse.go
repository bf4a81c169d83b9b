package analytics

import (
	"slices"
	"strings"
)

// room has the bills of one room, late fees last, by item, oldest due first.
type room struct {
	number
	debts    []*debt
	purses   []purse    // parts of debts, one for each item
	fees     *purse     // all fees but late ones, once somebody pays without an item
	lateFees *purse     // all late fees, once somebody pays just that
	paid     []*account // its payments in settlement order, when there is something to take back
}

// purse is what the money of one item may pay without naming it.
type purse struct {
	item    string
	late    bool
	debts   []*debt // oldest due first
	settled int     // so many of debts, from the first, have nothing outstanding
}

// lateItem tells fee items that are late fees themselves, such as 物业费违约金.
func lateItem(item string) bool {
	return strings.Contains(item, "违约金") || strings.Contains(item, "滞纳金")
}

func (b *Bill) late() bool { return b.Kind == "late_fee" || lateItem(b.Item) }

// fillPurses sorts the room's bills into purses.
func (r *room) fillPurses() {
	slices.SortFunc(r.debts, func(a, b *debt) int {
		switch {
		case a.late != b.late && b.late:
			return -1
		case a.late != b.late:
			return 1
		case a.Item != b.Item:
			return strings.Compare(a.Item, b.Item)
		}
		return dueOrder(a, b)
	})
	start := 0
	for i, d := range r.debts {
		if i+1 == len(r.debts) || r.debts[i+1].late != d.late || r.debts[i+1].Item != d.Item {
			r.purses = append(r.purses, purse{item: d.Item, late: d.late, debts: r.debts[start : i+1]})
			start = i + 1
		}
	}
}

// purse gives the bills that money for the item may pay, nil when there are none.
func (r *room) purse(item string) *purse {
	switch item {
	case "":
		if r.fees == nil {
			r.fees = r.every(false)
		}
		return r.fees
	case "违约金", "滞纳金":
		if r.lateFees == nil {
			r.lateFees = r.every(true)
		}
		return r.lateFees
	}
	late := lateItem(item)
	for i := range r.purses {
		if q := &r.purses[i]; q.late == late && q.item == item {
			return q
		}
	}
	return nil
}

// every is a purse of all items, late fees or the others.
func (r *room) every(late bool) *purse {
	q := &purse{late: late}
	for _, d := range r.debts {
		if d.late == late {
			q.debts = append(q.debts, d)
		}
	}
	slices.SortFunc(q.debts, dueOrder)
	return q
}

// outstanding leaves out the settled bills at the front, which no later payment
// needs to look at again: what is settled stays so.
func (q *purse) outstanding() []*debt {
	for q.settled < len(q.debts) && q.debts[q.settled].open <= 0 {
		q.settled++
	}
	return q.debts[q.settled:]
}
