package chart

import (
	"cmp"
	"math"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"gatehouse"
)

// Point is one project in the funnel.
type Point struct {
	Name  string
	Size  float64 // what its limits depend on
	Rate  float64
	Place int // about the limits: ±1 beyond 95 %, ±2 beyond 99.8 %, the sign telling the side
}

// Limits are the control limits at one size.
type Limits struct {
	Size                           float64
	Low998, Low95, High95, High998 float64
}

// Funnel is the rate of each project against its size, with the limits within
// which chance alone would keep it; analytics/stat reckons them.
type Funnel struct {
	ID, Name           string
	Format             Format
	SizeName, RateName string // axis names, with units
	HigherIs           int    // +1 when more is better
	Points             []Point
	Average            float64                   // of all together, a ratio of sums
	Limits             func(size float64) Limits // nil: too few projects for any
}

// Chart draws the funnel.
func (f Funnel) Chart() (Chart, error) {
	lang := f.Format.Lang
	points := slices.Clone(f.Points)
	slices.SortFunc(points, func(a, b Point) int { return cmp.Compare(b.Rate, a.Rate) })
	groups := map[int][]opts.ScatterData{}
	low, high, widest := f.Average, f.Average, 0.0
	for _, p := range points {
		if !finite(p.Rate) {
			continue
		}
		groups[p.Place] = append(groups[p.Place], opts.ScatterData{Name: p.Name + " " + f.Format.Value(p.Rate), Value: []any{num(p.Size), num(p.Rate)}})
		low, high, widest = min(low, p.Rate), max(high, p.Rate), max(widest, p.Size)
	}
	low, high = math.Floor(low*50-0.5)/50, min(math.Ceil(high*50+0.5)/50, 1)
	widest = niceCeil(widest * 1.05)

	better, worse := "$good", "$bad"
	if f.HigherIs < 0 {
		better, worse = worse, better
	}
	scatter := charts.NewScatter()
	var series []any
	for _, g := range []struct {
		place  int
		symbol object
	}{
		{0, object{"symbol": "circle", "symbolSize": 8, "itemStyle": object{"color": "$ac", "opacity": 1, "borderColor": "$panel", "borderWidth": 1}}},
		{1, ring()}, {-1, ring()},
		{2, triangle(better, 0)}, {-2, triangle(worse, 180)},
	} {
		scatter.AddSeries(PlaceName(lang, g.place), groups[g.place])
		label := object{"show": g.place != 0, "formatter": "{b}", "position": "top", "fontWeight": 600}
		series = append(series, merged(g.symbol, object{"z": 4, "label": merged(halo("$ink"), label), "labelLayout": object{"hideOverlap": true}}))
	}
	line := charts.NewLine()
	line.AddSeries(words(lang, "平均", "Average"), []opts.LineData{{Value: []any{0, num(f.Average)}}, {Value: []any{num(widest), num(f.Average)}}})
	series = append(series, limit("$accent", "solid", words(lang, "平均\n", "Average\n")+f.Format.Value(f.Average)))
	drawn := [][]string{{"size", "rate"}, {"size", "rate"}, {"size", "rate"}, {"size", "rate"}, {"size", "rate"}, nil}
	if f.Limits != nil {
		for _, l := range []struct {
			of         func(Limits) float64
			dash, name string
		}{
			{func(l Limits) float64 { return l.High95 }, "dashed", "95%"}, {func(l Limits) float64 { return l.Low95 }, "dashed", "95%"},
			{func(l Limits) float64 { return l.High998 }, "solid", "99.8%"}, {func(l Limits) float64 { return l.Low998 }, "solid", "99.8%"},
		} {
			line.AddSeries(l.name, f.curve(l.of, widest, low, high))
			series, drawn = append(series, limit("$ink3", l.dash, l.name)), append(drawn, nil)
		}
	}
	scatter.Overlap(line)
	option, err := encode(scatter, object{
		"grid":    object{"left": 44, "right": 58, "top": 16, "bottom": 44},
		"tooltip": object{"trigger": "item"},
		"xAxis": []any{merged(valueAxis("@thousands"), object{
			"min": 0, "max": num(widest), "name": f.SizeName, "nameLocation": "middle", "nameGap": 26,
			"nameTextStyle": object{"color": "$ink3"}, "splitLine": object{"show": false},
			"axisLine": object{"show": true, "onZero": false, "lineStyle": object{"color": "$line2", "width": 1}},
		})},
		"yAxis":  []any{merged(valueAxis("@percent0"), object{"min": num(low), "max": num(high)})},
		"series": series,
	})
	return Chart{ID: f.ID, Name: f.Name, Size: "h340 grow", Option: option, Drawn: drawn}, err
}

// curve is a limit over the sizes, cut where it leaves the plot.
func (f Funnel) curve(of func(Limits) float64, widest, low, high float64) []opts.LineData {
	var data []opts.LineData
	const steps = 60
	for i := 1; i <= steps; i++ {
		// Squares put the points close where the curve bends.
		x := widest * float64(i*i) / (steps * steps)
		if y := of(f.Limits(x)); y >= low && y <= high {
			data = append(data, opts.LineData{Value: []any{num(x), num(y)}})
		}
	}
	return data
}

func limit(color, dash, name string) object {
	return object{
		"silent": true, "showSymbol": false, "symbol": "none", "z": 2, "tooltip": object{"show": false},
		"lineStyle": object{"color": color, "width": 1, "type": dash}, "itemStyle": object{"color": color},
		"endLabel": object{"show": true, "formatter": name, "color": color, "fontSize": 11, "distance": 4},
	}
}

func ring() object {
	return object{"symbol": "circle", "symbolSize": 9, "itemStyle": object{"color": "$panel", "opacity": 1, "borderColor": "$ac", "borderWidth": 2}}
}

func triangle(color string, rotate int) object {
	return object{"symbol": "triangle", "symbolSize": 12, "symbolRotate": rotate, "itemStyle": object{"color": color, "opacity": 1}}
}

// PlaceName words where a point stands.
func PlaceName(lang gatehouse.Lang, place int) string {
	switch place {
	case 2:
		return words(lang, "高于 99.8% 限", "above 99.8%")
	case 1:
		return words(lang, "95–99.8% 之间，偏高", "between 95 and 99.8%, high")
	case -1:
		return words(lang, "95–99.8% 之间，偏低", "between 95 and 99.8%, low")
	case -2:
		return words(lang, "低于 99.8% 限", "below 99.8%")
	}
	return words(lang, "限内，不排名次", "inside, no ranking")
}

// niceCeil is the next round number: 1, 2 or 5 and a power of ten.
func niceCeil(v float64) float64 {
	if v <= 0 || !finite(v) {
		return 1
	}
	p := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 1.5, 2, 3, 4, 5, 6, 8, 10} {
		if m*p >= v {
			return m * p
		}
	}
	return 10 * p
}
