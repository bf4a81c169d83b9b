package sheet

import (
	"strings"
	"time"
)

// xml2003Table is one pass over a worksheet.
type xml2003Table struct {
	*grid
	book    *xml2003
	unseen  bool
	row     int
	lastCol int // column of the latest cell, -1 before the first
	text    []byte
}

// section reads one child of a worksheet; its options come after its rows.
func (t *xml2003Table) section() error {
	x := t.book.x
	switch {
	case x.isIn(excelSpace, "Table"):
		return x.each(t.readRow)
	case x.isIn(optionsSpace, "WorksheetOptions"):
		return x.each(func() error {
			if x.isIn(optionsSpace, "Visible") {
				state, err := x.appendText(nil)
				t.unseen = t.unseen || strings.HasPrefix(string(state), "Sheet") && string(state) != "SheetVisible"
				return err
			}
			return nil
		})
	}
	return nil
}

// next is the place of a row or cell: what it says, or the one after the last.
func (t *xml2003Table) next(last int) (int, error) {
	value := t.book.x.attrIn(excelSpace, "Index")
	if value == nil {
		return last + 1, nil
	}
	n, ok := parseIndex(value)
	switch {
	case !ok || n == 0:
		return 0, faultf(BadRef, "index %s is not one; the file is damaged", excerpt(value))
	case n <= last:
		return 0, faultf(RowOrder, "index %d comes after index %d; the file is damaged", n, last)
	}
	return n, nil
}

// extra reads how far something reaches beyond its own row or column.
func (t *xml2003Table) extra(name string) (int, error) {
	value := t.book.x.attrIn(excelSpace, name)
	if value == nil {
		return 0, nil
	}
	n, ok := parseIndex(value)
	if !ok {
		return 0, faultf(BadRef, "%s is %s; the file is damaged", name, excerpt(value))
	}
	return n, nil
}

func (t *xml2003Table) readRow() error {
	x := t.book.x
	if !x.isIn(excelSpace, "Row") {
		return nil
	}
	row, err := t.next(t.row)
	if err != nil {
		return err
	}
	span, err := t.extra("Span") // further rows of the same look, without cells
	if err != nil {
		return err
	}
	t.row, t.lastCol = row, -1
	if hidden := x.attrIn(excelSpace, "Hidden"); hidden != nil && string(hidden) != "0" {
		t.hidden[row] = true
	}
	if err := x.each(t.cell); err != nil {
		return err
	}
	t.row, t.lastCol = row+span, -1
	return nil
}

func (t *xml2003Table) cell() error {
	x := t.book.x
	if !x.isIn(excelSpace, "Cell") {
		return x.unexpected("Cell")
	}
	col, err := t.next(t.lastCol + 1)
	if err != nil {
		return err
	}
	across, err := t.extra("MergeAcross")
	if err != nil {
		return err
	}
	down, err := t.extra("MergeDown")
	if err != nil {
		return err
	}
	t.lastCol = col - 1
	c := gridCell{row: t.row, col: t.lastCol, formula: x.attrIn(excelSpace, "Formula") != nil}
	if id := x.attrIn(excelSpace, "StyleID"); id != nil {
		var known bool
		if c.style, known = t.book.styles[string(id)]; !known {
			return faultf(BadIndex, "there is no style %s; the file is damaged", excerpt(id))
		}
	} else {
		c.style = t.book.styles["Default"]
	}
	if across > 0 || down > 0 {
		if err := t.merge(t.row-1, t.row-1+down, t.lastCol, t.lastCol+across); err != nil {
			return err
		}
	}
	err = x.each(func() error {
		if !x.isIn(excelSpace, "Data") {
			return nil
		}
		if c.kind != Empty {
			return faultf(UnexpectedContent, "the cell has two values; the file is damaged")
		}
		return t.data(&c)
	})
	if err != nil {
		return err
	}
	t.lastCol += across // the next cell stands behind the merged range
	if c.kind == Empty && !c.formula {
		return nil
	}
	if c.col >= t.limits.Columns {
		return tooWide(t.limits)
	}
	return t.add(c)
}

// data reads the value of a cell. Its text may be marked up as in a web page.
func (t *xml2003Table) data(c *gridCell) error {
	kind := string(t.book.x.attrIn(excelSpace, "Type"))
	var err error
	if t.text, err = appendMarked(t.text[:0], t.book.x); err != nil {
		return err
	}
	if kind != "String" && c.formula && isBlank(t.text) {
		return nil // not calculated yet
	}
	value := string(t.text)
	switch kind {
	case "String":
		if c.text = value; value != "" {
			c.kind = Text
		}
	case "Number":
		*c, err = typed(*c, "float", string(trimSpace(t.text)))
	case "Boolean":
		*c, err = typed(*c, "boolean", value)
	case "DateTime":
		*c, err = typed(*c, "date", value)
		// A time of day is one of the day before the calendar.
		if at, ok := parseISO(value); ok && at.Year() < 1900 {
			zero := time.Date(1899, time.December, 31, 0, 0, 0, 0, time.UTC)
			c.kind, c.text, c.number = Number, "", at.Sub(zero).Seconds()/daySeconds
		}
	case "Error":
		c.kind, c.text = Error, value
		if value == "" {
			return faultf(BadValue, "an error value without a name; the file is damaged")
		}
	default:
		return faultf(BadType, "cell type %s is unknown; the file is damaged", excerpt([]byte(kind)))
	}
	return err
}

// appendMarked appends all text within the element just opened and returns
// behind its end.
func appendMarked(dst []byte, x *scanner) ([]byte, error) {
	depth := len(x.path)
	for {
		ev, err := x.next()
		switch {
		case err != nil:
			return dst, err
		case ev == endElement && len(x.path) < depth:
			return dst, nil
		case ev == textData:
			if dst = append(dst, x.text...); len(dst) > maxText {
				return dst, tooLong()
			}
		}
	}
}
