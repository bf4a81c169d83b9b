package report

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"gatehouse"
)

const ageLead = 2 // columns before the first class

// ageing splits what is outstanding by days past due, by project.
func (r *collection) ageing() error {
	p, b := r.agePage, r.book
	if err := r.titles(p, r.t("欠费账龄", "Outstanding by age"), r.t("逾期天数截至业务日 ", "days past due as of ")+r.Snapshot.AsOf.String()); err != nil {
		return err
	}
	classes := len(r.age)
	last := firstRow - 1 + len(r.byProject)
	whole, overdue := column(ageLead+classes), column(ageLead+classes+1)
	line := func(style, rate, row int, ages []gatehouse.Money) []cell {
		var cells []cell
		for _, m := range ages {
			cells = append(cells, money(style, m))
		}
		all := sumOf(ages)
		return append(cells,
			money(style, all).of(fmt.Sprintf("ROUND(SUM(%s%d:%s%d),2)", column(ageLead), row, column(ageLead+classes-1), row)),
			share(rate, all-ages[0], all).of(fmt.Sprintf(`IF(%[1]s%[3]d=0,"%[4]s",ROUND((%[1]s%[3]d-%[2]s%[3]d)/%[1]s%[3]d,6))`, whole, column(ageLead), row, missing)))
	}
	total := line(b.totalMoney, b.totalRate, totalRow, r.age)
	for i := range classes {
		total[i] = total[i].of(subtotal(column(ageLead+i), max(last, firstRow)))
	}
	if err := p.line(append([]cell{words(b.totalText, r.t("合计（随筛选）", "Total (of the filter)")), {style: b.totalText}}, total...)...); err != nil {
		return err
	}
	heads := append([]string{r.t("项目编码", "Code"), r.t("项目", "Project")}, r.ageNames()...)
	heads = append(heads, r.t("欠费合计", "Outstanding"), r.t("逾期占比", "Overdue"))
	if err := r.heads(p, ageLead, heads...); err != nil {
		return err
	}
	none := make([]gatehouse.Money, classes)
	for _, l := range r.byProject {
		ages := r.ages[l.Project]
		if ages == nil {
			ages = none
		}
		if err := p.line(append([]cell{words(b.text, l.Project), words(b.text, r.name(l.Project))}, line(b.money, b.rate, p.at+1, ages)...)...); err != nil {
			return err
		}
	}
	if err := p.freeze(headRow, ageLead); err != nil {
		return err
	}
	if len(r.byProject) > 0 {
		if err := p.table("Ageing", headRow, heads, last); err != nil {
			return err
		}
		if err := b.bars(p.name, fmt.Sprintf("%s%d:%s%d", whole, firstRow, whole, last)); err != nil {
			return err
		}
		cells := fmt.Sprintf("%s%d:%s%d", overdue, firstRow, overdue, last)
		if err := b.judged(p.name, cells, "", fmt.Sprintf("AND(ISNUMBER(%[1]s%[2]d),%[1]s%[2]d>=0.5)", overdue, firstRow)); err != nil {
			return err
		}
	}
	return r.agesCompared(max(last, firstRow)+2, line)
}

func sumOf(amounts []gatehouse.Money) gatehouse.Money {
	var sum gatehouse.Money
	for _, m := range amounts {
		sum += m
	}
	return sum
}

// agesCompared is a second table below, with the chart that draws it.
func (r *collection) agesCompared(from int, line func(style, rate, row int, ages []gatehouse.Money) []cell) error {
	p, b := r.agePage, r.book
	p.skip(from - 1 - p.at)
	columns := ageLead + len(r.age) + 2
	if err := p.add(22, sectionOf(b, r.t("与上年同期，以及全部欠费", "Against a year earlier, and all arrears"), columns)); err != nil {
		return err
	}
	first := p.at + 1
	for _, l := range []struct {
		name, note string
		ages       []gatehouse.Money
	}{
		{r.t("本期账单", "This period"), r.t("截至 ", "as of ") + r.Snapshot.AsOf.String(), r.age},
		{r.t("上年同期", "Year earlier"), r.t("截至 ", "as of ") + r.Snapshot.YearEarlier().AsOf.String(), r.ageBefore},
		{r.t("全部账单", "All bills"), r.t("至期末（指标：欠费账龄）", "to the period's end (KPI)"), r.arrears},
	} {
		if err := p.line(append([]cell{words(b.text, l.name), words(b.noteRuled, l.note)}, line(b.money, b.rate, p.at+1, l.ages)...)...); err != nil {
			return err
		}
	}
	lastClass := column(ageLead + len(r.age) - 1)
	of := func(row int, colour string) excelize.ChartSeries {
		return excelize.ChartSeries{
			Name:       fmt.Sprintf("'%s'!$A$%d", p.name, row),
			Categories: fmt.Sprintf("'%s'!$%s$%d:$%s$%d", p.name, column(ageLead), headRow, lastClass, headRow),
			Values:     fmt.Sprintf("'%s'!$%s$%d:$%s$%d", p.name, column(ageLead), row, lastClass, row),
			Fill:       filled(colour),
		}
	}
	c := b.chart(excelize.Col, r.t("本期账单欠费按账龄（千元）", "Outstanding of the period's bills by age (yuan, thousands)"), thousands, 900, 300, of(first+1, priorColour), of(first, actualColour))
	return b.AddChart(p.name, fmt.Sprintf("A%d", p.at+2), c)
}
