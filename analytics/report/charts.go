package report

import (
	"fmt"
	"math"

	"github.com/xuri/excelize/v2"
)

// rounded is the nearest whole number, halves away from zero as in Excel.
func rounded(f float64) int64 { return int64(math.Round(f)) }

// filled paints a series; an empty colour leaves it an outline (pack.go).
func filled(colour string) excelize.Fill {
	if colour == "" {
		return excelize.Fill{Type: "pattern"}
	}
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

// series names the columns of a sheet that a chart draws, from a row to another.
type series struct {
	sheet       string
	head        int
	first, last int
	categories  string
}

func (s series) of(col string, fill excelize.Fill, line excelize.LineOptions) excelize.ChartSeries {
	at := func(col string) string {
		return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", s.sheet, col, s.first, col, s.last)
	}
	return excelize.ChartSeries{
		Name: fmt.Sprintf("'%s'!$%s$%d", s.sheet, col, s.head), Categories: at(s.categories), Values: at(col),
		Fill: fill, Line: line, Marker: excelize.ChartMarker{Symbol: "none"},
	}
}

// chart is the frame that all charts share: a title that says what and in
// which unit, a legend, hairlines on the value axis only.
func (b *book) chart(kind excelize.ChartType, title, format string, width, height uint, all ...excelize.ChartSeries) *excelize.Chart {
	axis := excelize.Font{Family: b.fontFamily(), Size: 9, Color: ink2}
	gap, overlap := uint(60), 55
	c := &excelize.Chart{
		Type: kind, Series: all,
		Title:     excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: title, Font: &excelize.Font{Family: b.fontFamily(), Size: 11, Bold: true, Color: ink}}}},
		Legend:    excelize.ChartLegend{Position: "top"},
		Dimension: excelize.ChartDimension{Width: width, Height: height},
		XAxis:     excelize.ChartAxis{Font: axis},
		YAxis:     excelize.ChartAxis{Font: axis, MajorGridLines: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: format}},
		Border:    excelize.LineOptions{Type: excelize.LineNone},
	}
	if kind != excelize.Line {
		c.GapWidth, c.Overlap = &gap, &overlap
		c.YAxis.Minimum = new(0.0)
	}
	return c
}

// summaryCharts draw the months: money as columns, rates as lines. Prior year
// light, actual dark, target an outline or a dashed line.
func (r *collection) summaryCharts() error {
	p, b := r.summaryPage, r.book
	s := series{sheet: p.name, head: monthsRow - 1, first: monthsRow, last: monthsRow + trendMonths - 1, categories: "A"}
	amounts := []excelize.ChartSeries{s.of("C", filled(priorColour), excelize.LineOptions{}), s.of("D", filled(actualColour), excelize.LineOptions{})}
	stroke := func(colour string, width float64, dash excelize.LineDashType) excelize.LineOptions {
		return excelize.LineOptions{Type: excelize.LineSolid, Width: width, Dash: dash, Fill: filled(colour)}
	}
	rates := []excelize.ChartSeries{s.of("G", filled(priorColour), stroke(priorColour, 2.25, excelize.LineDashUnset)), s.of("F", filled(actualColour), stroke(actualColour, 2.25, excelize.LineDashUnset))}
	for _, goal := range r.monthTargets {
		if goal.set {
			amounts = append(amounts, s.of("E", filled(""), excelize.LineOptions{}))
			rates = append(rates, s.of("H", filled(ink2), stroke(ink2, 1, excelize.LineDashDash)))
			break
		}
	}
	if err := b.AddChart(p.name, fmt.Sprintf("A%d", chartRow), b.chart(excelize.Col, r.t("逐月已收与目标（千元，按账单月）", "Received and target by month of the bill (yuan, thousands)"), thousands, 480, 370, amounts...)); err != nil {
		return err
	}
	low, high := r.rateAxis()
	title := fmt.Sprintf(r.t("逐月收缴率（纵轴自 %.0f%% 起）", "Collection rate by month (axis from %.0f%%)"), low*100)
	c := b.chart(excelize.Line, title, "0%", 470, 370, rates...)
	c.YAxis.Minimum, c.YAxis.Maximum, c.YAxis.MajorUnit = &low, &high, 0.1
	c.Format.OffsetX = 36
	return b.AddChart(p.name, fmt.Sprintf("E%d", chartRow), c)
}

// rateAxis reaches from a tenth below the lowest rate to above the highest, in tenths.
func (r *collection) rateAxis() (low, high float64) {
	low, high = 1, 0
	for i, goal := range r.monthTargets {
		if goal.set {
			low, high = min(low, goal.rate), max(high, goal.rate)
		}
		for _, m := range []monthFigure{r.month[i], r.monthAgo[i]} {
			if m.net > 0 {
				rate := yuan(m.received) / yuan(m.net)
				low, high = min(low, rate), max(high, rate)
			}
		}
	}
	low, high = max(0, math.Floor(low*10-0.5)/10), math.Ceil(high*10)/10
	return low, max(high, low+0.1)
}
