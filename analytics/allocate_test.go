package analytics

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gatehouse"
)

func month(n int) gatehouse.Month { return gatehouse.NewMonth(2026, 1) + gatehouse.Month(n-1) }

func day(m, d int) gatehouse.Date { return month(m).Start() + gatehouse.Date(d-1) }

// bill is of month m of 2026, due on its 10th.
func bill(no string, m int, yuan int, change ...func(*Bill)) Bill {
	b := Bill{Key: "no:" + no, Number: no, Kind: "normal", Room: "1-1-1", Item: "物业费", Month: month(m), DueOn: day(m, 10), Amount: gatehouse.Money(yuan * 100)}
	for _, c := range change {
		c(&b)
	}
	return b
}

func payment(no string, on gatehouse.Date, yuan int, change ...func(*Payment)) Payment {
	p := Payment{Key: "no:" + no, Receipt: no, Room: "1-1-1", Item: "物业费", PaidOn: on, Amount: gatehouse.Money(yuan * 100)}
	for _, c := range change {
		c(&p)
	}
	return p
}

// ledger writes entries as lines "kind bill payment amount", sorted.
func ledger(entries []Entry) []string {
	var lines []string
	for _, e := range entries {
		bill, payment := "-", "-"
		if e.Bill != nil {
			bill = e.Bill.Number
		}
		if e.Payment != nil {
			payment = e.Payment.Receipt
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %s %s", e.Kind, bill, payment, e.Day, e.Amount))
	}
	slices.Sort(lines)
	return lines
}

func TestAllocate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		bills    []Bill
		payments []Payment
		want     string
	}{
		{
			"a payment that names a bill pays that bill, not the oldest",
			[]Bill{bill("B1", 1, 100), bill("B2", 2, 100)},
			[]Payment{payment("R1", day(2, 5), 100, func(p *Payment) { p.Bill = "B2" })},
			`billed B1 - 2026-01-01 100.00
billed B2 - 2026-02-01 100.00
received B2 R1 2026-02-05 100.00`,
		},
		{
			"one with a service period pays the bills of its months, oldest due first",
			[]Bill{bill("B1", 1, 100), bill("B2", 2, 100), bill("B3", 3, 100)},
			[]Payment{payment("R1", day(4, 5), 150, func(p *Payment) { p.From, p.To = month(2), month(4) })},
			`billed B1 - 2026-01-01 100.00
billed B2 - 2026-02-01 100.00
billed B3 - 2026-03-01 100.00
received B2 R1 2026-04-05 100.00
received B3 R1 2026-04-05 50.00`,
		},
		{
			"else it pays the oldest due; what is left is prepaid",
			[]Bill{bill("B1", 1, 100), bill("B2", 2, 100)},
			[]Payment{payment("R1", day(2, 5), 250)},
			`billed B1 - 2026-01-01 100.00
billed B2 - 2026-02-01 100.00
prepaid - R1 2026-02-05 50.00
received B1 R1 2026-02-05 100.00
received B2 R1 2026-02-05 100.00`,
		},
		{
			"a refund takes back the payment it names",
			[]Bill{bill("B1", 1, 100)},
			[]Payment{payment("R1", day(1, 5), 100), payment("R2", day(2, 5), -40, func(p *Payment) { p.Reverses = "R1" })},
			`billed B1 - 2026-01-01 100.00
received B1 R1 2026-01-05 60.00
refunded - R1 2026-01-05 40.00
refunded - R2 2026-02-05 -40.00`,
		},
		{
			"else the latest paid first",
			[]Bill{bill("B1", 1, 100), bill("B2", 2, 100)},
			[]Payment{payment("R1", day(1, 5), 100), payment("R2", day(2, 5), 100), payment("R3", day(3, 5), -120)},
			`billed B1 - 2026-01-01 100.00
billed B2 - 2026-02-01 100.00
received B1 R1 2026-01-05 80.00
refunded - R1 2026-01-05 20.00
refunded - R2 2026-02-05 100.00
refunded - R3 2026-03-05 -100.00
refunded - R3 2026-03-05 -20.00`,
		},
		{
			"what was paid on a reversed bill becomes free and is allocated anew",
			[]Bill{bill("B1", 1, 100), bill("B2", 2, 100), bill("B3", 3, -100, func(b *Bill) { b.Kind, b.Reverses = "reversal", "B1" })},
			[]Payment{payment("R1", day(1, 5), 100, func(p *Payment) { p.Bill = "B1" })},
			`billed B1 - 2026-01-01 100.00
billed B2 - 2026-02-01 100.00
received B2 R1 2026-01-05 100.00
reversed B1 - 2026-03-01 100.00`,
		},
		{
			"a settlement waiver settles but is not money, and waits when there is no bill",
			[]Bill{bill("B1", 1, 100, func(b *Bill) { b.Waived = 30_00 })},
			[]Payment{payment("R1", day(1, 5), 90, func(p *Payment) { p.Waiver = true })},
			`billed B1 - 2026-01-01 100.00
settled B1 R1 2026-01-05 70.00
waiting - R1 2026-01-05 20.00
waived B1 - 2026-01-01 30.00`,
		},
		{
			"late fees are not paid by money for the fee",
			[]Bill{bill("B1", 1, 10, func(b *Bill) { b.Kind = "late_fee" }), bill("B2", 2, 100)},
			[]Payment{payment("R1", day(2, 5), 105)},
			`billed B1 - 2026-01-01 10.00
billed B2 - 2026-02-01 100.00
prepaid - R1 2026-02-05 5.00
received B2 R1 2026-02-05 100.00`,
		},
		{
			"money for a bill nobody knows yet waits for it",
			[]Bill{bill("B1", 1, 100)},
			[]Payment{payment("R1", day(1, 5), 100, func(p *Payment) { p.Bill = "B9" })},
			`billed B1 - 2026-01-01 100.00
prepaid - R1 2026-01-05 100.00`,
		},
		{
			"a payment without a fee item pays any item of the room",
			[]Bill{bill("B1", 1, 100), bill("B2", 1, 20, func(b *Bill) { b.Item, b.DueOn = "车位费", day(1, 5) })},
			[]Payment{payment("R1", day(1, 5), 110, func(p *Payment) { p.Item = "" })},
			`billed B1 - 2026-01-01 100.00
billed B2 - 2026-01-01 20.00
received B1 R1 2026-01-05 90.00
received B2 R1 2026-01-05 20.00`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := gocmp.Diff(strings.Split(c.want, "\n"), ledger(Allocate(c.bills, c.payments))); diff != "" {
				t.Errorf("ledger (-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever the facts: their order does not matter, no fen is lost or made, and
// no bill takes more than it is due.
func TestAllocationProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bills, payments := drawFacts(t)
		entries := Allocate(bills, payments)
		shuffledBills, shuffledPayments := slices.Clone(bills), slices.Clone(payments)
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 0))
		rnd.Shuffle(len(bills), func(i, j int) { shuffledBills[i], shuffledBills[j] = shuffledBills[j], shuffledBills[i] })
		rnd.Shuffle(len(payments), func(i, j int) {
			shuffledPayments[i], shuffledPayments[j] = shuffledPayments[j], shuffledPayments[i]
		})
		if diff := gocmp.Diff(ledger(entries), ledger(Allocate(shuffledBills, shuffledPayments))); diff != "" {
			t.Fatalf("another order gives another ledger:\n%s", diff)
		}
		paid, due := map[string]gatehouse.Money{}, map[string]gatehouse.Money{}
		for _, e := range entries {
			if e.Payment != nil {
				paid[e.Payment.Key] += e.Amount
			}
			switch e.Kind {
			case Billed:
				due[e.Bill.Key] += e.Amount
			case Reversed, Waived, Received, Settled:
				due[e.Bill.Key] -= e.Amount
			}
			if e.Kind == Received && e.Amount <= 0 {
				t.Fatalf("%v receives %v", e.Bill.Number, e.Amount)
			}
		}
		for _, p := range payments {
			if paid[p.Key] != p.Amount {
				t.Fatalf("of payment %s of %s, %s is in the ledger", p.Key, p.Amount, paid[p.Key])
			}
		}
		for _, b := range bills {
			if b.Kind == "normal" && due[b.Key] < 0 && !slices.ContainsFunc(bills, func(r Bill) bool { return r.Reverses == b.Number }) {
				t.Fatalf("bill %s is overpaid by %s", b.Number, -due[b.Key])
			}
		}
	})
}

func drawFacts(t *rapid.T) ([]Bill, []Payment) {
	items := []string{"物业费", "车位费", ""}
	bills := make([]Bill, rapid.IntRange(0, 12).Draw(t, "bills"))
	for i := range bills {
		bills[i] = bill(fmt.Sprint("B", i), rapid.IntRange(1, 4).Draw(t, "month"), rapid.IntRange(0, 5).Draw(t, "yuan"), func(b *Bill) {
			b.Item = items[rapid.IntRange(0, 1).Draw(t, "item")]
			b.Room = rapid.SampledFrom([]string{"1-1-1", "1-1-2"}).Draw(t, "room")
			b.Waived = min(b.Amount, gatehouse.Money(rapid.IntRange(0, 150).Draw(t, "waived")))
			if i > 0 && rapid.IntRange(0, 5).Draw(t, "reversal") == 0 {
				b.Kind, b.Reverses, b.Amount, b.Waived = "reversal", bills[0].Number, -bills[0].Amount, 0
			}
		})
	}
	payments := make([]Payment, rapid.IntRange(0, 12).Draw(t, "payments"))
	for i := range payments {
		on := day(rapid.IntRange(1, 4).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"))
		payments[i] = payment(fmt.Sprint("R", i), on, rapid.IntRange(-4, 8).Draw(t, "yuan"), func(p *Payment) {
			p.Item = rapid.SampledFrom(items).Draw(t, "item")
			p.Room = rapid.SampledFrom([]string{"1-1-1", "1-1-2"}).Draw(t, "room")
			p.Waiver = p.Amount > 0 && rapid.IntRange(0, 6).Draw(t, "waiver") == 0
			switch rapid.IntRange(0, 3).Draw(t, "names") {
			case 0:
				p.Bill = fmt.Sprint("B", rapid.IntRange(0, 14).Draw(t, "bill"))
			case 1:
				p.From = month(rapid.IntRange(1, 4).Draw(t, "from"))
				p.To = p.From + gatehouse.Month(rapid.IntRange(1, 3).Draw(t, "months"))
			}
			if p.Amount < 0 && rapid.Bool().Draw(t, "named") {
				p.Reverses = fmt.Sprint("R", rapid.IntRange(0, 14).Draw(t, "receipt"))
			}
		})
	}
	slices.SortFunc(payments, func(a, b Payment) int { return cmp.Compare(a.Key, b.Key) })
	return bills, payments
}
