package dashboard

import (
	"math"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
	"gatehouse/dashboard/panel"
)

// column is one with a heading in both languages.
func column(key, zh, en string, f panel.Format) panel.Column {
	return panel.Column{Key: key, Head: gatehouse.Text{ZH: zh, EN: en}, Format: f}
}

// styled is the column with CSS classes.
func styled(c panel.Column, class string) panel.Column {
	c.Class = class
	return c
}

// extra is the column where all columns are asked for.
func extra(c panel.Column) panel.Column {
	c.Extra = true
	return c
}

// barColumn is drawn from other columns.
func barColumn(b panel.Bars) panel.Column {
	return panel.Column{Key: "bar", Format: panel.Plain(panel.Bar), Bar: &b}
}

// found gives the panel a finding as its title; the unit, which names go with,
// then leads the note.
func found(p *panel.Result, finding string) {
	if finding == p.Title {
		return
	}
	p.Title = finding
	if p.Unit != "" {
		p.Note, p.Unit = append([]string{p.Unit}, p.Note...), ""
	}
}

// ofValue is a KPI's value with all its places.
func ofValue(v analytics.Value) panel.Cell {
	exact, ok := v.Exact()
	if !ok {
		return panel.Cell{}
	}
	return panel.Of(exact)
}

// less is a − b as the decimals that they read as: 0.93 − 0.9 is 0.03.
func less(a, b float64) panel.Cell {
	if math.IsNaN(a) || math.IsNaN(b) || math.IsInf(a, 0) || math.IsInf(b, 0) {
		return panel.Cell{}
	}
	return panel.Of(decimal.NewFromFloat(a).Sub(decimal.NewFromFloat(b)))
}

// quotient is a ÷ b with twelve places, none where b is nothing.
func quotient(a, b decimal.Decimal) panel.Cell {
	if b.IsZero() {
		return panel.Cell{}
	}
	return panel.Of(a.DivRound(b, 12))
}

// judged colours a difference by the direction that is better; 0 is neither.
func judged(c panel.Cell, format panel.Format, higherIs int) panel.Cell {
	d, err := decimal.NewFromString(c.Exact)
	if err != nil {
		return c
	}
	switch sign := d.Shift(format.Shift).Round(format.Places).Sign(); sign {
	case 0:
		c.Class = "muted"
	default:
		c.Glyph, c.Class = arrow(sign), "bad"
		if higherIs == 0 {
			c.Class = ""
		}
	case higherIs:
		c.Glyph, c.Class = arrow(sign), "good"
	}
	return c
}

// ofUnit is the format of a KPI's values.
func (f Frame) ofUnit(u analytics.Unit) panel.Format { return panel.OfUnit(f.Lang, u) }

// statusCell is the gap of a reading to its target, and what it comes to.
func (f Frame) statusCell(r reading, format chart.Format) panel.Cell {
	_, j := f.status(r, format)
	if j.Word == "" {
		return panel.Cell{}
	}
	return less(r.value, r.target).Judged(j.Glyph, j.Word, j.Class)
}

// changeCell is the change of a reading from last year, and what it comes to.
func (f Frame) changeCell(r reading, format chart.Format) panel.Cell {
	if math.IsNaN(r.prior) || math.IsNaN(r.value) {
		return panel.Cell{}
	}
	j := f.difference(r, format)
	c := less(r.value, r.prior)
	if r.relative && r.prior != 0 {
		c = quotient(decimal.NewFromFloat(r.value-r.prior), decimal.NewFromFloat(r.prior))
	}
	return c.Judged(j.Glyph, j.Word, j.Class).In(f.changeFormat(r))
}

// changeFormat is that of a change: points of shares, per cent of what has seasons.
func (f Frame) changeFormat(r reading) panel.Format {
	if r.relative && r.prior != 0 {
		return panel.Plain(panel.Percent).Change()
	}
	return f.ofUnit(r.of.Unit).Change().In(f.format(r.of).ChangeSymbol())
}
