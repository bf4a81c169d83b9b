package ingest

import (
	"context"
	"io"
	"strings"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// marking is a file on its way back to its sender: its rows as they count now,
// and what is wrong with them.
type marking struct {
	lang   gatehouse.Lang
	first  link // the file as it first came
	load   LoadRow
	cells  []QuarantinedCell
	sheets []*markedSheet
	rows   int
	byRow  map[origin][]int  // indexes of cells
	places map[int]foundCell // by index of cells
}

// markedSheet is a sheet of the file that was read.
type markedSheet struct {
	index  int
	name   string
	header int // its last row
	back   int // column behind all others, for the rows' numbers
	head   []headRow
	rows   []markedRow
}

// markedRow is a row as it counts now. Rows that stand as they first came have
// no cells of their own.
type markedRow struct {
	number int
	origin origin
	cells  []sheet.Cell
	fixed  bool
}

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
	allRows = 100_000
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
	m := &marking{lang: lang, load: load, byRow: map[origin][]int{}, places: map[int]foundCell{}}
	if m.cells, err = Quarantined(ctx, l.db, scope, viewer, loadID); err != nil {
		return err
	}
	if err := l.trace(ctx, m); err != nil {
		return err
	}
	m.place()
	file, err := l.files.Open(m.first.SHA256)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if info.Size() <= ownBook && m.rows <= allRows {
		if own, err := openOwn(file, info.Size()); err == nil {
			defer own.Close()
			return m.markOwn(own, w)
		}
	}
	return m.copyTo(ctx, l, w)
}

// trace reads the file again as it counts now, noting where its rows stand.
func (l *Loader) trace(ctx context.Context, m *marking) error {
	root := m.load.LoadID
	if m.load.Corrects != "" {
		root = m.load.Corrects
	}
	chain, err := l.lineage(ctx, root)
	if err != nil {
		return asError(err)
	}
	m.first = chain[0]
	back := newFixes(root)
	for _, k := range chain[1:] {
		if err := l.readFixes(ctx, back, k.SHA256, k.Attempt); err != nil {
			return asError(err)
		}
	}
	a := &attempt{Loader: l}
	_, err = a.readFile(ctx, reading{
		sha: m.first.SHA256, name: m.first.File, feed: m.first.Feed, project: m.first.Project,
		fixes: back, base: m.first.Attempt, preview: &Preview{}, marking: m,
	})
	return asError(err)
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
	sheet := &markedSheet{index: s.Index, name: s.Name, header: p.data}
	for _, row := range head {
		if row.number <= p.data {
			sheet.head = append(sheet.head, row)
			sheet.back = max(sheet.back, len(row.cells))
		}
	}
	m.sheets = append(m.sheets, sheet)
}

// take notes a row.
func (m *marking) take(row sheet.Row, at origin, fixed bool) {
	if m == nil {
		return
	}
	s := m.sheets[len(m.sheets)-1]
	s.back = max(s.back, len(row.Cells))
	kept := markedRow{number: row.Number, origin: at, fixed: fixed}
	if fixed {
		kept.cells = keepRow(row).cells
	}
	s.rows = append(s.rows, kept)
	m.rows++
}

// place finds the rows that the findings are about.
func (m *marking) place() {
	for i, c := range m.cells {
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
	if at.brought == m.load.Attempt {
		at.brought = 0
	}
	var cells []markedCell
	for _, i := range m.byRow[at] {
		c := m.cells[i]
		e := c.Code.Explain()
		text := e.Message.In(m.lang)
		if c.Detail != "" {
			text += gatehouse.Text{ZH: "（" + c.Detail + "）", EN: " (" + c.Detail + ")"}.In(m.lang)
		}
		cells = append(cells, markedCell{col: columnOf(c.Cell), level: c.Level, text: text + "\n" + e.Hint.In(m.lang)})
	}
	return cells
}
