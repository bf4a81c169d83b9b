package panel

import (
	"strings"

	"gatehouse/dashboard/chart"
)

// Multiples says how a picture draws the rows of a table as small lines on one
// scale, group by group, in the order of their first rows.
type Multiples struct {
	Name, Value, Change, Group string // keys of columns
	First                      int    // column of the first point; the points go on to the last
	Average                    []float64
	Scale                      chart.Scale
}

// Line is the points of a row.
func (m Multiples) Line(t Table, row Row) []float64 {
	var line []float64
	for i := m.First; i < len(t.Columns); i++ {
		line = append(line, row.Cells[i].Float())
	}
	return line
}

// Groups are the places of the rows of each group.
func (m Multiples) Groups(t Table) (names []string, places map[string][]int) {
	places = map[string][]int{}
	at := t.Find(m.Group)
	for i, row := range t.Rows {
		name := row.Cells[at].Exact
		if places[name] == nil {
			names = append(names, name)
		}
		places[name] = append(places[name], i)
	}
	return names, places
}

// Measures of small lines in a picture, in pixels.
const (
	linesAcross  = 4
	multipleHigh = 84
	sparkHigh    = 40
	gapBetween   = 16
)

func (p *picture) multiples(y int) int {
	m, t := p.r.Multiples, p.r.Table
	wide := (pictureWidth - 2*pictureMargin - (linesAcross-1)*gapBetween) / linesAcross
	names, places := m.Groups(t)
	average := chart.Line(m.Average, 0, m.Scale)
	for _, name := range names {
		p.text(pictureMargin, y+14, "ink", 12, 650, "", name)
		y += lineHeight
		for i, place := range places[name] {
			x := pictureMargin + i%linesAcross*(wide+gapBetween)
			p.multiple(x, y, wide, t.Rows[place], average)
			if i%linesAcross == linesAcross-1 || i == len(places[name])-1 {
				y += multipleHigh
			}
		}
	}
	return y
}

func (p *picture) multiple(x, y, wide int, row Row, average chart.Spark) {
	m, t := p.r.Multiples, p.r.Table
	name, value, change := t.Find(m.Name), t.Find(m.Value), t.Find(m.Change)
	p.text(x, y+12, "ink", 12, 400, "", row.Cells[name].Exact)
	words := t.Columns[value].Text(p.r.Lang, row.Cells[value])
	p.text(x, y+28, "ink", 12, 650, "", words)
	if c := row.Cells[change]; c.Exact != "" {
		colour := "ink"
		if c.Class == "good" || c.Class == "bad" {
			colour = c.Class
		}
		p.text(x+int(float64(width(words))*charWidth)+10, y+28, colour, 12, 400, "", strings.TrimSpace(c.Glyph+" "+t.Columns[change].Text(p.r.Lang, c)))
	}
	own := chart.Line(m.Line(t, row), 0, m.Scale)
	for _, line := range []struct{ path, token, weight string }{{average.Now, "py", "1.2"}, {own.Now, "ac", "1.6"}, {own.Dot, "ac", "6"}} {
		if line.path == "" {
			continue
		}
		p.b.WriteString(`<path transform="translate(` + short(float64(x)) + " " + short(float64(y+34)) + `) scale(` + short(float64(wide)/chart.Width) + " " + short(sparkHigh/chart.Height) +
			`)" d="` + line.path + `" fill="none" stroke="` + escape(p.paint(line.token)) + `" stroke-width="` + line.weight + `" stroke-linecap="round" stroke-linejoin="round" vector-effect="non-scaling-stroke"/>`)
	}
}
