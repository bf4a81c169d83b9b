package demo

import (
	"time"

	"gatehouse"
)

// property lets the payer of a property fee bill act: those who pay in advance
// pay by the year or quarter, those who pay in lumps let it run up.
func (s *site) property(h *household, b Bill) {
	m := b.Month
	months := map[habit]gatehouse.Month{quarterly: 3, yearly: 12}[h.habit]
	switch {
	case s.gaveUp(h, m) || m < h.paidUntil:
	case h.habit == yearly && int(m.Of()) == h.advanceMonth, h.habit == quarterly && m.Of()%3 == 1:
		h.paidUntil = m + months
		p := s.receipt(h, b, m.Start()+gatehouse.Date(s.between(1, s.dueDay-1)), (b.Amount-b.Waived)*gatehouse.Money(months))
		if h.naming != namesNothing {
			p.PeriodStart, p.PeriodEnd = m.Start(), (m+months).Start()-1
		}
		s.pay(p)
	case h.habit == lump:
		h.owed += b.Amount - b.Waived
		if m >= h.settles || m.Of() == time.December && s.chanceOf(0.6) {
			s.pay(s.receipt(h, b, b.DueOn+gatehouse.Date(s.between(1, 6)), h.owed))
			h.owed, h.settles = 0, m+gatehouse.Month(s.between(4, 7))
		}
	default:
		s.settle(h, b)
	}
}

// gaveUp tells whether the payer has stopped paying, by habit or in the project
// whose collection slides.
func (s *site) gaveUp(h *household, m gatehouse.Month) bool {
	return h.habit == never || s.story == sliding && h.stops < slideShare(m, s.last)
}

// settle pays one bill, when the payer gets round to it.
func (s *site) settle(h *household, b Bill) {
	if s.gaveUp(h, b.Month) {
		return
	}
	net := b.Amount - b.Waived
	if h.habit == slow || h.habit == lump {
		s.settleLate(h, b, net)
		return
	}
	day := s.promptDay(b)
	p := s.receipt(h, b, day, net)
	switch h.naming {
	case namesBill:
		p.BillNo = b.BillNo
		fallthrough
	case namesPeriod:
		p.PeriodStart, p.PeriodEnd = b.PeriodStart, b.PeriodEnd
	}
	switch draw := s.rnd.Float64(); {
	case draw < 0.01:
		p.Amount = net * gatehouse.Money(s.between(40, 70)) / 100
		rest := p
		rest.Amount, rest.PaidOn = net-p.Amount, day+gatehouse.Date(s.between(20, 60))
		s.pay(p)
		s.pay(rest)
	case draw < 0.0108:
		s.payTwice(p)
	case draw < 0.0114:
		s.overpay(p)
	case draw < 0.0121 && h.naming == namesBill && b.Waived == 0:
		s.pay(p)
		s.correct(b)
	default:
		s.pay(p)
	}
}

// promptDay is when one pays who means to be on time. In February, around the
// Spring Festival, more than usual is forgotten; in December less.
func (s *site) promptDay(b Bill) gatehouse.Date {
	late, delay := 0.06, 25
	switch b.Month.Of() {
	case time.February:
		late, delay = 0.24, 40
	case time.December:
		late = 0.03
	}
	if b.Payer != Developer && s.chanceOf(late) {
		return b.DueOn + gatehouse.Date(s.between(1, delay))
	}
	return b.Month.Start() + gatehouse.Date(s.between(0, s.dueDay-1))
}

// settleLate pays 3 to 8 months late or in the December drive for arrears; at
// times part of it is forgiven, at times a late fee is charged.
func (s *site) settleLate(h *household, b Bill, net gatehouse.Money) {
	day := (b.Month + gatehouse.Month(s.between(3, 8))).Start() + gatehouse.Date(s.between(0, 27))
	drive := gatehouse.NewDate(b.Month.Year(), time.December, s.between(5, 31))
	if b.DueOn+30 < drive && drive < day && s.chanceOf(0.5) {
		day = drive
	}
	if day > s.end() {
		return
	}
	paid := net
	if s.chanceOf(0.1) {
		paid -= net * gatehouse.Money(s.between(5, 10)) / 100
		waiver := onBill(b, day, net-paid)
		waiver.Method = SettlementWaiver
		s.pay(waiver)
	}
	s.pay(onBill(b, day, paid))
	if b.FeeItem == propertyFee && s.chanceOf(0.25) {
		s.penalty(h, day, net, int(day-b.DueOn))
	}
}
