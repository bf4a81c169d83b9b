package ingest

import (
	"context"
	"io"
	"strings"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// marking is a file on its way back to its sender: its rows as they count now,
// and what is wrong with them. It travels to the process that marks workbooks.
type marking struct {
	Lang   gatehouse.Lang
	First  string // the load as it first came
	Load   LoadRow
	Cells  []QuarantinedCell
	Sheets []*markedSheet
	Rows   int

	byRow  map[origin][]int  // indexes of Cells
	places map[int]foundCell // by index of Cells
}

// markedSheet is a sheet of the file that was read.
type markedSheet struct {
	Index  int
	Name   string
	Header int // its last row
	Back   int // column behind all others, for the rows' numbers
	Rows   []markedRow

	head []headRow
}

// markedRow is a row as it counts now. Rows that stand as they first came have
// no cells of their own.
type markedRow struct {
	Number  int
	Sheet   string
	Row     int
	Brought uint64
	Fixed   bool
	Cells   []sheet.Cell
}

func (r markedRow) origin() origin { return origin{r.Sheet, r.Row, r.Brought} }

// markedCell is a bad cell, or with col -1 a row without the column.
type markedCell struct {
	col   int
	level Level
	text  string
}

// ownBook is the largest workbook, by its bytes, that is handed back as it is
// with marks in it; allRows is the most rows of any other that are copied. Of
// more than that only the bad rows go back.
const (
	ownBook = 10 << 20
	allRows = 50_000
)

// WriteMarked writes the file of a load for its sender to correct: his own
// workbook, or a copy of any other file, with bad cells coloured and commented,
// a first sheet that sums up, and the rows' numbers by which corrected rows
// take their places.
func (l *Loader) WriteMarked(ctx context.Context, w io.Writer, scope gatehouse.Scope, viewer, loadID string, lang gatehouse.Lang) error {
	load, err := FindLoad(ctx, l.db, scope, viewer, loadID)
	if err != nil {
		return err
	}
	switch load.State {
	case Published:
	case Corrected:
		return gatehouse.Errorf(gatehouse.Conflict, "load %s was corrected by load %s: take the marked file of that one", loadID, load.CorrectedBy)
	default:
		return gatehouse.Errorf(gatehouse.Conflict, "load %s is %s: only published loads have rows to correct", loadID, load.State)
	}
	m := &marking{Lang: lang, Load: load}
	if m.Cells, err = Quarantined(ctx, l.db, scope, viewer, loadID); err != nil {
		return err
	}
	sha, format, err := l.trace(ctx, m)
	if err != nil {
		return err
	}
	file, err := l.files.Open(sha)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if format == sheet.XLSX && info.Size() <= ownBook && m.Rows <= allRows {
		return l.markOwn(ctx, m, file, w)
	}
	return m.copyTo(ctx, l, sha, w)
}

// trace reads the file again as it counts now, noting where its rows stand.
func (l *Loader) trace(ctx context.Context, m *marking) (sha string, format sheet.Format, err error) {
	m.First = m.Load.LoadID
	if m.Load.Corrects != "" {
		m.First = m.Load.Corrects
	}
	chain, err := l.lineage(ctx, m.First)
	if err != nil {
		return "", "", asError(err)
	}
	back := newFixes(m.First)
	for _, k := range chain[1:] {
		if err := l.readFixes(ctx, back, k.SHA256, k.Attempt); err != nil {
			return "", "", asError(err)
		}
	}
	a, first := &attempt{Loader: l}, chain[0]
	mapping, err := l.mappingOf(ctx, first)
	if err != nil {
		return "", "", err
	}
	in, err := a.readFile(ctx, reading{
		sha: first.SHA256, name: first.File, feed: first.Feed, project: first.Project, mapping: mapping,
		fixes: back, base: first.Attempt, preview: &Preview{}, marking: m,
	})
	if err != nil {
		return "", "", asError(err)
	}
	return first.SHA256, in.format, nil
}

// asError makes an error of a refusal, for files that were loaded once.
func asError(err error) error {
	if r, ok := err.(*refusal); ok { //nolint:errorlint // made in this package, never wrapped
		return gatehouse.Errorf(gatehouse.Conflict, "%s", r.error.Message.EN)
	}
	return err
}

// begin notes a sheet whose header was found.
func (m *marking) begin(s *sheet.Sheet, p *plan, head []headRow) {
	if m == nil {
		return
	}
	marked := &markedSheet{Index: s.Index, Name: s.Name, Header: p.data}
	for _, row := range head {
		if row.number <= p.data {
			marked.head = append(marked.head, row)
			marked.Back = max(marked.Back, len(row.cells))
		}
	}
	m.Sheets = append(m.Sheets, marked)
}

// take notes a row.
func (m *marking) take(row sheet.Row, at origin, fixed bool) {
	if m == nil {
		return
	}
	s := m.Sheets[len(m.Sheets)-1]
	s.Back = max(s.Back, len(row.Cells))
	kept := markedRow{Number: row.Number, Sheet: at.sheet, Row: at.row, Brought: at.brought, Fixed: fixed}
	if fixed {
		kept.Cells = keepRow(row).cells
	}
	s.Rows = append(s.Rows, kept)
	m.Rows++
}

// place finds the rows that the findings are about.
func (m *marking) place() {
	m.byRow, m.places = map[origin][]int{}, map[int]foundCell{}
	for i, c := range m.Cells {
		at := origin{sheet: c.Sheet, row: int(c.Row), brought: c.Brought}
		m.byRow[at] = append(m.byRow[at], i)
	}
}

// columnOf gives the column of "F12", -1 for a row without one.
func columnOf(ref string) int {
	letters := strings.TrimRight(ref, "0123456789")
	if letters == ref || letters == "" || strings.ToUpper(letters) != letters {
		return -1
	}
	col := 0
	for i := range len(letters) {
		if letters[i] < 'A' || letters[i] > 'Z' {
			return -1
		}
		col = col*26 + int(letters[i]-'A') + 1
	}
	return col - 1
}

// of gives the findings of a row, by where it stands. In the database the rows
// of the load's own file are brought by none.
func (m *marking) of(at origin) []markedCell {
	if at.brought == m.Load.Attempt {
		at.brought = 0
	}
	var cells []markedCell
	for _, i := range m.byRow[at] {
		c := m.Cells[i]
		e := c.Code.Explain()
		text := e.Message.In(m.Lang)
		if c.Detail != "" {
			text += gatehouse.Text{ZH: "（" + c.Detail + "）", EN: " (" + c.Detail + ")"}.In(m.Lang)
		}
		cells = append(cells, markedCell{col: columnOf(c.Cell), level: c.Level, text: text + "\n" + e.Hint.In(m.Lang)})
	}
	return cells
}
