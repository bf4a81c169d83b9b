package report

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"gatehouse/analytics"
)

// projects has a line for each project, held against a year earlier and its
// target, with the rates of twelve months as a line.
func (r *collection) projects() error {
	const lead = 2
	c := placesAfter(lead)
	before, change, target, gap, spark := column(lead+12), column(lead+13), column(lead+14), column(lead+15), column(lead+16)
	b := r.book
	compared := func(row int, l, earlier analytics.FeeLine, goal aim, rate, delta int) []cell {
		was := share(rate, earlier.Received, earlier.Net)
		is := share(rate, l.Received, l.Net)
		return []cell{
			was,
			points(delta, is, was).of(pointsOf(c.rate, before, row)),
			known(rate, goal.rate, goal.set),
			points(delta, is, known(rate, goal.rate, goal.set)).of(pointsOf(c.rate, target, row)),
		}
	}
	more := extra{
		note:  r.t("较上年与较目标为百分点", "change and gap in percentage points"),
		heads: []string{r.t("上年同期率", "Year earlier"), r.t("较上年", "Change, pp"), r.t("目标率", "Target"), r.t("较目标", "Gap, pp"), r.t("近十二月", "12 months")},
		total: append(compared(totalRow, r.total, r.totalBefore, r.target, b.totalRate, b.totalDelta), cell{style: b.totalText}),
		line: func(row int, l analytics.FeeLine) []cell {
			rate, set := r.targets[l.Project]
			return append(compared(row, l, r.before[l.Project], aim{rate, set}, b.rate, b.delta), cell{style: b.text})
		},
	}
	leads := []string{r.t("项目编码", "Code"), r.t("项目", "Project")}
	err := r.lines(r.projectPage, r.t("各项目收缴", "Collection by project"), "Projects", leads, func(l analytics.FeeLine) []string {
		return []string{l.Project, r.name(l.Project)}
	}, r.byProject, r.total, more)
	if err != nil || len(r.byProject) == 0 {
		return err
	}
	last := firstRow - 1 + len(r.byProject)
	for _, col := range []string{change, gap} {
		at := fmt.Sprintf("%s%d", col, totalRow)
		if err := b.judged(r.projectPage.name, fmt.Sprintf("%s:%s%d", at, col, last),
			fmt.Sprintf("AND(ISNUMBER(%[1]s),ROUND(%[1]s,1)>0)", at), fmt.Sprintf("AND(ISNUMBER(%[1]s),ROUND(%[1]s,1)<0)", at)); err != nil {
			return err
		}
	}
	rowOf := map[string]int{}
	for i, code := range r.monthProjects() {
		rowOf[code] = firstRow + i
	}
	var at, of []string
	for i, l := range r.byProject {
		if row, ok := rowOf[l.Project]; ok {
			at, of = append(at, fmt.Sprintf("%s%d", spark, firstRow+i)), append(of, r.monthRange(row))
		}
	}
	return r.sparklines(r.projectPage, append(at, fmt.Sprintf("%s%d", spark, totalRow)), append(of, r.monthRange(totalRow)))
}

// sparklines draws lines in cells, the latest point marked.
func (r *collection) sparklines(p *page, at, of []string) error {
	return r.book.AddSparkline(p.name, &excelize.SparklineOptions{
		Location: at, Range: of, Type: "line", Last: true, Weight: 1.25,
		SeriesColor: "#" + actualColour, LastColor: "#" + actualColour, EmptyCells: "gap",
	})
}

// points is the difference of two rates in percentage points.
func points(style int, is, was cell) cell {
	if is.kind != Numeric || was.kind != Numeric {
		return words(style, missing)
	}
	return figure(style, decimals((is.number-was.number)*100, 4))
}

func pointsOf(is, was string, row int) string {
	return fmt.Sprintf(`IF(AND(ISNUMBER(%[1]s%[3]d),ISNUMBER(%[2]s%[3]d)),ROUND((%[1]s%[3]d-%[2]s%[3]d)*100,4),"%[4]s")`, is, was, row, missing)
}
