package demo

import (
	"gatehouse"
)

// directory gives the name of a project by its code.
type directory map[string]string

// projectColumn says which project a row is about, by code or by name.
func projectColumn[T any](l look, d directory, code func(*T) string) column[T] {
	if l.byName {
		return column[T]{"name", []string{"小区名称", "项目名称"}, func(r *T) any { return d[code(r)] }, ""}
	}
	return column[T]{"project", []string{"项目编码", "小区编码"}, func(r *T) any { return code(r) }, ""}
}

// optional is nil for the zero value, which stands for a blank cell.
func optional[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

func billColumns(l look, d directory) []column[Bill] {
	return []column[Bill]{
		projectColumn(l, d, func(b *Bill) string { return b.Project }),
		{"room", []string{"房号", "房屋编码", "房屋"}, func(b *Bill) any { return b.Room }, ""},
		{"bill_no", []string{"账单号", "账单编号", "单据号"}, func(b *Bill) any { return b.BillNo }, ""},
		{"fee_item", []string{"收费项目", "费用名称", "费项", "科目"}, func(b *Bill) any { return b.FeeItem }, ""},
		{"period_start", []string{"开始时间"}, func(b *Bill) any { return b.PeriodStart }, ""},
		{"period_end", []string{"结束时间"}, func(b *Bill) any { return b.PeriodEnd }, ""},
		{"month", []string{"会计月"}, func(b *Bill) any {
			if l.lean && b.Month == b.PeriodStart.Month() {
				return nil
			}
			return b.Month
		}, ""},
		{"due_on", []string{"应交日期"}, func(b *Bill) any { return b.DueOn }, ""},
		{"amount", []string{"应收金额", "应缴金额", "收费金额"}, func(b *Bill) any {
			if l.unsigned && b.Kind == Reversal {
				return -b.Amount
			}
			return b.Amount
		}, "元"},
		{"waived", []string{"应收减免"}, func(b *Bill) any {
			if l.lean {
				return optional(b.Waived)
			}
			return b.Waived
		}, "元"},
		{"kind", []string{"类型"}, func(b *Bill) any {
			if l.lean && b.Kind == Normal {
				return nil
			}
			return l.chinese(b.Kind)
		}, ""},
		{"reverses", []string{"原账单号"}, func(b *Bill) any { return optional(b.Reverses) }, ""},
		{"payer", nil, func(b *Bill) any { return l.chinese(b.Payer) }, ""},
	}
}

func paymentColumns(l look, d directory) []column[Payment] {
	columns := []column[Payment]{
		projectColumn(l, d, func(p *Payment) string { return p.Project }),
		{"room", []string{"房号", "房屋编码", "房屋"}, func(p *Payment) any { return p.Room }, ""},
		{"receipt_no", []string{"收据号", "订单号"}, func(p *Payment) any { return p.ReceiptNo }, ""},
		{"bill_no", []string{"账单号", "账单编号", "账单号"}, func(p *Payment) any { return optional(p.BillNo) }, ""},
		{"fee_item", []string{"收费项目", "费用名称", "费项", "科目"}, func(p *Payment) any { return p.FeeItem }, ""},
		{"period_start", []string{"开始时间"}, func(p *Payment) any { return optional(p.PeriodStart) }, ""},
		{"period_end", []string{"结束时间"}, func(p *Payment) any { return optional(p.PeriodEnd) }, ""},
		{"paid_on", []string{"缴费时间", "收款日期"}, func(p *Payment) any { return p.PaidOn }, ""},
		{"amount", []string{"实收金额", "实缴金额"}, func(p *Payment) any { return p.Amount }, "元"},
		{"method", []string{"支付方式"}, func(p *Payment) any { return l.chinese(p.Method) }, ""},
		{"cashier", []string{"收银员"}, func(p *Payment) any { return optional(p.Cashier) }, ""},
		{"reverses", []string{"原收据号"}, func(p *Payment) any { return optional(p.Reverses) }, ""},
	}
	if l.phone {
		columns = append(columns, column[Payment]{"phone", []string{"手机号"}, func(*Payment) any { return nobody }, ""})
	}
	return columns
}

// nobody is a number that plainly belongs to nobody.
const nobody = "13800000000"

// charged is a line of a ledger: a bill, and the first payment that names it.
type charged struct {
	bill Bill
	paid Payment // without a number when there is none
}

// ledgerColumns are a bill's and, where they differ, a payment's.
func ledgerColumns(l look, d directory) []column[charged] {
	l.english = false // "amount" would stand there twice
	var columns []column[charged]
	for _, c := range billColumns(l, d) {
		value := c.value
		if c.field == "amount" {
			c.names = []string{"应缴金额"}
		}
		columns = append(columns, column[charged]{c.field, c.names, func(r *charged) any { return value(&r.bill) }, c.unit})
	}
	for _, c := range paymentColumns(l, d) {
		switch c.field {
		case "amount":
			c.field, c.names = "paid_amount", []string{"实缴金额"}
		case "receipt_no", "paid_on", "method", "cashier":
		default:
			continue
		}
		value := c.value
		columns = append(columns, column[charged]{c.field, c.names, func(r *charged) any {
			if r.paid.ReceiptNo == "" {
				if l.zeros && c.field == "paid_amount" {
					return gatehouse.Money(0)
				}
				return nil
			}
			return value(&r.paid)
		}, c.unit})
	}
	return columns
}
