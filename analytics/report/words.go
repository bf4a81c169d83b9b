package report

import (
	"fmt"
	"time"

	"github.com/xuri/excelize/v2"

	"gatehouse"
)

// ageNames are the classes of days past due as the sheets head them.
func (r *collection) ageNames() []string {
	names := []string{r.t("未到期", "Not due")}
	from := 1
	for _, edge := range r.edges {
		names, from = append(names, fmt.Sprintf(r.t("%d–%d 天", "%d–%d days"), from, edge)), int(edge)+1
	}
	return append(names, fmt.Sprintf(r.t("%d 天以上", "over %d days"), from-1))
}

// feeHeads are the columns of fee lines after their names; feeColumns are how
// many of them are amounts and counts, the rest are rates.
func (r *collection) feeHeads() []string {
	return []string{
		r.t("户数", "Rooms"), r.t("账单数", "Bills"), r.t("应收", "Billed"), r.t("红冲", "Reversed"), r.t("应收减免", "Waived"),
		r.t("净应收", "Net due"), r.t("已收", "Received"), r.t("按期已收", "On time"), r.t("结算减免", "Settled"), r.t("欠费", "Outstanding"),
		r.t("收缴率", "Rate"), r.t("按期率", "On-time rate"),
	}
}

// definition is what a figure means.
type definition struct{ name, means string }

func (r *collection) definitions() []definition {
	return []definition{
		{r.t("应收", "Billed"), r.t("账期内账单的金额；违约金账单不计", "amounts of the bills of the charge period; late fees stay out")},
		{r.t("红冲", "Reversed"), r.t("冲回上述账单的金额", "amounts of those bills taken back")},
		{r.t("应收减免", "Waived"), r.t("账单开出时已减免的金额", "waived up front")},
		{r.t("净应收", "Net due"), r.t("应收 − 红冲 − 应收减免", "billed − reversed − waived")},
		{r.t("已收", "Received"), r.t("分配到上述账单且截至业务日收到的款项；退款为负；结算减免不算收款", "money allocated to those bills and received by the as-of day; refunds count negative, settlement waivers are not money")},
		{r.t("按期已收", "On time"), r.t("已收中不晚于应交日期的部分", "the part of it received by the due date")},
		{r.t("结算减免", "Settled"), r.t("结清账单但没有收到款项的减免", "waivers that settle a bill without money")},
		{r.t("欠费", "Outstanding"), r.t("净应收 − 已收 − 结算减免", "net due − received − settled")},
		{r.t("收缴率", "Collection rate"), r.t("已收 ÷ 净应收；净应收为零时为 —；不封顶", "received ÷ net due; — where nothing is due; not capped")},
		{r.t("含减免收缴率", "Rate with waivers"), r.t("（已收 + 结算减免）÷ 净应收", "(received + settled) ÷ net due")},
		{r.t("按期率", "On-time rate"), r.t("按期已收 ÷ 净应收", "on time ÷ net due")},
		{r.t("上年同期", "Year earlier"), r.t("上年同一账期，按上年同一天所收计算（不计其后收款）", "the same period a year before, as collected on the same day then; later receipts do not count")},
		{r.t("目标", "Target"), r.t("载入的收缴率目标；合计为公司目标，没有时按净应收加权", "loaded targets of the collection rate; in total the company's own, else weighted by net due")},
		{r.t("账龄", "Age"), r.t("业务日 − 应交日期的天数；欠费不为零的账单", "days from due date to as-of day, of bills with something outstanding")},
		{r.t("到账去向", "Receipts"), r.t("账期内到账的款项按所缴账单分列，各项之和为到账合计", "money that came in during the period by what it paid; the terms add up to the total")},
	}
}

// status says in a word what became of a bill.
func (r *collection) status(net, received, settled, outstanding gatehouse.Money, days int) string {
	switch {
	case net == 0 && received == 0:
		return r.t("已冲销", "Cancelled")
	case outstanding < 0:
		return r.t("多收", "Overpaid")
	case outstanding == 0 && received == 0 && settled != 0:
		return r.t("减免结清", "Settled")
	case outstanding == 0:
		return r.t("已收清", "Paid")
	case received != 0 || settled != 0:
		return r.t("部分收款", "Part paid")
	case days > 0:
		return r.t("逾期未收", "Overdue")
	}
	return r.t("未到期", "Not due")
}

// stamp is an instant as the cover has it.
func stamp(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("2006-01-02 15:04:05") + " " + zone.String()
}

func docProperties(title string, n Number) *excelize.DocProperties {
	return &excelize.DocProperties{Title: title + " " + n.String(), Identifier: n.String(), Creator: "Gatehouse", LastModifiedBy: "Gatehouse"}
}
