package demo

import (
	"cmp"
	"slices"
	"strconv"

	"gatehouse"
)

const (
	propertyFee = "物业费"
	parkingFee  = "停车费"
	sharedFee   = "公摊水电"
	lateFeeItem = "违约金"
)

// charge makes every bill of the project and what is paid on it.
func (s *site) charge() {
	from := len(s.out.Payments)
	for m := s.first; m <= s.last; m++ {
		for i := range s.households {
			h := &s.households[i]
			waived := gatehouse.Money(0)
			if h.waives {
				waived = h.fee * 3 / 10
			}
			s.property(h, s.bill(h, propertyFee, m, m, h.fee, waived))
			if h.parking > 0 {
				s.settle(h, s.bill(h, parkingFee, m, m, h.parking, 0))
			}
			if h.shared && m.Of()%3 == 0 {
				use := gatehouse.Money(s.between(2500, 9800))
				s.settle(h, s.bill(h, sharedFee, max(m-2, s.first), m, use, 0))
			}
		}
	}
	s.strays()
	slices.SortStableFunc(s.out.Payments[from:], func(a, b Payment) int { return cmp.Compare(a.PaidOn, b.PaidOn) })
}

// bill issues one charge for the months [from, month] and gives it back as it
// stands after a correction. About one in a thousand is wrong at first, and is
// reversed and issued again before anybody pays.
func (s *site) bill(h *household, item string, from, month gatehouse.Month, amount, waived gatehouse.Money) Bill {
	b := Bill{
		Project: s.code, Room: h.room, FeeItem: item,
		PeriodStart: from.Start(), PeriodEnd: (month + 1).Start() - 1, Month: month,
		DueOn:  month.Start() + gatehouse.Date(s.dueDay) - 1,
		Amount: amount, Waived: waived, Kind: Normal, Payer: h.payer,
	}
	if waived == 0 && s.chanceOf(0.0009) {
		b.Amount += b.Amount / 10
		s.reverse(s.issue(b))
		b.Amount = amount
	}
	return s.issue(b)
}

// issue numbers the bill.
func (s *site) issue(b Bill) Bill {
	s.bills++
	number := make([]byte, 0, 20)
	number = append(number, s.code...)
	number = append(number, '-')
	number = strconv.AppendInt(number, int64(b.Month.Year()*100+int(b.Month.Of())), 10)
	number = append(number, '-')
	number = append(number, pad(s.bills, 6)...)
	b.BillNo = string(number)
	s.out.Bills = append(s.out.Bills, b)
	return b
}

// reverse takes the bill back.
func (s *site) reverse(b Bill) {
	b.Kind, b.Reverses, b.Amount = Reversal, b.BillNo, -b.Amount
	s.issue(b)
}

// correct reverses a bill that has been paid and issues it again for a tenth
// less: what was paid becomes free, settles the new bill, and leaves a rest.
func (s *site) correct(b Bill) {
	s.reverse(b)
	b.Amount -= b.Amount / 10
	s.issue(b)
}

// penalty charges 0.05 % a day on what was paid late on the given day; it is
// paid at once, or the payer would be let off.
func (s *site) penalty(h *household, paid gatehouse.Date, overdue gatehouse.Money, days int) {
	month := paid.Month()
	b := s.issue(Bill{
		Project: s.code, Room: h.room, FeeItem: lateFeeItem,
		PeriodStart: month.Start(), PeriodEnd: (month + 1).Start() - 1, Month: month, DueOn: paid,
		Amount: overdue * gatehouse.Money(days) * 5 / 10000, Kind: LateFee, Payer: h.payer,
	})
	s.pay(onBill(b, paid, b.Amount))
}
