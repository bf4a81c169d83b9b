package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"gatehouse"
	"gatehouse/ingest/sheet"
	"gatehouse/ingest/sheet/sandbox"
)

// markJob is the name of the job that marks a workbook.
const markJob = "mark"

// Jobs are what this package does to untrusted files in processes of their
// own, for sandbox.RunChild.
func Jobs() map[string]sandbox.Job {
	return map[string]sandbox.Job{markJob: markOwn}
}

// markOwn has the sender's workbook marked where it can do no harm: excelize
// was not written for files that somebody made on purpose.
func (l *Loader) markOwn(ctx context.Context, m *marking, file *os.File, w io.Writer) error {
	args, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return sandbox.Run(ctx, markJob, file, args, w, l.options.Limits)
}

// markOwn marks a workbook and writes it.
func markOwn(in *os.File, out io.Writer, args []byte) error {
	var m marking
	if err := json.Unmarshal(args, &m); err != nil {
		return err
	}
	m.place()
	content, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	limit := sheet.DefaultLimits().UnzippedBytes // no part goes to a temporary file
	own, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{UnzipSizeLimit: limit, UnzipXMLSizeLimit: limit})
	if err != nil {
		return gatehouse.Errorf(gatehouse.Invalid, "the workbook cannot be marked: save it anew in Excel or WPS and load that (%w)", err)
	}
	book := &markedBook{File: own, styles: map[[2]int]int{}}
	for _, s := range m.Sheets {
		if err := m.markSheet(book, s); err != nil {
			return fmt.Errorf("mark sheet %q: %w", s.Name, err)
		}
	}
	if err := m.summary(book); err != nil {
		return err
	}
	return own.Write(out)
}

// Colours of the marks.
const (
	badFill   = "F8CBAD"
	doubtFill = "FFE699"
	greyText  = "808080"
)

// commentsMost is how many cells get a comment; all bad cells are coloured.
const commentsMost = 5_000

// markedBook puts marks into a workbook.
type markedBook struct {
	*excelize.File
	styles   map[[2]int]int // style and level to the style with the mark
	comments int
}

func (m *marking) markSheet(book *markedBook, s *markedSheet) error {
	grey, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Color: greyText}})
	if err != nil {
		return err
	}
	last := s.Header
	for _, r := range s.Rows {
		if r.Number < behind {
			last = max(last, r.Number)
		}
	}
	column := sheet.ColumnName(s.Back)
	if err := book.SetCellStr(s.Name, column+strconv.Itoa(s.Header), backHeader(m.First, s.Index)); err != nil {
		return err
	}
	if err := book.SetColWidth(s.Name, column, column, 14); err != nil {
		return err
	}
	for _, r := range s.Rows {
		at := r.Number
		if at >= behind { // added by a correction: behind the last row
			last++
			at = last
		}
		if r.Fixed {
			if err := book.setRow(s, at, r.Cells); err != nil {
				return err
			}
		}
		cell := column + strconv.Itoa(at)
		if err := book.SetCellInt(s.Name, cell, int64(r.Number)); err != nil {
			return err
		}
		if err := book.SetCellStyle(s.Name, cell, cell, grey); err != nil {
			return err
		}
		if err := book.mark(s, at, m.of(r.origin())); err != nil {
			return err
		}
		m.found(s, at, r.origin())
	}
	return nil
}

// setRow writes the cells of a row that came back.
func (b *markedBook) setRow(s *markedSheet, row int, cells []sheet.Cell) error {
	for col := range s.Back {
		ref := sheet.Ref(row, col)
		var c sheet.Cell
		if col < len(cells) {
			c = cells[col]
		}
		if err := b.SetCellValue(s.Name, ref, cellValue(c)); err != nil {
			return err
		}
	}
	return nil
}

// cellValue is a cell as excelize takes it. A number that a float would change
// stays text.
func cellValue(c sheet.Cell) any {
	switch c.Kind {
	case sheet.Number:
		if n, err := strconv.ParseFloat(c.Text, 64); err == nil && strconv.FormatFloat(n, 'f', -1, 64) == c.Text {
			return n
		}
	case sheet.Bool:
		return c.Text == "TRUE"
	case sheet.Empty:
		return nil
	}
	return c.Text
}

// mark colours and comments the bad cells of a row; a row that lacks a column
// is marked at its number.
func (b *markedBook) mark(s *markedSheet, row int, cells []markedCell) error {
	texts := map[int][]string{}
	var order []int
	level := map[int]Level{}
	for _, c := range cells {
		col := c.col
		if col < 0 {
			col = s.Back
		}
		if texts[col] == nil {
			order = append(order, col)
		}
		texts[col] = append(texts[col], c.text)
		if level[col] != LevelError {
			level[col] = c.level
		}
	}
	for _, col := range order {
		ref := sheet.Ref(row, col)
		if err := b.colour(s.Name, ref, level[col]); err != nil {
			return err
		}
		if b.comments++; b.comments > commentsMost {
			continue
		}
		text := strings.Join(texts[col], "\n")
		if err := b.DeleteComment(s.Name, ref); err != nil {
			return err
		}
		if err := b.AddComment(s.Name, excelize.Comment{Cell: ref, Author: "Gatehouse", Text: text, Width: 260, Height: 90}); err != nil {
			return err
		}
	}
	return nil
}

// colour fills a cell and leaves the rest of its style.
func (b *markedBook) colour(sheet, ref string, level Level) error {
	id, err := b.GetCellStyle(sheet, ref)
	if err != nil {
		return err
	}
	kind, fill := 0, badFill
	if level == LevelWarning {
		kind, fill = 1, doubtFill
	}
	marked, known := b.styles[[2]int{id, kind}]
	if !known {
		style, err := b.GetStyle(id)
		if err != nil {
			return err
		}
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}}
		if marked, err = b.NewStyle(style); err != nil {
			return err
		}
		b.styles[[2]int{id, kind}] = marked
	}
	return b.SetCellStyle(sheet, ref, ref, marked)
}

// copyTo makes a workbook of the file's rows, all or, of a large file, the bad
// ones, and marks it.
func (m *marking) copyTo(ctx context.Context, l *Loader, sha string, w io.Writer) error {
	m.place()
	book := &markedBook{File: excelize.NewFile(), styles: map[[2]int]int{}}
	defer book.Close()
	source, done, err := l.open(ctx, sha, "")
	if err != nil {
		return err
	}
	defer done()
	for i, s := range m.Sheets {
		read := source.Sheets[s.Index]
		s.Name = copyName(s.Name, i)
		if i == 0 {
			err = book.SetSheetName(book.GetSheetName(0), s.Name)
		} else {
			_, err = book.NewSheet(s.Name)
		}
		if err == nil {
			err = m.copySheet(ctx, book, s, read)
		}
		if err != nil {
			return fmt.Errorf("copy sheet %q: %w", s.Name, err)
		}
	}
	if err := m.summary(book); err != nil {
		return err
	}
	return book.Write(w)
}

// copyName is a name that Excel takes for a sheet.
func copyName(name string, i int) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return ' '
		}
		return r
	}, name)
	if runes := []rune(name); len(runes) > 28 {
		name = string(runes[:28])
	}
	if strings.TrimSpace(name) == "" {
		return "数据" + strconv.Itoa(i+1)
	}
	return name
}

// copySheet copies the header and the rows of a sheet one below the other.
func (m *marking) copySheet(ctx context.Context, book *markedBook, s *markedSheet, read *sheet.Sheet) error {
	next := 1
	column := sheet.ColumnName(s.Back)
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	for _, h := range s.head {
		if err := book.setRow(s, next, h.cells); err != nil {
			return err
		}
		next++
	}
	if err := book.SetCellStyle(s.Name, "A"+strconv.Itoa(next-1), column+strconv.Itoa(next-1), bold); err != nil {
		return err
	}
	if err := book.SetColWidth(s.Name, "A", column, 14); err != nil {
		return err
	}
	if err := book.SetPanes(s.Name, &excelize.Panes{Freeze: true, YSplit: next - 1, TopLeftCell: "A" + strconv.Itoa(next), ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := onePageWide(book.File, s.Name); err != nil {
		return err
	}
	if err := book.SetCellStr(s.Name, column+strconv.Itoa(next-1), backHeader(m.First, s.Index)); err != nil {
		return err
	}
	byNumber := map[int]markedRow{}
	for _, r := range s.Rows {
		if m.Rows <= allRows || len(m.of(r.origin())) > 0 {
			byNumber[r.Number] = r
		}
	}
	put := func(r markedRow, cells []sheet.Cell) error {
		if err := book.setRow(s, next, cells); err != nil {
			return err
		}
		if err := book.SetCellInt(s.Name, column+strconv.Itoa(next), int64(r.Number)); err != nil {
			return err
		}
		if err := book.mark(s, next, m.of(r.origin())); err != nil {
			return err
		}
		m.found(s, next, r.origin())
		next++
		return nil
	}
	err = read.Rows(ctx, func(row sheet.Row) error {
		r, ok := byNumber[row.Number]
		if !ok {
			return nil
		}
		if r.Fixed {
			return put(r, r.Cells)
		}
		return put(r, row.Cells)
	})
	if err != nil {
		return err
	}
	for _, r := range s.Rows {
		if r.Number >= behind {
			if err := put(r, r.Cells); err != nil {
				return err
			}
		}
	}
	return nil
}
