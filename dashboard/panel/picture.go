package panel

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"

	"gatehouse/dashboard/chart"
)

// Paint gives the colours and the fonts of a theme by the names of app.css.
type Paint func(token string) string

// Measures of a picture, in pixels.
const (
	pictureWidth  = 720
	pictureMargin = 16
	lineHeight    = 22
	titleHeight   = 26
	noteHeight    = 18
	mostRows      = 60 // of a table in a picture; the sentence below tells how many are left out
	barWidth      = 150
	charWidth     = 6.4 // of a digit at 12 pixels
	lineWidth     = 107 // digits of a line of text
)

// WriteSVG writes the panel as a picture: title, note, the chart as drawn by
// draw at a width and a height (an svg element) or else the table, and what it
// shows.
func (r *Result) WriteSVG(w io.Writer, paint Paint, draw func(c *chart.Chart, width, height int) (string, error)) error {
	p := picture{r: r, paint: paint}
	y := pictureMargin
	y = p.header(y)
	switch {
	case r.Chart != nil:
		height := r.Chart.Height()
		inner, err := draw(r.Chart, pictureWidth-2*pictureMargin, height)
		if err != nil {
			return err
		}
		p.group(pictureMargin, y, inner)
		y += height + 8
	case r.Empty != "":
		p.text(pictureMargin, y+18, "ink2", 12, 400, "", r.Empty)
		y += 30
	case r.Multiples != nil:
		y = p.multiples(y)
	default:
		y = p.table(y)
	}
	y = p.footer(y)
	head := `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="` + strconv.Itoa(p.width()) + `" height="` + strconv.Itoa(y) +
		`" viewBox="0 0 ` + strconv.Itoa(p.width()) + " " + strconv.Itoa(y) + `" role="img"><title>` + escape(r.Caption()) + `</title><desc>` + escape(strings.Join(append(append([]string{}, r.Note...), r.Sentence), " · ")) +
		`</desc><rect width="100%" height="100%" fill="` + escape(paint("panel")) + `"/>`
	_, err := io.WriteString(w, head+p.b.String()+"</svg>\n")
	return err
}

// picture is one being drawn.
type picture struct {
	r     *Result
	paint Paint
	b     strings.Builder
	wide  int // of the table, where it needs more than the rest
}

func (p *picture) width() int { return max(pictureWidth, p.wide) }

func (p *picture) header(y int) int {
	p.text(pictureMargin, y+14, "ink", 15, 650, "", p.r.Caption())
	y += titleHeight
	for _, line := range wrapped(p.r.Note, " · ", lineWidth) {
		p.text(pictureMargin, y+10, "ink3", 12, 400, "", line)
		y += noteHeight
	}
	return y + 6
}

func (p *picture) footer(y int) int {
	for _, line := range wrapped(breakable(p.r.Sentence), "", lineWidth) {
		p.text(pictureMargin, y+14, "ink2", 12, 400, "", line)
		y += noteHeight
	}
	p.text(pictureMargin, y+14, "ink3", 11, 400, "", p.r.Stamp())
	return y + noteHeight + pictureMargin
}

// breakable are the parts of a sentence between which a line may end: after
// spaces and after the marks of Chinese.
func breakable(s string) []string {
	var parts []string
	part := ""
	for _, r := range s {
		part += string(r)
		if strings.ContainsRune(" ，；。、", r) {
			parts, part = append(parts, part), ""
		}
	}
	return append(parts, part)
}

// wrapped puts segments into lines of at most n characters; a segment does not break.
func wrapped(segments []string, between string, n int) []string {
	var lines []string
	line := ""
	for _, s := range segments {
		if line != "" && width(line)+width(between)+width(s) > n {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += between
		}
		line += s
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// table draws the table with its bars.
func (p *picture) table(y int) int {
	t := p.r.Table
	columns := p.columns()
	x, rows := pictureMargin, t.Rows[:min(len(t.Rows), mostRows)]
	for _, c := range columns {
		p.cell(x, y+14, c, "ink3", 400, t.Columns[c.at].Title(p.r.Lang))
		x += c.width
	}
	p.wide = x + pictureMargin
	y += lineHeight
	p.rule(y-2, "line2")
	bars := map[int][]Drawn{}
	for _, c := range columns {
		bars[c.at] = t.BarsOf(c.at)
	}
	for i, row := range rows {
		x = pictureMargin
		for _, c := range columns {
			cell, col := row.Cells[c.at], t.Columns[c.at]
			if drawn := bars[c.at]; drawn != nil {
				p.bar(x, y, c.width-12, drawn[i])
			} else {
				colour, weight := "ink", 400
				if cell.Class == "good" || cell.Class == "bad" || cell.Class == "warn" {
					colour = cell.Class
				}
				if row.Total || strings.Contains(col.Class, "strong") {
					weight = 650
				}
				colour = p.heat(x, y, c.width, cell.Class, colour)
				p.cell(x, y+14, c, colour, weight, worded(col, cell, p.r))
			}
			x += c.width
		}
		y += lineHeight
		colour := "grid"
		if row.Cut || row.Total {
			colour = "line2"
		}
		p.rule(y-3, colour)
	}
	if left := len(t.Rows) - len(rows); left > 0 {
		p.text(pictureMargin, y+14, "ink3", 12, 400, "", "+ "+strconv.Itoa(left))
		y += lineHeight
	}
	return y + 4
}

type pictureColumn struct {
	at, width int
	right     bool
}

// columns are those that the page shows, as wide as their words.
func (p *picture) columns() []pictureColumn {
	var columns []pictureColumn
	for at, col := range p.r.Table.Columns {
		if col.Extra || col.Files {
			continue
		}
		if col.Kind == Bar {
			columns = append(columns, pictureColumn{at: at, width: barWidth})
			continue
		}
		n := width(col.Title(p.r.Lang))
		for _, row := range p.r.Table.Rows[:min(len(p.r.Table.Rows), mostRows)] {
			n = max(n, width(worded(col, row.Cells[at], p.r)))
		}
		columns = append(columns, pictureColumn{at: at, width: int(float64(n)*charWidth) + 18, right: col.Kind != Text})
	}
	return columns
}

func worded(col Column, c Cell, r *Result) string {
	words := col.Text(r.Lang, c)
	if c.Glyph != "" {
		words = c.Glyph + " " + words
	}
	if c.Word != "" {
		words += " " + c.Word
	}
	return words
}

func (p *picture) cell(x, y int, c pictureColumn, colour string, weight int, words string) {
	if c.right {
		p.text(x+c.width-12, y, colour, 12, weight, "end", words)
		return
	}
	p.text(x, y, colour, 12, weight, "", words)
}

func (p *picture) bar(x, y, wide int, d Drawn) {
	scale := float64(wide) / chart.Width
	rect := func(from, width float64, top, high int, token string) {
		p.b.WriteString(`<rect x="` + short(float64(x)+from*scale) + `" y="` + strconv.Itoa(y+top) + `" width="` + short(width*scale) + `" height="` + strconv.Itoa(high) + `" fill="` + escape(p.paint(token)) + `"/>`)
	}
	if d.Track {
		rect(0, chart.Width, 4, 10, "sunk")
	}
	if d.Span != nil {
		token := "py"
		if d.Span.Strong {
			token = "ac"
		}
		rect(d.Span.X, d.Span.Width, 4, 12, token)
	}
	if d.Prior != nil {
		rect(0, *d.Prior, 2, 11, "py")
	}
	if d.Actual != nil {
		rect(0, *d.Actual, 5, 11, "ac")
	}
	if d.Target != nil {
		rect(*d.Target-0.5, 1, 1, 17, "ink")
	}
	if d.Average != nil {
		rect(*d.Average-0.5, 1, 0, 19, "accent")
	}
}

// heat fills a cell of a heat map, outlines one that is low, and gives the
// colour of the words on it.
func (p *picture) heat(x, y, wide int, class, colour string) string {
	class, low := strings.CutSuffix(class, " low")
	if !strings.HasPrefix(class, "heat") || class == "heat0" {
		return colour
	}
	edge := "panel"
	if low {
		edge = "ink"
	}
	p.b.WriteString(`<rect x="` + short(float64(x)+1.5) + `" y="` + short(float64(y)-1.5) + `" width="` + strconv.Itoa(wide-3) + `" height="` + strconv.Itoa(lineHeight-3) +
		`" fill="` + escape(p.paint(class)) + `" stroke="` + escape(p.paint(edge)) + `" stroke-width="1.4"/>`)
	if class == "heat4" || class == "heat5" {
		return "panel"
	}
	return colour
}

func (p *picture) rule(y int, token string) {
	p.b.WriteString(`<rect x="` + strconv.Itoa(pictureMargin) + `" y="` + strconv.Itoa(y) + `" width="` + strconv.Itoa(p.width()-2*pictureMargin) + `" height="1" fill="` + escape(p.paint(token)) + `"/>`)
}

func (p *picture) group(x, y int, inner string) {
	p.b.WriteString(`<g transform="translate(` + strconv.Itoa(x) + " " + strconv.Itoa(y) + `)">` + inner + "</g>")
}

func (p *picture) text(x, y int, token string, size, weight int, anchor, words string) {
	if words == "" {
		return
	}
	p.b.WriteString(`<text x="` + strconv.Itoa(x) + `" y="` + strconv.Itoa(y) + `" fill="` + escape(p.paint(token)) + `" font-family="` + escape(p.paint("font")) +
		`" font-size="` + strconv.Itoa(size) + `" font-weight="` + strconv.Itoa(weight) + `"`)
	if anchor != "" {
		p.b.WriteString(` text-anchor="` + anchor + `"`)
	}
	p.b.WriteString(">" + escape(words) + "</text>")
}

func short(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder takes everything
	return b.String()
}
