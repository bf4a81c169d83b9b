package chart

import (
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"gatehouse"
)

// Closing is how long requests took, in equal bins of one day and an overflow,
// as shares of those closed; last year stands behind.
type Closing struct {
	ID, Name      string
	Lang          gatehouse.Lang
	Bins          []uint64  // requests closed, by Fold
	Actual, Prior []float64 // their shares of all, and those of last year; NaN for none
	Limit         float64   // days allowed, 0 when there is no single limit
}

// shownBins is how many one-day bins are drawn before the overflow.
const shownBins = 7

// Chart draws the histogram.
func (c Closing) Chart() (Chart, error) {
	all := total(c.Bins)
	w := struct{ actual, prior string }{words(c.Lang, "本期", "Actual"), words(c.Lang, "上年", "Prior year")}
	var labels []string
	var now, then []opts.BarData
	top := 0.0
	for i, n := range c.Bins {
		a, p := c.Actual[i], c.Prior[i]
		labels = append(labels, BinName(i))
		for _, v := range []float64{a, p} {
			if finite(v) {
				top = max(top, v)
			}
		}
		now = append(now, opts.BarData{Name: shareName(a), Value: num(a), Label: bare(n)})
		then = append(then, opts.BarData{Name: shareName(p), Value: num(p)})
	}
	bar := charts.NewBar()
	bar.SetXAxis(labels).AddSeries(w.prior, then).AddSeries(w.actual, now)
	front := object{
		"z": 3, "barWidth": "44%", "itemStyle": object{"color": "$ac"},
		"label": merged(halo("$ink"), object{"show": true, "position": "top", "formatter": "{b}"}),
	}
	series := []any{object{"z": 1, "barWidth": "44%", "barGap": "-66%", "itemStyle": object{"color": "$py"}}, front}
	if c.Limit > 0 {
		// A category axis has no place between two bins; a hidden one of numbers does.
		line := charts.NewLine()
		line.AddSeries("", []opts.LineData{})
		bar.Overlap(line)
		series = append(series, object{"xAxisIndex": 1, "z": 5, "markLine": c.limit(all)})
	}
	option, err := encode(bar, object{
		"grid": object{"left": 12, "right": 12, "top": 40, "bottom": 44},
		"xAxis": []any{merged(categoryAxis(labels), object{
			"name": words(c.Lang, "关闭用时，天", "Days to close"), "nameLocation": "middle", "nameGap": 26, "nameTextStyle": object{"color": "$ink3"},
		}), object{"type": "value", "show": false, "min": 0, "max": len(labels)}},
		// Headroom, so that the label of a tall bar stays under the words of the limit.
		"yAxis":  []any{hiddenAxis(0, max(top, 0.01)*1.15)},
		"series": series,
	})
	drawn := [][]string{{"prior"}, {"actual"}}
	if c.Limit > 0 {
		drawn = append(drawn, nil)
	}
	return Chart{ID: c.ID, Name: c.Name, Size: "h240", Option: option, Drawn: drawn}, err
}

// limit is the dashed line between the bins in time and the late ones, the
// share on either side beside it.
func (c Closing) limit(all uint64) object {
	in := uint64(0)
	for i, n := range c.Bins {
		if float64(i+1) <= c.Limit {
			in += n
		}
	}
	days := Decimal(c.Limit, 0)
	text := words(c.Lang, "时限 "+days+" 天内 ", "Within "+days+" days ") + Decimal(share(in, all)*100, 1) + "%  ┆  " +
		words(c.Lang, "超时 ", "late ") + Decimal(share(all-in, all)*100, 1) + "%"
	return object{
		"silent": true, "symbol": "none", "animation": false,
		"lineStyle": object{"color": "$ink", "type": "dashed", "width": 1.2},
		"label":     merged(halo("$ink"), object{"show": true, "formatter": text, "position": "end", "fontWeight": 600}),
		"data":      []any{object{"xAxis": c.Limit}},
	}
}

// Fold puts days that are not drawn one by one into the last bin.
func Fold(days []uint64) []uint64 {
	bins := make([]uint64, shownBins+1)
	for i, n := range days {
		bins[min(i, shownBins)] += n
	}
	return bins
}

func shareName(share float64) string {
	if !finite(share) {
		return None
	}
	return shifted(share, 2, 0) + "%"
}

// bare takes the label off an empty bin.
func bare(n uint64) *opts.Label {
	if n > 0 {
		return nil
	}
	return &opts.Label{Show: opts.Bool(false)}
}

// BinName names a bin: the days from opening to closing.
func BinName(i int) string {
	switch i {
	case 0:
		return "≤1"
	case shownBins:
		return ">" + strconv.Itoa(shownBins)
	}
	return strconv.Itoa(i) + "–" + strconv.Itoa(i+1)
}

func total(bins []uint64) (n uint64) {
	for _, b := range bins {
		n += b
	}
	return n
}

func share(part, whole uint64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
