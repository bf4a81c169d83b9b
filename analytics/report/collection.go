package report

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"

	"gatehouse"
	"gatehouse/analytics"
)

// Collection says which collection report is wanted.
type Collection struct {
	Scope     gatehouse.Scope
	Snapshot  analytics.Snapshot
	Period    gatehouse.Period
	Project   string // code; empty: all projects in scope
	Lang      gatehouse.Lang
	User      string // who asked, for the cover
	WrittenAt time.Time
}

// maxDetail is how many bills fit below the heads of one sheet.
const maxDetail = 1_000_000

// WriteCollection writes the report as an .xlsx workbook: a cover, a summary by
// project and fee item, buildings, and every bill. Its numbers are those of
// analytics.Service.Fees.
func WriteCollection(ctx context.Context, w io.Writer, kpis *analytics.Service, c Collection) error {
	scope, err := c.Scope.Narrow(c.Project)
	if err != nil {
		return err
	}
	c.Scope = scope
	r := &collection{Collection: c, kpis: kpis}
	if err := r.read(ctx); err != nil {
		return err
	}
	if r.total.Bills > maxDetail {
		return gatehouse.Errorf(gatehouse.Invalid, "%d bills do not fit a sheet of a workbook: choose a shorter period or one project", r.total.Bills)
	}
	if r.book, err = newBook(c.Lang); err != nil {
		return err
	}
	defer r.book.Close()
	for _, sheet := range []func(context.Context) error{r.cover, r.summary, r.buildings, r.detail} {
		if err := sheet(ctx); err != nil {
			return err
		}
	}
	return r.book.Write(w)
}

// collection is a report while it is written.
type collection struct {
	Collection
	kpis  *analytics.Service
	book  *book
	names map[string]string

	byProject, byBuilding, byItem []analytics.FeeLine
	total, items                  analytics.FeeLine // items counts a room once for each item it pays
	receipts                      analytics.Receipts

	totalRow int // of the summary's first table
}

func (r *collection) read(ctx context.Context) error {
	projects, err := r.kpis.Projects(ctx, r.Scope, r.Snapshot)
	if err != nil {
		return err
	}
	r.names = map[string]string{}
	for _, p := range projects {
		r.names[p.Code] = p.Name
	}
	if r.byProject, r.total, err = r.kpis.Fees(ctx, r.Scope, r.Snapshot, r.Period, analytics.FeesByProject); err != nil {
		return err
	}
	if r.byBuilding, _, err = r.kpis.Fees(ctx, r.Scope, r.Snapshot, r.Period, analytics.FeesByBuilding); err != nil {
		return err
	}
	if r.byItem, r.items, err = r.kpis.Fees(ctx, r.Scope, r.Snapshot, r.Period, analytics.FeesByItem); err != nil {
		return err
	}
	r.receipts, err = r.kpis.Receipts(ctx, r.Scope, r.Snapshot, r.Period)
	return err
}

func (r *collection) t(zh, en string) string { return r.book.t(zh, en) }

// name is what a project is called; rows of no known project have the code "".
func (r *collection) name(code string) string {
	if code == "" {
		return r.t("未归属", "Unassigned")
	}
	if name := r.names[code]; name != "" {
		return name
	}
	return code
}

func (r *collection) coverName() string   { return r.t("封面", "Cover") }
func (r *collection) summaryName() string { return r.t("汇总", "Summary") }
func (r *collection) detailName() string  { return r.t("明细", "Detail") }

// cover says what the report is about, and shows that its sheets tie out.
func (r *collection) cover(context.Context) error {
	p, err := r.book.page(r.coverName(), []float64{24, 80}, 0)
	if err != nil {
		return err
	}
	if err := p.add(cell(r.book.title, r.t("收缴报表", "Collection report"))); err != nil {
		return err
	}
	p.skip()
	projects := r.t("全部可见项目", "all projects in view")
	if r.Project != "" {
		projects = r.name(r.Project) + " (" + r.Project + ")"
	}
	zone := r.kpis.Calendar().Location
	stamp := func(t time.Time) string { return t.In(zone).Format("2006-01-02 15:04:05") + " " + zone.String() }
	for _, line := range [][2]string{
		{r.t("账期", "Charge period"), r.Period.Start.String() + " – " + r.Period.Last().String()},
		{r.t("项目", "Projects"), projects},
		{r.t("数据截至", "As known at"), stamp(r.Snapshot.KnownAt)},
		{r.t("业务日", "As of"), r.Snapshot.AsOf.String()},
		{r.t("生成时间", "Written at"), stamp(r.WrittenAt)},
		{r.t("生成人", "Written for"), r.User},
		{r.t("净应收", "Net due"), r.t("应收 − 红冲 − 应收减免；违约金不计", "billed − reversed − waived; late fees stay out")},
		{r.t("实收", "Received"), r.t("分配到本期账单且截至业务日收到的款项；结算减免不算收款", "money allocated to bills of the period and received by the as-of day; settlement waivers are not money")},
		{r.t("未收", "Outstanding"), r.t("净应收 − 实收 − 结算减免", "net due − received − settlement waivers")},
		{r.t("收缴率", "Collection rate"), r.t("实收 ÷ 净应收；净应收为零时为 —", "received ÷ net due; — where nothing is due")},
	} {
		if err := p.add(cell(r.book.label, line[0]), cell(r.book.at, line[1])); err != nil {
			return err
		}
	}
	p.skip()
	// The summary's total row follows its head and one row a project.
	r.totalRow = summaryFirst + len(r.byProject)
	check := fmt.Sprintf("ROUND('%s'!G%d-'%s'!M%d,2)", r.summaryName(), r.totalRow, r.detailName(), detailTotal)
	if err := p.add(cell(r.book.label, r.t("核对：汇总 − 明细", "Check: summary − detail")), formula(r.book.check, check, 0.0)); err != nil {
		return err
	}
	return p.finish(false, 0, 0)
}

// summaryFirst is the row of the first project on the summary.
const summaryFirst = 5

// feeHeads are the columns of fee lines after their names.
func (r *collection) feeHeads() []string {
	return []string{
		r.t("户数", "Rooms"), r.t("账单数", "Bills"), r.t("应收", "Billed"), r.t("红冲", "Reversed"), r.t("应收减免", "Waived"),
		r.t("净应收", "Net due"), r.t("实收", "Received"), r.t("结算减免", "Settled"), r.t("未收", "Outstanding"),
		r.t("收缴率", "Collection rate"), r.t("按期收缴率", "On-time rate"),
	}
}

func (r *collection) addHeads(p *page, heads ...string) error {
	cells := make([]any, len(heads))
	for i, h := range heads {
		style := r.book.headRight
		if i == 0 {
			style = r.book.head
		}
		cells[i] = cell(style, h)
	}
	return p.add(cells...)
}

// addLine writes a fee line whose sums are formulas of its own row.
func (r *collection) addLine(p *page, name string, l analytics.FeeLine) error {
	b, n := r.book, p.row+1
	return p.add(
		cell(b.text, name), cell(b.count, l.Rooms), cell(b.count, l.Bills),
		cell(b.money, yuan(l.Billed)), cell(b.money, yuan(l.Reversed)), cell(b.money, yuan(l.Waived)),
		formula(b.money, fmt.Sprintf("ROUND(D%d-E%d-F%d,2)", n, n, n), yuan(l.Net)),
		cell(b.money, yuan(l.Received)), cell(b.money, yuan(l.Settled)),
		formula(b.money, fmt.Sprintf("ROUND(G%d-H%d-I%d,2)", n, n, n), yuan(l.Outstanding)),
		formula(b.rate, fmt.Sprintf(`IF(G%d=0,"—",H%d/G%d)`, n, n, n), ratio(l.Received, l.Net)),
		cell(b.rate, ratio(l.OnTime, l.Net)),
	)
}

// addTotal writes the sum of the rows from first to the last one written.
func (r *collection) addTotal(p *page, first int, total analytics.FeeLine) error {
	b, last, n := r.book, p.row, p.row+1
	sum := func(style, col int, value any) excelize.Cell {
		if last < first {
			return cell(style, value)
		}
		return formula(style, fmt.Sprintf("SUM(%s%d:%s%d)", column(col), first, column(col), last), value)
	}
	return p.add(
		cell(b.totalText, r.t("合计", "Total")),
		sum(b.totalCount, 2, total.Rooms), sum(b.totalCount, 3, total.Bills),
		sum(b.totalMoney, 4, yuan(total.Billed)), sum(b.totalMoney, 5, yuan(total.Reversed)), sum(b.totalMoney, 6, yuan(total.Waived)),
		sum(b.totalMoney, 7, yuan(total.Net)), sum(b.totalMoney, 8, yuan(total.Received)), sum(b.totalMoney, 9, yuan(total.Settled)),
		sum(b.totalMoney, 10, yuan(total.Outstanding)),
		formula(b.totalRate, fmt.Sprintf(`IF(G%d=0,"—",H%d/G%d)`, n, n, n), ratio(total.Received, total.Net)),
		cell(b.totalRate, ratio(total.OnTime, total.Net)),
	)
}

// ratio is a rate as a cell holds it, "—" without a denominator.
func ratio(part, whole gatehouse.Money) any {
	if whole == 0 {
		return "—"
	}
	return float64(part) / float64(whole)
}
