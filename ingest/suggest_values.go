package ingest

import (
	"strings"
	"unicode"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// fit is how well the values of a column suit a field: the share that can be
// read, and how much they look like that field and no other.
type fit struct {
	filled         int
	readable, look float64
}

func fitOf(convert *converter, d *Field, words map[string]string, below []headRow, col int) fit {
	c := newColumn(matched{def: d}, "", words)
	var f fit
	for _, row := range below {
		if empty(row.cells, col) || strings.TrimSpace(row.cells[col].Text) == "" {
			continue
		}
		f.filled++
		var v value
		if c.parse(convert, &c, &row.cells[col], &v) == "" && v.given {
			f.readable++
			f.look += looks(&c, &row.cells[col], v)
		}
	}
	if f.filled > 0 {
		f.readable /= float64(f.filled)
		f.look /= float64(f.filled)
	}
	return f
}

// looks tells how typical a readable cell is: digits alone can be read as
// nearly anything, so they say little.
func looks(c *column, cell *sheet.Cell, v value) float64 {
	kind := kindOfCell(cell)
	switch c.def.Type {
	case Room:
		return when(looksLikeRoom(cell.Text) && kind == KindRoom, 1, 0.1)
	case Money:
		_, decimals, _ := strings.Cut(strings.TrimRight(cell.Text, "元 "), ".")
		return when(len(decimals) == 2, 1, when(kind == KindNumber, 0.5, 0))
	case Date:
		return when(kind == KindDate, when(strings.Contains(cell.Text, ":"), 0.8, 1), 0.2)
	case DateTime:
		return when(kind == KindDate, when(strings.Contains(cell.Text, ":"), 1, 0.8), 0.2)
	case Month, Period:
		year := gatehouse.Date(v.n).Time().Year()
		if c.def.Type == Month {
			year = gatehouse.Month(v.n).Time().Year()
		}
		return when(2000 <= year && year < 2100, when(looksLikeDay(cell.Text), 0.5, 1), 0)
	case Enum:
		_, known := c.words[foldValue(cellText(cell))]
		return when(known, 1, 0)
	case Score:
		return when(v.n == dontKnow || 0 <= v.n && v.n <= 10*one, 0.7, 0)
	case Ratio:
		return when(strings.Contains(cell.Text, "%"), 1, when(kind == KindNumber && v.n <= 1_500_000, 0.5, 0.1))
	case Bool:
		return 0.7
	case Int, Quantity:
		return when(kind == KindNumber, 0.5, 0.1)
	}
	if c.def.Example != "" && shapeOf(cell.Text) == shapeOf(c.def.Example) && strings.ContainsFunc(c.def.Example, unicode.IsDigit) {
		return 0.9
	}
	return when(kind == KindText, 0.5, 0.1)
}

func when(is bool, then, otherwise float64) float64 {
	if is {
		return then
	}
	return otherwise
}

// looksLikeDay tells a whole date from a month.
func looksLikeDay(s string) bool {
	_, ok := parseWall(narrow(s), false)
	return ok
}

// shapeOf writes runs of digits as 9, of letters as A, of characters as 文.
func shapeOf(s string) string {
	var shape []rune
	for _, r := range strings.TrimSpace(s) {
		switch {
		case unicode.IsDigit(r):
			r = '9'
		case r < 0x80 && unicode.IsLetter(r):
			r = 'A'
		case unicode.IsLetter(r):
			r = '文'
		}
		if len(shape) == 0 || shape[len(shape)-1] != r {
			shape = append(shape, r)
		}
	}
	return string(shape)
}

// lookText says what the values of a field look like.
func lookText(d *Field) gatehouse.Text {
	switch d.Type {
	case Room:
		return gatehouse.Text{ZH: "内容像房号", EN: "its values look like rooms"}
	case Money:
		return gatehouse.Text{ZH: "内容像金额", EN: "its values look like amounts of money"}
	case Date, DateTime:
		return gatehouse.Text{ZH: "内容像日期", EN: "its values look like dates"}
	case Month, Period:
		return gatehouse.Text{ZH: "内容像月份", EN: "its values look like months"}
	case Enum:
		return gatehouse.Text{ZH: "内容是该字段的选项", EN: "its values are words of that field"}
	case Score:
		return gatehouse.Text{ZH: "内容像得分", EN: "its values look like scores"}
	case Ratio, Int, Quantity:
		return gatehouse.Text{ZH: "内容像数值", EN: "its values look like quantities"}
	}
	return gatehouse.Text{ZH: "内容像“%s”", EN: "its values look like %q"}.With(d.Example)
}
