package analytics

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"gatehouse"
)

// What holds whatever the facts are. Cases worked by hand are in
// testdata/allocation.

func TestAllocationIsTheSameInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t, "")
		bills, payments := reordered(f.bills, f.payments, rapid.Uint64Min(1).Draw(t, "order"))
		if diff := gocmp.Diff(f.ledger(), facts{bills, payments}.ledger()); diff != "" {
			t.Fatalf("another order gives another ledger:\n%s", diff)
		}
	})
}

// Money ends up received, prepaid or refunded, waivers settled or waiting, to
// the fen, of every payment, room and project.
func TestAllocationLosesNothing(t *testing.T) {
	t.Parallel()
	type of struct {
		what, ref, no string
		waiver        bool
	}
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t, "")
		missing := map[of]gatehouse.Money{}
		count := func(p *Payment, waiver bool, amount gatehouse.Money) {
			for _, o := range []of{{"payment", p.Ref, p.Key, waiver}, {"room", p.Ref, p.Room, waiver}, {"project", p.Ref, "", waiver}} {
				missing[o] += amount
			}
		}
		for i := range f.payments {
			count(&f.payments[i], f.payments[i].Waiver, f.payments[i].Amount)
		}
		for _, b := range f.bills {
			missing[of{"bill", b.Ref, b.Key, false}] += b.Amount
			missing[of{"waiver of", b.Ref, b.Key, false}] += b.Waived
		}
		for _, e := range Allocate(f.bills, f.payments) {
			switch e.Kind {
			case Billed:
				missing[of{"bill", e.Bill.Ref, e.Bill.Key, false}] -= e.Amount
			case Reversed:
				missing[of{"bill", e.Reversal.Ref, e.Reversal.Key, false}] += e.Amount
			case Waived:
				if e.Reversal != nil { // a waiver taken back
					missing[of{"waiver of", e.Reversal.Ref, e.Reversal.Key, false}] += e.Amount
				} else {
					missing[of{"waiver of", e.Bill.Ref, e.Bill.Key, false}] -= e.Amount
				}
			case Received, Prepaid, Refunded:
				count(e.Payment, false, -e.Amount)
			case Settled, Waiting:
				count(e.Payment, true, -e.Amount)
			}
		}
		for o, amount := range missing {
			if amount != 0 {
				t.Fatalf("%s of %+v is not in the ledger:\n%s", amount, o, f)
			}
		}
	})
}

func TestAllocationOverpaysNoBill(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t, "")
		net, taken := map[*Bill]gatehouse.Money{}, map[*Bill]gatehouse.Money{}
		for _, e := range Allocate(f.bills, f.payments) {
			switch e.Kind {
			case Billed:
				net[e.Bill] += e.Amount
			case Reversed, Waived:
				net[e.Bill] -= e.Amount
			case Received, Settled:
				taken[e.Bill] += e.Amount
				if e.Amount <= 0 {
					t.Fatalf("%s takes %s:\n%s", e.Bill.Number, e.Amount, f)
				}
			}
		}
		for b, amount := range taken {
			if amount > net[b] {
				t.Fatalf("%s takes %s of %s due:\n%s", b.Number, amount, net[b], f)
			}
		}
	})
}

// A payment and a refund that names it leave everything else as it was.
func TestARefundUndoesItsPayment(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t, "")
		paid := drawPayment(t, "", "new")
		paid.Amount, paid.Reverses = max(paid.Amount, -paid.Amount, 1), ""
		refund := drawPayment(t, "", "back")
		refund.Amount, refund.Reverses, refund.Waiver = -paid.Amount, paid.Receipt, paid.Waiver
		kind := Refunded
		if paid.Waiver {
			kind = Waiting
		}
		want := append(f.ledger(),
			line(Entry{Kind: kind, Payment: &paid, Day: paid.PaidOn, Amount: paid.Amount, Against: &refund}),
			line(Entry{Kind: kind, Payment: &refund, Day: refund.PaidOn, Amount: refund.Amount, Against: &paid}))
		got := facts{f.bills, append(slices.Clone(f.payments), paid, refund)}.ledger()
		if diff := gocmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(got))); diff != "" {
			t.Fatalf("a payment given back changes the ledger:\n%s", diff)
		}
	})
}

func TestLedgerHasNoTwoEntriesOfOneKey(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t, "")
		seen := map[Entry]bool{}
		for _, e := range Allocate(f.bills, f.payments) {
			key := Entry{Kind: e.Kind, Bill: e.Bill, Payment: e.Payment, Reversal: e.Reversal, Against: e.Against}
			if seen[key] {
				t.Fatalf("%s is there twice:\n%s", line(e), f)
			}
			seen[key] = true
		}
	})
}

// Rooms and unknown projects that do not name each other's bills and receipts
// have nothing to do with each other: facts of one never change entries of another.
func TestRoomsAreIndependent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		here, there := drawFacts(t, ""), drawFacts(t, "x")
		if rapid.Bool().Draw(t, "another project") {
			there = drawFacts(t, "") // the same rooms and numbers
			for i := range there.bills {
				there.bills[i].Ref = "乙园"
			}
			for i := range there.payments {
				there.payments[i].Ref = "乙园"
			}
		}
		apart := slices.Concat(here.ledger(), there.ledger())
		together := facts{slices.Concat(there.bills, here.bills), slices.Concat(there.payments, here.payments)}.ledger()
		slices.Sort(apart)
		slices.Sort(together)
		if diff := gocmp.Diff(apart, together, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("the ledgers of two are not those of each:\n%s", diff)
		}
	})
}

// Money that comes after all the other and names nothing changes no entry of
// theirs but what they left: last month's report stands.
func TestALaterPaymentChangesNothingBefore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t, "")
		late := drawPayment(t, "", "late")
		late.PaidOn, late.Bill, late.From, late.To, late.Reverses = day(12, 31), "", 0, 0, ""
		late.Amount = max(late.Amount, -late.Amount)
		after := facts{f.bills, append(slices.Clone(f.payments), late)}.ledger()
		rest := slices.DeleteFunc(slices.Clone(after), func(l string) bool { return strings.Contains(l, " "+late.Key+" ") })
		if diff := gocmp.Diff(f.ledger(), rest); diff != "" {
			t.Fatalf("a later payment changes what was:\n%s", diff)
		}
	})
}

// The rules read literally, by looking at every bill for every payment, give
// the same ledger.
func TestAllocationIsByTheBook(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t, "")
		got := map[string]gatehouse.Money{}
		for _, e := range Allocate(f.bills, f.payments) {
			if e.Kind == Received || e.Kind == Settled {
				got[e.Payment.Key+" pays "+e.Bill.Key] += e.Amount
			}
		}
		if diff := gocmp.Diff(f.byTheBook(), got); diff != "" {
			t.Fatalf("not by the book (-book +got):\n%s\n%s", diff, f)
		}
	})
}

// byTheBook says who pays what, taking from Allocate only what refunds leave.
func (f facts) byTheBook() map[string]gatehouse.Money {
	bills, payments := slices.Clone(f.bills), slices.Clone(f.payments)
	slices.SortFunc(bills, func(a, b Bill) int {
		return cmp.Or(cmp.Compare(a.DueOn, b.DueOn), cmp.Compare(a.Month, b.Month), strings.Compare(a.Key, b.Key))
	})
	slices.SortFunc(payments, func(a, b Payment) int {
		return cmp.Or(cmp.Compare(a.PaidOn, b.PaidOn), strings.Compare(a.Key, b.Key))
	})
	open, left := map[string]gatehouse.Money{}, map[string]gatehouse.Money{}
	issued, named := map[string]Bill{}, map[string]Bill{}
	for _, b := range bills {
		if b.Kind != "reversal" {
			open[b.Key] = b.Amount - b.Waived
			issued[b.Number], named[b.Number] = b, b
		}
	}
	delete(issued, "")
	for _, b := range bills {
		if target, known := issued[b.Reverses]; b.Kind == "reversal" && known {
			open[target.Key] += b.Amount + b.Waived
			named[b.Number] = target
		}
	}
	delete(named, "")
	for _, e := range Allocate(f.bills, f.payments) {
		if e.Payment != nil && e.Against == nil {
			left[e.Payment.Key] += e.Amount
		}
	}
	pays := map[string]gatehouse.Money{}
	for rule := 1; rule <= 3; rule++ {
		for _, p := range payments {
			target, known := named[p.Bill]
			if p.Bill != "" && !known || rule == 1 && !known || rule == 2 && p.From >= p.To {
				continue
			}
			room, item := cmp.Or(p.Room, target.Room), cmp.Or(p.Item, target.Item)
			for _, b := range bills {
				may := b.Room == room && b.late() == lateItem(item) && (b.Item == item || item == "" || item == "违约金")
				switch rule {
				case 1:
					may = b.Key == target.Key
				case 2:
					may = may && p.From <= b.Month && b.Month < p.To
				}
				if amount := min(left[p.Key], open[b.Key]); may && amount > 0 {
					pays[p.Key+" pays "+b.Key] += amount
					left[p.Key] -= amount
					open[b.Key] -= amount
				}
			}
		}
	}
	return pays
}

// line writes an entry with all that tells it from others.
func line(e Entry) string {
	var bill, payment, against string
	if e.Bill != nil {
		bill = e.Bill.Ref + "/" + e.Bill.Key
	}
	if e.Payment != nil {
		payment = e.Payment.Ref + "/ " + e.Payment.Key
	}
	if e.Reversal != nil {
		against = e.Reversal.Key
	}
	if e.Against != nil {
		against = e.Against.Key
	}
	return fmt.Sprintf("%s bill %s payment %s on %s %s against %s", e.Kind, bill, payment, e.Day, e.Amount, against)
}
