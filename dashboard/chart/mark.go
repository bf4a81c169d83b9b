package chart

import (
	"encoding/json"
	"fmt"
	"html/template"
	"slices"

	"gatehouse"
)

// Mark is a note on a chart of months: a line up from its month with a sign at
// its foot, which the list below the chart explains.
type Mark struct {
	Month gatehouse.Month
	Sign  string
	Text  string
}

// Marked draws the notes onto a chart of months. Notes of one month share a line;
// those of other months are left out, and so are all on a chart of anything else.
// The vertical axis of such a chart begins at zero or below.
func (c Chart) Marked(marks []Mark) (Chart, error) {
	signs, texts := make([]string, len(c.Months)), make([]string, len(c.Months))
	found := false
	for _, m := range marks {
		i := slices.Index(c.Months, m.Month)
		if i < 0 {
			continue
		}
		found = true
		signs[i] += m.Sign
		if texts[i] != "" {
			texts[i] += "\n"
		}
		texts[i] += m.Sign + " " + m.Text
	}
	if !found {
		return c, nil
	}
	var option object
	if err := json.Unmarshal([]byte(c.Option), &option); err != nil {
		return c, fmt.Errorf("chart option: %w", err)
	}
	series, _ := option["series"].([]any)
	option["series"] = append(series, markSeries(len(c.Months), signs, texts))
	raw, err := json.Marshal(option)
	if err != nil {
		return c, fmt.Errorf("chart option: %w", err)
	}
	c.Drawn = append(slices.Clone(c.Drawn), nil) // lines, no values
	c.Option = template.JS(raw)                  //nolint:gosec // marshalled with <, > and & escaped
	return c, nil
}

// markDrop is how far below the zero line a sign stands: under the month's name,
// where no value is.
const markDrop = 20

// markSeries has no values of its own: it carries the lines, behind everything,
// and the signs at their feet.
func markSeries(months int, signs, texts []string) object {
	var lines, points []any
	for i, sign := range signs {
		if sign == "" {
			continue
		}
		lines = append(lines, object{"name": texts[i], "xAxis": i})
		points = append(points, object{
			"name": texts[i], "coord": []any{i, 0},
			"label": merged(halo("$accent"), object{"show": true, "position": "bottom", "distance": markDrop, "formatter": sign, "fontSize": 12}),
		})
	}
	return object{
		"type": "line", "name": "", "data": make([]any, months), "z": 0, "symbol": "none",
		"markLine": object{
			"symbol": "none", "animation": false, "silent": true, "z": 0, "data": lines, "label": object{"show": false},
			"lineStyle": object{"color": "$accent", "width": 1.2, "type": []any{2, 3}},
		},
		"markPoint": object{
			"symbol": "circle", "symbolSize": 1, "animation": false, "data": points, "z": 6,
			"itemStyle": object{"color": "transparent"},
			"tooltip":   object{"show": true, "trigger": "item", "formatter": "@gap"},
		},
	}
}
