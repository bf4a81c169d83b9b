package sheet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// grid is a sheet in memory.
type grid struct {
	*gridBook
	name   string
	cells  []gridCell // by row and column
	hidden map[int]bool
	ranges []Range
}

// gridBook is what the sheets of a workbook share.
type gridBook struct {
	epoch  epoch
	dates  []bool // for each cell format, whether it shows a number as a date
	limits Limits
}

// gridCell is a cell in as few bytes as it takes.
type gridCell struct {
	row, col int // 1-based, 0-based
	style    int // 0 where the kind says it all
	formula  bool
	kind     Kind
	text     string  // of a number its literal, if the file has one
	number   float64 // unless text is its literal
}

func (c *gridCell) setText(text string) {
	if c.text = text; text != "" {
		c.kind = Text
	}
}

func (c *gridCell) setNumber(x float64) { c.kind, c.number = Number, x }

// setCode gives the cell a truth or, by the code of the binary formats, an
// error value.
func (c *gridCell) setCode(isError bool, code byte) error {
	switch {
	case isError:
		c.kind, c.text = Error, errorName(code)
		if c.text == "" {
			return faultf(BadValue, "%#x is no error value; the file is damaged", code)
		}
	case code <= 1:
		c.kind, c.text = Bool, [...]string{"FALSE", "TRUE"}[code]
	default:
		return faultf(BadValue, "%#x is neither true nor false; the file is damaged", code)
	}
	return nil
}

func errorName(code byte) string {
	return map[byte]string{
		0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!",
		0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA",
	}[code]
}

// add enters a cell that holds a value.
func (g *grid) add(c gridCell) error {
	switch {
	case c.row > excelRows || c.col >= excelColumns:
		return faultf(BadRef, "a cell lies outside of the sheet; the file is damaged")
	case c.style >= max(1, len(g.dates)):
		return faultf(BadIndex, "style %d is none of the %d there are; the file is damaged", c.style, len(g.dates))
	case len(g.cells) == g.limits.Cells:
		return faultf(TooLarge, "the sheet has more than %d cells; split it", g.limits.Cells)
	}
	g.cells = append(g.cells, c)
	return nil
}

// sort puts the cells in order; some writers keep none.
func (g *grid) sort() error {
	before := func(a, b gridCell) int {
		if a.row != b.row {
			return a.row - b.row
		}
		return a.col - b.col
	}
	if !slices.IsSortedFunc(g.cells, before) {
		slices.SortStableFunc(g.cells, before)
	}
	for i := 1; i < len(g.cells); i++ {
		if c := g.cells[i]; before(g.cells[i-1], c) == 0 {
			return g.place(faultf(CellOrder, "the cell is in the file twice; the file is damaged"), c.row, c.col)
		}
	}
	return nil
}

// merge adds a merged range of the file, rows 0-based.
func (g *grid) merge(row1, row2, col1, col2 int) error {
	switch {
	case row1 > row2 || col1 > col2 || row2 >= excelRows || col2 >= excelColumns:
		return faultf(BadRef, "a merged range is not one; the file is damaged")
	case len(g.ranges) == maxMerged:
		return faultf(TooLarge, "the sheet has more than %d merged ranges", maxMerged)
	}
	g.ranges = append(g.ranges, Range{Row1: row1 + 1, Col1: col1, Row2: row2 + 1, Col2: col2})
	return nil
}

func (g *grid) merged(context.Context) ([]Range, error) { return g.ranges, nil }

func (g *grid) rows(ctx context.Context, yield func(Row) error) error {
	var row Row
	count := 0
	for rest := g.cells; len(rest) > 0; {
		if err := ctx.Err(); err != nil {
			return err
		}
		row.Number = rest[0].row
		row.Hidden = g.hidden[row.Number]
		row.Cells = row.Cells[:0]
		for len(rest) > 0 && rest[0].row == row.Number {
			c, err := g.cell(rest[0])
			if err != nil {
				return g.place(err, rest[0].row, rest[0].col)
			}
			if c.Kind != Empty || c.Formula {
				if rest[0].col >= g.limits.Columns {
					return g.place(tooWide(g.limits), rest[0].row, rest[0].col)
				}
				row.Cells = append(padded(row.Cells, rest[0].col), c)
			}
			rest = rest[1:]
		}
		if count += len(row.Cells); count > g.limits.Cells {
			return g.place(tooMany(g.limits), row.Number, -1)
		}
		if err := yield(row); err != nil {
			return err
		}
	}
	return nil
}

// padded lengthens a row to n cells.
func padded(cells []Cell, n int) []Cell {
	for len(cells) < n {
		cells = append(cells, Cell{})
	}
	return cells
}

func tooWide(l Limits) error {
	return faultf(TooLarge, "the sheet is wider than %d columns; remove what stands to the right of the table", l.Columns)
}

func tooMany(l Limits) error {
	return faultf(TooLarge, "the sheet has more than %d cells; split it", l.Cells)
}

// cell gives a number its literal or its date, and a date its time.
func (g *grid) cell(c gridCell) (Cell, error) {
	out := Cell{Kind: c.kind, Text: c.text, Formula: c.formula}
	var err error
	switch {
	case c.kind == Date:
		out.Date, err = time.Parse(time.DateTime[:len(c.text)], c.text)
		return out, err
	case c.kind != Number:
		return out, nil
	case c.text != "":
		c.number, err = strconv.ParseFloat(c.text, 64)
	}
	if err == nil && len(g.dates) > 0 && g.dates[c.style] {
		if t, ok := g.epoch.time(c.number); ok {
			return Cell{Kind: Date, Text: string(appendDate(nil, t)), Date: t, Formula: c.formula}, nil
		}
	}
	if c.text == "" {
		var ok bool
		if out.Text, ok = literal(c.number); !ok {
			return out, faultf(BadValue, "%v is not a number; the file is damaged", c.number)
		}
	}
	return out, nil
}

// literal is the shortest decimal that stands for the number and no other: what
// Excel writes into an .xlsx.
func literal(x float64) (string, bool) {
	const plain = 1e15 // below it no exponent is needed
	s := strconv.FormatFloat(x, 'f', -1, 64)
	if x >= plain || x <= -plain || len(s) > len("-0.")+20 {
		s = strconv.FormatFloat(x, 'E', -1, 64)
	}
	return s, isNumber([]byte(s))
}

// place adds to a fault where in the sheet it is; rows from 1, columns from 0,
// -1 for the whole row.
func (g *grid) place(err error, row, col int) error { return inCell(err, g.name, row, col) }

func inCell(err error, sheet string, row, col int) error {
	var f *Fault
	if !errors.As(err, &f) {
		return fmt.Errorf("read sheet %q: %w", sheet, err)
	}
	f.Sheet, f.Row, f.Col = sheet, row, col
	switch {
	case row > 0 && col >= 0:
		f.Ref = Ref(row, col)
	case row > 0:
		f.Ref = fmt.Sprintf("row %d", row)
	}
	return err
}
