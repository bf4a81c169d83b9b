package ingest

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// openOwn opens the sender's workbook to be marked. The strict reader has read
// all of it before; what excelize cannot open is copied instead.
func openOwn(file *os.File, size int64) (book *excelize.File, err error) {
	defer func() {
		if p := recover(); p != nil { // excelize panics on some crafted workbooks
			err = fmt.Errorf("open workbook: %v", p)
		}
	}()
	limits := sheet.DefaultLimits()
	return excelize.OpenReader(io.NewSectionReader(file, 0, size), excelize.Options{UnzipSizeLimit: limits.UnzippedBytes, UnzipXMLSizeLimit: limits.PartBytes})
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

// markOwn marks the sender's own workbook and writes it.
func (m *marking) markOwn(own *excelize.File, w io.Writer) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = gatehouse.Errorf(gatehouse.Internal, "the workbook cannot be marked: %v", p)
		}
	}()
	book := &markedBook{File: own, styles: map[[2]int]int{}}
	for _, s := range m.sheets {
		if err := m.markSheet(book, s); err != nil {
			return fmt.Errorf("mark sheet %q: %w", s.name, err)
		}
	}
	if err := m.summary(book); err != nil {
		return err
	}
	return own.Write(w)
}

func (m *marking) markSheet(book *markedBook, s *markedSheet) error {
	grey, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Color: greyText}})
	if err != nil {
		return err
	}
	last := s.header
	for _, r := range s.rows {
		if r.number < behind {
			last = max(last, r.number)
		}
	}
	column := sheet.ColumnName(s.back)
	if err := book.SetCellStr(s.name, column+strconv.Itoa(s.header), backHeader(m.first.LoadID, s.index)); err != nil {
		return err
	}
	if err := book.SetColWidth(s.name, column, column, 14); err != nil {
		return err
	}
	for _, r := range s.rows {
		at := r.number
		if at >= behind { // added by a correction: behind the last row
			last++
			at = last
		}
		if r.fixed {
			if err := book.setRow(s, at, r.cells); err != nil {
				return err
			}
		}
		cell := column + strconv.Itoa(at)
		if err := book.SetCellInt(s.name, cell, int64(r.number)); err != nil {
			return err
		}
		if err := book.SetCellStyle(s.name, cell, cell, grey); err != nil {
			return err
		}
		if err := book.mark(s, at, m.of(r.origin)); err != nil {
			return err
		}
		m.found(s, at, r.origin)
	}
	return nil
}

// setRow writes the cells of a row that came back.
func (b *markedBook) setRow(s *markedSheet, row int, cells []sheet.Cell) error {
	for col := range s.back {
		ref := sheet.Ref(row, col)
		var c sheet.Cell
		if col < len(cells) {
			c = cells[col]
		}
		if err := b.SetCellValue(s.name, ref, cellValue(c)); err != nil {
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
			col = s.back
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
		if err := b.colour(s.name, ref, level[col]); err != nil {
			return err
		}
		if b.comments++; b.comments > commentsMost {
			continue
		}
		text := strings.Join(texts[col], "\n")
		if err := b.DeleteComment(s.name, ref); err != nil {
			return err
		}
		if err := b.AddComment(s.name, excelize.Comment{Cell: ref, Author: "Gatehouse", Text: text, Width: 260, Height: 90}); err != nil {
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
func (m *marking) copyTo(ctx context.Context, l *Loader, w io.Writer) error {
	book := &markedBook{File: excelize.NewFile(), styles: map[[2]int]int{}}
	defer book.Close()
	source, done, err := l.open(ctx, m.first.SHA256)
	if err != nil {
		return err
	}
	defer done()
	for i, s := range m.sheets {
		read := source.Sheets[s.index]
		s.name = copyName(s.name, i)
		if i == 0 {
			err = book.SetSheetName(book.GetSheetName(0), s.name)
		} else {
			_, err = book.NewSheet(s.name)
		}
		if err == nil {
			err = m.copySheet(ctx, book, s, read)
		}
		if err != nil {
			return fmt.Errorf("copy sheet %q: %w", s.name, err)
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
	for _, h := range s.head {
		if err := book.setRow(s, next, h.cells); err != nil {
			return err
		}
		next++
	}
	column := sheet.ColumnName(s.back)
	if err := book.SetCellStr(s.name, column+strconv.Itoa(next-1), backHeader(m.first.LoadID, s.index)); err != nil {
		return err
	}
	byNumber := map[int]markedRow{}
	for _, r := range s.rows {
		if m.rows <= allRows || len(m.of(r.origin)) > 0 {
			byNumber[r.number] = r
		}
	}
	put := func(r markedRow, cells []sheet.Cell) error {
		if err := book.setRow(s, next, cells); err != nil {
			return err
		}
		if err := book.SetCellInt(s.name, column+strconv.Itoa(next), int64(r.number)); err != nil {
			return err
		}
		if err := book.mark(s, next, m.of(r.origin)); err != nil {
			return err
		}
		m.found(s, next, r.origin)
		next++
		return nil
	}
	err := read.Rows(ctx, func(row sheet.Row) error {
		r, ok := byNumber[row.Number]
		if !ok {
			return nil
		}
		if r.fixed {
			return put(r, r.cells)
		}
		return put(r, row.Cells)
	})
	if err != nil {
		return err
	}
	for _, r := range s.rows {
		if r.number >= behind {
			if err := put(r, r.cells); err != nil {
				return err
			}
		}
	}
	return nil
}
