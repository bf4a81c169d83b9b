package ingest

import (
	"strings"

	"gatehouse"
)

// halfOpen turns the last day that a file names into the day after the period.
// Files name the last day itself: 2026-03-31. A day that is no month's last
// stands as it is, unless it is the first day too.
func halfOpen(start, end gatehouse.Date) gatehouse.Date {
	if end == start || end.Month() != (end+1).Month() {
		return end + 1
	}
	return end
}

// billRule completes a bill: its room, service period, month, day due and sign.
func billRule(in *intake, r *record) {
	in.room(r)
	in.period(r)
	if !r.given(fMonth) && r.given(fPeriodStart) {
		r.setN(fMonth, int64(r.day(fPeriodStart).Month()))
	}
	if !r.given(fDueOn) && r.given(fMonth) {
		r.setN(fDueOn, int64((gatehouse.Month(r.n(fMonth))+1).Start()-1))
	}
	if item := r.text(fFeeItem); r.text(fKind) == "normal" && (strings.Contains(item, "违约金") || strings.Contains(item, "滞纳金")) {
		r.setText(fKind, "late_fee")
	}
	if amount := r.n(fAmount); r.text(fKind) == "reversal" && amount > 0 {
		r.v[fAmount].n = -amount
	}
	if waived := r.n(fWaived); waived < 0 {
		r.v[fWaived].n = -waived
	}
	r.fact("fee_bill", in.billKey(r))
}

func (in *intake) billKey(r *record) string {
	if no := r.text(fBillNo); no != "" {
		return "no:" + no
	}
	return in.key("k:", r.text(fRoom), r.text(fFeeItem), in.dayText(r, fPeriodStart), in.dayText(r, fPeriodEnd), r.text(fKind))
}

func paymentRule(in *intake, r *record) {
	in.room(r)
	in.period(r)
	r.fact("fee_payment", in.paymentKey(r))
}

// paymentKey counts equal rows, so that two equal payments of one day are two,
// and the same file again gives the same keys.
func (in *intake) paymentKey(r *record) string {
	if no := r.text(fReceiptNo); no != "" {
		return "no:" + no
	}
	if len(r.faults) > 0 {
		return "" // the row goes to quarantine and is not counted
	}
	key := in.key("k:", r.text(fRoom), r.text(fFeeItem), in.dayText(r, fPaidOn), gatehouse.Money(r.n(fPaid)).String())
	return in.key(key, "", in.ordinal(r.text(fProject)+"|"+key))
}

// ledgerRule makes a bill, and a payment when something was paid. A bill paid
// in parts stands in several rows: it is one bill as long as they agree.
func ledgerRule(in *intake, r *record) {
	billRule(in, r)
	r.facts[0].shared = true
	if r.n(fPaid) == 0 {
		return
	}
	if !r.given(fPaidOn) && !r.bad(fPaidOn) {
		in.fault(r, fPaidOn, MissingKey, "")
	}
	r.fact("fee_payment", in.paymentKey(r))
}

// room makes the normal form of one column or of three.
func (in *intake) room(r *record) {
	if !r.given(fRoom) && r.given(fRoomNumber) || !strings.Contains(r.text(fRoom), "-") && r.given(fBuilding) {
		number := r.text(fRoomNumber)
		if number == "" {
			number = r.text(fRoom)
		}
		r.setText(fRoom, joinRoom(r.text(fBuilding), r.text(fUnit), number))
	}
	r.setText(fBuilding, buildingOf(r.text(fRoom)))
}

// period gives the service period as [period_start, period_end), from two days
// or from a month.
func (in *intake) period(r *record) {
	switch {
	case r.given(fPeriodStart):
		if !r.given(fPeriodEnd) {
			return
		}
		start, end := r.day(fPeriodStart), r.day(fPeriodEnd)
		if end < start {
			in.fault(r, fPeriodEnd, PeriodReversed, "")
			return
		}
		r.setN(fPeriodEnd, int64(halfOpen(start, end)))
	case r.given(fPeriod):
		r.setN(fPeriodStart, r.n(fPeriod))
		r.setN(fPeriodEnd, r.v[fPeriod].end)
	case r.given(fMonth):
		m := gatehouse.Month(r.n(fMonth))
		r.setN(fPeriodStart, int64(m.Start()))
		r.setN(fPeriodEnd, int64((m + 1).Start()))
	}
}
