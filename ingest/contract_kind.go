package ingest

import (
	"strings"

	"gatehouse/ingest/sheet"
)

// kindOf is what more than half of the filled cells of a column look like,
// empty when there is no such kind.
func kindOf(rows []headRow, col int) ColumnKind {
	counts := map[ColumnKind]int{}
	filled := 0
	for _, r := range rows {
		if col >= len(r.cells) {
			continue
		}
		kind := kindOfCell(&r.cells[col])
		if kind != "" {
			counts[kind]++
			filled++
		}
	}
	for _, kind := range [...]ColumnKind{KindNumber, KindDate, KindRoom, KindText} {
		if 2*counts[kind] > filled {
			return kind
		}
	}
	return ""
}

// kindOfCell takes digits for a number even where they may be a day, since
// only the way of writing can be compared without knowing the field.
func kindOfCell(c *sheet.Cell) ColumnKind {
	switch c.Kind {
	case sheet.Empty, sheet.Error:
		return ""
	case sheet.Number:
		return KindNumber
	case sheet.Date:
		return KindDate
	case sheet.Bool:
		return KindText
	}
	text := strings.TrimSpace(c.Text)
	if text == "" || isDash(text) || isErrorText(text) {
		return ""
	}
	if _, _, code := parseDecimal(text, 4, 0); code == "" {
		return KindNumber
	}
	if _, ok := parseWall(narrow(text), false); ok {
		return KindDate
	}
	if _, ok := parseMonth(narrow(text), false); ok {
		return KindDate
	}
	if looksLikeRoom(text) {
		return KindRoom
	}
	return KindText
}

// looksLikeRoom knows two to four short parts, the last a number: 1栋2单元301,
// A-1201.
func looksLikeRoom(s string) bool {
	parts := strings.Split(normalRoom(s), "-")
	if len(parts) < 2 || len(parts) > 4 {
		return false
	}
	for _, p := range parts {
		if p == "" || len(p) > 6 || strings.ContainsFunc(p, func(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') }) {
			return false
		}
	}
	last := parts[len(parts)-1]
	return last[0] >= '0' && last[0] <= '9'
}
