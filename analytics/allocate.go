package analytics

import (
	"cmp"
	"slices"
	"strings"

	"gatehouse"
)

// Bill is a fee bill as the allocation sees it.
type Bill struct {
	Key      string // natural key within the project
	Number   string // bill number, may be empty
	Kind     string // normal, reversal or late_fee
	Reverses string // number of the bill that a reversal takes back
	Ref      string // the project as the file names it
	Room     string
	Building string // from the room master, empty while it is unknown
	Item     string // fee item
	Month    gatehouse.Month
	DueOn    gatehouse.Date
	Amount   gatehouse.Money // negative for reversals
	Waived   gatehouse.Money // waived up front, positive
	Payer    string
}

// Payment is a receipt, a refund (negative) or a settlement waiver.
type Payment struct {
	Key      string
	Receipt  string // receipt number, may be empty
	Bill     string // number of the bill it names, may be empty
	Ref      string
	Room     string
	Building string
	Item     string          // may be empty: any item of the room
	From, To gatehouse.Month // service period [From, To) it names; equal when it names none
	PaidOn   gatehouse.Date
	Amount   gatehouse.Money
	Waiver   bool   // settlement waiver: settles, but is not money
	Reverses string // receipt number that a refund takes back
}

// EntryKind is what a ledger entry says; see sql/schema/0003_derived.sql.
type EntryKind string

const (
	Billed   EntryKind = "billed"
	Reversed EntryKind = "reversed"
	Waived   EntryKind = "waived"
	Received EntryKind = "received"
	Settled  EntryKind = "settled"
	Prepaid  EntryKind = "prepaid"
	Waiting  EntryKind = "waiting"
	Refunded EntryKind = "refunded"
)

// Entry is one line of the fee ledger after allocation.
type Entry struct {
	Kind     EntryKind
	Bill     *Bill    // nil for prepaid, waiting and refunded
	Payment  *Payment // nil for billed, reversed and waived
	Day      gatehouse.Date
	Amount   gatehouse.Money
	Reversal *Bill // the bill of kind reversal behind a Reversed entry
}

// settlementOrder is the order in which payments take their turn.
func settlementOrder(a, b *account) int {
	return cmp.Or(cmp.Compare(a.PaidOn, b.PaidOn), strings.Compare(a.Ref, b.Ref), strings.Compare(a.Key, b.Key))
}

// dueOrder is the order in which bills are paid: oldest due first.
func dueOrder(a, b *debt) int {
	return cmp.Or(cmp.Compare(a.DueOn, b.DueOn), cmp.Compare(a.Month, b.Month), strings.Compare(a.Key, b.Key))
}

// debt is a bill with what is still to be paid of it.
type debt struct {
	*Bill
	open gatehouse.Money
}

// account is a payment with what of it no bill has taken yet.
type account struct {
	*Payment
	left gatehouse.Money
}

// lateItems are fee items that are late fees themselves; they are never paid
// by money that was meant for the fee.
func lateItem(item string) bool { return item == "违约金" || item == "滞纳金" }

func (b *Bill) late() bool { return b.Kind == "late_fee" || lateItem(b.Item) }

// purse groups what may pay what without being named: one room and fee item,
// late fees apart. Items of payments may be empty; see candidates.
type purse struct {
	ref, room, item string
	late            bool
}

// Allocate says which payment paid which bill, by the rules of the trade:
//
//  1. a payment that names a bill pays that bill;
//  2. else one that names a service period pays, oldest due first, the bills
//     of its room and item whose month lies in it;
//  3. what is left pays the oldest due outstanding bill of room and item;
//  4. what is then left is prepaid, until a bill appears.
//
// Each rule is applied to all payments, earliest paid first, before the next,
// so that a bill is not taken by money that merely came early when somebody
// named it. A refund takes back the payment it names, else the latest of its
// room and item paid before it; the part taken back pays nothing. A reversed
// bill is not due, so it takes no money.
//
// The result depends on the set of facts only, never on their order.
func Allocate(bills []Bill, payments []Payment) []Entry {
	a := newAllocation(bills, payments)
	a.takeBack()
	for _, p := range a.payments {
		if p.Bill != "" {
			if d := a.byNumber[numbered{p.Ref, p.Bill}]; d != nil {
				a.pay(p, d)
			}
		}
	}
	for _, p := range a.payments {
		if p.Bill == "" && p.From < p.To {
			a.payOldest(p, func(d *debt) bool { return p.From <= d.Month && d.Month < p.To })
		}
	}
	for _, p := range a.payments {
		// Money for a bill that is not known yet waits for that bill.
		if p.Bill == "" || a.byNumber[numbered{p.Ref, p.Bill}] != nil {
			a.payOldest(p, func(*debt) bool { return true })
		}
	}
	for _, p := range a.payments {
		if p.left != 0 {
			kind := Prepaid
			if p.Waiver {
				kind = Waiting
			}
			a.add(Entry{Kind: kind, Payment: p.Payment, Day: p.PaidOn, Amount: p.left})
		}
	}
	return a.entries
}

type numbered struct{ ref, number string }

type allocation struct {
	payments []*account // positive ones, in settlement order
	refunds  []*account // negative ones, in settlement order
	byNumber map[numbered]*debt
	byPurse  map[purse][]*debt // in due order
	entries  []Entry
}

func newAllocation(bills []Bill, payments []Payment) *allocation {
	a := &allocation{
		byNumber: make(map[numbered]*debt, len(bills)),
		byPurse:  map[purse][]*debt{},
		entries:  make([]Entry, 0, len(bills)+len(payments)),
	}
	for i := range payments {
		p := &account{Payment: &payments[i], left: payments[i].Amount}
		if p.Amount < 0 {
			a.refunds = append(a.refunds, p)
		} else {
			a.payments = append(a.payments, p)
		}
	}
	slices.SortFunc(a.payments, settlementOrder)
	slices.SortFunc(a.refunds, settlementOrder)
	a.addBills(bills)
	return a
}

// addBills enters bills with their waivers and reversals, and files what is due.
func (a *allocation) addBills(bills []Bill) {
	debts := make([]*debt, 0, len(bills))
	for i := range bills {
		if bills[i].Kind != "reversal" {
			debts = append(debts, &debt{Bill: &bills[i], open: bills[i].Amount - bills[i].Waived})
		}
	}
	slices.SortFunc(debts, dueOrder)
	for _, d := range debts {
		if d.Number != "" {
			a.byNumber[numbered{d.Ref, d.Number}] = d
		}
		a.add(Entry{Kind: Billed, Bill: d.Bill, Day: d.Month.Start(), Amount: d.Amount})
		if d.Waived != 0 {
			a.add(Entry{Kind: Waived, Bill: d.Bill, Day: d.Month.Start(), Amount: d.Waived})
		}
	}
	var reversals []*Bill
	for i := range bills {
		if bills[i].Kind == "reversal" {
			reversals = append(reversals, &bills[i])
		}
	}
	slices.SortFunc(reversals, func(a, b *Bill) int {
		return cmp.Or(strings.Compare(a.Ref, b.Ref), strings.Compare(a.Key, b.Key))
	})
	for _, r := range reversals {
		// A reversal counts in the month of the bill it takes back, in its own while that is unknown.
		target := r
		if d := a.byNumber[numbered{r.Ref, r.Reverses}]; d != nil {
			target = d.Bill
			d.open += r.Amount
		}
		a.add(Entry{Kind: Reversed, Bill: target, Day: r.Month.Start(), Amount: -r.Amount, Reversal: r})
	}
	for _, d := range debts {
		d.open = max(d.open, 0) // a bill reversed and waived takes no money
		for _, item := range []string{d.Item, ""} {
			key := purse{d.Ref, d.Room, item, d.late()}
			a.byPurse[key] = append(a.byPurse[key], d)
		}
	}
}

// takeBack reduces payments by their refunds and enters both sides.
func (a *allocation) takeBack() {
	if len(a.refunds) == 0 {
		return
	}
	byReceipt := map[numbered]*account{}
	byRoom := map[numbered][]*account{}
	for _, p := range a.payments {
		if p.Receipt != "" {
			byReceipt[numbered{p.Ref, p.Receipt}] = p
		}
		if !p.Waiver {
			room := numbered{p.Ref, p.Room}
			byRoom[room] = append(byRoom[room], p)
		}
	}
	for _, r := range a.refunds {
		take := func(p *account) {
			amount := min(p.left, -r.left)
			if amount <= 0 {
				return
			}
			p.left -= amount
			r.left += amount
			a.add(Entry{Kind: Refunded, Payment: p.Payment, Day: p.PaidOn, Amount: amount})
			a.add(Entry{Kind: Refunded, Payment: r.Payment, Day: r.PaidOn, Amount: -amount})
		}
		if named := byReceipt[numbered{r.Ref, r.Reverses}]; named != nil {
			take(named)
		} else if r.Reverses == "" {
			for _, p := range slices.Backward(byRoom[numbered{r.Ref, r.Room}]) {
				if p.PaidOn <= r.PaidOn && (r.Item == "" || p.Item == "" || p.Item == r.Item) {
					take(p)
				}
			}
		}
		if r.left != 0 { // what it takes back is not known yet
			a.add(Entry{Kind: Prepaid, Payment: r.Payment, Day: r.PaidOn, Amount: r.left})
		}
	}
}

// payOldest pays the outstanding bills of the payment's room and item, oldest due first.
func (a *allocation) payOldest(p *account, eligible func(*debt) bool) {
	if p.left == 0 {
		return
	}
	for _, d := range a.byPurse[purse{p.Ref, p.Room, p.Item, lateItem(p.Item)}] {
		if p.left == 0 {
			return
		}
		if eligible(d) {
			a.pay(p, d)
		}
	}
}

func (a *allocation) pay(p *account, d *debt) {
	amount := min(p.left, d.open)
	if amount <= 0 {
		return
	}
	p.left -= amount
	d.open -= amount
	kind := Received
	if p.Waiver {
		kind = Settled
	}
	a.add(Entry{Kind: kind, Bill: d.Bill, Payment: p.Payment, Day: p.PaidOn, Amount: amount})
}

func (a *allocation) add(e Entry) { a.entries = append(a.entries, e) }
