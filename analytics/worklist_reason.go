package analytics

import "gatehouse"

// ReasonKind is what a room's payments tell about why it owes.
type ReasonKind string

const (
	NeverPaid   ReasonKind = "never_paid"   // no payment on record
	StoppedPay  ReasonKind = "stopped"      // paid before, nothing for the last two months due or more
	PaysInPart  ReasonKind = "part"         // part of each of the last two months due or more
	OldDebt     ReasonKind = "old_debt"     // the last month due is paid, an earlier one is not
	NewDebt     ReasonKind = "new_debt"     // the last month due only
	OnAndOff    ReasonKind = "on_and_off"   // months paid and not paid in turns
	Unexplained ReasonKind = "credit_notes" // no month by itself owes
)

// Reason is why a room owes, as far as the books tell.
type Reason struct {
	Kind ReasonKind
	Run  int // months due in a row, up to the last, that the kind is about
	// PaidLastYear: each month owed of the last twelve was paid a year before,
	// by the same day.
	PaidLastYear bool
}

// monthDue is what a room was to pay for a month whose bills are past due.
type monthDue struct {
	month     gatehouse.Month
	net, paid gatehouse.Money
	yearAgo   gatehouse.Money // paid by the as-of day of a year before
}

func (m monthDue) open() gatehouse.Money { return m.net - m.paid }

// reasonOf tells why a room owes by its months, ascending. Months for which
// nothing was due in the end say nothing.
func reasonOf(months []monthDue, everPaid bool) Reason {
	var due []monthDue
	for _, m := range months {
		if m.net > 0 {
			due = append(due, m)
		}
	}
	r := Reason{PaidLastYear: paidLastYear(due)}
	run := func(is func(monthDue) bool) int {
		n := 0
		for n < len(due) && is(due[len(due)-1-n]) {
			n++
		}
		return n
	}
	owed := 0
	for _, m := range due {
		if m.open() > 0 {
			owed++
		}
	}
	unpaid := run(func(m monthDue) bool { return m.paid <= 0 })
	part := run(func(m monthDue) bool { return m.paid > 0 && m.open() > 0 })
	open := run(func(m monthDue) bool { return m.open() > 0 })
	switch {
	case owed == 0:
		r.Kind = Unexplained
	case !everPaid && unpaid == len(due):
		r.Kind, r.Run = NeverPaid, unpaid
	case unpaid >= 2:
		r.Kind, r.Run = StoppedPay, unpaid
	case part >= 2:
		r.Kind, r.Run = PaysInPart, part
	case open == 0:
		r.Kind = OldDebt
		r.Run = run(func(m monthDue) bool { return m.open() <= 0 })
	case open == owed && open == 1:
		r.Kind, r.Run = NewDebt, 1
	default:
		r.Kind = OnAndOff
	}
	return r
}

// paidLastYear compares the months owed of the last twelve with the same months
// a year before.
func paidLastYear(due []monthDue) bool {
	before := map[gatehouse.Month]monthDue{}
	for _, m := range due {
		before[m.month] = m
	}
	compared := false
	for _, m := range due {
		if m.open() <= 0 || m.month <= due[len(due)-1].month-12 {
			continue
		}
		then, ok := before[m.month-12]
		if !ok || then.yearAgo < then.net {
			return false
		}
		compared = true
	}
	return compared
}
