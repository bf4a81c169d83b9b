package demo

import (
	"fmt"
	"slices"
	"strings"

	"gatehouse"
)

// folder holds the rows of one project, and says how it files them.
type folder struct {
	index int
	Project
	directory directory
	rooms     []Room
	bills     []Bill
	payments  []Payment
	requests  []Request
	answers   []Answer
	meters    []Meter
	readings  []Reading
	last      gatehouse.Month // last month with bills
}

func (f *folder) path(name string) string { return f.Code + f.Name + "/" + name }

// quarter numbers the quarters since year 0.
func quarter(m gatehouse.Month) int { return int(m) / 3 }

func quarterName(q int) string { return fmt.Sprintf("%d年第%d季度", q/4, q%4+1) }

// groupBy splits records by a key that does not grow too large, in its order.
func groupBy[T any](records []T, key func(*T) int, do func(k int, some []T)) {
	groups := map[int][]T{}
	for i := range records {
		k := key(&records[i])
		groups[k] = append(groups[k], records[i])
	}
	keys := make([]int, 0, len(groups))
	for k := range groups {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		do(k, groups[k])
	}
}

// feeBooks files bills and payments by the quarter: every third project as a
// ledger, every third as two sheets of a workbook, every third as two files.
func (f *folder) feeBooks(add func(book)) {
	if f.index%3 == 0 {
		f.ledgers(add)
		return
	}
	payments := map[int][]Payment{}
	groupBy(f.payments, func(p *Payment) int { return quarter(p.PaidOn.Month()) }, func(q int, some []Payment) {
		payments[q] = some
	})
	groupBy(f.bills, func(b *Bill) int { return quarter(b.Month) }, func(q int, bills []Bill) {
		name, l := quarterName(q), lookOf(f.index, q/4)
		charges := func() *table { return f.billTable(l, q, bills) }
		receipts := func() *table { return f.paymentTable(l, name, "收款明细", payments[q], f.paymentFaults(q)) }
		if f.index%3 == 1 {
			add(book{f.path(name + "收费"), l, func() []*table { return []*table{charges(), receipts()} }})
			return
		}
		add(book{f.path(name + "应收明细"), l, func() []*table { return []*table{charges()} }})
		if len(payments[q]) > 0 {
			add(book{f.path(name + "收款明细"), l, func() []*table { return []*table{receipts()} }})
		}
	})
}

func (f *folder) billTable(l look, q int, bills []Bill) *table {
	if l.subtotals {
		slices.SortStableFunc(bills, func(a, b Bill) int { return byBuilding(a.Room, b.Room) })
	}
	name := quarterName(q)
	t := tabulate(l, "应收明细", f.Name+" "+name+" 应收明细", "fee_bill", billColumns(l, f.directory), bills,
		func(b *Bill) string { return building(b.Room) })
	t.spoil(f.billFaults(q))
	return t
}

func (f *folder) paymentTable(l look, period, name string, payments []Payment, faults []fault) *table {
	l.subtotals = false
	t := tabulate(l, name, f.Name+" "+period+" "+name, "fee_payment", paymentColumns(l, f.directory), payments, nil)
	t.spoil(faults)
	return t
}

// ledgers put a bill and the first payment that names it into one row. Whatever
// else was received, refunds among it, is in a file a year.
func (f *folder) ledgers(add func(book)) {
	first := make(map[string]int, len(f.bills))
	for i := range f.payments {
		p := &f.payments[i]
		if _, taken := first[p.BillNo]; p.BillNo != "" && !taken {
			first[p.BillNo] = i
		}
	}
	inLedger := make(map[int]bool, len(first))
	groupBy(f.bills, func(b *Bill) int { return quarter(b.Month) }, func(q int, bills []Bill) {
		rows := make([]charged, len(bills))
		for i, b := range bills {
			rows[i].bill = b
			if at, ok := first[b.BillNo]; ok {
				rows[i].paid, inLedger[at] = f.payments[at], true
			}
		}
		name, l := quarterName(q), lookOf(f.index, q/4)
		add(book{f.path(name + "收费台账"), l, func() []*table {
			if l.subtotals {
				slices.SortStableFunc(rows, func(a, b charged) int { return byBuilding(a.bill.Room, b.bill.Room) })
			}
			return []*table{tabulate(l, "收费台账", f.Name+" "+name+" 收费台账", "fee_ledger",
				ledgerColumns(l, f.directory), rows, func(r *charged) string { return building(r.bill.Room) })}
		}})
	})
	var rest []Payment
	for i, p := range f.payments {
		if !inLedger[i] {
			rest = append(rest, p)
		}
	}
	groupBy(rest, func(p *Payment) int { return p.PaidOn.Month().Year() }, func(year int, some []Payment) {
		l, name := lookOf(f.index, year), fmt.Sprintf("%d年", year)
		add(book{f.path(name + "其他收款"), l, func() []*table {
			return []*table{f.paymentTable(l, name, "其他收款", some, nil)}
		}})
	})
}

// building is the first part of a room's number.
func building(room string) string {
	b, _, _ := strings.Cut(room, "-")
	return b
}

func byBuilding(a, b string) int {
	a, b = building(a), building(b)
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
