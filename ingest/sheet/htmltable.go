package sheet

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// htmlTable is a table while its tags come.
type htmlTable struct {
	*grid
	row    int
	col    int  // of the cell at hand, -1 if none has come in the row
	inCell bool // a cell is open
	across int
	down   int
	text   strings.Builder
	space  bool        // white space is due before the next text
	filled map[int]int // by column, the last row that a cell above reaches down to
	exact  string      // the number behind a rounded one, as Excel and LibreOffice note it
}

// start reads a start tag. A row or cell that is left open ends where the next
// begins.
func (t *htmlTable) start(token html.Token) error {
	switch token.DataAtom {
	case atom.Tr:
		if err := t.closeCell(); err != nil {
			return err
		}
		if err := t.openRow(); err != nil {
			return err
		}
		for _, a := range token.Attr {
			if a.Key == "style" && strings.Contains(strings.ReplaceAll(a.Val, " ", ""), "display:none") {
				t.hidden[t.row] = true
			}
		}
	case atom.Caption: // a title, which takes a row of its own
		if err := t.closeCell(); err != nil {
			return err
		}
		if err := t.openRow(); err != nil {
			return err
		}
		return t.openCell(token)
	case atom.Td, atom.Th:
		if err := t.closeCell(); err != nil {
			return err
		}
		return t.openCell(token)
	case atom.Br, atom.P, atom.Div, atom.Li:
		if t.inCell && t.text.Len() > 0 {
			t.text.WriteByte('\n')
			t.space = false
		}
	}
	return nil
}

func (t *htmlTable) end(token html.Token) error {
	switch token.DataAtom {
	case atom.Td, atom.Th, atom.Tr, atom.Caption, atom.Table:
		return t.closeCell()
	}
	return nil
}

func (t *htmlTable) openRow() error {
	if t.row == excelRows {
		return t.place(faultf(TooLarge, "the table has more than %d rows; split it", excelRows))
	}
	t.row, t.col = t.row+1, -1
	return nil
}

// openCell finds the column of a cell: the next that no cell above reaches into.
func (t *htmlTable) openCell(token html.Token) error {
	if t.row == 0 {
		t.row = 1 // a cell without a row
	}
	t.col++
	for t.filled[t.col] >= t.row {
		t.col++
	}
	t.inCell, t.across, t.down, t.space, t.exact = true, 1, 1, false, ""
	t.text.Reset()
	for _, a := range token.Attr {
		if (a.Key == "x:num" || a.Key == "sdval") && isNumber([]byte(a.Val)) {
			t.exact = a.Val
		}
		n, ok := parseIndex([]byte(strings.TrimSpace(a.Val)))
		switch {
		case !ok || n < 1:
		case a.Key == "colspan":
			t.across = n
		case a.Key == "rowspan":
			t.down = n
		}
	}
	if t.col+t.across > excelColumns || t.row+t.down-1 > excelRows {
		return t.place(tooWide(t.limits))
	}
	return nil
}

// write adds text to the cell at hand: runs of white space count as one space.
// A no-break space is text that only makes room.
func (t *htmlTable) write(text string) error {
	if !t.inCell {
		if text = strings.TrimSpace(text); text != "" {
			return t.place(unexpectedText([]byte(text)))
		}
		return nil
	}
	for _, c := range text {
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' {
			t.space = t.text.Len() > 0
			continue
		}
		if t.space && !strings.HasSuffix(t.text.String(), "\n") {
			t.text.WriteByte(' ')
		}
		t.space = false
		t.text.WriteRune(c)
	}
	if t.text.Len() > maxText {
		return t.place(tooLong())
	}
	return nil
}

// closeCell enters the cell at hand, if there is one.
func (t *htmlTable) closeCell() error {
	if !t.inCell {
		return nil
	}
	t.inCell = false
	text := strings.Trim(t.text.String(), " \u00A0\n")
	c := gridCell{row: t.row, col: t.col, kind: Text, text: text}
	shown := strings.NewReplacer(",", "", "(", "", ")", "", "%", "", " ", "", "¥", "", "￥", "", "$", "").Replace(text)
	if t.exact != "" && isNumber([]byte(shown)) { // a date is none
		c.kind, c.text = Number, t.exact
	}
	if t.across > 1 || t.down > 1 {
		if err := t.merge(t.row-1, t.row+t.down-2, t.col, t.col+t.across-1); err != nil {
			return t.place(err)
		}
	}
	if t.down > 1 {
		if t.filled == nil {
			t.filled = make(map[int]int)
		}
		for col := t.col; col < t.col+t.across; col++ {
			t.filled[col] = t.row + t.down - 1
		}
	}
	t.col += t.across - 1
	if text == "" {
		return nil
	}
	if c.col >= t.limits.Columns {
		return t.place(tooWide(t.limits))
	}
	if err := t.add(c); err != nil {
		return t.place(err)
	}
	return nil
}

func (t *htmlTable) place(err error) error { return inCell(err, t.name, t.row, t.col) }
