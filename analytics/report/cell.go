package report

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"gatehouse"
)

// cell is what one cell of a sheet shows, and how it comes to it.
type cell struct {
	style   int
	kind    Kind
	text    string          // of Text
	number  float64         // of Numeric
	day     gatehouse.Date  // of Date
	fen     gatehouse.Money // of amount
	formula string          // gives the value; empty for a constant
}

// amount is a Numeric that is exact money until it is written.
const amount Kind = 255

func words(style int, s string) cell {
	if s = printable(s); s == "" {
		return cell{style: style}
	}
	return cell{style: style, kind: Text, text: s}
}

func money(style int, m gatehouse.Money) cell { return cell{style: style, kind: amount, fen: m} }

func figure(style int, f float64) cell { return cell{style: style, kind: Numeric, number: f} }

func count(style int, n uint64) cell { return figure(style, float64(n)) }

func date(style int, d gatehouse.Date) cell { return cell{style: style, kind: Date, day: d} }

// of makes the value the stored result of a formula.
func (c cell) of(formula string) cell {
	c.formula = formula
	return c
}

// missing is shown where there is no value.
const missing = "—"

// yuan is an amount as a cell holds it: the double nearest to the decimal.
func yuan(m gatehouse.Money) float64 { return float64(m) / 100 }

// share is part ÷ whole, missing without a whole. Six decimals are kept: more
// would be digits that programs round in their own ways when they save.
func share(style int, part, whole gatehouse.Money) cell {
	if whole == 0 {
		return words(style, missing)
	}
	return figure(style, decimals(yuan(part)/yuan(whole), 6))
}

// decimals rounds as Excel's ROUND does.
func decimals(f float64, places int) float64 {
	unit := math.Pow10(places)
	return math.Round(f*unit) / unit
}

// known is a number, or missing.
func known(style int, f float64, ok bool) cell {
	if !ok {
		return words(style, missing)
	}
	return figure(style, f)
}

// longestText is what Excel keeps of a text, in units of UTF-16.
const longestText = 32767

// printable is a text as a workbook can hold it: characters that XML has no
// way to say are replaced, and line ends are one character.
func printable(s string) string {
	if plain(s) {
		return s
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == utf8.RuneError || r == 0xFFFE || r == 0xFFFF {
			return utf8.RuneError
		}
		return r
	}, s)
	units := 0
	for i, r := range s {
		if units += utf16.RuneLen(r); units > longestText {
			return s[:i]
		}
	}
	return s
}

// plain tells whether nothing has to be replaced; most texts are.
func plain(s string) bool {
	if len(s) > longestText || !utf8.ValidString(s) {
		return false
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] == 0xEF { // the first byte of U+FFFE and U+FFFF
			return false
		}
	}
	return true
}

// appendNumber writes a number with at most 15 digits that count, as %.15g
// does: what Excel keeps of one, so it is the same after it was saved again.
func appendNumber(b []byte, f float64) []byte { return strconv.AppendFloat(b, f, 'g', 15, 64) }

// holds tells whether the cell has a value.
func (c *cell) holds() bool { return c.kind != Nothing }

// excelEpoch is 1970-01-01 as Excel counts days.
const excelEpoch = 25569

// appendXML writes the cell as a sheet has it.
func (c *cell) appendXML(b []byte, col, row int) []byte {
	b = append(b, `<c r="`...)
	b = appendPlace(b, col, row)
	if c.style != 0 {
		b = append(b, `" s="`...)
		b = strconv.AppendInt(b, int64(c.style), 10)
	}
	if c.kind == Nothing {
		return append(b, `"/>`...)
	}
	if c.kind == Text && c.formula == "" {
		b = append(b, `" t="inlineStr"><is><t`...)
		if s := c.text; s[0] <= ' ' || s[len(s)-1] <= ' ' || strings.Contains(s, "\n") {
			b = append(b, ` xml:space="preserve"`...)
		}
		b = append(b, '>')
		return append(appendText(b, c.text), `</t></is></c>`...)
	}
	if c.kind == Text {
		b = append(b, `" t="str`...)
	}
	b = append(b, `">`...)
	if c.formula != "" {
		b = append(b, `<f>`...)
		b = append(appendText(b, c.formula), `</f>`...)
	}
	b = append(b, `<v>`...)
	switch c.kind {
	case Text:
		b = appendText(b, c.text)
	case amount:
		b = appendNumber(b, yuan(c.fen))
	case Date:
		b = strconv.AppendInt(b, int64(c.day)+excelEpoch, 10)
	default:
		b = strconv.AppendFloat(b, c.number, 'g', -1, 64)
	}
	return append(b, `</v></c>`...)
}

// appendText escapes a text. What looks like Excel's own escape for a
// character, _x000D_, is escaped in turn.
func appendText(b []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		var escape string
		switch s[i] {
		case '&':
			escape = "&amp;"
		case '<':
			escape = "&lt;"
		case '>':
			escape = "&gt;"
		case '_':
			if !isEscape(s[i:]) {
				continue
			}
			escape = "_x005F_"
		default:
			continue
		}
		b = append(append(b, s[from:i]...), escape...)
		from = i + 1
	}
	return append(b, s[from:]...)
}

func isEscape(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(s[2:6], 16, 16)
	return err == nil
}

// appendPlace writes the name of a cell, A1 being column 0 of row 1.
func appendPlace(b []byte, col, row int) []byte {
	return strconv.AppendInt(append(b, column(col)...), int64(row), 10)
}

// column names a column, A being 0.
func column(n int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	if n < 26 {
		return letters[n : n+1]
	}
	return column(n/26-1) + letters[n%26:n%26+1]
}
