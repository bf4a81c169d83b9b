package ingest

import (
	"strings"
	"time"
	"unicode/utf8"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// converter reads the cells of one workbook.
type converter struct {
	calendar gatehouse.Calendar
	date1904 bool
}

// parse reads a cell that is neither empty nor an error.
type parse func(c *converter, col *column, cell *sheet.Cell, v *value) Code

// parserOf chooses once a column what would otherwise be asked once a cell.
func parserOf(t Type) parse {
	switch t {
	case Room:
		return readRoom
	case Money:
		return readMoney
	case Quantity:
		return readQuantity
	case Ratio:
		return readRatio
	case Score:
		return readScore
	case Int:
		return readInt
	case Date:
		return readDate
	case DateTime:
		return readDateTime
	case Month:
		return readMonth
	case Period:
		return readPeriod
	case Enum:
		return readEnum
	case Bool:
		return readBool
	}
	return readText
}

func readText(_ *converter, _ *column, cell *sheet.Cell, v *value) Code {
	v.text = cellText(cell)
	v.given = v.text != ""
	return ""
}

// cellText is a cell as text. Excel keeps identifiers of many digits as
// numbers, so 2.02603E+10 and 1001.0 become the digits they stand for.
func cellText(cell *sheet.Cell) string {
	if cell.Kind != sheet.Number {
		if isTrimmedASCII(cell.Text) {
			return cell.Text
		}
		return strings.TrimSpace(strings.ReplaceAll(cell.Text, "\u3000", " "))
	}
	if strings.ContainsAny(cell.Text, ".eE") {
		if n, exact, code := parseDecimal(cell.Text, 0, 0); code == "" && exact {
			return formatInt(n)
		}
	}
	return cell.Text
}

// isTrimmedASCII is a quick look that spares most numbers of things the trimming.
func isTrimmedASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return s == "" || s[0] > ' ' && s[len(s)-1] > ' '
}

// readRoom refuses what Excel has turned into a date: 1-1-10 is a room.
func readRoom(_ *converter, _ *column, cell *sheet.Cell, v *value) Code {
	if cell.Kind == sheet.Date {
		return TypeError
	}
	v.text = normalRoom(cellText(cell))
	v.given = v.text != ""
	return ""
}

func readMoney(_ *converter, col *column, cell *sheet.Cell, v *value) Code {
	if cell.Kind == sheet.Date || cell.Kind == sheet.Bool {
		return AmountError
	}
	n, exact, code := parseDecimal(cell.Text, 2, col.shift)
	if code == AmountError && isDash(cell.Text) {
		return ""
	}
	if code == "" && !exact {
		code = TooManyDecimals
	}
	v.n, v.given = n, code == ""
	return code
}

func readQuantity(_ *converter, col *column, cell *sheet.Cell, v *value) Code {
	return readNumber(col, cell, v, 4)
}

func readRatio(_ *converter, col *column, cell *sheet.Cell, v *value) Code {
	return readNumber(col, cell, v, 6)
}

func readNumber(col *column, cell *sheet.Cell, v *value, scale int) Code {
	if cell.Kind == sheet.Date || cell.Kind == sheet.Bool {
		return AmountError
	}
	n, _, code := parseDecimal(cell.Text, scale, col.shift)
	if code == AmountError && isDash(cell.Text) {
		return ""
	}
	v.n, v.given = n, code == ""
	return code
}

func readInt(_ *converter, _ *column, cell *sheet.Cell, v *value) Code {
	if cell.Kind == sheet.Date || cell.Kind == sheet.Bool {
		return AmountError
	}
	n, exact, code := parseDecimal(strings.TrimRight(cell.Text, "户份张个 "), 0, 0)
	if code == "" && (!exact || n < 0 || n > 1<<32-1) {
		code = OutOfRange
	}
	v.n, v.given = n, code == ""
	return code
}

// isDash is how people write that there is nothing.
func isDash(s string) bool {
	switch strings.TrimSpace(s) {
	case "-", "--", "—", "——", "/", "无":
		return true
	}
	return false
}

func (c *converter) wall(cell *sheet.Cell) (wall, bool) {
	if cell.Kind == sheet.Date {
		t := cell.Date
		return wall{day: gatehouse.DateOf(t), seconds: t.Hour()*3600 + t.Minute()*60 + t.Second()}, true
	}
	if cell.Kind == sheet.Bool {
		return wall{}, false
	}
	w, ok := parseWall(narrow(cell.Text), c.date1904)
	if ok && w.zone != nil { // an offset means an instant: what did the business's clock show?
		t := time.Unix(w.at(nil), 0).In(c.calendar.Location)
		w = wall{day: gatehouse.DateOf(t), seconds: t.Hour()*3600 + t.Minute()*60 + t.Second()}
	}
	return w, ok
}

func readDate(c *converter, col *column, cell *sheet.Cell, v *value) Code {
	if cell.Text == col.day.text && cell.Text != "" {
		v.n, v.given = col.day.n, true
		return ""
	}
	w, ok := c.wall(cell)
	if !ok {
		if isDash(cell.Text) {
			return ""
		}
		return DateError
	}
	if w.day < firstDay || w.day > lastDay {
		return OutOfRange
	}
	v.n, v.given = int64(w.day), true
	col.day = readDay{text: cell.Text, n: v.n}
	return ""
}

// lastInstant is the end of ClickHouse's DateTime, 2106-02-07.
const lastInstant = 1<<32 - 1

func readDateTime(c *converter, _ *column, cell *sheet.Cell, v *value) Code {
	w, ok := c.wall(cell)
	if !ok {
		if isDash(cell.Text) {
			return ""
		}
		return DateError
	}
	at := w.at(c.calendar.Location)
	if at < 0 || at > lastInstant {
		return OutOfRange
	}
	v.n, v.given = at, true
	return ""
}

// narrow folds full-width digits and signs of a date.
func narrow(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return strings.Map(halfWidth, s)
		}
	}
	return s
}
