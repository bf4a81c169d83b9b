package report

import (
	"fmt"
	"slices"

	"gatehouse"
	"gatehouse/analytics"
)

// Sheets of lines have their sums above the heads, so that both stay in view.
const (
	totalRow = 4
	headRow  = 5
	firstRow = headRow + 1
)

// titles are the first rows of a sheet: its title, what it is of, and an empty one.
func (r *collection) titles(p *page, title, more string) error {
	if err := p.add(26, []cell{words(r.book.title, title)}); err != nil {
		return err
	}
	zone := r.kpis.Calendar().Location
	note := fmt.Sprintf(r.t("%s · 账期 %s · 元 · 数据截至 %s", "%s · charge period %s · yuan · as known at %s"),
		r.scopeText(), r.periodText(), r.Snapshot.KnownAt.In(zone).Format("2006-01-02 15:04"))
	if more != "" {
		note += " · " + more
	}
	if err := p.line(words(r.book.note, note)); err != nil {
		return err
	}
	p.skip(1)
	return nil
}

// heads writes the heads of columns, those from right on over numbers.
func (r *collection) heads(p *page, right int, heads ...string) error {
	cells := make([]cell, len(heads))
	for i, h := range heads {
		cells[i] = words(r.book.headRight, h)
		if i < right {
			cells[i].style = r.book.head
		}
	}
	return p.add(30, cells)
}

// places are the columns of a fee line, its names in the first lead ones.
type places struct{ rooms, bills, billed, reversed, waived, net, received, onTime, settled, outstanding, rate, punctual string }

func placesAfter(lead int) places {
	c := func(i int) string { return column(lead + i) }
	return places{c(0), c(1), c(2), c(3), c(4), c(5), c(6), c(7), c(8), c(9), c(10), c(11)}
}

// feeLine is a line whose sums are formulas of its own row.
func (r *collection) feeLine(row, lead int, l analytics.FeeLine) []cell {
	b, c := r.book, placesAfter(lead)
	return []cell{
		count(b.count, l.Rooms), count(b.count, l.Bills), money(b.money, l.Billed), money(b.money, l.Reversed), money(b.money, l.Waived),
		money(b.moneyStrong, l.Net).of(fmt.Sprintf("ROUND(%s%d-%s%d-%s%d,2)", c.billed, row, c.reversed, row, c.waived, row)),
		money(b.money, l.Received), money(b.money, l.OnTime), money(b.money, l.Settled),
		money(b.moneyStrong, l.Outstanding).of(fmt.Sprintf("ROUND(%s%d-%s%d-%s%d,2)", c.net, row, c.received, row, c.settled, row)),
		share(b.rate, l.Received, l.Net).of(over(c.received, c.net, row)),
		share(b.rate, l.OnTime, l.Net).of(over(c.onTime, c.net, row)),
	}
}

// over divides two cells of a row.
func over(part, whole string, row int) string {
	return fmt.Sprintf(`IF(%[2]s%[3]d=0,"%[4]s",ROUND(%[1]s%[3]d/%[2]s%[3]d,6))`, part, whole, row, missing)
}

// subtotal sums a column of lines, those that the filter leaves.
func subtotal(col string, last int) string {
	return fmt.Sprintf("ROUND(SUBTOTAL(109,%s%d:%s%d),2)", col, firstRow, col, last)
}

// feeTotal is the row of sums over lines to the last one.
func (r *collection) feeTotal(lead, last int, total analytics.FeeLine) []cell {
	b, c := r.book, placesAfter(lead)
	cells := make([]cell, lead)
	for i := range cells {
		cells[i].style = b.totalText
	}
	cells[0] = words(b.totalText, r.t("合计（随筛选）", "Total (of the filter)"))
	if last < firstRow { // nothing to sum
		last = firstRow
	}
	sum := func(col string, m gatehouse.Money) cell { return money(b.totalMoney, m).of(subtotal(col, last)) }
	return append(cells,
		count(b.totalCount, total.Rooms).of(subtotal(c.rooms, last)), count(b.totalCount, total.Bills).of(subtotal(c.bills, last)),
		sum(c.billed, total.Billed), sum(c.reversed, total.Reversed), sum(c.waived, total.Waived), sum(c.net, total.Net),
		sum(c.received, total.Received), sum(c.onTime, total.OnTime), sum(c.settled, total.Settled), sum(c.outstanding, total.Outstanding),
		share(b.totalRate, total.Received, total.Net).of(over(c.received, c.net, totalRow)),
		share(b.totalRate, total.OnTime, total.Net).of(over(c.onTime, c.net, totalRow)),
	)
}

// lines writes a sheet of fee lines, with what more gives for the total, the
// heads and each line.
func (r *collection) lines(p *page, title, table string, leads []string, names func(analytics.FeeLine) []string, lines []analytics.FeeLine, total analytics.FeeLine, more extra) error {
	lead, last := len(leads), firstRow-1+len(lines)
	if err := r.titles(p, title, more.note); err != nil {
		return err
	}
	if err := p.line(append(r.feeTotal(lead, last, total), more.total...)...); err != nil {
		return err
	}
	heads := slices.Concat(leads, r.feeHeads(), more.heads)
	if err := r.heads(p, lead, heads...); err != nil {
		return err
	}
	for _, l := range lines {
		row := p.at + 1
		var cells []cell
		for _, name := range names(l) {
			cells = append(cells, words(r.book.text, name))
		}
		cells = append(cells, r.feeLine(row, lead, l)...)
		if more.line != nil {
			cells = append(cells, more.line(row, l)...)
		}
		if err := p.line(cells...); err != nil {
			return err
		}
	}
	if err := p.freeze(headRow, lead); err != nil {
		return err
	}
	if len(lines) == 0 {
		return nil
	}
	if err := p.table(table, headRow, heads, last); err != nil {
		return err
	}
	c := placesAfter(lead)
	return r.book.bars(p.name, fmt.Sprintf("%s%d:%s%d", c.outstanding, firstRow, c.outstanding, last))
}

// extra is what a sheet of lines has besides.
type extra struct {
	note  string
	heads []string
	total []cell
	line  func(row int, l analytics.FeeLine) []cell
}

func (r *collection) buildings() error {
	leads := []string{r.t("项目编码", "Code"), r.t("项目", "Project"), r.t("楼栋", "Building")}
	return r.lines(r.buildingPage, r.t("各楼栋收缴", "Collection by building"), "Buildings", leads, func(l analytics.FeeLine) []string {
		if l.Group == "" {
			return []string{l.Project, r.name(l.Project), r.t("未知楼栋", "No building")}
		}
		return []string{l.Project, r.name(l.Project), l.Group}
	}, r.byBuilding, r.total, extra{})
}

func (r *collection) items() error {
	return r.lines(r.itemPage, r.t("各收费项目收缴", "Collection by fee item"), "FeeItems", []string{r.t("收费项目", "Fee item")}, func(l analytics.FeeLine) []string {
		if l.Group == "" {
			return []string{r.t("未填收费项目", "No fee item")}
		}
		return []string{l.Group}
	}, r.byItem, r.itemTotal, extra{note: r.t("一户缴多项时每项各计一户", "a room counts once for each item it pays")})
}
