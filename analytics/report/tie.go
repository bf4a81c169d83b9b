package report

import (
	"gatehouse"
	"gatehouse/analytics"
)

// tie refuses figures that do not agree with one another to the cent: a report
// that says so of itself would only be found out later.
func (r *collection) tie() error {
	var ages gatehouse.Money
	var detail analytics.BillSheet
	for _, p := range r.parts {
		detail = added(detail, p)
	}
	for _, m := range r.age {
		ages += m
	}
	x := r.receipts
	parts := x.Current + x.Arrears + x.Ahead + x.Late + x.Prepaid + x.Refunds
	for _, c := range []struct {
		what string
		a, b gatehouse.Money
	}{
		{"billed, by project and in the ledger", r.total.Billed, r.ledger.Billed},
		{"reversed, by project and in the ledger", r.total.Reversed, r.ledger.Reversed},
		{"waived, by project and in the ledger", r.total.Waived, r.ledger.Waived},
		{"received, by project and in the ledger", r.total.Received, r.ledger.Received},
		{"settled, by project and in the ledger", r.total.Settled, r.ledger.Settled},
		{"outstanding, by project and in the ledger", r.total.Outstanding, r.ledger.Outstanding},
		{"billed, by bill and in the ledger", detail.Billed, r.ledger.Billed},
		{"received, by bill and in the ledger", detail.Received, r.ledger.Received},
		{"outstanding, by age and in the ledger", ages, r.ledger.Outstanding},
		{"billed with late fees, and the rows of the files", r.total.Billed + r.ledger.Late, r.ledger.Bills},
		{"receipts by what they paid, and the rows of the files", parts, r.ledger.Payments},
	} {
		if c.a != c.b {
			return untied(c.what, c.a, c.b)
		}
	}
	return nil
}

// tieDetail holds the rows that were written against what was said of them above.
func (r *collection) tieDetail() error {
	for i, p := range r.parts {
		if s := r.streamed[i]; s != p {
			return untied("rows of the detail, and their sum", s.Billed-s.Received, p.Billed-p.Received)
		}
	}
	return r.bills.end()
}

func untied(what string, a, b gatehouse.Money) error {
	return gatehouse.Errorf(gatehouse.Internal, "the report does not tie out: %s: %s and %s; run gatehouse refresh --all and write it again", what, a, b)
}

func added(a, b analytics.BillSheet) analytics.BillSheet {
	return analytics.BillSheet{
		Bills: a.Bills + b.Bills, Billed: a.Billed + b.Billed, Reversed: a.Reversed + b.Reversed, Waived: a.Waived + b.Waived,
		Received: a.Received + b.Received, OnTime: a.OnTime + b.OnTime, Settled: a.Settled + b.Settled,
	}
}
