package analytics

import (
	"cmp"
	"slices"
	"strings"

	"gatehouse"
)

// allocation is the work on one project's facts.
type allocation struct {
	payments []*account // positive ones, in settlement order
	refunds  []*account // negative ones, in settlement order
	bills    map[number]*debt
	rooms    map[number]*room
	entries  []Entry
}

// number names a bill, receipt or room; those of different unknown projects
// stay apart.
type number struct{ ref, no string }

// debt is a bill with what is still to be paid of it; below zero where more was
// waived and reversed than billed.
type debt struct {
	*Bill
	late bool
	open gatehouse.Money
}

// account is a payment with what of it no bill has taken yet.
type account struct {
	*Payment
	named *debt // the bill it names, nil while that is unknown
	room  *room
	item  string
	left  gatehouse.Money
}

// free tells whether a payment may touch what it does not name.
func (p *account) free() bool { return p.left != 0 && (p.Bill == "" || p.named != nil) }

// settlementOrder is the order in which payments take their turn.
func settlementOrder(a, b *account) int {
	if a.PaidOn != b.PaidOn {
		return cmp.Compare(a.PaidOn, b.PaidOn)
	}
	return cmp.Or(strings.Compare(a.Ref, b.Ref), strings.Compare(a.Key, b.Key))
}

// dueOrder is the order in which the bills of a room are paid: oldest due first.
func dueOrder(a, b *debt) int {
	if a.DueOn != b.DueOn {
		return cmp.Compare(a.DueOn, b.DueOn)
	}
	return cmp.Or(cmp.Compare(a.Month, b.Month), strings.Compare(a.Key, b.Key))
}

func newAllocation(bills []Bill, payments []Payment) *allocation {
	a := &allocation{
		bills:   make(map[number]*debt, len(bills)),
		rooms:   map[number]*room{},
		entries: make([]Entry, 0, (len(bills)+len(payments))*5/4), // some pay several bills, some come back
	}
	a.fileBills(bills)
	a.filePayments(payments)
	return a
}

// fileBills puts bills into their rooms, and enters them with their waivers and reversals.
func (a *allocation) fileBills(bills []Bill) {
	debts := make([]debt, len(bills))
	var reversals []*Bill
	for i := range bills {
		b := &bills[i]
		if b.Kind == "reversal" {
			reversals = append(reversals, b)
			continue
		}
		d := &debts[i]
		*d = debt{b, b.late(), b.Amount - b.Waived}
		if b.Number != "" {
			a.bills[number{b.Ref, b.Number}] = d
		}
		r := a.room(b.Ref, b.Room)
		r.debts = append(r.debts, d)
	}
	rooms := make([]*room, 0, len(a.rooms))
	for _, r := range a.rooms {
		rooms = append(rooms, r)
	}
	slices.SortFunc(rooms, func(a, b *room) int {
		return cmp.Or(strings.Compare(a.ref, b.ref), strings.Compare(a.no, b.no))
	})
	for _, r := range rooms {
		r.fillPurses()
		for _, d := range r.debts {
			a.add(Entry{Kind: Billed, Bill: d.Bill, Day: d.Month.Start(), Amount: d.Amount})
			if d.Waived != 0 {
				a.add(Entry{Kind: Waived, Bill: d.Bill, Day: d.Month.Start(), Amount: d.Waived})
			}
		}
	}
	a.reverse(reversals)
}

// reverse takes bills back, and lets the number of a reversal stand for the
// bill it took back: red-ink rows of a ledger name themselves.
func (a *allocation) reverse(reversals []*Bill) {
	slices.SortFunc(reversals, func(a, b *Bill) int {
		return cmp.Or(strings.Compare(a.Ref, b.Ref), strings.Compare(a.Key, b.Key))
	})
	targets := make([]*debt, len(reversals))
	for i, r := range reversals {
		target := r
		if d := a.bills[number{r.Ref, r.Reverses}]; d != nil {
			target, targets[i] = d.Bill, d
			d.open += r.Amount + r.Waived
		}
		a.add(Entry{Kind: Reversed, Bill: target, Day: r.Month.Start(), Amount: -r.Amount, Reversal: r})
		if r.Waived != 0 {
			a.add(Entry{Kind: Waived, Bill: target, Day: r.Month.Start(), Amount: -r.Waived, Reversal: r})
		}
	}
	for i, r := range reversals {
		if no := (number{r.Ref, r.Number}); r.Number != "" && targets[i] != nil && a.bills[no] == nil {
			a.bills[no] = targets[i]
		}
	}
}

// filePayments puts payments in order, each with what it names.
func (a *allocation) filePayments(payments []Payment) {
	accounts := make([]account, len(payments))
	a.payments = make([]*account, 0, len(payments))
	for i := range payments {
		p := &accounts[i]
		*p = account{Payment: &payments[i], item: payments[i].Item, left: payments[i].Amount}
		room := p.Room
		if p.Bill != "" {
			p.named = a.bills[number{p.Ref, p.Bill}]
		}
		if p.named != nil {
			room, p.item = cmp.Or(room, p.named.Room), cmp.Or(p.item, p.named.Item)
		}
		p.room = a.room(p.Ref, room)
		if p.left < 0 {
			a.refunds = append(a.refunds, p)
		} else {
			a.payments = append(a.payments, p)
		}
	}
	slices.SortFunc(a.payments, settlementOrder)
	slices.SortFunc(a.refunds, settlementOrder)
}

func (a *allocation) room(ref, name string) *room {
	at := number{ref, name}
	r := a.rooms[at]
	if r == nil {
		r = &room{number: at}
		a.rooms[at] = r
	}
	return r
}
