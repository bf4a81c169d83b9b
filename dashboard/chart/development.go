package chart

import (
	"math"
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Development is how the bills of each month are paid as they grow older: a
// line a month over ages in months, last year's mean behind, and where the
// months are expected to stand at the end of the year.
type Development struct {
	ID, Name  string
	Format    Format
	Lines     []Developing
	Prior     []float64 // last year's mean by age, NaN where not known
	Latest    []float64 // by age, the month that has reached just that age
	LatestOf  []string  // its name
	Expected  []float64 // by age, the month that ends the year at it, with its interval
	Low, High []float64
	Target    float64 // NaN when there is none
}

// Developing is a month's line by age, NaN from the month that is not over on.
type Developing struct {
	Key, Name string
	Rates     []float64
	Path      []float64 // from the latest age to the one at the year's end, as expected
	Strong    bool      // the one to look at
}

// Floor is where the vertical axis begins, to be told in the panel's note.
func (d Development) Floor() float64 {
	low := math.Inf(1)
	values := [][]float64{d.Prior, d.Low, {d.Target}}
	for _, line := range d.Lines {
		values = append(values, line.Rates)
	}
	for _, list := range values {
		for _, v := range list {
			if finite(v) {
				low = min(low, v)
			}
		}
	}
	if !finite(low) {
		return 0
	}
	return max(math.Floor(low*20)/20, 0)
}

// ceiling is where the vertical axis ends: 100 %, or above what was paid back later.
func (d Development) ceiling() float64 {
	high := 1.0
	for _, line := range d.Lines {
		for _, v := range line.Rates {
			if finite(v) {
				high = max(high, math.Ceil(v*20)/20)
			}
		}
	}
	return high
}

// Chart draws the lines.
func (d Development) Chart() (Chart, error) {
	lang := d.Format.Lang
	ages := make([]string, len(d.Prior))
	for k := range ages {
		if ages[k] = strconv.Itoa(k); k == 0 {
			ages[k] = words(lang, "当月", "0")
		}
	}
	line := charts.NewLine()
	line.SetXAxis(ages).AddSeries(words(lang, "上年均值", "Last year's mean"), d.points(d.Prior))
	behind := merged(bareLine(), object{"z": 1, "lineStyle": object{"color": "$py", "width": 5, "cap": "round"}, "itemStyle": object{"color": "$py"}})
	if finite(d.Target) {
		behind["markLine"] = object{
			"silent": true, "symbol": "none", "animation": false, "lineStyle": object{"color": "$ac", "type": []any{4, 3}, "width": 1},
			"label": merged(halo("$ink2"), object{"show": true, "position": "insideEndBottom", "formatter": words(lang, "年末目标 ", "Year-end target ") + d.Format.Value(d.Target)}),
			"data":  []any{object{"yAxis": num(d.Target)}},
		}
	}
	series, drawn := []any{behind}, [][]string{{"prior"}}
	for _, one := range d.Lines {
		width, opacity := 1.0, 0.5
		if one.Strong {
			width, opacity = 2.4, 1
		}
		line.AddSeries(one.Name, d.points(one.Rates))
		series = append(series, merged(bareLine(), object{"z": 3, "lineStyle": object{"color": "$ac", "width": width, "opacity": opacity}, "itemStyle": object{"color": "$ac"}}))
		drawn = append(drawn, []string{one.Key})
	}
	for _, one := range d.Lines {
		if len(one.Path) > 0 {
			line.AddSeries("", d.points(one.Path))
			series = append(series, merged(bareLine(), object{"z": 2, "silent": true, "lineStyle": object{"color": "$ac", "width": 1, "opacity": 0.6, "type": "dotted"}}))
			drawn = append(drawn, nil)
		}
	}
	dots, rings := make([]opts.ScatterData, len(ages)), make([]opts.ScatterData, len(ages))
	var errs []opts.CustomData
	for k := range ages {
		dots[k] = opts.ScatterData{Name: d.LatestOf[k], Value: num(d.Latest[k])}
		rings[k] = opts.ScatterData{Name: d.Format.Number(d.Expected[k]), Value: num(d.Expected[k])}
		if finite(d.Low[k]) && finite(d.High[k]) {
			errs = append(errs, opts.CustomData{Value: []any{k, num(d.Low[k]), num(d.High[k])}, Name: d.Format.Number(d.Low[k]) + "–" + d.Format.Number(d.High[k])})
		}
	}
	custom, scatter := charts.NewCustom(), charts.NewScatter()
	custom.AddSeries(words(lang, "95% 区间", "95% interval"), errs)
	scatter.AddSeries(words(lang, "最新", "Latest"), dots).AddSeries(words(lang, "年末预计", "Expected at year end"), rings)
	line.Overlap(custom, scatter)
	series = append(series,
		object{"z": 3, "clip": true, "renderItem": "@interval", "itemStyle": object{"color": "$py"}, "encode": object{"x": 0, "y": []any{1, 2}}},
		object{
			"z": 5, "symbol": "circle", "symbolSize": 6, "itemStyle": object{"color": "$ac", "opacity": 1}, "labelLayout": object{"hideOverlap": true},
			"label": merged(halo("$ink"), object{"show": true, "position": "top", "formatter": "{b}"}),
		},
		merged(ring(), object{"z": 4, "symbolSize": 7, "itemStyle": object{"borderWidth": 1.4}}))
	drawn = append(drawn, []string{"", "low", "high"}, []string{"latest"}, []string{"expected"})
	option, err := encode(line, object{
		"grid": object{"left": 40, "right": 16, "top": 12, "bottom": 44},
		"xAxis": []any{merged(categoryAxis(ages), object{
			"boundaryGap": false, "axisLine": object{"onZero": false, "lineStyle": object{"color": "$line2", "width": 1}},
			"name": words(lang, "出账后月数", "Months after the month of the bill"), "nameLocation": "middle", "nameGap": 26, "nameTextStyle": object{"color": "$ink3"},
		})},
		"yAxis":   []any{merged(valueAxis("@percent0"), object{"min": num(d.Floor()), "max": num(d.ceiling())})},
		"tooltip": object{"axisPointer": object{"type": "line", "lineStyle": object{"color": "$line2"}}},
		"series":  series,
	})
	return Chart{ID: d.ID, Name: d.Name, Size: "h340 grow", Option: option, Drawn: drawn}, err
}

func bareLine() object { return object{"showSymbol": false, "symbol": "none"} }

func (d Development) points(values []float64) []opts.LineData {
	data := make([]opts.LineData, len(values))
	for i, v := range values {
		data[i] = opts.LineData{Name: d.Format.Number(v), Value: num(v)}
	}
	return data
}
