package report

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

const monthLead = 3 // columns before the first month

// monthRange names the rates of a row of the page by month.
func (r *collection) monthRange(row int) string {
	return fmt.Sprintf("'%s'!%s%d:%s%d", r.monthPage.name, column(monthLead), row, column(monthLead+len(r.monthAxis)-1), row)
}

// months has the collection rate of each project's bills by month, the more the darker.
func (r *collection) months() error {
	p, b := r.monthPage, r.book
	if err := r.titles(p, r.t("各项目逐月收缴率", "Collection rate by month"), r.t("按账单月，截至业务日；近月账龄短，收得少属正常", "by month of the bill, up to the as-of day; recent months have had less time")); err != nil {
		return err
	}
	total := []cell{words(b.totalText, r.t("合计", "Total")), {style: b.totalText}, {style: b.totalText}}
	for _, m := range r.month {
		total = append(total, share(b.totalRate, m.received, m.net))
	}
	if err := p.line(total...); err != nil {
		return err
	}
	heads := []string{r.t("项目编码", "Code"), r.t("项目", "Project"), r.t("走势", "Trend")}
	for _, m := range r.monthAxis {
		heads = append(heads, m.String())
	}
	if err := r.heads(p, monthLead, heads...); err != nil {
		return err
	}
	codes := r.monthProjects()
	at, of := []string{fmt.Sprintf("C%d", totalRow)}, []string{r.monthRange(totalRow)}
	for _, code := range codes {
		at, of = append(at, fmt.Sprintf("C%d", p.at+1)), append(of, r.monthRange(p.at+1))
		line := []cell{words(b.text, code), words(b.text, r.name(code)), {style: b.text}}
		for _, m := range r.byMonth[code] {
			line = append(line, share(b.rate, m.received, m.net))
		}
		if err := p.line(line...); err != nil {
			return err
		}
	}
	if err := p.freeze(headRow, monthLead); err != nil {
		return err
	}
	if len(codes) == 0 {
		return nil
	}
	last := firstRow - 1 + len(codes)
	if err := p.table("Months", headRow, heads, last); err != nil {
		return err
	}
	if err := b.SetConditionalFormat(p.name, fmt.Sprintf("%s%d:%s%d", column(monthLead), firstRow, column(len(heads)-1), last), []excelize.ConditionalFormatOptions{{
		Type: "2_color_scale", Criteria: "=", MinType: "num", MinValue: "0.4", MaxType: "num", MaxValue: "1", MinColor: "#" + heatLow, MaxColor: "#" + heatHigh,
	}}); err != nil {
		return err
	}
	return r.sparklines(p, at, of)
}
