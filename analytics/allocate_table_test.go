package analytics

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"gatehouse"
)

// table is lines of cells, two blanks or more apart, under a line of headers.
type table struct {
	first  int // line number of the headers
	header []string
	rows   [][]string
}

// gap is what stands between cells; a single blank is part of one.
var gap = regexp.MustCompile(` {2,}`)

// parseTable reads indented lines from index at on, up to a blank one.
func parseTable(lines []string, at int) (*table, error) {
	t := &table{first: at + 1}
	for i := at; i < len(lines) && lines[i] != ""; i++ {
		indented, ok := strings.CutPrefix(lines[i], "  ")
		if !ok || strings.ContainsRune(lines[i], '\t') {
			return nil, fmt.Errorf("%d: indent the lines of a table with two blanks, without tabs", i+1)
		}
		cells := gap.Split(strings.TrimSpace(indented), -1)
		switch {
		case t.header == nil:
			t.header = cells
		case len(cells) != len(t.header):
			return nil, fmt.Errorf("%d: %d cells under %d headers; keep cells two blanks apart and write - for an empty one", i+1, len(cells), len(t.header))
		default:
			t.rows = append(t.rows, cells)
		}
	}
	if len(t.rows) == 0 {
		return nil, fmt.Errorf("%d: a line of headers and at least one row are to follow here", at+1)
	}
	return t, nil
}

// column is how a header is written and its cells are read.
type column[T any] struct {
	header   string
	required bool
	read     func(into *T, cell string) error
}

// readRows reads every row by its columns; an empty cell leaves its field alone.
func readRows[T any](t *table, columns []column[T]) ([]T, error) {
	byCell := make([]column[T], len(t.header))
	for i, header := range t.header {
		known := slices.IndexFunc(columns, func(c column[T]) bool { return c.header == header })
		if known < 0 {
			return nil, fmt.Errorf("%d: no column %q is known here; there are %s", t.first, header, headers(columns))
		}
		if slices.Index(t.header, header) != i {
			return nil, fmt.Errorf("%d: column %q is there twice", t.first, header)
		}
		byCell[i] = columns[known]
	}
	for _, c := range columns {
		if c.required && !slices.Contains(t.header, c.header) {
			return nil, fmt.Errorf("%d: column %q is missing", t.first, c.header)
		}
	}
	rows := make([]T, len(t.rows))
	for i, cells := range t.rows {
		line := t.first + 1 + i
		for j, cell := range cells {
			if cell == "-" {
				if byCell[j].required {
					return nil, fmt.Errorf("%d: %q may not be empty", line, byCell[j].header)
				}
				continue
			}
			if err := byCell[j].read(&rows[i], cell); err != nil {
				return nil, fmt.Errorf("%d: %q: %w", line, byCell[j].header, err)
			}
		}
		if slices.ContainsFunc(t.rows[:i], func(earlier []string) bool { return slices.Equal(earlier, cells) }) {
			return nil, fmt.Errorf("%d: this row is there twice", line)
		}
	}
	return rows, nil
}

func headers[T any](columns []column[T]) string {
	var names []string
	for _, c := range columns {
		names = append(names, c.header)
	}
	return strings.Join(names, ", ")
}

// String lines the table up, amounts at the right.
func (t *table) String() string { return t.marked(nil) }

// marked puts a mark before each row, in place of the indent.
func (t *table) marked(marks []string) string {
	widths := make([]int, len(t.header))
	all := append([][]string{t.header}, t.rows...)
	for _, cells := range all {
		for i, cell := range cells {
			widths[i] = max(widths[i], cellWidth(cell))
		}
	}
	var b strings.Builder
	for n, cells := range all {
		line := "  "
		if n > 0 && marks != nil {
			line = marks[n-1]
		}
		for i, cell := range cells {
			pad := strings.Repeat(" ", widths[i]-cellWidth(cell))
			if strings.HasSuffix(t.header[i], "amount") || strings.HasSuffix(t.header[i], "waived") {
				line += pad + cell + "  "
			} else {
				line += cell + pad + "  "
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// dropEmpty leaves out columns in which no row says anything.
func (t *table) dropEmpty() {
	for i := len(t.header) - 1; i >= 0; i-- {
		if !slices.ContainsFunc(t.rows, func(cells []string) bool { return cells[i] != "-" }) {
			t.header = slices.Delete(t.header, i, i+1)
			for n, cells := range t.rows {
				t.rows[n] = slices.Delete(cells, i, i+1)
			}
		}
	}
}

// cellWidth counts a Chinese character as two columns of a screen.
func cellWidth(cell string) int {
	width := 0
	for _, r := range cell {
		width++
		if unicode.Is(unicode.Han, r) || r >= 0x3000 && r < 0x3040 || r >= 0xff00 && r < 0xff61 {
			width++
		}
	}
	return width
}

// grouped writes money as accountants do: 1,234.00.
func grouped(m gatehouse.Money) string {
	text := m.String()
	for i := len(text) - len(".00") - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
