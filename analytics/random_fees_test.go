package analytics

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"gatehouse"
	"gatehouse/ingest/demo"
)

// Two projects are known, by code and name; two are not, and have rooms,
// meters and waves of the same names.
func projectsOf() []string { return []string{"P1", "P2", "P1", "P2", "U1", "U2"} }

func drawProject(t *rapid.T) string { return rapid.SampledFrom(projectsOf()).Draw(t, "project") }

// called is one of the names that files give a project.
func called(t *rapid.T, project string) string {
	if project[0] == 'P' && rapid.Bool().Draw(t, "by name") {
		return project + "花园"
	}
	return project
}

func date(year, month, day int) gatehouse.Date {
	return gatehouse.NewDate(year, time.Month(month), day)
}

// drawDay is a day at an edge of months, years, fiscal years or February.
func drawDay(t *rapid.T) gatehouse.Date {
	return rapid.SampledFrom([]gatehouse.Date{
		date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 28), date(2024, 2, 29),
		date(2024, 3, 1), date(2024, 3, 31), date(2024, 4, 1), date(2023, 1, 31), date(2023, 2, 28),
	}).Draw(t, "day")
}

func drawMonth(t *rapid.T) gatehouse.Month { return drawDay(t).Month() }

func drawRoom(t *rapid.T) string {
	return rapid.SampledFrom([]string{"1-1-101", "1-1-102", "2-1-201"}).Draw(t, "room")
}

func drawItem(t *rapid.T) string {
	return rapid.SampledFrom([]string{"物业费", "物业费", "停车费"}).Draw(t, "fee item")
}

func drawBook(t *rapid.T) *book {
	b := &book{}
	for _, code := range []string{"P1", "P2"} {
		p := demo.Project{Code: code, Name: code + "花园", FloorArea: float64(rapid.IntRange(0, 3).Draw(t, "area")) * 33.33, Households: rapid.IntRange(0, 3).Draw(t, "households")}
		b.truth.Projects = append(b.truth.Projects, p)
		line := func(households int) string {
			return cells(p.Code, p.Name, fmt.Sprintf("%.2f", p.FloorArea), households)
		}
		b.add(t, "project", line(p.Households), line(p.Households+7))
		for _, room := range []string{"1-1-101", "2-1-201"} { // 1-1-102 has no master
			if rapid.Bool().Draw(t, "room is known") {
				b.truth.Rooms = append(b.truth.Rooms, demo.Room{Project: code, Room: room})
				b.add(t, "room", cells(called(t, code), room, 90), "")
			}
		}
	}
	for i := range rapid.IntRange(0, 9).Draw(t, "bills") {
		b.drawBill(t, i)
	}
	for i := range rapid.IntRange(0, 9).Draw(t, "payments") {
		b.drawPayment(t, i)
	}
	for i := range rapid.IntRange(0, 7).Draw(t, "requests") {
		b.drawRequest(t, i)
	}
	b.drawSurveys(t)
	b.drawMeters(t)
	return b
}

func drawFen(t *rapid.T, most int) gatehouse.Money {
	return gatehouse.Money(rapid.IntRange(0, most).Draw(t, "fen"))
}

func (b *book) drawBill(t *rapid.T, i int) {
	m := drawMonth(t)
	bill := demo.Bill{
		Project: drawProject(t), BillNo: fmt.Sprint("B", i), Room: drawRoom(t), FeeItem: drawItem(t),
		PeriodStart: m.Start(), PeriodEnd: (m + 1).Start() - 1, Month: m, DueOn: (m + 1).Start() - 1, Amount: drawFen(t, 30000), Kind: demo.Normal,
	}
	if rapid.IntRange(0, 3).Draw(t, "other month") == 0 {
		bill.Month = drawMonth(t)
	}
	if rapid.Bool().Draw(t, "due on an edge") {
		bill.DueOn = drawDay(t)
	}
	switch rapid.IntRange(0, 7).Draw(t, "kind of bill") {
	case 0:
		bill.Kind = demo.LateFee
	case 1:
		bill.FeeItem = "违约金"
		bill.Kind = demo.LateFee // as the loader says
	case 2:
		bill.BillNo = "" // one a room, item and month
		for _, other := range b.truth.Bills {
			if billKeyOf(other) == billKeyOf(bill) {
				return
			}
		}
	case 3, 4:
		b.reverse(t, &bill)
	case 5:
		bill.Waived = drawFen(t, 30000)
	}
	b.truth.Bills = append(b.truth.Bills, bill)
	kind := map[string]string{demo.Normal: "正常", demo.LateFee: "滞纳金", demo.Reversal: "红冲"}[bill.Kind]
	name := called(t, bill.Project)
	line := func(room string, amount gatehouse.Money) string {
		return cells(name, bill.BillNo, room, bill.FeeItem, bill.PeriodStart, bill.PeriodEnd, bill.Month, bill.DueOn, amount, bill.Waived, kind, bill.Reverses)
	}
	older := ""
	if bill.BillNo != "" {
		older = line("2-1-201", bill.Amount+777)
	}
	b.add(t, "fee_bill", line(bill.Room, bill.Amount), older)
}

// reverse makes a reversal, of all or part of a bill before it or of none known.
func (b *book) reverse(t *rapid.T, bill *demo.Bill) {
	bill.Kind, bill.Reverses, bill.Amount = demo.Reversal, "B99", -bill.Amount
	for _, other := range b.truth.Bills {
		if other.Project == bill.Project && other.Kind != demo.Reversal && other.BillNo != "" {
			bill.Room, bill.FeeItem, bill.Reverses = other.Room, other.FeeItem, other.BillNo
			if rapid.Bool().Draw(t, "in full") {
				bill.Amount = -other.Amount
			}
		}
	}
}

func (b *book) drawPayment(t *rapid.T, i int) {
	p := demo.Payment{
		Project: drawProject(t), ReceiptNo: fmt.Sprint("R", i), Room: drawRoom(t), FeeItem: drawItem(t),
		PaidOn: drawDay(t), Amount: drawFen(t, 40000), Method: demo.Cash,
	}
	b.aim(t, &p)
	switch rapid.IntRange(0, 6).Draw(t, "kind of payment") {
	case 0:
		p.Method = demo.SettlementWaiver
	case 1, 2:
		p.Amount = -p.Amount
		for _, other := range b.truth.Payments {
			// Waivers are taken back by nobody here.
			if other.Project == p.Project && other.Amount > 0 && other.ReceiptNo != "" && other.Method == demo.Cash && rapid.Bool().Draw(t, "named") {
				p.Reverses, p.Room, p.FeeItem, p.BillNo, p.PeriodStart, p.PeriodEnd = other.ReceiptNo, other.Room, other.FeeItem, "", 0, 0
			}
		}
	case 3:
		p.ReceiptNo = ""
		for _, other := range b.truth.Payments {
			if other.Project == p.Project && paymentKeyOf(other) == paymentKeyOf(p) {
				return // the second of two such in two files takes the place of the first
			}
		}
	}
	b.truth.Payments = append(b.truth.Payments, p)
	method := map[string]string{demo.Cash: "现金", demo.SettlementWaiver: "实收减免"}[p.Method]
	start, end := "", ""
	if p.PeriodStart != 0 {
		start, end = p.PeriodStart.String(), p.PeriodEnd.String()
	}
	name := called(t, p.Project)
	line := func(on gatehouse.Date, amount gatehouse.Money) string {
		return cells(name, p.ReceiptNo, p.BillNo, p.Room, p.FeeItem, start, end, on, amount, method, p.Reverses)
	}
	older := ""
	if p.ReceiptNo != "" {
		older = line(p.PaidOn-40, p.Amount/2)
	}
	b.add(t, "fee_payment", line(p.PaidOn, p.Amount), older)
}

// aim has a payment name a bill, one that is not there, a period, or nothing.
func (b *book) aim(t *rapid.T, p *demo.Payment) {
	switch rapid.IntRange(0, 5).Draw(t, "names") {
	case 0, 1:
		for _, bill := range b.truth.Bills {
			if bill.Project == p.Project && bill.BillNo != "" && rapid.Bool().Draw(t, "bill") {
				p.BillNo = bill.BillNo
				if rapid.Bool().Draw(t, "and nothing more") {
					p.Room, p.FeeItem = "", ""
				}
				return
			}
		}
	case 2:
		p.BillNo = "B98"
	case 3:
		m := drawMonth(t)
		p.PeriodStart, p.PeriodEnd = m.Start(), (m+gatehouse.Month(rapid.IntRange(1, 3).Draw(t, "months"))).Start()-1
	case 4:
		p.FeeItem = "违约金"
	}
}
