package ingest

import (
	"context"

	"github.com/cespare/xxhash/v2"
	"github.com/shopspring/decimal"

	"gatehouse"
)

// compare looks a record up in what is published and what the file has brought
// so far. What is odd then is a doubt, or a fault with a strict contract.
func (in *intake) compare(ctx context.Context, r *record) error {
	ref := r.text(fProject)
	if in.marking != nil || ref == "" || in.plan.feed.Name == "project" {
		return nil
	}
	e := in.reference.estate(ref)
	r.estate = e
	if !e.known {
		r.stranger.estate = e
		in.doubtUntil(r, fProject, finding{code: UnknownProject, detail: unless(in.plan, fProject, ref), same: in.same(UnknownProject, ref, ""), estate: e})
	}
	if in.plan.feed.against == nil {
		return nil
	}
	return in.plan.feed.against(ctx, in, r)
}

// unless gives what a row says of a field that has no column of its own.
func unless(p *plan, f field, text string) string {
	if p.columnOf[f] >= 0 {
		return ""
	}
	return text
}

// roomAgainst looks up the room of a bill or payment.
func (in *intake) roomAgainst(ctx context.Context, r *record) error {
	room := r.text(fRoom)
	if room == "" {
		return nil
	}
	e := r.estate
	if err := in.reference.fetchRooms(ctx, e); err != nil {
		return err
	}
	hash := xxhash.Sum64String(room)
	if _, known := e.rooms.known(hash); known && e.known {
		return nil
	}
	r.stranger.estate, r.stranger.room = e, hash
	in.doubtUntil(r, in.plan.shown([]field{fRoom, fRoomNumber}), finding{
		code: UnknownRoom, detail: unless(in.plan, fRoom, room), same: in.same(UnknownRoom, e.name, room), estate: e, subject: hash,
	})
	return nil
}

func paymentAgainst(ctx context.Context, in *intake, r *record) error {
	if err := in.roomAgainst(ctx, r); err != nil {
		return err
	}
	no := r.text(fBillNo)
	if no == "" {
		return nil
	}
	e := r.estate
	if err := in.reference.fetchBills(ctx, e); err != nil {
		return err
	}
	hash := xxhash.Sum64String(no)
	if _, known := e.bills.known(hash); known && e.known {
		return nil
	}
	r.stranger.estate, r.stranger.bill = e, hash
	in.doubtUntil(r, fBillNo, finding{code: UnknownBill, same: in.same(UnknownBill, e.name, no), estate: e, subject: hash})
	return nil
}

func billAgainst(ctx context.Context, in *intake, r *record) error {
	if err := in.roomAgainst(ctx, r); err != nil {
		return err
	}
	start, end := r.day(fPeriodStart), r.day(fPeriodEnd)
	if len(r.faults) > 0 || r.text(fKind) != "normal" || !r.given(fPeriodStart) || end <= start {
		return nil
	}
	e := r.estate
	if err := in.reference.fetchAccounts(ctx, e); err != nil {
		return err
	}
	bill := r.facts[0].key
	r.slot = in.slotOf(r.text(fRoom), r.text(fFeeItem))
	r.charge = newCharge(xxhash.Sum64String(bill), start, end, gatehouse.Money(r.n(fAmount)))
	r.account = e.account(r.slot)
	a, c := r.account, r.charge
	same := func(code Code) uint64 { return in.same(code, e.name, bill) } // a bill of a ledger may stand in several rows
	if usual, far := a.usual(c, e.taken); far {
		in.doubt(r, fAmount, UnusualAmount, gatehouse.Money(usual*wholeMonths(start, end)).String(), same(UnusualAmount))
	}
	shown := in.plan.shown([]field{fPeriodStart, fPeriod, fMonth})
	period := func(code Code, from, to gatehouse.Date) {
		in.doubtUntil(r, shown, finding{code: code, days: [2]gatehouse.Date{from, to}, same: same(code), estate: e, subject: r.slot, key: c.key})
	}
	if other, ok := a.overlap(c, e.taken); ok {
		period(PeriodOverlap, gatehouse.Date(other.start), gatehouse.Date(other.end))
	} else if from, ok := a.gap(c, e.taken); ok {
		period(PeriodGap, from, start)
	}
	return nil
}

// daysText writes [from, to) as files do, with its last day.
func daysText(from, to gatehouse.Date) string { return from.String() + "–" + (to - 1).String() }

func readingAgainst(ctx context.Context, in *intake, r *record) error {
	if !r.given(fReadOn) || r.bad(fReading) || !r.given(fReading) && !r.given(fUsage) {
		return nil
	}
	e := r.estate
	if err := in.reference.fetchMeters(ctx, e); err != nil {
		return err
	}
	r.slot = xxhash.Sum64String(r.text(fMeter))
	m := e.meter(r.slot)
	before, known := m.before(int32(r.n(fReadOn)))
	if known && r.given(fReading) && r.text(fEvent) == "" && r.n(fReading) < before.shown {
		in.fault(r, fReading, ReadingDecreased, "")
		return nil
	}
	r.readout = newReadout(r, before, known)
	if high, far := m.usual(r.readout); far {
		in.doubt(r, in.plan.shown([]field{fReading, fUsage}), ImplausibleReading, aDay(r.readout.daily)+" > "+aDay(high), 0)
	}
	return nil
}

// newReadout is a row's reading with its use a day, which the row tells by
// itself or with the reading before.
func newReadout(r *record, before readout, known bool) readout {
	now := readout{day: int32(r.n(fReadOn)), metered: r.given(fUsage), shown: unknown, daily: unknown}
	since, used, told := int64(before.day), r.n(fUsage), known || r.given(fPrevOn)
	if r.given(fPrevOn) {
		since = r.n(fPrevOn)
	}
	if r.given(fReading) {
		now.shown = r.n(fReading)
	}
	if !now.metered {
		from := before.shown
		if r.given(fPrevReading) {
			from, known = r.n(fPrevReading), true
		}
		told = told && known && r.text(fEvent) != "rollover"
		used = now.shown - from
	}
	if days := int64(now.day) - since; told && days > 0 && used >= 0 {
		now.daily = used / days
	}
	return now
}

// aDay writes a use a day.
func aDay(n int64) string { return decimal.New(n, -4).Round(2).String() + "/d" }
