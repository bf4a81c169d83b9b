package analytics

import (
	"math"

	"gatehouse"
)

// allocationVersion grows when other entries come of the same facts, so that
// what was computed before is computed again.
const allocationVersion = 2

// Bill is a fee bill as the allocation sees it.
type Bill struct {
	Key      string // natural key within the project
	Number   string // bill number, may be empty
	Kind     string // normal, reversal or late_fee
	Reverses string // number of the bill that a reversal takes back
	Ref      string // the project as the file names it, where it is not known
	Room     string
	Building string // from the room master, empty while it is unknown
	Item     string // fee item
	Month    gatehouse.Month
	DueOn    gatehouse.Date
	Amount   gatehouse.Money // negative for reversals
	Waived   gatehouse.Money // waived up front, positive; of a reversal, what it takes back of a waiver
	Payer    string          // says who owes it, not who may pay it
}

// Payment is a receipt, a refund (negative) or a settlement waiver.
type Payment struct {
	Key      string
	Receipt  string // receipt number, may be empty
	Bill     string // number of the bill it names, may be empty
	Ref      string
	Room     string // may be empty when it names a bill: the room of that
	Building string
	Item     string          // may be empty: that of the bill it names, else any item of the room
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

// Entry is one line of the fee ledger after allocation. No two lines of a
// ledger agree in kind, bill, payment, reversal and against.
type Entry struct {
	Kind     EntryKind
	Bill     *Bill    // nil for prepaid, waiting and refunded
	Payment  *Payment // nil for billed, reversed and waived
	Day      gatehouse.Date
	Amount   gatehouse.Money
	Reversal *Bill    // the bill of kind reversal behind a reversed or waived entry
	Against  *Payment // what took the payment back, or what it took back
}

// Allocate says which payment paid which bill, by the rules of the trade:
//
//  1. a payment that names a bill pays that bill;
//  2. one that names a service period pays, oldest due first, the bills of its
//     room and item whose month lies in it;
//  3. what is left pays the oldest due outstanding bill of room and item;
//  4. what is then left is prepaid, until a bill appears.
//
// Each rule is applied to all payments, earliest paid first, before the next,
// so that a bill is not taken by money that merely came early when somebody
// named it. A payment or refund that names a bill nobody knows yet waits for that
// bill and touches no other. Whoever owes a bill, any payment of its room may pay.
//
// A refund takes back, in this order, the receipt it names and no other; else
// payments that name the same bill; else those of its room and item; the latest
// first, and none from after the refund. Refunds that name more come first. What
// is taken back pays nothing; a refund that finds too little is money owed to
// the payer and stands as prepaid below zero. Settlement waivers are taken back
// in the same way, but only by waivers, and never stand among money.
//
// A reversed bill is not due, so it takes no money: what was paid on it goes on
// to rules 2 and 3. A reversal counts for the month of the bill it takes back,
// in its own while that is unknown.
//
// Late fees and other fees do not pay for each other unless by name. A payment
// of the bare item 违约金 or 滞纳金 pays any late fee of the room, one without an
// item any other fee.
//
// Money and bills of different Ref never meet. The result depends on the set of
// facts only, never on their order; keys are unique within a Ref.
func Allocate(bills []Bill, payments []Payment) []Entry {
	a := newAllocation(bills, payments)
	a.takeBack()
	a.payNamed()
	a.payPeriods()
	a.payOldest()
	a.keepRest()
	return a.entries
}

func (a *allocation) payNamed() {
	for _, p := range a.payments {
		if p.named != nil {
			a.pay(p, p.named)
		}
	}
}

func (a *allocation) payPeriods() {
	for _, p := range a.payments {
		if p.From < p.To && p.free() {
			a.payFrom(p, p.From, p.To)
		}
	}
}

func (a *allocation) payOldest() {
	for _, p := range a.payments {
		if p.free() {
			a.payFrom(p, math.MinInt32, math.MaxInt32)
		}
	}
}

// payFrom pays the bills of [from, to) in the payment's purse, oldest due first.
func (a *allocation) payFrom(p *account, from, to gatehouse.Month) {
	q := p.room.purse(p.item)
	if q == nil {
		return
	}
	for _, d := range q.outstanding() {
		if from <= d.Month && d.Month < to {
			a.pay(p, d)
			if p.left == 0 {
				return
			}
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

// keepRest enters what no bill took and no payment gave back.
func (a *allocation) keepRest() {
	for _, accounts := range [][]*account{a.payments, a.refunds} {
		for _, p := range accounts {
			if p.left != 0 {
				kind := Prepaid
				if p.Waiver {
					kind = Waiting
				}
				a.add(Entry{Kind: kind, Payment: p.Payment, Day: p.PaidOn, Amount: p.left})
			}
		}
	}
}

func (a *allocation) add(e Entry) { a.entries = append(a.entries, e) }
