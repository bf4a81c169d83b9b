package report

import (
	"fmt"

	"gatehouse"
)

// Rows of the summary.
const (
	headlineRow = 5  // first figure of the period
	chartRow    = 14 // charts stand over the empty rows from here
	monthsRow   = 34 // first of the months
	mostShown   = 10 // projects that owe most
)

// summary has the period against a year earlier and the target, charts over
// the months and the months themselves, what came in, and who owes most.
func (r *collection) summary() error {
	p := r.summaryPage
	if err := r.titles(p, r.t("收缴汇总", "Collection summary"), ""); err != nil {
		return err
	}
	for _, part := range []func() error{r.headline, r.monthTable, r.receiptTable, r.mostTable, r.summaryCharts} {
		if err := part(); err != nil {
			return err
		}
	}
	return r.book.InsertPageBreak(p.name, fmt.Sprintf("A%d", monthsRow-2))
}

// headline is each figure now, a year earlier, and the difference.
func (r *collection) headline() error {
	p, b := r.summaryPage, r.book
	if err := r.heads(p, 1, r.t("指标", "Figure"), r.t("本期", "This period"), r.t("上年同期", "Year earlier"), r.t("增减", "Change"), r.t("增减幅", "in %"),
		r.t("目标", "Target"), r.t("较目标", "Gap"), r.t("近十二月", "12 months")); err != nil {
		return err
	}
	trend := func(col string) string {
		return fmt.Sprintf("'%s'!%s%d:%s%d", p.name, col, monthsRow, col, monthsRow+trendMonths-1)
	}
	var at, of []string
	add := func(col string, cells ...cell) error {
		if col != "" {
			at, of = append(at, fmt.Sprintf("H%d", p.at+1)), append(of, trend(col))
		}
		return p.line(append(cells, cell{style: b.text})...)
	}
	now, ago := r.total, r.totalBefore
	for _, l := range []struct {
		name    string
		is, was gatehouse.Money
		trend   string
	}{
		{r.t("净应收", "Net due"), now.Net, ago.Net, "B"},
		{r.t("已收", "Received"), now.Received, ago.Received, "D"},
		{r.t("结算减免", "Settled"), now.Settled, ago.Settled, ""},
		{r.t("欠费", "Outstanding"), now.Outstanding, ago.Outstanding, ""},
	} {
		row := p.at + 1
		change := share(b.change, l.is-l.was, l.was)
		if err := add(l.trend, words(b.text, l.name), money(b.moneyStrong, l.is), money(b.money, l.was),
			money(b.amountDelta, l.is-l.was).of(fmt.Sprintf("ROUND(B%d-C%d,2)", row, row)),
			change.of(fmt.Sprintf(`IF(C%[1]d=0,"%[2]s",ROUND(D%[1]d/C%[1]d,6))`, row, missing)),
			words(b.text, ""), words(b.text, "")); err != nil {
			return err
		}
	}
	const net, received, settled = headlineRow, headlineRow + 1, headlineRow + 2
	rates := []struct {
		name               string
		is, was            cell
		formulaB, formulaC string
		goal               aim
		trend              string
	}{
		{r.t("收缴率", "Collection rate"), share(b.rate, now.Received, now.Net), share(b.rate, ago.Received, ago.Net),
			fmt.Sprintf(`IF(B%[1]d=0,"%[3]s",ROUND(B%[2]d/B%[1]d,6))`, net, received, missing), fmt.Sprintf(`IF(C%[1]d=0,"%[3]s",ROUND(C%[2]d/C%[1]d,6))`, net, received, missing), r.target, "F"},
		{r.t("含减免收缴率", "Rate with waivers"), withWaivers(b.rate, now.Received, now.Settled, now.Net), withWaivers(b.rate, ago.Received, ago.Settled, ago.Net),
			fmt.Sprintf(`IF(B%[1]d=0,"%[4]s",ROUND((B%[2]d+B%[3]d)/B%[1]d,6))`, net, received, settled, missing), fmt.Sprintf(`IF(C%[1]d=0,"%[4]s",ROUND((C%[2]d+C%[3]d)/C%[1]d,6))`, net, received, settled, missing), aim{}, ""},
		{r.t("按期率", "On-time rate"), share(b.rate, now.OnTime, now.Net), share(b.rate, ago.OnTime, ago.Net), "", "", aim{}, ""},
	}
	for _, l := range rates {
		row := p.at + 1
		is, was := l.is, l.was
		if l.formulaB != "" {
			is, was = is.of(l.formulaB), was.of(l.formulaC)
		}
		goal := known(b.rate, l.goal.rate, l.goal.set)
		cells := []cell{words(b.text, l.name), is, was, points(b.points, l.is, l.was).of(pointsOf("B", "C", row)), words(b.text, ""), words(b.text, ""), words(b.text, "")}
		if l.goal.set {
			cells[5], cells[6] = goal, points(b.points, l.is, goal).of(pointsOf("B", "F", row))
		}
		if err := add(l.trend, cells...); err != nil {
			return err
		}
	}
	rate := headlineRow + 4
	if err := b.judged(p.name, fmt.Sprintf("G%d:G%d", rate, rate), fmt.Sprintf("AND(ISNUMBER(G%[1]d),ROUND(G%[1]d,1)>0)", rate), fmt.Sprintf("AND(ISNUMBER(G%[1]d),ROUND(G%[1]d,1)<0)", rate)); err != nil {
		return err
	}
	if err := b.judged(p.name, fmt.Sprintf("D%d:D%d", rate, rate+2), fmt.Sprintf("AND(ISNUMBER(D%[1]d),ROUND(D%[1]d,1)>0)", rate), fmt.Sprintf("AND(ISNUMBER(D%[1]d),ROUND(D%[1]d,1)<0)", rate)); err != nil {
		return err
	}
	return r.sparklines(p, at, of)
}

func withWaivers(style int, received, settled, net gatehouse.Money) cell {
	return share(style, received+settled, net)
}

// monthTable is what the charts draw: the bills of twelve months.
func (r *collection) monthTable() error {
	p, b := r.summaryPage, r.book
	p.skip(monthsRow - 3 - p.at)
	if err := p.add(22, sectionOf(b, r.t("逐月（按账单月，截至业务日；上年为当时同一天）", "By month of the bill, up to the as-of day; a year earlier up to the same day then"), 8)); err != nil {
		return err
	}
	if err := r.heads(p, 1, r.t("账单月（年-月）", "Month (yy-mm)"), r.t("净应收", "Net due"), r.t("上年已收", "Received, year earlier"), r.t("已收", "Received"), r.t("目标额", "Target amount"),
		r.t("收缴率", "Rate"), r.t("上年收缴率", "Rate, year earlier"), r.t("目标率", "Target rate")); err != nil {
		return err
	}
	for i, m := range r.monthAxis {
		row := p.at + 1
		now, ago, goal := r.month[i], r.monthAgo[i], r.monthTargets[i]
		amountAimed := words(b.money, missing)
		if goal.set {
			amountAimed = money(b.money, gatehouse.Money(rounded(float64(now.net)*goal.rate))).of(fmt.Sprintf("ROUND(B%d*H%d,2)", row, row))
		}
		if err := p.line(words(b.text, m.String()[2:]), money(b.money, now.net), money(b.money, ago.received), money(b.moneyStrong, now.received), amountAimed,
			share(b.rate, now.received, now.net).of(over("D", "B", row)), share(b.rate, ago.received, ago.net), known(b.rate, goal.rate, goal.set)); err != nil {
			return err
		}
	}
	p.skip(1)
	return nil
}

// receiptTable says what the money of the period paid; the terms add up to its total.
func (r *collection) receiptTable() error {
	p, b, x := r.summaryPage, r.book, r.receipts
	if err := p.add(22, sectionOf(b, r.t("本期到账去向", "Receipts of the period by what they paid"), 8)); err != nil {
		return err
	}
	if err := r.heads(p, 1, r.t("去向", "Paid for"), r.t("元", "yuan"), r.t("占比", "Share")); err != nil {
		return err
	}
	r.receiptAt = p.at + 1
	terms := r.receiptTerms()
	total := r.receiptAt + len(terms)
	for _, term := range terms {
		row := p.at + 1
		if err := p.line(words(b.text, term.name), money(b.money, term.amount), share(b.rate, term.amount, x.Total).of(fmt.Sprintf(`IF(B%[1]d=0,"%[3]s",ROUND(B%[2]d/B%[1]d,6))`, total, row, missing))); err != nil {
			return err
		}
	}
	if err := p.line(words(b.totalText, r.t("到账合计", "Received in total")),
		money(b.totalMoney, x.Total).of(fmt.Sprintf("ROUND(SUM(B%d:B%d),2)", r.receiptAt, total-1)), cell{style: b.totalText}); err != nil {
		return err
	}
	p.skip(1)
	return nil
}

type term struct {
	name   string
	amount gatehouse.Money
}

func (r *collection) receiptTerms() []term {
	x := r.receipts
	return []term{
		{r.t("本期账单", "Bills of the period"), x.Current},
		{r.t("往期账单", "Earlier bills"), x.Arrears},
		{r.t("以后账单", "Later bills"), x.Ahead},
		{r.t("违约金", "Late fees"), x.Late},
		{r.t("预收", "Prepaid"), x.Prepaid},
		{r.t("已退及退款", "Refunded and refunds"), x.Refunds},
	}
}

// mostTable ranks the projects that owe most, with what they come to together.
func (r *collection) mostTable() error {
	p, b := r.summaryPage, r.book
	most := r.mostOutstanding(mostShown)
	if len(most) == 0 {
		return nil
	}
	if err := p.add(22, sectionOf(b, fmt.Sprintf(r.t("欠费最多的 %d 个项目", "The %d projects that owe most"), len(most)), 8)); err != nil {
		return err
	}
	if err := r.heads(p, 1, r.t("项目", "Project"), r.t("欠费", "Outstanding"), r.t("占全部", "Share of all"), r.t("累计占比", "Cumulative"), r.t("收缴率", "Rate"), r.t("净应收", "Net due"), r.t("编码", "Code"), r.t("近十二月", "12 months")); err != nil {
		return err
	}
	rowOf := map[string]int{}
	for i, code := range r.monthProjects() {
		rowOf[code] = firstRow + i
	}
	first := p.at + 1
	outstanding := fmt.Sprintf("B%d", headlineRow+3)
	var sum gatehouse.Money
	var at, of []string
	for _, l := range most {
		row := p.at + 1
		sum += l.Outstanding
		if from, ok := rowOf[l.Project]; ok {
			at, of = append(at, fmt.Sprintf("H%d", row)), append(of, r.monthRange(from))
		}
		if err := p.line(words(b.text, r.name(l.Project)), money(b.moneyStrong, l.Outstanding),
			share(b.rate, l.Outstanding, r.total.Outstanding).of(fmt.Sprintf(`IF(%[1]s=0,"%[3]s",ROUND(B%[2]d/%[1]s,6))`, outstanding, row, missing)),
			share(b.rate, sum, r.total.Outstanding).of(fmt.Sprintf(`IF(%[1]s=0,"%[4]s",ROUND(SUM(B%[2]d:B%[3]d)/%[1]s,6))`, outstanding, first, row, missing)),
			share(b.rate, l.Received, l.Net), money(b.money, l.Net), words(b.textRight, l.Project), cell{style: b.text}); err != nil {
			return err
		}
	}
	if err := b.bars(p.name, fmt.Sprintf("B%d:B%d", first, p.at)); err != nil {
		return err
	}
	return r.sparklines(p, at, of)
}

// sectionOf is the title of a part of a sheet, ruled over so many columns.
func sectionOf(b *book, title string, columns int) []cell {
	cells := make([]cell, columns)
	for i := range cells {
		cells[i].style = b.section
	}
	cells[0] = words(b.section, title)
	return cells
}
