package chart

import (
	"encoding/json"
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"gatehouse"
)

// Chart is what a page needs to show a chart: an option for charts.js to mount
// and a name for those who do not see it. The values are a table of their own.
type Chart struct {
	ID     string // id of the JSON in the page, unique there
	Name   string
	Size   string // CSS class that sets the height: h and pixels, then others
	Option template.JS
	// Drawn tells for each series the columns of the table that its data are,
	// by their keys; an empty key is a place on an axis, no keys a guide line.
	Drawn [][]string
	// Months are those of the first horizontal axis, none where it has others.
	Months []gatehouse.Month
}

// Height is that of the plot in pixels.
func (c Chart) Height() int {
	class, _, _ := strings.Cut(c.Size, " ")
	pixels, err := strconv.Atoi(strings.TrimPrefix(class, "h"))
	if err != nil {
		return 280
	}
	return pixels
}

// builder is the part of every go-echarts chart that is used here: its own
// rendering lets a label break out of the script, so only its option is taken.
type builder interface {
	Validate()
	JSON() map[string]any
}

// object is a piece of an ECharts option.
type object = map[string]any

// encode gives the option of a chart with the house rules and its own patch
// laid over it. json.Marshal escapes <, > and &, so no text ends the script
// element, and refuses NaN; numbers therefore pass through num.
func encode(c builder, patch object) (template.JS, error) {
	c.Validate()
	raw, err := json.Marshal(c.JSON())
	if err != nil {
		return "", fmt.Errorf("chart option: %w", err)
	}
	var option object
	if err := json.Unmarshal(raw, &option); err != nil {
		return "", fmt.Errorf("chart option: %w", err)
	}
	for _, unused := range []string{"title", "toolbox", "color"} {
		delete(option, unused)
	}
	merge(option, house())
	// Maps of the patch are laid over as plain JSON, so that numbers of any type compare alike.
	raw, err = json.Marshal(patch)
	if err != nil {
		return "", fmt.Errorf("chart option: %w", err)
	}
	var laid object
	if err := json.Unmarshal(raw, &laid); err != nil {
		return "", fmt.Errorf("chart option: %w", err)
	}
	merge(option, laid)
	raw, err = json.Marshal(option)
	if err != nil {
		return "", fmt.Errorf("chart option: %w", err)
	}
	return template.JS(raw), nil //nolint:gosec // marshalled with <, > and & escaped
}

// house is what all charts share. Names that begin with $ are colour tokens of
// app.css, those with @ are functions of app.js; the fields that go-echarts
// does not know, such as renderMode, are here too. A tooltip of rich text is
// drawn on the canvas and so needs no inline style.
func house() object {
	return object{
		"animation": false,
		"legend":    object{"show": false},
		"textStyle": object{"fontFamily": "$font", "fontSize": 11, "color": "$ink2"},
		"tooltip": object{
			"show": true, "trigger": "axis", "renderMode": "richText", "confine": true, "formatter": "@tip",
			"backgroundColor": "$panel", "borderColor": "$line2", "borderWidth": 1, "padding": []any{8, 10},
			"textStyle":   object{"color": "$ink", "fontSize": 12, "fontFamily": "$font"},
			"axisPointer": object{"type": "shadow", "shadowStyle": object{"color": "$hover"}},
		},
	}
}

// merge lays patch over base: maps key by key, lists of maps one by one,
// anything else replaces.
func merge(base, patch object) {
	for key, value := range patch {
		switch value := value.(type) {
		case object:
			if inner, ok := base[key].(object); ok {
				merge(inner, value)
				continue
			}
		case []any:
			if list, ok := base[key].([]any); ok && mergeList(list, value) {
				continue
			}
		}
		base[key] = patch[key]
	}
}

func mergeList(base, patch []any) bool {
	if len(base) != len(patch) {
		return false
	}
	var pairs [][2]object
	for i := range patch {
		under, ok1 := base[i].(object)
		over, ok2 := patch[i].(object)
		if !ok1 || !ok2 {
			return false
		}
		pairs = append(pairs, [2]object{under, over})
	}
	for _, p := range pairs {
		merge(p[0], p[1])
	}
	return true
}

// num is a number as JSON knows it: what is no number is null, a gap in the plot.
func num(v float64) any {
	if !finite(v) {
		return nil
	}
	return v
}

// categoryAxis is the horizontal axis of months or classes, drawn as the zero line.
func categoryAxis(labels []string) object {
	return object{
		"type": "category", "data": labels,
		"axisTick": object{"show": false},
		"axisLine": object{"show": true, "lineStyle": object{"color": "$ink", "width": 1.5}},
		"axisLabel": object{
			"show": true, "color": "$ink2", "fontSize": 11, "hideOverlap": true,
		},
	}
}

// valueAxis is a vertical axis with quiet split lines, for plots of lines and points.
func valueAxis(formatter string) object {
	return object{
		"type": "value", "scale": true,
		"axisTick": object{"show": false}, "axisLine": object{"show": false},
		"axisLabel": object{"show": true, "color": "$ink3", "fontSize": 11, "formatter": formatter},
		"splitLine": object{"show": true, "lineStyle": object{"color": "$grid"}},
	}
}

// hiddenAxis keeps the scale of bars, which are labelled one by one.
func hiddenAxis(low, high float64) object {
	return object{"type": "value", "show": false, "min": num(low), "max": num(high), "splitLine": object{"show": false}}
}

// halo keeps text readable over bars and lines.
func halo(color string) object {
	return object{"color": color, "fontSize": 11, "textBorderColor": "$panel", "textBorderWidth": 3}
}

func words(lang gatehouse.Lang, zh, en string) string { return gatehouse.Text{ZH: zh, EN: en}.In(lang) }
