package report

import (
	"context"
	"fmt"

	"github.com/xuri/excelize/v2"

	"gatehouse"
	"gatehouse/analytics"
)

func feeWidths(name float64) []float64 {
	return []float64{name, 9, 9, 16, 14, 14, 16, 16, 14, 16, 15, 15}
}

// summary has the lines by project with a chart, by fee item, and what came in.
func (r *collection) summary(context.Context) error {
	widths := feeWidths(26)
	widths[1] = 16 // the receipts' amounts stand here too
	p, err := r.book.page(r.summaryName(), widths, 0)
	if err != nil {
		return err
	}
	if err := r.titles(p, r.t("收缴汇总", "Collection summary")); err != nil {
		return err
	}
	if err := r.addHeads(p, append([]string{r.t("项目", "Project")}, r.feeHeads()...)...); err != nil {
		return err
	}
	for _, l := range r.byProject {
		if err := r.addLine(p, r.name(l.Project), l); err != nil {
			return err
		}
	}
	if err := r.addTotal(p, summaryFirst, r.total); err != nil {
		return err
	}
	p.skip()
	if err := r.addHeads(p, append([]string{r.t("收费项目", "Fee item")}, r.feeHeads()...)...); err != nil {
		return err
	}
	first := p.row + 1
	for _, l := range r.byItem {
		if err := r.addLine(p, l.Group, l); err != nil {
			return err
		}
	}
	if err := r.addTotal(p, first, r.items); err != nil {
		return err
	}
	p.skip()
	if err := r.addReceipts(p); err != nil {
		return err
	}
	if len(r.byProject) > 0 {
		if err := r.chart(p); err != nil {
			return err
		}
	}
	return p.finish(true, 0, 0)
}

// titles are the first two rows of a sheet and an empty one.
func (r *collection) titles(p *page, title string) error {
	if err := p.add(cell(r.book.title, title)); err != nil {
		return err
	}
	zone := r.kpis.Calendar().Location
	note := fmt.Sprintf(r.t("账期 %s – %s · 元 · 数据截至 %s", "Charge period %s – %s · yuan · as known at %s"),
		r.Period.Start, r.Period.Last(), r.Snapshot.KnownAt.In(zone).Format("2006-01-02 15:04"))
	if err := p.add(cell(r.book.note, note)); err != nil {
		return err
	}
	p.skip()
	return nil
}

// addReceipts says what the money of the period paid; the terms add up to its total.
func (r *collection) addReceipts(p *page) error {
	if err := r.addHeads(p, r.t("本期到账去向", "Receipts of the period"), r.t("元", "yuan")); err != nil {
		return err
	}
	first := p.row + 1
	for _, term := range []struct {
		name   string
		amount gatehouse.Money
	}{
		{r.t("本期账单", "Bills of the period"), r.receipts.Current},
		{r.t("往期账单", "Earlier bills"), r.receipts.Arrears},
		{r.t("以后账单", "Later bills"), r.receipts.Ahead},
		{r.t("违约金", "Late fees"), r.receipts.Late},
		{r.t("预收", "Prepaid"), r.receipts.Prepaid},
		{r.t("已退及退款", "Refunded and refunds"), r.receipts.Refunds},
	} {
		if err := p.add(cell(r.book.text, term.name), cell(r.book.money, yuan(term.amount))); err != nil {
			return err
		}
	}
	return p.add(cell(r.book.totalText, r.t("到账合计", "Received in total")),
		formula(r.book.totalMoney, fmt.Sprintf("SUM(B%d:B%d)", first, p.row), yuan(r.receipts.Total)))
}

// chart draws net due and received by project below the tables.
func (r *collection) chart(p *page) error {
	last := summaryFirst + len(r.byProject) - 1
	ref := func(col string) string {
		return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", p.name, col, summaryFirst, col, last)
	}
	series := func(col, colour string) excelize.ChartSeries {
		return excelize.ChartSeries{
			Name: fmt.Sprintf("'%s'!$%s$%d", p.name, col, summaryFirst-1), Categories: ref("A"), Values: ref(col),
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}},
		}
	}
	gap, overlap, axis := uint(60), -10, excelize.Font{Size: 9, Color: "4A5461"}
	return r.book.AddChart(p.name, fmt.Sprintf("A%d", p.row+2), &excelize.Chart{
		Type: excelize.Col, Series: []excelize.ChartSeries{series("G", "B3BCC6"), series("H", "2A3441")},
		Title:     excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: r.t("各项目净应收与实收（元）", "Net due and received by project (yuan)"), Font: &excelize.Font{Size: 12, Bold: true}}}},
		Legend:    excelize.ChartLegend{Position: "top"},
		Dimension: excelize.ChartDimension{Width: 1280, Height: 360},
		XAxis:     excelize.ChartAxis{Font: axis},
		YAxis:     excelize.ChartAxis{Font: axis, Minimum: new(0.0), MajorGridLines: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: countFormat}},
		GapWidth:  &gap, Overlap: &overlap,
	})
}

// buildings has a line for each building of each project.
func (r *collection) buildings(context.Context) error {
	p, err := r.book.page(r.t("楼栋", "Buildings"), feeWidths(34), summaryFirst-1)
	if err != nil {
		return err
	}
	if err := r.titles(p, r.t("各楼栋收缴", "Collection by building")); err != nil {
		return err
	}
	if err := r.addHeads(p, append([]string{r.t("项目 · 楼栋", "Project · building")}, r.feeHeads()...)...); err != nil {
		return err
	}
	for _, l := range r.byBuilding {
		building := l.Group
		if building == "" {
			building = r.t("未知楼栋", "unknown building")
		}
		if err := r.addLine(p, r.name(l.Project)+" · "+building, l); err != nil {
			return err
		}
	}
	if err := r.addTotal(p, summaryFirst, r.total); err != nil {
		return err
	}
	return p.finish(true, summaryFirst-1, summaryFirst-1)
}

// detailTotal is the row of the detail's sums, above its heads so that they stay in view.
const (
	detailTotal = 4
	detailFirst = detailTotal + 2
	detailLast  = detailFirst + maxDetail
)

// detail has every bill. Its sums follow the filter.
func (r *collection) detail(ctx context.Context) error {
	name := r.detailName()
	p, err := r.book.page(name, []float64{20, 10, 14, 14, 20, 10, 12, 14, 12, 12, 14, 12, 14, 14}, detailFirst-1)
	if err != nil {
		return err
	}
	if err := r.titles(p, r.t("账单明细", "Bills")); err != nil {
		return err
	}
	b := r.book
	sums := []any{cell(b.totalText, r.t("合计（随筛选）", "Total (of the filter)"))}
	for range 6 {
		sums = append(sums, cell(b.totalText, ""))
	}
	for i, m := range []gatehouse.Money{r.total.Billed, r.total.Reversed, r.total.Waived, r.total.Received, r.total.Settled, r.total.Net, r.total.Outstanding} {
		col := column(8 + i)
		sums = append(sums, formula(b.totalMoney, fmt.Sprintf("SUBTOTAL(109,%s%d:%s%d)", col, detailFirst, col, detailLast), yuan(m)))
	}
	if err := p.add(sums...); err != nil {
		return err
	}
	heads := []any{}
	for i, h := range []string{
		r.t("项目", "Project"), r.t("楼栋", "Building"), r.t("房号", "Room"), r.t("收费项目", "Fee item"), r.t("账单号", "Bill no."),
		r.t("账期", "Month"), r.t("应交日期", "Due on"), r.t("应收", "Billed"), r.t("红冲", "Reversed"), r.t("应收减免", "Waived"),
		r.t("实收", "Received"), r.t("结算减免", "Settled"), r.t("净应收", "Net due"), r.t("未收", "Outstanding"),
	} {
		style := b.head
		if i >= 6 {
			style = b.headRight
		}
		heads = append(heads, cell(style, h))
	}
	if err := p.add(heads...); err != nil {
		return err
	}
	err = r.kpis.Bills(ctx, r.Scope, r.Snapshot, r.Period, func(l analytics.BillLine) error {
		n := p.row + 1
		net := l.Billed - l.Reversed - l.Waived
		return p.add(
			cell(b.text, r.name(l.Project)), cell(b.text, l.Building), cell(b.text, l.Room), cell(b.text, l.Item), cell(b.text, l.Bill),
			cell(b.text, l.Month.String()), cell(b.date, l.DueOn.Time()),
			cell(b.money, yuan(l.Billed)), cell(b.money, yuan(l.Reversed)), cell(b.money, yuan(l.Waived)),
			cell(b.money, yuan(l.Received)), cell(b.money, yuan(l.Settled)),
			formula(b.money, fmt.Sprintf("ROUND(H%d-I%d-J%d,2)", n, n, n), yuan(net)),
			formula(b.money, fmt.Sprintf("ROUND(M%d-K%d-L%d,2)", n, n, n), yuan(l.Outstanding)),
		)
	})
	if err != nil {
		return err
	}
	if err := r.book.AutoFilter(name, fmt.Sprintf("A%d:N%d", detailFirst-1, max(p.row, detailFirst-1)), nil); err != nil {
		return err
	}
	return p.finish(true, detailFirst-1, detailFirst-1)
}
