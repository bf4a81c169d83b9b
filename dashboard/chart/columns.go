package chart

import (
	"math"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"gatehouse"
	"gatehouse/analytics"
)

// Column is one month; a figure that does not exist is NaN.
type Column struct {
	Month               gatehouse.Month
	Actual, Prior, Plan float64
	Gap                 float64 // what the strip shows: the difference to Plan or Prior, or a share of Prior
	Open                bool    // the month is not over yet: hatched
}

// Columns is months side by side: actual before last year, the plan as an
// outline, and the difference to one of them in a strip below.
type Columns struct {
	ID, Name string
	Format   Format
	Months   []Column
	HigherIs int  // +1 when more is better, −1 when less is, 0 when neither
	Relative bool // the strip shows per cent of last year instead of the unit
}

// Heights in pixels of the parts of the plot; the CSS class h280 has their sum.
const (
	columnsTop   = 24
	columnsPlot  = 138
	stripTop     = columnsTop + columnsPlot + 34
	stripPlot    = 76
	stripLabels  = 38 // of stripPlot, for the labels outside the bars
	columnsWidth = "44%"
)

// Against is what the strip compares with: the plan where every month with a
// value has one, else last year.
func (c Columns) Against() (plan bool) {
	if c.Relative {
		return false
	}
	for _, m := range c.Months {
		if finite(m.Actual) && !finite(m.Plan) {
			return false
		}
	}
	return true
}

// Chart draws the columns.
func (c Columns) Chart() (Chart, error) {
	lang, plan := c.Format.Lang, c.Against()
	w := struct{ actual, prior, plan, gap string }{
		words(lang, "本期", "Actual"), words(lang, "上年", "Prior year"), words(lang, "目标", "Target"), words(lang, "比上年", "vs last yr"),
	}
	if plan {
		w.gap = words(lang, "比目标", "vs target")
	}
	if c.Relative {
		w.gap += " %"
	}
	var labels []string
	var months []gatehouse.Month
	var prior, actual, target, gaps []opts.BarData
	var tops []opts.LineData
	top, low, high := 0.0, 0.0, 0.0
	for _, m := range c.Months {
		gap := m.Gap
		for _, v := range []float64{m.Actual, m.Prior, m.Plan} {
			if finite(v) {
				top = max(top, v)
			}
		}
		if finite(gap) {
			low, high = min(low, gap), max(high, gap)
		}
		labels, months = append(labels, MonthName(m.Month, lang)), append(months, m.Month)
		prior = append(prior, c.bar(m.Prior))
		target = append(target, c.bar(m.Plan))
		actual = append(actual, c.actual(m))
		gaps = append(gaps, c.gapBar(gap))
		tops = append(tops, opts.LineData{Name: c.Format.Number(m.Actual), Value: num(topOf(m))})
	}
	if top == 0 {
		top = 1
	}
	multiple, from, to := c.strip(top, low, high)

	bar := charts.NewBar()
	bar.SetXAxis(labels).AddSeries(w.prior, prior).AddSeries(w.actual, actual).AddSeries(w.plan, target).AddSeries(w.gap, gaps)
	line := charts.NewLine()
	line.AddSeries("", tops)
	bar.Overlap(line)
	option, err := encode(bar, object{
		"grid": []any{
			object{"left": 64, "right": 8, "top": columnsTop, "height": columnsPlot},
			object{"left": 64, "right": 8, "top": stripTop, "height": stripPlot},
		},
		"xAxis": []any{
			merged(categoryAxis(labels), object{"axisLabel": object{"formatter": "@month"}}),
			merged(categoryAxis(labels), object{"gridIndex": 1, "axisLabel": object{"show": false}, "axisLine": object{"onZero": true, "lineStyle": object{"width": 1}}}),
		},
		"yAxis": []any{
			hiddenAxis(0, top),
			merged(hiddenAxis(from, to), object{
				"gridIndex": 1, "show": true, "name": w.gap + multiple, "nameLocation": "middle", "nameRotate": 0, "nameGap": 30,
				"nameTextStyle": object{"color": "$ink3", "fontSize": 11, "align": "center"},
				"axisLabel":     object{"show": false}, "axisLine": object{"show": false}, "axisTick": object{"show": false},
			}),
		},
		"axisPointer": object{"link": []any{object{"xAxisIndex": "all"}}},
		"series": []any{
			object{"z": 1, "barWidth": columnsWidth, "barGap": "-66%", "itemStyle": object{"color": "$py"}},
			object{"z": 3, "barWidth": columnsWidth, "itemStyle": object{"color": "$ac"}},
			object{"z": 2, "barWidth": columnsWidth, "itemStyle": object{"color": "transparent", "borderColor": "$ac", "borderWidth": 1.2}},
			object{"xAxisIndex": 1, "yAxisIndex": 1, "barWidth": "34%", "labelLayout": object{"hideOverlap": true}},
			object{
				"z": 4, "silent": true, "symbolSize": 1, "showSymbol": true, "showAllSymbol": true,
				"symbol": "circle", "lineStyle": object{"opacity": 0}, "itemStyle": object{"color": "transparent"}, "labelLayout": object{"hideOverlap": true},
				"label": merged(halo("$ink"), object{"show": true, "position": "top", "formatter": "{b}"}),
			},
		},
	})
	return Chart{
		ID: c.ID, Name: c.Name, Size: "h280", Option: option,
		Drawn: [][]string{{"prior"}, {"actual"}, {"plan"}, {"gap"}, nil}, Months: months,
	}, err
}

func topOf(m Column) float64 {
	if !finite(m.Actual) {
		return math.NaN()
	}
	top := m.Actual
	for _, v := range []float64{m.Plan, m.Prior} {
		if finite(v) {
			top = max(top, v)
		}
	}
	return top
}

func (c Columns) bar(v float64) opts.BarData {
	return opts.BarData{Name: c.Format.Number(v), Value: num(v)}
}

// actual is the bar of the month, hatched while the month runs.
func (c Columns) actual(m Column) opts.BarData {
	b := c.bar(m.Actual)
	if m.Open {
		b.ItemStyle = &opts.ItemStyle{Color: "$hatch", BorderColor: "$ac", BorderWidth: 1}
	}
	return b
}

// gapBar is a bar of the strip: filled by judgement, labelled with glyph and
// size. A difference that does not show is neither good nor bad.
func (c Columns) gapBar(gap float64) opts.BarData {
	b := opts.BarData{Name: c.gapText(gap), Value: num(gap)}
	sign := c.gapSign(gap)
	if !finite(gap) || sign == 0 {
		b.ItemStyle = &opts.ItemStyle{Color: "$ink3"}
		return b
	}
	color, position := "$bad", "top"
	switch c.HigherIs {
	case sign:
		color = "$good"
	case 0:
		color = "$ink2"
	}
	if sign < 0 {
		position = "bottom"
	}
	b.ItemStyle = &opts.ItemStyle{Color: color}
	b.Label = &opts.Label{Show: opts.Bool(true), Position: position, Color: color, FontSize: 11, Formatter: "@gap"}
	return b
}

func (c Columns) gapSign(gap float64) int {
	if !c.Relative {
		return c.Format.Sign(gap)
	}
	return Format{Unit: analytics.Percent}.Sign(gap)
}

func (c Columns) gapText(gap float64) string {
	if !finite(gap) {
		return None
	}
	if c.Relative {
		return glyph(c.gapSign(gap)) + Format{Unit: analytics.Percent}.Value(math.Abs(gap))
	}
	return glyph(c.gapSign(gap)) + c.Format.Number(math.Abs(gap))
}

// glyph is the direction of a number; colour and word are its judgement.
func glyph(sign int) string { return [...]string{"▼", "", "▲"}[sign+1] }

// strip places the zero line of the strip and chooses its scale: a plain
// multiple of the columns' own, so that a difference is seen as part of them.
func (c Columns) strip(top, low, high float64) (multiple string, from, to float64) {
	span := high - low
	if span == 0 {
		return "", -1, 1
	}
	room := float64(stripPlot - stripLabels)
	perUnit := room / span
	if !c.Relative {
		own := columnsPlot / top
		for _, m := range []struct {
			by   float64
			name string
		}{{10, "10"}, {5, "5"}, {2, "2"}, {1, ""}, {0.5, "½"}, {0.25, "¼"}, {0.1, "1/10"}} {
			if own*m.by*span <= room {
				perUnit = own * m.by
				if m.name != "" {
					multiple = "\n" + m.name + words(c.Format.Lang, " 倍尺", "× scale")
				}
				break
			}
		}
	}
	slack := (float64(stripPlot)/perUnit - span) / 2
	return multiple, low - slack, high + slack
}

// merged is base with patch laid over it.
func merged(base, patch object) object {
	merge(base, patch)
	return base
}
