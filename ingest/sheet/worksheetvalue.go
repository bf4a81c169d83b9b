package sheet

import (
	"strconv"
	"time"
)

// interpret gives the cell its kind, and its text unless that is appended to
// the row's.
func (w *worksheet) interpret(c *Cell, head cellHead) error {
	if head.kind == "str" {
		w.value = unescape(w.value, 0)
	}
	if head.kind == "str" || head.kind == "inlineStr" {
		if len(w.value) > 0 {
			c.Kind = Text
			w.text = append(w.text, w.value...)
		}
		return nil
	}
	value := trimSpace(w.value)
	if len(value) == 0 && (head.kind == "n" || c.Formula) {
		return nil // a formula of any type may not have been calculated yet
	}
	switch head.kind {
	case "s":
		i, ok := parseIndex(value)
		if !ok || i >= len(w.book.strings.ends) {
			return faultf(BadIndex, "shared text %s is none of the %d there are; the file is damaged", excerpt(value), len(w.book.strings.ends))
		}
		if c.Text = w.book.strings.at(i); c.Text != "" {
			c.Kind = Text
		}
	case "n":
		return w.number(c, value, w.book.dates[head.style])
	case "b":
		return boolean(c, value)
	case "d":
		t, ok := parseISO(string(value))
		if !ok {
			return faultf(BadValue, "%s is not a date; the file is damaged", excerpt(value))
		}
		w.date(c, t)
	case "e":
		if len(value) == 0 {
			return faultf(BadValue, "an error value without a name; the file is damaged")
		}
		c.Kind = Error
		w.text = append(w.text, value...)
	}
	return nil
}

// number keeps the literal, unless the style makes a date of it.
func (w *worksheet) number(c *Cell, value []byte, isDate bool) error {
	if !isNumber(value) {
		return faultf(BadValue, "%s is not a number; the file is damaged", excerpt(value))
	}
	if isDate {
		if serial, err := strconv.ParseFloat(string(value), 64); err == nil {
			if t, ok := w.book.epoch.time(serial); ok {
				w.date(c, t)
				return nil
			}
		}
	}
	c.Kind = Number
	w.text = append(w.text, value...)
	return nil
}

func (w *worksheet) date(c *Cell, t time.Time) {
	c.Kind, c.Date = Date, t
	w.text = appendDate(w.text, t)
}

func boolean(c *Cell, value []byte) error {
	switch string(value) {
	case "1", "true":
		c.Text = "TRUE"
	case "0", "false":
		c.Text = "FALSE"
	default:
		return faultf(BadValue, "%s is neither true nor false; the file is damaged", excerpt(value))
	}
	c.Kind = Bool
	return nil
}

// isNumber checks for a decimal literal such as "-1.5E+03". Infinity and
// not-a-number are no values of a cell.
func isNumber(b []byte) bool {
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		b = b[1:]
	}
	whole := digits(b)
	b = b[whole:]
	fraction := 0
	if len(b) > 0 && b[0] == '.' {
		fraction = digits(b[1:])
		b = b[1+fraction:]
	}
	if whole+fraction == 0 {
		return false
	}
	if len(b) == 0 {
		return true
	}
	if b[0]|0x20 != 'e' {
		return false
	}
	b = b[1:]
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		b = b[1:]
	}
	return len(b) > 0 && digits(b) == len(b)
}

// digits counts the leading decimal digits.
func digits(b []byte) int {
	for i, c := range b {
		if c < '0' || c > '9' {
			return i
		}
	}
	return len(b)
}
