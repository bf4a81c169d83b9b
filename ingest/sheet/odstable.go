package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// odsTable is one pass over a table.
type odsTable struct {
	*grid
	x    *scanner
	row  int // at hand; 0 before the first
	col  int // at hand
	text []byte
}

// part reads a row, or a group of them.
func (t *odsTable) part() error {
	switch {
	case t.x.space != tableSpace:
	case string(t.x.name) == "table-row":
		return t.readRow()
	case string(t.x.name) == "table-row-group", string(t.x.name) == "table-rows", string(t.x.name) == "table-header-rows":
		return t.x.each(t.part)
	}
	return nil
}

// readRow reads a row once and repeats its cells.
func (t *odsTable) readRow() error {
	repeated, err := t.count("number-rows-repeated")
	if err != nil {
		return err
	}
	visibility := string(t.x.attrIn(tableSpace, "visibility"))
	t.row, t.col = t.row+1, 0
	first, ranges := len(t.cells), len(t.ranges)
	if err := t.x.each(t.cell); err != nil {
		return err
	}
	cells, merges := t.cells[first:], t.ranges[ranges:]
	if len(cells) == 0 && len(merges) == 0 {
		t.row += repeated - 1
		return nil
	}
	for i := range repeated {
		if visibility == "collapse" || visibility == "filter" {
			t.hidden[t.row+i] = true
		}
		if i == 0 {
			continue
		}
		for _, c := range cells {
			c.row += i
			if err := t.add(c); err != nil {
				return err
			}
		}
		for _, r := range merges {
			if err := t.merge(r.Row1+i-1, r.Row2+i-1, r.Col1, r.Col2); err != nil {
				return err
			}
		}
	}
	t.row += repeated - 1
	t.col = 0
	return nil
}

// count reads an attribute that is a number of rows or columns, 1 if absent.
func (t *odsTable) count(name string) (int, error) {
	value := t.x.attrIn(tableSpace, name)
	if value == nil {
		return 1, nil
	}
	n, ok := parseIndex(value)
	if !ok || n == 0 {
		return 0, faultf(BadRef, "%s is %s; the file is damaged", name, excerpt(value))
	}
	return n, nil
}

// cell reads a cell, or one that a merged range covers, as often as it says.
func (t *odsTable) cell() error {
	if !t.x.isIn(tableSpace, "table-cell") && !t.x.isIn(tableSpace, "covered-table-cell") {
		return nil
	}
	var n [3]int
	for i, name := range []string{"number-columns-repeated", "number-columns-spanned", "number-rows-spanned"} {
		var err error
		if n[i], err = t.count(name); err != nil {
			return err
		}
	}
	repeated, across, down := n[0], n[1], n[2]
	c, err := t.read()
	if err != nil {
		return err
	}
	c.row = t.row
	if across > 1 || down > 1 {
		if err := t.merge(t.row-1, t.row+down-2, t.col, t.col+across-1); err != nil {
			return err
		}
	}
	if c.kind == Empty && !c.formula {
		t.col += repeated
		return nil
	}
	for range repeated {
		c.col = t.col
		if c.col >= t.limits.Columns {
			return tooWide(t.limits)
		}
		if err := t.add(c); err != nil {
			return err
		}
		t.col++
	}
	return nil
}

// read reads the value of a cell. What it shows is read only where it is the
// value: the text of a number is rounded.
func (t *odsTable) read() (gridCell, error) {
	kind := string(t.x.attrIn(officeSpace, "value-type"))
	isError := string(t.x.attrIn(calcSpace, "value-type")) == "error"
	value := ""
	switch kind {
	case "float", "percentage", "currency":
		value = string(trimSpace(t.x.attrIn(officeSpace, "value")))
	case "date", "time", "boolean", "string":
		value = string(t.x.attrIn(officeSpace, kind+"-value"))
	case "":
	default:
		return gridCell{}, faultf(BadType, "cell type %s is unknown; the file is damaged", excerpt([]byte(kind)))
	}
	c := gridCell{formula: t.x.attrIn(tableSpace, "formula") != nil}
	shown, err := t.shown()
	if err != nil {
		return c, err
	}
	switch {
	case isError:
		c.kind, c.text = Error, shown
		if shown == "" {
			return c, faultf(BadValue, "an error value without a name; the file is damaged")
		}
		return c, nil
	case kind == "string" && value != "" && shown == "":
		shown = value
	case kind != "" && kind != "string":
		return typed(c, kind, value)
	}
	if c.text = shown; shown != "" {
		c.kind = Text
	}
	return c, nil
}

// typed reads the value of a type other than text.
func typed(c gridCell, kind, value string) (gridCell, error) {
	switch kind {
	case "boolean":
		var b Cell
		err := boolean(&b, []byte(value))
		c.kind, c.text = b.Kind, b.Text
		return c, err
	case "date":
		at, ok := parseISO(value)
		c.kind, c.text = Date, string(appendDate(nil, at))
		if !ok {
			return c, faultf(BadValue, "%s is not a date; the file is damaged", excerpt([]byte(value)))
		}
		return c, nil
	case "time":
		d, err := time.ParseDuration(strings.ToLower(strings.TrimPrefix(value, "PT")))
		c.kind, c.number = Number, d.Seconds()/daySeconds
		if err != nil || !strings.HasPrefix(value, "PT") {
			return c, faultf(BadValue, "%s is not a time; the file is damaged", excerpt([]byte(value)))
		}
		return c, nil
	}
	c.kind, c.text = Number, value
	if x, err := strconv.ParseFloat(value, 64); err != nil || math.IsInf(x, 0) || !isNumber([]byte(value)) {
		return c, faultf(BadValue, "%s is not a number; the file is damaged", excerpt([]byte(value)))
	}
	return c, nil
}

// shown joins the paragraphs of the cell just opened. Notes and drawings stand
// beside them and are skipped.
func (t *odsTable) shown() (string, error) {
	t.text = t.text[:0]
	paragraphs := 0
	err := t.x.each(func() error {
		switch {
		case t.x.isIn(tableSpace, "table"):
			return faultf(UnexpectedContent, "a cell holds a table; take the tables within cells apart")
		case !t.x.isIn(textSpace, "p"):
			return nil
		}
		if paragraphs++; paragraphs > 1 {
			t.text = append(t.text, '\n')
		}
		return t.paragraph()
	})
	return string(t.text), err
}

// paragraph appends the text of a paragraph: runs of white space count as one
// space, none at its ends; any other stands as an element (ODF 1.3, 6.1.2).
func (t *odsTable) paragraph() error {
	depth := len(t.x.path)
	start, pending := len(t.text), false
	solid := func() {
		if pending {
			t.text = append(t.text, ' ')
		}
		pending = false
	}
	for {
		ev, err := t.x.next()
		if err != nil {
			return err
		}
		switch {
		case ev == endElement && len(t.x.path) < depth:
			return nil
		case ev == textData:
			for _, c := range t.x.text {
				if isSpace(c) {
					pending = len(t.text) > start
					continue
				}
				solid()
				t.text = append(t.text, c)
			}
		case ev != startElement || t.x.space != textSpace && t.x.space != officeSpace:
		case string(t.x.name) == "s":
			n := 1
			if c := t.x.attrIn(textSpace, "c"); c != nil {
				n, _ = parseIndex(c)
			}
			solid()
			if n > maxText {
				return tooLong()
			}
			t.text = append(t.text, strings.Repeat(" ", n)...)
		case string(t.x.name) == "tab":
			solid()
			t.text = append(t.text, '\t')
		case string(t.x.name) == "line-break":
			solid()
			t.text = append(t.text, '\n')
		case string(t.x.name) == "annotation", string(t.x.name) == "note":
			if err := t.x.skipTo(len(t.x.path) - 1); err != nil {
				return err
			}
		}
		if len(t.text) > maxText {
			return tooLong()
		}
	}
}

func tooLong() error { return faultf(TooLarge, "a text is longer than %d MB", maxText>>20) }
