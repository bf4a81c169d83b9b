package analytics

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gatehouse"
)

// The words of the tables. Who adds one says it in Chinese and English.
var (
	billKinds    = []word[string]{{"正常 normal", "normal"}, {"红冲 reversal", "reversal"}, {"违约金 late fee", "late_fee"}}
	paymentKinds = []word[bool]{{"收款 money", false}, {"减免 waiver", true}}
	entryKinds   = []word[EntryKind]{
		{"应收 billed", Billed}, {"红冲 reversed", Reversed}, {"减免 waived", Waived},
		{"实收 received", Received}, {"抵减 settled", Settled},
		{"预收 prepaid", Prepaid}, {"待用 waiting", Waiting}, {"退款 refunded", Refunded},
	}
)

type word[T any] struct {
	written string
	means   T
}

func readWord[T any](words []word[T], cell string) (T, error) {
	var written []string
	for _, w := range words {
		if w.written == cell {
			return w.means, nil
		}
		written = append(written, w.written)
	}
	var none T
	return none, fmt.Errorf("%q is none of %s", cell, strings.Join(written, ", "))
}

func billColumns() []column[Bill] {
	return []column[Bill]{
		{"项目 project", false, func(b *Bill, cell string) error { b.Ref = cell; return nil }},
		{"账单 bill", true, func(b *Bill, cell string) error {
			b.Number, b.Key, b.Kind, b.Payer = cell, "no:"+cell, cmp.Or(b.Kind, "normal"), cmp.Or(b.Payer, "业主")
			return nil
		}},
		{"类型 kind", false, func(b *Bill, cell string) (err error) { b.Kind, err = readWord(billKinds, cell); return err }},
		{"原账单 reverses", false, func(b *Bill, cell string) error { b.Reverses = cell; return nil }},
		{"房号 room", true, func(b *Bill, cell string) error { b.Room = cell; return nil }},
		{"费项 item", true, func(b *Bill, cell string) error { b.Item = cell; return nil }},
		{"月份 month", true, func(b *Bill, cell string) (err error) { b.Month, err = gatehouse.ParseMonth(cell); return err }},
		{"应交日 due", true, func(b *Bill, cell string) (err error) { b.DueOn, err = gatehouse.ParseDate(cell); return err }},
		{"缴费方 payer", false, func(b *Bill, cell string) error { b.Payer = cell; return nil }},
		{"应收 amount", true, func(b *Bill, cell string) (err error) { b.Amount, err = readMoney(cell); return err }},
		{"减免 waived", false, func(b *Bill, cell string) (err error) { b.Waived, err = readMoney(cell); return err }},
	}
}

func paymentColumns() []column[Payment] {
	return []column[Payment]{
		{"项目 project", false, func(p *Payment, cell string) error { p.Ref = cell; return nil }},
		{"收据 receipt", true, func(p *Payment, cell string) error { p.Receipt, p.Key = cell, "no:"+cell; return nil }},
		{"类型 kind", false, func(p *Payment, cell string) (err error) { p.Waiver, err = readWord(paymentKinds, cell); return err }},
		{"原收据 takes back", false, func(p *Payment, cell string) error { p.Reverses = cell; return nil }},
		{"房号 room", false, func(p *Payment, cell string) error { p.Room = cell; return nil }},
		{"费项 item", false, func(p *Payment, cell string) error { p.Item = cell; return nil }},
		{"指定账单 names bill", false, func(p *Payment, cell string) error { p.Bill = cell; return nil }},
		{"所属期 period", false, func(p *Payment, cell string) error {
			period, err := gatehouse.Calendar{}.Parse(cell, 0)
			p.From, p.To = period.Start, period.End
			return err
		}},
		{"收款日 paid", true, func(p *Payment, cell string) (err error) { p.PaidOn, err = gatehouse.ParseDate(cell); return err }},
		{"实收 amount", true, func(p *Payment, cell string) (err error) { p.Amount, err = readMoney(cell); return err }},
	}
}

// ledgerRow is an entry by the numbers that people know.
type ledgerRow struct {
	project, bill, receipt, against string
	kind                            EntryKind
	day                             gatehouse.Date
	amount                          gatehouse.Money
}

func ledgerColumns() []column[ledgerRow] {
	return []column[ledgerRow]{
		{"项目 project", false, func(r *ledgerRow, cell string) error { r.project = cell; return nil }},
		{"类别 entry", true, func(r *ledgerRow, cell string) (err error) { r.kind, err = readWord(entryKinds, cell); return err }},
		{"账单 bill", false, func(r *ledgerRow, cell string) error { r.bill = cell; return nil }},
		{"收据 receipt", false, func(r *ledgerRow, cell string) error { r.receipt = cell; return nil }},
		{"对方 against", false, func(r *ledgerRow, cell string) error { r.against = cell; return nil }},
		{"日期 day", true, func(r *ledgerRow, cell string) (err error) { r.day, err = gatehouse.ParseDate(cell); return err }},
		{"金额 amount", true, func(r *ledgerRow, cell string) (err error) { r.amount, err = readMoney(cell); return err }},
	}
}

// cells writes the row under the columns of the ledger, all of them.
func (r ledgerRow) cells() []string {
	kind := slices.IndexFunc(entryKinds, func(w word[EntryKind]) bool { return w.means == r.kind })
	cells := []string{r.project, entryKinds[kind].written, r.bill, r.receipt, r.against, r.day.String(), grouped(r.amount)}
	for i, cell := range cells {
		cells[i] = cmp.Or(cell, "-")
	}
	return cells
}

func rowOf(e Entry) ledgerRow {
	r := ledgerRow{kind: e.Kind, day: e.Day, amount: e.Amount}
	if b := e.Bill; b != nil {
		r.project, r.bill = b.Ref, b.Number
	}
	if p := e.Payment; p != nil {
		r.project, r.receipt = p.Ref, p.Receipt
	}
	if e.Reversal != nil {
		r.against = e.Reversal.Number
	}
	if e.Against != nil {
		r.against = e.Against.Receipt
	}
	return r
}

// diffLedger gives "" when the entries are the rows of the ledger; else the ledger
// with what is missing marked - and what is too much marked +.
func diffLedger(want []ledgerRow, got []Entry) string {
	diff := &table{}
	for _, c := range ledgerColumns() {
		diff.header = append(diff.header, c.header)
	}
	var marks []string
	rest := make([]ledgerRow, len(got))
	for i, e := range got {
		rest[i] = rowOf(e)
	}
	same := len(want) == len(got)
	for _, w := range want {
		mark := "  "
		if i := slices.Index(rest, w); i >= 0 {
			rest = slices.Delete(rest, i, i+1)
		} else {
			mark, same = "- ", false
		}
		diff.rows, marks = append(diff.rows, w.cells()), append(marks, mark)
	}
	if same {
		return ""
	}
	for _, r := range rest {
		diff.rows, marks = append(diff.rows, r.cells()), append(marks, "+ ")
	}
	diff.dropEmpty()
	return "what is missing (-) and what should not be there (+):\n" + diff.marked(marks)
}

func readMoney(cell string) (gatehouse.Money, error) {
	m, err := gatehouse.ParseMoney(strings.ReplaceAll(cell, ",", ""))
	if err == nil && grouped(m) != cell {
		err = fmt.Errorf("write %q as %s", cell, grouped(m))
	}
	return m, err
}
