package chart

import (
	"math"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Step is one bar of a waterfall: it begins where the one before it ended.
type Step struct {
	Name     string
	From, To float64
	Text     string // the difference, worded
	Better   int    // +1 better, −1 worse, 0 neither
	Total    bool   // all of the steps: it begins at nothing
}

// Waterfall is a change taken apart. It lies on its side, since its parts are
// causes and not months, and begins at no change, so that no bar is cut.
type Waterfall struct {
	ID, Name string
	Format   Format
	Steps    []Step
}

// Chart draws the waterfall: a series for each judgement, so that a colour never
// depends on the place of a bar.
func (w Waterfall) Chart() (Chart, error) {
	kinds := []struct {
		zh, en, color string
		bars          []opts.CustomData
	}{{"有利", "favourable", "$good", nil}, {"不利", "adverse", "$bad", nil}, {"不变", "level", "$ink3", nil}, {"合计", "Total", "$ac", nil}}
	var names []string
	var ends []opts.ScatterData
	low, high := 0.0, 0.0
	for i, s := range w.Steps {
		names = append(names, s.Name)
		if !finite(s.From) || !finite(s.To) {
			continue
		}
		low, high = math.Min(low, math.Min(s.From, s.To)), math.Max(high, math.Max(s.From, s.To))
		kind := 2
		switch {
		case s.Total:
			kind = 3
		case s.Better > 0:
			kind = 0
		case s.Better < 0:
			kind = 1
		}
		kinds[kind].bars = append(kinds[kind].bars, opts.CustomData{Value: []any{i, num(s.From), num(s.To)}, Name: s.Name + "  " + s.Text})
		ends = append(ends, opts.ScatterData{Name: s.Text, Value: []any{num(math.Max(s.From, s.To)), i}})
	}
	custom := charts.NewCustom()
	var series []any
	var drawn [][]string
	for i, k := range kinds {
		custom.AddSeries(words(w.Format.Lang, k.zh, k.en), k.bars)
		series = append(series, object{"z": 3, "renderItem": "@fall", "itemStyle": object{"color": k.color}, "encode": object{"x": []any{1, 2}, "y": 0}})
		keys := []string{"", "from", "to"}
		if i == len(kinds)-1 {
			keys = nil // the table has it as its total
		}
		drawn = append(drawn, keys)
	}
	scatter := charts.NewScatter()
	scatter.AddSeries("", ends)
	custom.Overlap(scatter)
	series = append(series, object{
		"z": 4, "silent": true, "symbol": "circle", "symbolSize": 1, "itemStyle": object{"color": "$panel", "opacity": 1},
		"label": merged(halo("$ink"), object{"show": true, "position": "right", "formatter": "{b}", "fontWeight": 600, "distance": 6}),
	})
	// Room at the right for the words beside the longest bar.
	to := high + (high-low)*0.3
	if to == low {
		to = 1
	}
	option, err := encode(custom, object{
		"grid":    object{"left": 8, "right": 8, "top": 8, "bottom": 8, "containLabel": true},
		"tooltip": object{"trigger": "item"},
		"xAxis":   []any{hiddenAxis(low, to)},
		"yAxis": []any{object{
			"type": "category", "inverse": true, "data": names, "axisTick": object{"show": false},
			"axisLine":  object{"show": true, "onZero": true, "lineStyle": object{"color": "$ink", "width": 1.5}},
			"axisLabel": object{"show": true, "color": "$ink", "fontSize": 12, "interval": 0, "width": 130, "overflow": "truncate"},
		}},
		"series": series,
	})
	return Chart{ID: w.ID, Name: w.Name, Size: heightOf(len(w.Steps)), Option: option, Drawn: append(drawn, nil)}, err
}
