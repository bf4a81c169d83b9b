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
	Name string
	Size float64 // room-months, the weight of the rate
	Rate float64
}

// Funnel is the rate of each project against its size, with the limits within
// which chance alone would keep it.
type Funnel struct {
	ID, Name           string
	Format             Format
	SizeName, RateName string // axis names, with units
	Points             []Point
	Average            float64 // of all together, a ratio of sums
}

// Outlier is where a project stands: beyond ±1 it is outside the 95 % limits,
// beyond ±2 outside the 99.8 % limits, the sign telling the side.
type Outlier int

const (
	z95  = 1.959964
	z998 = 3.090232
	// leastPoints is how many projects make the spread between them worth reckoning.
	leastPoints = 8
)

// Dispersion is φ, the mean squared distance from the average in units of the
// binomial standard error, after the outer tenth on each side is drawn in, and
// never below 1. Scaling the limits by √φ lets the spread that the projects
// really show decide, as a binomial would be too narrow for money. It is 0 when
// there are too few projects.
func (f Funnel) Dispersion() float64 {
	p := f.Average
	if len(f.Points) < leastPoints || !(p > 0 && p < 1) {
		return 0
	}
	var zs []float64
	for _, point := range f.Points {
		if point.Size > 0 && finite(point.Rate) {
			zs = append(zs, (point.Rate-p)/math.Sqrt(p*(1-p)/point.Size))
		}
	}
	if len(zs) < leastPoints {
		return 0
	}
	slices.Sort(zs)
	cut := len(zs) / 10
	sum := 0.0
	for _, z := range zs {
		z = min(max(z, zs[cut]), zs[len(zs)-1-cut])
		sum += z * z
	}
	return max(sum/float64(len(zs)), 1)
}

// Place tells where a point stands among the limits.
func (f Funnel) Place(p Point) Outlier {
	phi := f.Dispersion()
	if phi == 0 || p.Size <= 0 || !finite(p.Rate) {
		return 0
	}
	z := (p.Rate - f.Average) / math.Sqrt(phi*f.Average*(1-f.Average)/p.Size)
	side := Outlier(1)
	if z < 0 {
		side = -1
	}
	switch z = math.Abs(z); {
	case z > z998:
		return 2 * side
	case z > z95:
		return side
	}
	return 0
}

// Chart draws the funnel.
func (f Funnel) Chart() (Chart, error) {
	lang := f.Format.Lang
	points := slices.Clone(f.Points)
	slices.SortFunc(points, func(a, b Point) int { return cmp.Compare(b.Rate, a.Rate) })
	table := Table{Caption: f.Name, Head: []string{words(lang, "项目", "Project"), f.RateName, f.SizeName, words(lang, "位置", "Place")}}
	groups := map[Outlier][]opts.ScatterData{}
	low, high, widest := f.Average, f.Average, 0.0
	for _, p := range points {
		place := f.Place(p)
		table.Rows = append(table.Rows, []string{p.Name, f.Format.Number(p.Rate), Decimal(p.Size, 0), placeName(lang, place)})
		if !finite(p.Rate) {
			continue
		}
		groups[place] = append(groups[place], opts.ScatterData{Name: p.Name + " " + f.Format.Value(p.Rate), Value: []any{num(p.Size), num(p.Rate)}})
		low, high, widest = min(low, p.Rate), max(high, p.Rate), max(widest, p.Size)
	}
	low, high = math.Floor(low*50-0.5)/50, min(math.Ceil(high*50+0.5)/50, 1)
	widest = niceCeil(widest * 1.05)

	scatter := charts.NewScatter()
	var series []any
	for _, g := range []struct {
		place  Outlier
		symbol object
	}{
		{0, object{"symbol": "circle", "symbolSize": 8, "itemStyle": object{"color": "$ac", "opacity": 1, "borderColor": "$panel", "borderWidth": 1}}},
		{1, ring()}, {-1, ring()},
		{2, triangle("$good", 0)}, {-2, triangle("$bad", 180)},
	} {
		scatter.AddSeries(placeName(lang, g.place), groups[g.place])
		label := object{"show": g.place != 0, "formatter": "{b}", "position": "top", "fontWeight": 600}
		series = append(series, merged(g.symbol, object{"z": 4, "label": merged(halo("$ink"), label), "labelLayout": object{"hideOverlap": true}}))
	}
	line := charts.NewLine()
	line.AddSeries(words(lang, "平均", "Average"), []opts.LineData{{Value: []any{0, num(f.Average)}}, {Value: []any{num(widest), num(f.Average)}}})
	series = append(series, limit("$accent", "solid", words(lang, "平均\n", "Average\n")+f.Format.Value(f.Average)))
	if phi := f.Dispersion(); phi > 0 {
		for _, l := range []struct {
			z    float64
			dash string
			name string
		}{{z95, "dashed", "95%"}, {-z95, "dashed", "95%"}, {z998, "solid", "99.8%"}, {-z998, "solid", "99.8%"}} {
			line.AddSeries(l.name, f.curve(l.z, phi, widest, low, high))
			series = append(series, limit("$ink3", l.dash, l.name))
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
	return Chart{ID: f.ID, Name: f.Name, Size: "h340 grow", Option: option, Table: table}, err
}

// curve is a limit over the sizes, cut where it leaves the plot.
func (f Funnel) curve(z, phi, widest, low, high float64) []opts.LineData {
	var data []opts.LineData
	const steps = 60
	for i := 1; i <= steps; i++ {
		// Squares put the points close where the curve bends.
		x := widest * float64(i*i) / (steps * steps)
		y := f.Average + z*math.Sqrt(phi*f.Average*(1-f.Average)/x)
		if y >= low && y <= high {
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

func placeName(lang gatehouse.Lang, o Outlier) string {
	switch o {
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
