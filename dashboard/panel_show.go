package dashboard

import (
	"gatehouse/dashboard/panel"
)

// shownCells is how many cells of a table a page shows beside its chart; a
// larger table has a page of its own.
const shownCells = 800

// Frame is that of the page it is on.
func (p *Panel) Frame() Frame { return p.view.Frame }

// Address is the panel in a form, with all that the page is asked for.
func (p *Panel) Address(form string) string {
	return p.view.Filter.Same(panel.Address(p.Page, p.Name, form))
}

// Anchor is the panel in its page, to be copied as a link.
func (p *Panel) Anchor() string { return p.view.Filter.With("", "") + "#" + p.Name }

// Definition is the address of what the number means, empty for none.
func (p *Panel) Definition() string {
	if p.KPI == "" {
		return ""
	}
	return p.view.DefinitionURL(p.KPI)
}

// TableIsBody tells that nothing is drawn in place of the table.
func (p *Panel) TableIsBody() bool { return p.Chart == nil && p.Body == "" }

// InPlace tells that the table fits into the page.
func (p *Panel) InPlace() bool { return p.Full || p.Table.Size() <= shownCells }

// Grid is a table ready for a template.
type Grid struct {
	Class string
	Heads []GridHead
	Rows  []GridRow
	Feet  []GridRow
}

// GridHead is a heading; its Title is empty over bars.
type GridHead struct{ Title, Class string }

// GridRow is a line.
type GridRow struct {
	Cut   bool
	Cells []GridCell
}

// GridCell is a cell in words, or with a bar.
type GridCell struct {
	Text, Glyph, Word, Note, Link string
	Class                         string
	Label                         string // heading, where the table becomes cards
	Head                          bool   // names the row
	Bar                           *panel.Drawn
}

// Values is the table in words, without bars.
func (p *Panel) Values() Grid { return p.grid("", false) }

// Grid is the table as the panel's body.
func (p *Panel) Grid() Grid { return p.grid(p.Style, true) }

func (p *Panel) grid(class string, body bool) Grid {
	g := Grid{Class: class}
	t := p.Table
	bars := map[int][]panel.Drawn{}
	var places []int
	head := -1 // the first column of text names the row
	for i, col := range t.Columns {
		if col.Files {
			continue
		}
		if col.Kind == panel.Bar {
			if !body {
				continue
			}
			bars[i] = t.BarsOf(i)
		}
		if head < 0 && col.Title(p.Lang) != "" && (col.Kind == panel.Text || col.Kind == panel.Month || col.Kind == panel.Date) {
			head = i
		}
		places = append(places, i)
		g.Heads = append(g.Heads, GridHead{Title: col.Title(p.Lang), Class: classOf(col, panel.Cell{}, body)})
	}
	for r, row := range t.Rows {
		line := GridRow{Cut: row.Cut}
		for _, i := range places {
			col, c := t.Columns[i], row.Cells[i]
			cell := GridCell{Class: classOf(col, c, body), Head: i == head, Label: col.Title(p.Lang)}
			if drawn := bars[i]; col.Kind == panel.Bar {
				cell.Bar = &drawn[r]
			} else {
				cell.Text, cell.Glyph, cell.Word, cell.Note, cell.Link = col.Text(p.Lang, c), c.Glyph, c.Word, c.Note, c.Link
			}
			line.Cells = append(line.Cells, cell)
		}
		if row.Total {
			g.Feet = append(g.Feet, line)
		} else {
			g.Rows = append(g.Rows, line)
		}
	}
	return g
}

func classOf(col panel.Column, c panel.Cell, body bool) string {
	class := ""
	add := func(word string) {
		if class != "" && word != "" {
			class += " "
		}
		class += word
	}
	switch {
	case col.Kind == panel.Bar:
		add("bar")
	case col.FormatOf(c).Kind != panel.Text:
		add("num")
	}
	if body {
		add(col.Class)
		if col.Extra {
			add("extra")
		}
	}
	add(c.Class)
	return class
}
