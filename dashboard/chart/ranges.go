package chart

import (
	"math"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Ranges is shares of one survey side by side: a row each with its estimate,
// its 95 % interval, and where it was the time before.
type Ranges struct {
	ID, Name string
	Format   Format
	Rows     []Range
	Whole    float64 // the share of all together, NaN for none
}

// Range is a row; figures that do not exist are NaN.
type Range struct {
	Name                    string
	Value, Low, High, Prior float64
}

// Floor is where the axis begins, to be told in the panel's note.
func (r Ranges) Floor() float64 {
	low, _ := r.axis()
	return low
}

// axis spans everything drawn, in steps of five points.
func (r Ranges) axis() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, row := range r.Rows {
		for _, v := range []float64{row.Low, row.High, row.Value, row.Prior} {
			if finite(v) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	if !finite(low) {
		return 0, 1
	}
	return max(math.Floor(low*20)/20, 0), min(math.Ceil(high*20)/20, 1)
}

// rangeRow is the height of a row in pixels, rangeHead of what is around them.
const (
	rangeRow  = 26
	rangeHead = 40
)

// size is the least height of the style sheet that the rows need.
func (r Ranges) size() string {
	switch high := rangeHead + rangeRow*len(r.Rows); {
	case high <= 160:
		return "h160"
	case high <= 240:
		return "h240"
	case high <= 280:
		return "h280"
	}
	return "h340"
}

// Chart draws the rows, the first on top.
func (r Ranges) Chart() (Chart, error) {
	lang := r.Format.Lang
	var names []string
	var bars []opts.CustomData
	var dots, before []opts.ScatterData
	for i, row := range r.Rows {
		names = append(names, row.Name)
		dots = append(dots, opts.ScatterData{Name: r.Format.Number(row.Value), Value: []any{num(row.Value), i}})
		before = append(before, opts.ScatterData{Name: r.Format.Number(row.Prior), Value: []any{num(row.Prior), i}})
		if finite(row.Low) && finite(row.High) {
			bars = append(bars, opts.CustomData{Value: []any{num(row.Low), num(row.High), i}, Name: r.Format.Number(row.Low) + "–" + r.Format.Number(row.High)})
		}
	}
	custom, scatter := charts.NewCustom(), charts.NewScatter()
	custom.AddSeries(words(lang, "95% 区间", "95% interval"), bars)
	scatter.AddSeries(words(lang, "上次", "Before"), before).AddSeries(words(lang, "估计值", "Estimate"), dots)
	custom.Overlap(scatter)
	now := object{
		"z": 4, "symbol": "circle", "symbolSize": 9, "itemStyle": object{"color": "$ac", "opacity": 1},
		"label": merged(halo("$ink"), object{"show": true, "position": "top", "distance": 2, "formatter": "{b}", "fontWeight": 600}),
	}
	if finite(r.Whole) {
		now["markLine"] = object{
			"silent": true, "symbol": "none", "animation": false, "lineStyle": object{"color": "$accent", "type": "solid", "width": 1},
			"label": merged(halo("$accent"), object{"show": true, "position": "start", "formatter": words(lang, "总体 ", "Overall ") + r.Format.Value(r.Whole)}),
			"data":  []any{object{"xAxis": num(r.Whole)}},
		}
	}
	low, high := r.axis()
	option, err := encode(custom, object{
		"grid":  object{"left": 88, "right": 24, "top": 20, "bottom": 24},
		"xAxis": []any{merged(valueAxis("@percent0"), object{"min": num(low), "max": num(high)})},
		"yAxis": []any{object{
			"type": "category", "data": names, "inverse": true, "axisTick": object{"show": false}, "axisLine": object{"show": false},
			"axisLabel": object{"show": true, "color": "$ink", "fontSize": 12, "width": 80, "overflow": "truncate"},
		}},
		"series": []any{
			object{"z": 3, "renderItem": "@across", "itemStyle": object{"color": "$py"}, "encode": object{"x": []any{0, 1}, "y": 2}},
			merged(ring(), object{"z": 3, "symbolSize": 8, "itemStyle": object{"borderColor": "$py", "borderWidth": 1.6}}), now,
		},
	})
	return Chart{
		ID: r.ID, Name: r.Name, Size: r.size() + " grow", Option: option,
		Drawn: [][]string{{"low", "high", ""}, {"prior", ""}, {"value", ""}},
	}, err
}
