package demo

import "gatehouse"

// onBill is a payment that names the bill.
func onBill(b Bill, day gatehouse.Date, amount gatehouse.Money) Payment {
	return Payment{
		Project: b.Project, Room: b.Room, BillNo: b.BillNo, FeeItem: b.FeeItem,
		PeriodStart: b.PeriodStart, PeriodEnd: b.PeriodEnd, PaidOn: day, Amount: amount,
	}
}

// receipt is a payment that names nothing but the item.
func (s *site) receipt(h *household, b Bill, day gatehouse.Date, amount gatehouse.Money) Payment {
	p := Payment{Project: s.code, Room: h.room, FeeItem: b.FeeItem, PaidOn: day, Amount: amount}
	if h.payer == Developer {
		p.Method = BankDebit
	}
	return p
}

// pay records the payment under a number of its own, unless it lies in the
// future. A payer who has no method yet gets one.
func (s *site) pay(p Payment) Payment {
	if p.PaidOn > s.end() || p.Amount == 0 {
		return Payment{}
	}
	s.receipts++
	p.ReceiptNo = "SJ" + s.code + pad(s.receipts, 7)
	if p.Method == "" {
		switch draw := s.rnd.IntN(100); {
		case draw < 45:
			p.Method = WeChat
		case draw < 70:
			p.Method = Alipay
		case draw < 88:
			p.Method = BankDebit
		default:
			p.Method = Cash
		}
	}
	if p.Method == Cash || p.Method == SettlementWaiver {
		p.Cashier = "收费员" + pad(s.between(1, 4), 2)
	}
	s.out.Payments = append(s.out.Payments, p)
	return p
}

// payTwice is the double click on a phone: all of the second payment, or half of
// it, comes back on a refund that names it.
func (s *site) payTwice(p Payment) {
	s.pay(p)
	second := s.pay(p)
	amount := second.Amount
	if s.chanceOf(0.3) {
		amount /= 2
	}
	s.refund(second, amount, second.ReceiptNo)
}

// overpay pays a hundred yuan too much, given back without naming a payment.
func (s *site) overpay(p Payment) {
	const tooMuch = 100_00
	p.Amount += tooMuch
	s.refund(s.pay(p), tooMuch, "")
}

// refund gives back part of a payment some days after it, if it was made at all.
func (s *site) refund(of Payment, amount gatehouse.Money, names string) {
	if of.ReceiptNo == "" {
		return
	}
	s.pay(Payment{
		Project: of.Project, Room: of.Room, FeeItem: of.FeeItem,
		PaidOn: of.PaidOn + gatehouse.Date(s.between(2, 15)), Amount: -amount,
		Method: of.Method, Reverses: names,
	})
}

// strays are payments that nothing in the masters answers to: on a bill number
// that exists nowhere, or for a room that is not in the room list.
func (s *site) strays() {
	day := func() gatehouse.Date { return s.end() - gatehouse.Date(s.between(5, 200)) }
	if s.index%4 == 0 {
		for i := range 2 {
			h := &s.households[s.rnd.IntN(len(s.households))]
			s.pay(Payment{
				Project: s.code, Room: h.room, FeeItem: propertyFee, PaidOn: day(), Amount: h.fee,
				BillNo: s.code + "-" + s.end().Time().Format("200601") + "-9" + pad(i+1, 5),
			})
		}
	}
	if s.index%4 == 1 {
		s.pay(Payment{Project: s.code, Room: "99-1-" + pad(101+s.index, 4), FeeItem: propertyFee, PaidOn: day(), Amount: 288_00})
	}
}
