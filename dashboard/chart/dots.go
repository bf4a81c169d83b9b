package chart

import (
	"math"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Dot is one row of a dot plot; what does not exist is NaN.
type Dot struct {
	Name                 string
	Value, Prior, Target float64
	Low, High            float64 // 95 % interval of Value
	Beside               string  // at the right end of the row, worded
}

// Dots is values in order on one scale: a dark dot is the value, a light one
// last year's, a tick the target, the band its interval. Points have no zero to
// keep, so the scale begins where the values do.
type Dots struct {
	ID, Name    string
	Format      Format
	Rows        []Dot
	Average     float64 // NaN for none
	AverageName string
}

// Measures of the plot in pixels.
const (
	dotPitch = 26
	dotEnds  = 52
)

// heights are the CSS classes of a plot's height, the smallest that fits is taken.
func heights() []struct {
	class string
	high  int
} {
	return []struct {
		class string
		high  int
	}{{"h160", 160}, {"h240", 240}, {"h280", 280}, {"h340", 340}, {"h560", 560}, {"h1100", 1100}}
}

func heightOf(rows int) string {
	all := heights()
	for _, one := range all {
		if rows*dotPitch+dotEnds <= one.high {
			return one.class
		}
	}
	return all[len(all)-1].class
}

// Chart draws the dots.
func (d Dots) Chart() (Chart, error) {
	lang := d.Format.Lang
	var names, beside []string
	var bands []opts.CustomData
	var value, prior, target []opts.ScatterData
	low, high := d.Average, d.Average
	for i, row := range d.Rows {
		names, beside = append(names, row.Name), append(beside, row.Beside)
		for _, v := range []float64{row.Value, row.Prior, row.Target, row.Low, row.High} {
			if finite(v) {
				low, high = least(low, v), greatest(high, v)
			}
		}
		if finite(row.Low) && finite(row.High) {
			bands = append(bands, opts.CustomData{Value: []any{i, num(row.Low), num(row.High)}, Name: row.Name + "  95%  " + d.Format.Number(row.Low) + "–" + d.Format.Value(row.High)})
		}
		at := func(v float64) opts.ScatterData {
			return opts.ScatterData{Name: row.Name + "  " + d.Format.Value(v), Value: []any{num(v), i}}
		}
		value, prior, target = append(value, at(row.Value)), append(prior, at(row.Prior)), append(target, at(row.Target))
	}
	from, to := roomAround(low, high)
	custom := charts.NewCustom()
	custom.AddSeries(words(lang, "95% 区间", "95% interval"), bands)
	scatter := charts.NewScatter()
	scatter.AddSeries(words(lang, "上年", "Prior year"), prior).AddSeries(words(lang, "目标", "Target"), target).AddSeries(words(lang, "本期", "Actual"), value)
	custom.Overlap(scatter)
	front := object{"z": 5, "symbol": "circle", "symbolSize": 10, "itemStyle": object{"color": "$ac", "opacity": 1, "borderColor": "$panel", "borderWidth": 1}}
	if finite(d.Average) {
		front["markLine"] = object{
			"silent": true, "symbol": "none", "z": 1, "lineStyle": object{"color": "$accent", "type": "solid", "width": 1.2},
			"label": merged(halo("$accent"), object{"show": true, "position": "start", "formatter": d.AverageName + " " + d.Format.Value(d.Average)}),
			"data":  []any{object{"xAxis": num(d.Average)}},
		}
	}
	label := object{"show": true, "fontSize": 12, "interval": 0}
	bare := object{"type": "category", "inverse": true, "axisTick": object{"show": false}, "axisLine": object{"show": false}}
	option, err := encode(custom, object{
		"grid":    object{"left": 8, "right": 8, "top": 26, "bottom": 8, "containLabel": true},
		"tooltip": object{"trigger": "item"},
		"xAxis":   []any{merged(valueAxis("{value}"), object{"min": num(from), "max": num(to), "axisLabel": object{"show": false}})},
		"yAxis": []any{
			merged(object{"data": names, "axisLabel": merged(object{"color": "$ink", "width": 120, "overflow": "truncate"}, label), "splitLine": object{"show": true, "lineStyle": object{"color": "$grid"}}}, bare),
			merged(object{"data": beside, "position": "right", "axisLabel": merged(object{"color": "$ink"}, label)}, bare),
		},
		"series": []any{
			object{"z": 2, "renderItem": "@link", "itemStyle": object{"color": "$py"}, "encode": object{"x": []any{1, 2}, "y": 0}},
			object{"z": 3, "symbol": "circle", "symbolSize": 8, "itemStyle": object{"color": "$panel", "opacity": 1, "borderColor": "$ink3", "borderWidth": 1.5}},
			object{"z": 4, "symbol": "rect", "symbolSize": []any{3, 15}, "itemStyle": object{"color": "$panel", "opacity": 1, "borderColor": "$ac", "borderWidth": 1}},
			front,
		},
	})
	drawn := [][]string{{"", "low", "high"}, {"prior", ""}, {"target", ""}, {"value", ""}}
	return Chart{ID: d.ID, Name: d.Name, Size: heightOf(len(d.Rows)), Option: option, Drawn: drawn}, err
}

// least is the smaller of two, of which the first may be NaN.
func least(a, b float64) float64 {
	if math.IsNaN(a) {
		return b
	}
	return min(a, b)
}

func greatest(a, b float64) float64 {
	if math.IsNaN(a) {
		return b
	}
	return max(a, b)
}

// roomAround widens a span so that no dot stands on the edge.
func roomAround(low, high float64) (from, to float64) {
	if math.IsNaN(low) {
		return 0, 1
	}
	room := (high - low) * 0.08
	if room == 0 {
		room = max(math.Abs(high)*0.1, 0.01)
	}
	return low - room, high + room
}
