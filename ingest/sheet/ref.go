package sheet

import (
	"bytes"
	"strconv"
)

// Ref names a cell the way the user sees it: Ref(47, 1) == "B47".
func Ref(row, col int) string { return ColumnName(col) + strconv.Itoa(row) }

// ColumnName gives the letters of a 0-based column: ColumnName(0) == "A".
func ColumnName(col int) string {
	var letters [8]byte
	i := len(letters)
	for ; col >= 0 && i > 0; col = col/26 - 1 {
		i--
		letters[i] = byte('A' + col%26)
	}
	return string(letters[i:])
}

// parseRef reads "B47" into row 47, column 1.
func parseRef(b []byte) (row, col int, ok bool) {
	i := 0
	for ; i < len(b) && i < 3 && 'A' <= b[i] && b[i] <= 'Z'; i++ {
		col = col*26 + int(b[i]-'A') + 1
	}
	if i == 0 || col > excelColumns {
		return 0, 0, false
	}
	row, ok = parseRow(b[i:])
	return row, col - 1, ok
}

// parseRow reads a 1-based row number; a sign or leading zero is not one.
func parseRow(b []byte) (int, bool) {
	if len(b) == 0 || b[0] == '0' {
		return 0, false
	}
	row, ok := parseIndex(b)
	return row, ok && row <= excelRows
}

// parseIndex reads up to nine digits.
func parseIndex(b []byte) (int, bool) {
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// parseRange reads "A1:C4", or "A1" as a block of one cell.
func parseRange(b []byte) (Range, bool) {
	first, last, found := bytes.Cut(b, []byte(":"))
	if !found {
		last = first
	}
	row1, col1, ok1 := parseRef(first)
	row2, col2, ok2 := parseRef(last)
	if !ok1 || !ok2 || row1 > row2 || col1 > col2 {
		return Range{}, false
	}
	return Range{Row1: row1, Col1: col1, Row2: row2, Col2: col2}, true
}
