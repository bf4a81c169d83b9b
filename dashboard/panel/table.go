package panel

import (
	"math"
	"slices"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/dashboard/chart"
)

// Table is the values of a panel, exact and typed. Cells stand in the order of
// the columns.
type Table struct {
	Columns []Column
	Rows    []Row
}

// Column is one of a table.
type Column struct {
	Key  string // its name for programs, unique in the table
	Head gatehouse.Text
	Format
	Class string // strong, muted, optional
	Extra bool   // on a page only with all columns, where the table is the panel's body
	Files bool   // a name for programs: in files only
	Bar   *Bars  // of a column of bars
}

// Row is one of a table.
type Row struct {
	Cells []Cell
	Total bool
	Cut   bool // a dashed rule below: from here on the rest is small
	Bare  bool // its bars are not drawn
}

// Cell is a value: Exact as programs read it (digits, a day as 2026-10-31, a
// text), empty where there is none; what readers see is made of it.
type Cell struct {
	Exact string
	Shown string // in place of the exact value, for a text in the reader's words
	Glyph string // before the value
	Word  string // after it
	Class string // good, bad, warn or empty
	Note  string // small, below
	Link  string // to the rows behind the value, or what a name stands for
	As    *Format
}

// Bars says which columns a bar is drawn from, by their keys.
type Bars struct {
	Actual, Prior, Target string
	Average               float64 // the same in all rows; NaN for none
	End                   float64 // of the scale at least: 1 for shares, 0 for the greatest value
	Running               bool    // bars follow one another: each begins where the one before ended
	Track                 bool    // the whole scale is drawn behind
}

// Of is a decimal.
func Of(d decimal.Decimal) Cell { return Cell{Exact: d.String()} }

// OfFloat is a number, none where it is NaN: the decimal that reads the same.
func OfFloat(v float64) Cell {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Cell{}
	}
	return Of(decimal.NewFromFloat(v))
}

// OfCount is a whole number.
func OfCount[T ~int | ~uint64](n T) Cell { return Of(decimal.NewFromInt(int64(n))) }

// OfMoney is an amount.
func OfMoney(m gatehouse.Money) Cell { return Cell{Exact: m.String()} }

// OfText is a text.
func OfText(s string) Cell { return Cell{Exact: s} }

// OfMonth is a month.
func OfMonth(m gatehouse.Month) Cell { return Cell{Exact: m.Start().String()[:7]} }

// OfDate is a day.
func OfDate(d gatehouse.Date) Cell { return Cell{Exact: d.String()} }

// Linked is the cell with an address.
func (c Cell) Linked(address string) Cell {
	c.Link = address
	return c
}

// Judged is the cell with a glyph, a word and their colour.
func (c Cell) Judged(glyph, word, class string) Cell {
	c.Glyph, c.Word, c.Class = glyph, word, class
	return c
}

// In is the cell in a format of its own.
func (c Cell) In(f Format) Cell {
	c.As = &f
	return c
}

// Float is the value for drawing, NaN where there is none.
func (c Cell) Float() float64 {
	d, err := decimal.NewFromString(c.Exact)
	if err != nil {
		return math.NaN()
	}
	return d.InexactFloat64()
}

// Decimal is the value to reckon with, not valid where there is none.
func (c Cell) Decimal() decimal.NullDecimal {
	d, err := decimal.NewFromString(c.Exact)
	return decimal.NullDecimal{Decimal: d, Valid: err == nil}
}

// FormatOf is how a cell of the column is shown.
func (col Column) FormatOf(c Cell) Format {
	if c.As != nil {
		return *c.As
	}
	return col.Format
}

// Text is the value of a cell as readers see it, without glyph and word.
func (col Column) Text(lang gatehouse.Lang, c Cell) string {
	if c.Shown != "" {
		return c.Shown
	}
	f := col.FormatOf(c)
	if c.Exact == "" && f.Kind == Text {
		return ""
	}
	return f.Show(lang, c.Exact)
}

// Title is the heading of the column as shown, with the unit.
func (col Column) Title(lang gatehouse.Lang) string { return withUnit(col.Head.In(lang), col.Unit) }

// FileTitle is the heading over exact values.
func (col Column) FileTitle(lang gatehouse.Lang) string { return withUnit(col.Head.In(lang), col.Base) }

func withUnit(head, unit string) string {
	if unit == "" || head == "" {
		return head + unit
	}
	return head + " " + unit
}

// Written are the columns that have values, in order.
func (t Table) Written() []int {
	var places []int
	for i, c := range t.Columns {
		if c.Kind != Bar {
			places = append(places, i)
		}
	}
	return places
}

// Extras tells whether the table has columns that are seen only on request.
func (t Table) Extras() bool {
	for _, c := range t.Columns {
		if c.Extra {
			return true
		}
	}
	return false
}

// Without is the table less some columns, of which nothing is drawn.
func (t Table) Without(keys ...string) Table {
	var kept Table
	var places []int
	for i, c := range t.Columns {
		if !slices.Contains(keys, c.Key) {
			kept.Columns, places = append(kept.Columns, c), append(places, i)
		}
	}
	for _, row := range t.Rows {
		cells := make([]Cell, len(places))
		for i, at := range places {
			cells[i] = row.Cells[at]
		}
		row.Cells = cells
		kept.Rows = append(kept.Rows, row)
	}
	return kept
}

// Size is how many cells the table has.
func (t Table) Size() int { return len(t.Columns) * len(t.Rows) }

// Find is the place of a column, −1 when there is none.
func (t Table) Find(key string) int {
	for i, c := range t.Columns {
		if c.Key == key {
			return i
		}
	}
	return -1
}

// Floats are the values of a column in the rows that are no totals, for drawing.
func (t Table) Floats(key string) []float64 {
	var values []float64
	at := t.Find(key)
	for _, r := range t.Rows {
		if !r.Total && at >= 0 {
			values = append(values, r.Cells[at].Float())
		}
	}
	return values
}

// Span is a bar that does not begin at zero, in parts of chart.Width.
type Span struct {
	X, Width float64
	Strong   bool
}

// Drawn is what a cell of bars shows: one of the two.
type Drawn struct {
	chart.Bullet
	Span  *Span
	Track bool
}

// BarsOf draws the bars of a column, one for each row.
func (t Table) BarsOf(column int) []Drawn {
	b := t.Columns[column].Bar
	if b == nil {
		return nil
	}
	if b.Running {
		return t.running(b)
	}
	value := func(r Row, key string) float64 {
		if at := t.Find(key); at >= 0 {
			return r.Cells[at].Float()
		}
		return math.NaN()
	}
	end := b.End
	for _, r := range t.Rows {
		for _, key := range []string{b.Actual, b.Prior, b.Target} {
			if v := value(r, key); !r.Bare && v > end { // not of NaN
				end = v
			}
		}
	}
	drawn := make([]Drawn, len(t.Rows))
	for i, r := range t.Rows {
		if r.Bare {
			continue
		}
		drawn[i].Bullet = chart.NewBullet(value(r, b.Actual), value(r, b.Prior), value(r, b.Target), end)
		if drawn[i].Actual != nil {
			drawn[i].Bullet = drawn[i].WithAverage(b.Average, end)
		}
		drawn[i].Track = b.Track
	}
	return drawn
}

// running lays bars end to end; that of a total stands at zero.
func (t Table) running(b *Bars) []Drawn {
	at, low, high := 0.0, 0.0, 0.0
	column := t.Find(b.Actual)
	spans := make([][2]float64, len(t.Rows))
	for i, r := range t.Rows {
		v := r.Cells[column].Float()
		if r.Total {
			spans[i] = [2]float64{min(0, v), max(0, v)}
		} else {
			spans[i] = [2]float64{min(at, at+v), max(at, at+v)}
			at += v
		}
		low, high = min(low, spans[i][0]), max(high, spans[i][1])
	}
	scale := chart.Width / max(1, high-low)
	drawn := make([]Drawn, len(t.Rows))
	for i, s := range spans {
		drawn[i].Span = &Span{X: (s[0] - low) * scale, Width: (s[1] - s[0]) * scale, Strong: t.Rows[i].Total}
	}
	return drawn
}
