package analytics

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"gatehouse"
)

// facts are what an allocation is made of.
type facts struct {
	bills    []Bill
	payments []Payment
}

// ledger is the allocation as lines, in its order.
func (f facts) ledger() []string {
	entries := Allocate(f.bills, f.payments)
	lines := make([]string, len(entries))
	for i, e := range entries {
		lines[i] = line(e)
	}
	return lines
}

func (f facts) String() string {
	var b strings.Builder
	for _, bill := range f.bills {
		fmt.Fprintf(&b, "%+v\n", bill)
	}
	for _, p := range f.payments {
		fmt.Fprintf(&b, "%+v\n", p)
	}
	return b.String()
}

func month(n int) gatehouse.Month { return gatehouse.NewMonth(2026, 1) + gatehouse.Month(n-1) }

func day(m, d int) gatehouse.Date { return month(m).Start() + gatehouse.Date(d-1) }

// drawFacts makes up bills and payments of two rooms, few enough amounts, days
// and numbers for all of them to meet. The mark is on every room and number.
func drawFacts(t *rapid.T, mark string) facts {
	var f facts
	for i := range rapid.IntRange(2, 14).Draw(t, "bills") {
		f.bills = append(f.bills, drawBill(t, mark, i))
	}
	for i := range rapid.IntRange(2, 14).Draw(t, "payments") {
		f.payments = append(f.payments, drawPayment(t, mark, fmt.Sprint(i)))
	}
	return f
}

func drawBill(t *rapid.T, mark string, i int) Bill {
	m := rapid.IntRange(1, 4).Draw(t, "month")
	b := Bill{
		Number: fmt.Sprint(mark, "B", i), Key: fmt.Sprint("no:", mark, "B", i), Kind: "normal",
		Room:   mark + rapid.SampledFrom([]string{"1-1-1", "1-1-2"}).Draw(t, "room"),
		Item:   rapid.SampledFrom([]string{"物业费", "停车费", "停车费违约金"}).Draw(t, "item"),
		Month:  month(m),
		DueOn:  day(m+rapid.IntRange(0, 1).Draw(t, "due"), 10),
		Amount: gatehouse.Money(rapid.IntRange(0, 500).Draw(t, "fen")),
	}
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0, 1:
		b.Kind, b.Amount, b.Reverses = "reversal", -b.Amount, drawNumber(t, mark+"B")
		b.Waived = gatehouse.Money(rapid.IntRange(0, 1).Draw(t, "waiver back") * 100)
	case 2:
		b.Kind = "late_fee"
	case 3:
		b.Waived = gatehouse.Money(rapid.IntRange(0, 600).Draw(t, "waived"))
	case 4:
		b.Number, b.Key = "", fmt.Sprint("k:", mark, i)
	}
	return b
}

func drawPayment(t *rapid.T, mark, no string) Payment {
	p := Payment{
		Receipt: mark + "R" + no, Key: "no:" + mark + "R" + no,
		Room:   mark + rapid.SampledFrom([]string{"1-1-1", "1-1-2"}).Draw(t, "room"),
		Item:   rapid.SampledFrom([]string{"物业费", "停车费", "停车费违约金", "违约金", ""}).Draw(t, "item"),
		PaidOn: day(rapid.IntRange(1, 4).Draw(t, "month"), rapid.IntRange(1, 3).Draw(t, "day")),
		Amount: gatehouse.Money(rapid.IntRange(-400, 900).Draw(t, "fen")),
		Waiver: rapid.IntRange(0, 5).Draw(t, "waiver") == 0,
	}
	if rapid.IntRange(0, 2).Draw(t, "names a bill") == 0 {
		p.Bill = drawNumber(t, mark+"B")
		if rapid.Bool().Draw(t, "no room") {
			p.Room, p.Item = "", ""
		}
	}
	if rapid.IntRange(0, 2).Draw(t, "names a period") == 0 {
		p.From = month(rapid.IntRange(1, 4).Draw(t, "from"))
		p.To = p.From + gatehouse.Month(rapid.IntRange(1, 3).Draw(t, "months"))
	}
	if p.Amount < 0 && rapid.Bool().Draw(t, "names a receipt") {
		p.Reverses = drawNumber(t, mark+"R")
	}
	return p
}

// drawNumber is at times one that nothing has.
func drawNumber(t *rapid.T, of string) string {
	return fmt.Sprint(of, rapid.IntRange(0, 5).Draw(t, "number"))
}
