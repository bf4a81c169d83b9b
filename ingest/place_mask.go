package ingest

import (
	"regexp"
	"strings"

	"gatehouse/ingest/sheet"
)

// personal tells a column whose cells are never shown: one that is dropped when
// the file is loaded, or of which only a hash is kept.
func (r *lookedAt) personal(col int) bool {
	if col < len(r.names) && isPersonal(r.names[col]) {
		return true
	}
	for _, row := range r.head {
		if col < len(row.cells) && isPersonal(row.cells[col].Text) {
			return true
		}
	}
	at := r.plan.columnOf[fRespondent]
	return at >= 0 && r.plan.columns[at].col == col
}

// personalNumbers knows mobile phones and identity cards of the mainland in a
// text, also where digits are grouped.
func personalNumbers() *regexp.Regexp {
	return regexp.MustCompile(`(^|[^0-9])(1[3-9][0-9]([ -]?[0-9]{4}){2}|[1-9][0-9]{5}(19|20)[0-9]{9}[0-9Xx])($|[^0-9A-Za-z])`)
}

// masker shows cells. What stands in cells that nobody reads is looked through
// for personal numbers; what is read and stored is shown elsewhere too.
type masker struct {
	columns []PlaceColumn
	numbers *regexp.Regexp
}

func (m masker) row(row headRow, use RowUse) PlaceRow {
	shown := PlaceRow{Number: row.number, Use: use}
	if use == RowWithheld {
		return shown
	}
	for _, c := range m.columns {
		cell := PlaceCell{}
		if c.col < len(row.cells) {
			cell = m.cell(c, row.cells[c.col], use)
		}
		shown.Cells = append(shown.Cells, cell)
	}
	return shown
}

func (m masker) cell(c PlaceColumn, cell sheet.Cell, use RowUse) PlaceCell {
	text := strings.ToValidUTF8(cell.Text, "�")
	switch {
	case strings.TrimSpace(text) == "":
		return PlaceCell{Formula: cell.Formula}
	case use == RowHeader:
	case c.Use == UsePersonal,
		(c.Use == UseIgnored || use != RowLoaded) && m.numbers.MatchString(narrow(text)):
		return PlaceCell{Masked: true}
	}
	return PlaceCell{Text: shortened(text), Number: cell.Kind == sheet.Number, Formula: cell.Formula}
}
