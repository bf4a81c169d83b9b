package report

import (
	"fmt"

	"gatehouse"
	"gatehouse/analytics"
)

// detailBilled is the first column of amounts: billed, reversed, waived, net,
// received, on time, settled, outstanding.
const (
	detailBilled      = 8
	detailOutstanding = detailBilled + 7
)

func (r *collection) detailHeads() []string {
	return []string{
		r.t("项目编码", "Code"), r.t("项目", "Project"), r.t("楼栋", "Building"), r.t("房号", "Room"), r.t("收费项目", "Fee item"), r.t("账单号", "Bill no."),
		r.t("账期", "Month"), r.t("应交日期", "Due on"), r.t("应收", "Billed"), r.t("红冲", "Reversed"), r.t("应收减免", "Waived"), r.t("净应收", "Net due"),
		r.t("已收", "Received"), r.t("按期已收", "On time"), r.t("结算减免", "Settled"), r.t("欠费", "Outstanding"),
		r.t("最近收款", "Last paid"), r.t("逾期天数", "Days past due"), r.t("账龄", "Age"), r.t("结果", "What became of it"),
		r.t("来源文件", "File"), r.t("工作表", "Sheet"), r.t("行", "Row"),
	}
}

// lastDetail is the last row of a sheet of the detail, at least the first.
func (r *collection) lastDetail(sheet int) int {
	if sheet >= len(r.parts) {
		return firstRow
	}
	return firstRow - 1 + int(r.parts[sheet].Bills)
}

// detail lays out the sheets of bills; their rows come while the package is
// written. Sums stand above the heads and follow the filter.
func (r *collection) detail() error {
	for i, p := range r.details {
		last := r.lastDetail(i)
		if err := p.freeze(headRow, 6); err != nil {
			return err
		}
		cells := func(col int) string { return fmt.Sprintf("%s%d:%s%d", column(col), firstRow, column(col), last) }
		if i < len(r.parts) {
			name := "Detail"
			if i > 0 {
				name = fmt.Sprintf("Detail%d", i+1)
			}
			if err := p.table(name, headRow, r.detailHeads(), last); err != nil {
				return err
			}
			if err := r.book.bars(p.name, cells(detailOutstanding)); err != nil {
				return err
			}
			overdue := fmt.Sprintf("%s%d:%s%d", column(detailOutstanding+2), firstRow, column(detailOutstanding+4), last)
			if err := r.book.judged(p.name, overdue, "", fmt.Sprintf("AND(ISNUMBER($%[1]s%[2]d),$%[1]s%[2]d>90)", column(detailOutstanding+2), firstRow)); err != nil {
				return err
			}
		}
		// Some readers take a sheet to be no larger than it says.
		if err := r.book.SetSheetDimension(p.name, fmt.Sprintf("A1:%s%d", column(len(r.detailHeads())-1), last)); err != nil {
			return err
		}
		p.fill = func() error { return r.fillDetail(p, i) }
	}
	r.streamed = make([]analytics.BillSheet, len(r.parts))
	return nil
}

func (r *collection) fillDetail(p *page, sheet int) error {
	note := ""
	if len(r.details) > 1 {
		note = fmt.Sprintf(r.t("第 %d 张，共 %d 张", "sheet %d of %d"), sheet+1, len(r.details))
	}
	if err := r.titles(p, r.t("账单明细", "Bills"), note); err != nil {
		return err
	}
	if err := p.line(r.detailTotal(sheet)...); err != nil {
		return err
	}
	if err := p.add(30, r.detailHeadCells()); err != nil {
		return err
	}
	if sheet >= len(r.parts) {
		return nil
	}
	return r.bills.next(r.parts[sheet].Bills, func(l analytics.BillLine) error {
		s := &r.streamed[sheet]
		*s = added(*s, analytics.BillSheet{Bills: 1, Billed: l.Billed, Reversed: l.Reversed, Waived: l.Waived, Received: l.Received, OnTime: l.OnTime, Settled: l.Settled})
		return p.add(0, r.bill(r.bills.cells[:0], l))
	})
}

// detailHeadCells align each head as its column is.
func (r *collection) detailHeadCells() []cell {
	heads := r.detailHeads()
	cells := make([]cell, len(heads))
	for i, h := range heads {
		cells[i] = words(r.book.headRight, h)
		if i < detailBilled-1 || i > detailOutstanding+2 && i < len(heads)-1 {
			cells[i].style = r.book.head
		}
	}
	return cells
}

// detailTotal sums the bills of a sheet.
func (r *collection) detailTotal(sheet int) []cell {
	b, last := r.book, r.lastDetail(sheet)
	cells := make([]cell, len(r.detailHeads()))
	for i := range cells {
		cells[i].style = b.totalText
	}
	var s analytics.BillSheet
	if sheet < len(r.parts) {
		s = r.parts[sheet]
	}
	cells[0] = words(b.totalText, r.t("合计（随筛选）", "Total (of the filter)"))
	cells[5] = count(b.totalCount, s.Bills).of(fmt.Sprintf("SUBTOTAL(103,%[1]s%[2]d:%[1]s%[3]d)", column(6), firstRow, last))
	net := s.Billed - s.Reversed - s.Waived
	for i, m := range []gatehouse.Money{s.Billed, s.Reversed, s.Waived, net, s.Received, s.OnTime, s.Settled, net - s.Received - s.Settled} {
		cells[detailBilled+i] = money(b.totalMoney, m).of(subtotal(column(detailBilled+i), last))
	}
	return cells
}

// bill is the row of a bill.
func (r *collection) bill(to []cell, l analytics.BillLine) []cell {
	b := r.book
	code, name := l.Project, r.name(l.Project)
	if code == "" {
		name += " " + l.Ref
	}
	paid, days, age := cell{style: b.date}, cell{style: b.count}, cell{style: b.text}
	if l.PaidOn != 0 {
		paid = date(b.date, l.PaidOn)
	}
	late := int(r.Snapshot.AsOf - l.DueOn)
	if l.Outstanding != 0 {
		age = words(b.text, r.classNames[r.class(late)])
		if late > 0 {
			days = figure(b.count, float64(late))
		}
	}
	return append(to,
		words(b.text, code), words(b.text, name), words(b.text, l.Building), words(b.text, l.Room), words(b.text, l.Item), words(b.text, l.Bill),
		words(b.text, l.Month.String()), date(b.date, l.DueOn),
		money(b.money, l.Billed), money(b.money, l.Reversed), money(b.money, l.Waived), money(b.money, l.Net()),
		money(b.money, l.Received), money(b.money, l.OnTime), money(b.money, l.Settled), money(b.moneyStrong, l.Outstanding),
		paid, days, age, words(b.text, r.status(l.Net(), l.Received, l.Settled, l.Outstanding, late)),
		words(b.text, l.File), words(b.text, l.Sheet), figure(b.count, float64(l.Row)),
	)
}
