package chart

import (
	"math"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Estimate is a survey's value of one period with its 95 % interval.
type Estimate struct {
	Label            string
	Value, Low, High float64 // NaN when withheld or unknown
	N                uint64
	Withheld         bool // too few answers to show a value
}

// Intervals is a survey over time: the point is the estimate, the bar its
// 95 % interval, n stands under each label.
type Intervals struct {
	ID, Name  string
	Format    Format
	Estimates []Estimate
	Target    float64 // NaN when there is none
}

// Floor is where the vertical axis begins, to be told in the panel's note.
func (v Intervals) Floor() float64 {
	low, _, _ := v.axis()
	return low
}

// axis spans everything drawn, in steps of five or ten points.
func (v Intervals) axis() (low, high, step float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, e := range v.Estimates {
		for _, y := range []float64{e.Low, e.High, e.Value} {
			if finite(y) {
				low, high = min(low, y), max(high, y)
			}
		}
	}
	if finite(v.Target) {
		low, high = min(low, v.Target), max(high, v.Target)
	}
	if !finite(low) {
		return 0, 1, 0.2
	}
	step = 0.05
	if high-low > 0.3 {
		step = 0.1
	}
	return max(math.Floor(low/step)*step, 0), min(math.Ceil(high/step+0.1)*step, 1), step
}

// Chart draws the intervals.
func (v Intervals) Chart() (Chart, error) {
	lang := v.Format.Lang
	var labels []string
	var bars []opts.CustomData
	var dots []opts.ScatterData
	for i, e := range v.Estimates {
		labels = append(labels, e.Label+"\nn "+Decimal(float64(e.N), 0))
		if e.Withheld {
			e.Value, e.Low, e.High = math.NaN(), math.NaN(), math.NaN()
		}
		dots = append(dots, opts.ScatterData{Name: v.Format.Number(e.Value), Value: num(e.Value)})
		if finite(e.Low) && finite(e.High) {
			bars = append(bars, opts.CustomData{Value: []any{i, num(e.Low), num(e.High)}, Name: v.Format.Number(e.Low) + "–" + v.Format.Number(e.High)})
		}
	}
	custom := charts.NewCustom()
	custom.SetXAxis(labels).AddSeries(words(lang, "95% 区间", "95% interval"), bars)
	line := charts.NewLine()
	line.AddSeries(words(lang, "估计值", "Estimate"), lineOf(dots))
	custom.Overlap(line)
	point := object{
		"z": 4, "symbol": "circle", "symbolSize": 9, "showSymbol": true, "connectNulls": true,
		"itemStyle": object{"color": "$ac", "opacity": 1}, "lineStyle": object{"color": "$ac", "width": 1, "opacity": 0.45},
		"label": merged(halo("$ink"), object{"show": true, "position": "right", "formatter": "{b}", "fontWeight": 600}),
	}
	if finite(v.Target) {
		point["markLine"] = object{
			"silent": true, "symbol": "none",
			"lineStyle": object{"color": "$ac", "type": []any{4, 3}, "width": 1},
			"label": merged(halo("$ink2"), object{
				"show": true, "position": "insideStartTop", "formatter": words(lang, "目标 ", "Target ") + v.Format.Value(v.Target),
			}),
			"data": []any{object{"yAxis": num(v.Target)}},
		}
	}
	low, high, step := v.axis()
	option, err := encode(custom, object{
		"grid":  object{"left": 44, "right": 36, "top": 16, "bottom": 44},
		"xAxis": []any{merged(categoryAxis(labels), object{"axisLabel": object{"lineHeight": 15}, "axisLine": object{"onZero": false, "lineStyle": object{"color": "$line2", "width": 1}}})},
		"yAxis": []any{merged(valueAxis("@percent0"), object{"min": num(low), "max": num(high), "interval": step})},
		"series": []any{
			object{"z": 3, "renderItem": "@interval", "itemStyle": object{"color": "$py"}, "encode": object{"x": 0, "y": []any{1, 2}}},
			point,
		},
	})
	return Chart{
		ID: v.ID, Name: v.Name, Size: "h240", Option: option,
		Drawn: [][]string{{"", "low", "high"}, {"value"}},
	}, err
}

func lineOf(dots []opts.ScatterData) []opts.LineData {
	line := make([]opts.LineData, len(dots))
	for i, d := range dots {
		line[i] = opts.LineData{Name: d.Name, Value: d.Value}
	}
	return line
}
