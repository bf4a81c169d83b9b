package analytics

import "slices"

// takeBack reduces payments by their refunds and enters both sides. Refunds that
// say what they take back go first, so that none finds it gone to one that
// would have taken anything.
func (a *allocation) takeBack() {
	if len(a.refunds) == 0 {
		return
	}
	byReceipt, byBill := a.refundable()
	for _, r := range a.refunds {
		if r.Reverses != "" {
			a.takeLatest(r, byReceipt[number{r.Ref, r.Reverses}], func(*account) bool { return true })
		}
	}
	for _, r := range a.refunds {
		if r.Reverses == "" && r.Bill != "" {
			a.takeLatest(r, byBill[r.billNumber()], r.mayTake)
		}
	}
	for _, r := range a.refunds {
		if r.Reverses == "" && r.free() {
			a.takeLatest(r, r.room.paid, func(p *account) bool {
				return r.mayTake(p) && (r.item == "" || p.item == "" || p.item == r.item)
			})
		}
	}
}

// takeLatest takes r back from payments in settlement order, beginning at the end.
func (a *allocation) takeLatest(r *account, payments []*account, may func(*account) bool) {
	for _, p := range slices.Backward(payments) {
		if r.left == 0 {
			return
		}
		if amount := min(p.left, -r.left); amount > 0 && may(p) {
			p.left -= amount
			r.left += amount
			a.add(Entry{Kind: p.takenBack(), Payment: p.Payment, Day: p.PaidOn, Amount: amount, Against: r.Payment})
			a.add(Entry{Kind: r.takenBack(), Payment: r.Payment, Day: r.PaidOn, Amount: -amount, Against: p.Payment})
		}
	}
}

// mayTake tells what a refund that names no receipt may take back.
func (p *account) mayTake(paid *account) bool {
	return paid.PaidOn <= p.PaidOn && paid.Waiver == p.Waiver
}

// takenBack keeps waivers out of what was refunded in money.
func (p *account) takenBack() EntryKind {
	if p.Waiver {
		return Waiting
	}
	return Refunded
}

// billNumber is that of the bill itself when the payment names its reversal.
func (p *account) billNumber() number {
	if p.named != nil {
		return number{p.Ref, p.named.Number}
	}
	return number{p.Ref, p.Bill}
}

// filed are payments by what refunds name, in settlement order. Refunds are few,
// so only what they name is there.
type filed map[number][]*account

func (f filed) add(no number, p *account) {
	if before, asked := f[no]; asked {
		f[no] = append(before, p)
	}
}

// refundable finds the payments that refunds name by receipt and by bill, and
// files all with their rooms for refunds that name neither.
func (a *allocation) refundable() (byReceipt, byBill filed) {
	byReceipt, byBill = filed{}, filed{}
	for _, r := range a.refunds {
		if r.Reverses != "" {
			byReceipt[number{r.Ref, r.Reverses}] = nil
		} else if r.Bill != "" {
			byBill[r.billNumber()] = nil
		}
	}
	for _, p := range a.payments {
		if p.Receipt != "" {
			byReceipt.add(number{p.Ref, p.Receipt}, p)
		}
		if p.Bill != "" {
			byBill.add(p.billNumber(), p)
		}
		p.room.paid = append(p.room.paid, p)
	}
	return byReceipt, byBill
}
