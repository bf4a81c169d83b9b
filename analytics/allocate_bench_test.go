package analytics

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"gatehouse"
)

// BenchmarkAllocate is one project of a large portfolio: 400 rooms billed for
// 25 months, and as many payments as bills.
func BenchmarkAllocate(b *testing.B) {
	bills, payments := projectOfRooms(400, 25)
	allocateOften(b, bills, payments)
}

// BenchmarkAllocateOneRoom is the worst that one room can hold: every bill of a
// project, as when a developer's bills all stand under one name.
func BenchmarkAllocateOneRoom(b *testing.B) {
	bills, payments := projectOfRooms(1, 10_000)
	allocateOften(b, bills, payments)
}

func allocateOften(b *testing.B, bills []Bill, payments []Payment) {
	b.ReportAllocs()
	for b.Loop() {
		Allocate(bills, payments)
	}
	facts := float64(len(bills)+len(payments)) * float64(b.N)
	b.ReportMetric(facts/b.Elapsed().Seconds(), "facts/s")
}

// projectOfRooms makes bills in the order of an export, room by room, and
// payments of the ways to pay in about the shares that they have in the demo.
func projectOfRooms(rooms, billsEach int) ([]Bill, []Payment) {
	rnd := rand.New(rand.NewPCG(4, 2026))
	items := []string{"物业费", "物业费", "物业费", "停车费", "公摊水电"}
	var bills []Bill
	var payments []Payment
	for r := range rooms {
		room := fmt.Sprintf("%d-%d-%d", r%20+1, r%3+1, 101+r)
		for i := range billsEach {
			m := gatehouse.NewMonth(2024, 1) + gatehouse.Month(i%36)
			no := fmt.Sprintf("HD01-%d%02d-%06d", m.Year(), m.Of(), len(bills)+1)
			bill := Bill{Key: "no:" + no, Number: no, Kind: "normal", Room: room, Building: "1", Item: items[i%len(items)],
				Month: m, DueOn: m.Start() + 9, Amount: 268_50, Payer: "owner"}
			receipt := fmt.Sprintf("SJHD01%07d", len(payments)+1)
			p := Payment{Key: "no:" + receipt, Receipt: receipt, Room: strings.Clone(room), Building: "1", Item: strings.Clone(bill.Item),
				PaidOn: bill.DueOn + gatehouse.Date(rnd.IntN(60)) - 20, Amount: bill.Amount}
			switch draw := rnd.IntN(100); {
			case draw < 55:
				p.Bill = strings.Clone(no) // read apart from the bill
			case draw < 75:
				p.From, p.To = m, m+1
			case draw < 77:
				p.Waiver, p.Bill = true, no
			case draw < 78:
				p.Amount = -100_00
			case draw < 79 && len(payments) > 0:
				p.Amount, p.Reverses = -100_00, payments[len(payments)-1].Receipt
			}
			bills, payments = append(bills, bill), append(payments, p)
		}
	}
	return bills, payments
}
