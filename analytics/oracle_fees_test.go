package analytics

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gatehouse"
	"gatehouse/ingest/demo"
)

// fate is what became of one bill, or of a reversal of a bill nobody knows.
type fate struct {
	project, key, room, building, item string
	month                              gatehouse.Month
	due                                gatehouse.Date
	billed                             bool            // false for such a reversal
	net                                gatehouse.Money // billed − reversed − waived
	takes                              []taking
}

// taking is money or a settlement waiver that a bill took.
type taking struct {
	day    gatehouse.Date
	amount gatehouse.Money
	waiver bool
}

// taken is what the bill took up to the end of a day.
func (f *fate) taken(until gatehouse.Date, waivers bool) gatehouse.Money {
	sum := gatehouse.Money(0)
	for _, t := range f.takes {
		if t.day <= until && (waivers || !t.waiver) {
			sum += t.amount
		}
	}
	return sum
}

func (f *fate) slices() []string {
	return []string{"=", "fee_item=" + f.item, "building=" + f.building}
}

// coin is money that came in, or went out when negative.
type coin struct {
	project, room, building string
	day                     gatehouse.Date
	amount                  gatehouse.Money
	// What of it a bill took: the bill's month. Money that was paid and taken
	// back is neither waiting for a bill nor with one.
	month          gatehouse.Month
	taken, waiting bool
}

func isLate(kind, item string) bool {
	return kind == demo.LateFee || item == "违约金" || item == "滞纳金"
}

// building is the first part of a room that the room master has.
func (o *oracle) building(project, room string) string {
	for _, r := range o.truth.Rooms {
		if r.Project == project && r.Room == room {
			building, _, more := strings.Cut(room, "-")
			if more {
				return building
			}
		}
	}
	return ""
}

// billKeyOf is the natural key of a bill: its number, else what it is for.
func billKeyOf(b demo.Bill) string {
	if b.BillNo != "" {
		return "no:" + b.BillNo
	}
	return "k:" + strings.Join([]string{b.Room, b.FeeItem, b.PeriodStart.String(), (b.PeriodEnd + 1).String(), b.Kind}, "|")
}

func paymentKeyOf(p demo.Payment) string {
	if p.ReceiptNo != "" {
		return "no:" + p.ReceiptNo
	}
	return "k:" + strings.Join([]string{p.Room, p.FeeItem, p.PaidOn.String(), p.Amount.String(), "1"}, "|")
}

// settled allocates the truth, late fees left out, and follows each bill and coin.
func (o *oracle) settled() (fates []*fate, coins []coin) {
	bills, payments := map[string][]Bill{}, map[string][]Payment{}
	for _, b := range o.truth.Bills {
		bills[b.Project] = append(bills[b.Project], Bill{
			Key: billKeyOf(b), Number: b.BillNo, Kind: b.Kind, Reverses: b.Reverses, Room: b.Room, Building: o.building(b.Project, b.Room),
			Item: b.FeeItem, Month: b.Month, DueOn: b.DueOn, Amount: b.Amount, Waived: b.Waived,
		})
	}
	for _, r := range o.truth.Payments {
		p := Payment{
			Key: paymentKeyOf(r), Receipt: r.ReceiptNo, Bill: r.BillNo, Room: r.Room, Building: o.building(r.Project, r.Room), Item: r.FeeItem,
			PaidOn: r.PaidOn, Amount: r.Amount, Waiver: r.Method == demo.SettlementWaiver, Reverses: r.Reverses,
		}
		if r.PeriodStart != 0 {
			p.From, p.To = r.PeriodStart.Month(), r.PeriodEnd.Month()+1
		}
		payments[r.Project] = append(payments[r.Project], p)
	}
	projects := map[string]bool{}
	for project := range bills {
		projects[project] = true
	}
	for project := range payments {
		projects[project] = true
	}
	for project := range projects {
		f, c := follow(project, Allocate(bills[project], payments[project]))
		fates, coins = append(fates, f...), append(coins, c...)
	}
	return fates, coins
}

// follow reads the ledger of one project.
func follow(project string, entries []Entry) (fates []*fate, coins []coin) {
	byKey := map[string]*fate{}
	for _, e := range entries {
		b, p := e.Bill, e.Payment
		if b != nil && isLate(b.Kind, b.Item) || b == nil && isLate("", p.Item) {
			continue
		}
		if b == nil {
			if e.Kind == Prepaid || e.Kind == Refunded {
				coins = append(coins, coin{project: project, room: p.Room, building: p.Building, day: e.Day, amount: e.Amount, waiting: e.Kind == Prepaid})
			}
			continue
		}
		f := byKey[b.Key]
		if f == nil {
			f = &fate{project: project, key: b.Key, room: b.Room, building: b.Building, item: b.Item, month: b.Month, due: b.DueOn}
			byKey[b.Key] = f
			fates = append(fates, f)
		}
		switch e.Kind {
		case Billed:
			f.billed = true
			f.net += e.Amount
		case Reversed, Waived:
			f.net -= e.Amount
		case Received, Settled:
			f.takes = append(f.takes, taking{e.Day, e.Amount, e.Kind == Settled})
		}
		if e.Kind == Received {
			coins = append(coins, coin{project: project, room: b.Room, building: b.Building, day: e.Day, amount: e.Amount, month: b.Month, taken: true})
		}
	}
	return fates, coins
}

func (o *oracle) fees() {
	fates, coins := o.settled()
	slices.SortFunc(fates, func(a, b *fate) int { return cmp.Or(cmp.Compare(a.project, b.project), cmp.Compare(a.key, b.key)) })
	for _, f := range fates {
		o.collected(f)
		o.aged(f)
		o.arrears(f)
		o.recovered(f)
	}
	for _, p := range o.periods {
		o.paidUp(p, fates)
		o.prepaid(p, coins)
	}
}

// collected counts a bill in the month that it is of.
func (o *oracle) collected(f *fate) {
	received := f.taken(o.asOf, false)
	for kpi, paid := range map[string]gatehouse.Money{
		"collection_rate":              received,
		"collection_rate_with_waivers": f.taken(o.asOf, true),
		"on_time_rate":                 f.taken(min(o.asOf, f.due), false),
	} {
		m := gatehouse.MonthPeriod(f.month)
		o.addTo(kpi, f.project, m, sums{numerator: yuan(paid), denominator: yuan(f.net)}, f.slices()...)
		o.once(kpi, f.project, m, f.room, f.slices()...)
		at := roomMonth{kpi, o.code(f.project), f.project + "\x00" + f.room, f.month}
		if o.rooms[at] == nil {
			o.rooms[at] = &[2]float64{}
		}
		o.rooms[at][0] += yuan(paid)
		o.rooms[at][1] += yuan(f.net)
	}
}

// aged counts what a bill was paid by the months that it came after the bill's own.
func (o *oracle) aged(f *fate) {
	m := gatehouse.MonthPeriod(f.month)
	o.addTo("collected_by_age", f.project, m, sums{numerator: yuan(f.taken(o.asOf, false)), denominator: yuan(f.net)}, "=")
	o.once("collected_by_age", f.project, m, f.room, "=")
	for _, t := range f.takes {
		if !t.waiver && t.day <= o.asOf {
			age := fmt.Sprintf("age=%03d", max(0, t.day.Month()-f.month))
			o.addTo("collected_by_age", f.project, m, sums{numerator: yuan(t.amount)}, age)
			o.once("collected_by_age", f.project, m, f.room, age)
		}
	}
}

// arrears looks at a bill at the end of each month from its own on.
func (o *oracle) arrears(f *fate) {
	for m := f.month; m <= o.asOf.Month(); m++ {
		end := min((m+1).Start()-1, o.asOf)
		open := f.net - f.taken(end, true)
		if open != 0 {
			o.addTo("arrears_age", f.project, gatehouse.MonthPeriod(m), sums{numerator: yuan(open), n: 1}, append(f.slices(), "age="+ageOf(int(end-f.due)))...)
		}
	}
}

func ageOf(days int) string {
	switch {
	case days <= 0:
		return "not_due"
	case days <= 30:
		return "1-30"
	case days <= 60:
		return "31-60"
	case days <= 90:
		return "61-90"
	case days <= 180:
		return "91-180"
	case days <= 365:
		return "181-365"
	}
	return ">365"
}

// recovered counts a bill among the arrears of later years as they opened, and
// the money of those years on it.
func (o *oracle) recovered(f *fate) {
	const kpi = "arrears_recovery_rate"
	for opening := o.calendar.FiscalYear(f.month).End; opening.Start() <= o.asOf; opening += 12 {
		if open := f.net - f.taken(opening.Start()-1, true); open != 0 {
			o.add(kpi, f.project, opening, sums{denominator: yuan(open)})
			o.once(kpi, f.project, gatehouse.MonthPeriod(opening), f.room, "=")
		}
	}
	for _, t := range f.takes {
		if m := t.day.Month(); !t.waiver && t.day <= o.asOf && f.month < o.calendar.FiscalYear(m).Start {
			o.add(kpi, f.project, m, sums{numerator: yuan(t.amount)})
		}
	}
}

// paidUp counts the rooms billed for a period.
func (o *oracle) paidUp(p gatehouse.Period, fates []*fate) {
	type room struct{ project, room, building string }
	open, billed := map[room]gatehouse.Money{}, map[room]bool{}
	for _, f := range fates {
		if p.Contains(f.month) {
			r := room{f.project, f.room, f.building}
			open[r] += f.net - f.taken(o.asOf, true)
			billed[r] = billed[r] || f.billed
		}
	}
	for r := range billed {
		if billed[r] {
			o.addTo("room_paid_rate", r.project, p, share(open[r] <= 0), "=", "building="+r.building)
		}
	}
}

// prepaid looks at the money of a period.
func (o *oracle) prepaid(p gatehouse.Period, coins []coin) {
	for _, c := range coins {
		if !p.Contains(c.day.Month()) || c.day > o.asOf {
			continue
		}
		s := sums{denominator: yuan(c.amount)}
		if c.waiting || c.taken && c.month >= p.End {
			s.numerator = yuan(c.amount)
		}
		slices := []string{"=", "building=" + c.building}
		o.addTo("prepaid_share", c.project, p, s, slices...)
		if c.room != "" {
			o.once("prepaid_share", c.project, p, c.room, slices...)
		}
	}
}
