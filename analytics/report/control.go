package report

import (
	"fmt"

	"gatehouse"
)

// verdictRow says in column B of the control whether everything ties out.
const verdictRow = 4

// allTie is what the verdict says of a report that is written at all (tie.go).
func (r *collection) allTie() string {
	return r.t("✓ 全部相符，差额为零", "✓ everything ties out, differences are zero")
}

// control holds the sums of all sheets against the database, and that against
// the rows of the files. Its formulas sum whole columns, whatever is filtered.
func (r *collection) control() error {
	p, b := r.controlPage, r.book
	if err := r.titles(p, r.t("核对", "Control"), r.t("公式随各表变动；数据库一栏为生成时的数值", "formulas follow the sheets; the database as it was when this was written")); err != nil {
		return err
	}
	terms := r.controlTerms()
	firstDifference, lastDifference := verdictRow+4, verdictRow+3+len(terms)
	files := lastDifference + 3 // section, heads
	differences := fmt.Sprintf("SUMPRODUCT(ABS(H%d:H%d))+SUMPRODUCT(ABS(H%d:H%d))", firstDifference, lastDifference, files+1, files+2)
	verdict := words(b.good, r.allTie()).of(fmt.Sprintf(`IF(%s=0,"%s","%s")`, differences, r.allTie(), r.t("✗ 有差额，见下", "✗ differences, see below")))
	if err := p.line(words(b.label, r.t("结论", "Verdict")), verdict); err != nil {
		return err
	}
	if err := b.MergeCell(p.name, fmt.Sprintf("B%d", verdictRow), fmt.Sprintf("D%d", verdictRow)); err != nil {
		return err
	}
	if err := b.judged(p.name, fmt.Sprintf("B%d", verdictRow), "", fmt.Sprintf(`LEFT(B%d,1)="✗"`, verdictRow)); err != nil {
		return err
	}
	p.skip(1)
	if err := p.add(22, sectionOf(b, r.t("各表合计与数据库", "Sums of the sheets, and the database"), 8)); err != nil {
		return err
	}
	if err := r.heads(p, 1, r.t("元", "yuan"), r.details[0].name, r.projectPage.name, r.buildingPage.name, r.itemPage.name, r.agePage.name, r.t("数据库", "Database"), r.t("差额", "Difference")); err != nil {
		return err
	}
	projects, buildings, items := placesAfter(2), placesAfter(3), placesAfter(1)
	for _, t := range terms {
		row := p.at + 1
		sum := func(page *page, col string, lines int) cell {
			return money(b.money, t.amount).of(fmt.Sprintf("ROUND(SUM('%[1]s'!%[2]s%[3]d:%[2]s%[4]d),2)", page.name, col, firstRow, firstRow+max(lines, 1)-1))
		}
		aged := words(b.money, "")
		if t.aged {
			aged = sum(r.agePage, column(ageLead+len(r.age)), len(r.byProject))
		}
		if err := p.line(words(b.text, t.name), money(b.money, t.amount).of(r.detailSum(t.detail)),
			sum(r.projectPage, t.of(projects), len(r.byProject)), sum(r.buildingPage, t.of(buildings), len(r.byBuilding)), sum(r.itemPage, t.of(items), len(r.byItem)),
			aged, money(b.money, t.database), money(b.moneyStrong, 0).of(fmt.Sprintf("ROUND(MAX(B%d:G%d)-MIN(B%d:G%d),2)", row, row, row, row))); err != nil {
			return err
		}
	}
	if err := r.controlFiles(firstDifference); err != nil {
		return err
	}
	return b.judged(p.name, fmt.Sprintf("H%d:H%d", firstDifference, p.at), "", fmt.Sprintf("AND(ISNUMBER(H%[1]d),H%[1]d<>0)", firstDifference))
}

// controlFiles goes past the ledger, to the rows of the files themselves.
func (r *collection) controlFiles(billed int) error {
	p, b, x := r.controlPage, r.book, r.receipts
	p.skip(1)
	if err := p.add(22, sectionOf(b, r.t("与原始文件的行", "The rows of the files"), 8)); err != nil {
		return err
	}
	if err := r.heads(p, 1, r.t("元", "yuan"), r.t("本工作簿", "This workbook"), r.t("违约金账单", "Late fees billed"), r.t("预收", "of it prepaid"), r.t("退款", "of it refunds"), r.t("小计", "Together"), r.t("文件各行之和", "Rows of the files"), r.t("差额", "Difference")); err != nil {
		return err
	}
	row, terms := p.at+1, len(r.receiptTerms())
	if err := p.line(words(b.text, r.t("账单行（不含红冲）", "Bills, reversals left out")),
		money(b.money, r.total.Billed).of(fmt.Sprintf("B%d", billed)), money(b.money, r.ledger.Late), words(b.money, ""), words(b.money, ""),
		money(b.money, r.total.Billed+r.ledger.Late).of(fmt.Sprintf("ROUND(B%d+C%d,2)", row, row)), money(b.money, r.ledger.Bills),
		money(b.moneyStrong, 0).of(fmt.Sprintf("ROUND(F%d-G%d,2)", row, row))); err != nil {
		return err
	}
	row++
	at := func(term int) string { return fmt.Sprintf("'%s'!B%d", r.summaryPage.name, r.receiptAt+term) }
	if err := p.line(words(b.text, r.t("收款行（按到账日，不含结算减免）", "Payments by day, waivers left out")),
		money(b.money, x.Total).of(at(terms)), words(b.money, ""), money(b.money, x.Prepaid).of(at(terms-2)), money(b.money, x.Refunds).of(at(terms-1)),
		money(b.money, x.Total).of(fmt.Sprintf("B%d", row)), money(b.money, r.ledger.Payments),
		money(b.moneyStrong, 0).of(fmt.Sprintf("ROUND(F%d-G%d,2)", row, row))); err != nil {
		return err
	}
	p.skip(1)
	return p.line(words(b.note, r.t("数据库、原始文件两栏由各自的查询得出，不经过本工作簿的其他数字。", "The columns of the database and of the files come from queries of their own, not from other figures of this workbook.")))
}

// controlTerm is a figure that all sheets have.
type controlTerm struct {
	name             string
	amount, database gatehouse.Money
	detail           int // column of the detail
	of               func(places) string
	aged             bool // the ageing sheet has it
}

func (r *collection) controlTerms() []controlTerm {
	t, l := r.total, r.ledger
	return []controlTerm{
		{r.t("应收", "Billed"), t.Billed, l.Billed, detailBilled, func(p places) string { return p.billed }, false},
		{r.t("红冲", "Reversed"), t.Reversed, l.Reversed, detailBilled + 1, func(p places) string { return p.reversed }, false},
		{r.t("应收减免", "Waived"), t.Waived, l.Waived, detailBilled + 2, func(p places) string { return p.waived }, false},
		{r.t("净应收", "Net due"), t.Net, l.Billed - l.Reversed - l.Waived, detailBilled + 3, func(p places) string { return p.net }, false},
		{r.t("已收", "Received"), t.Received, l.Received, detailBilled + 4, func(p places) string { return p.received }, false},
		{r.t("结算减免", "Settled"), t.Settled, l.Settled, detailBilled + 6, func(p places) string { return p.settled }, false},
		{r.t("欠费", "Outstanding"), t.Outstanding, l.Outstanding, detailBilled + 7, func(p places) string { return p.outstanding }, true},
	}
}

// detailSum sums a column over all sheets of the detail.
func (r *collection) detailSum(col int) string {
	text := ""
	for i, p := range r.details {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf("'%[1]s'!%[2]s%[3]d:%[2]s%[4]d", p.name, column(col), firstRow, r.lastDetail(i))
	}
	return "ROUND(SUM(" + text + "),2)"
}
