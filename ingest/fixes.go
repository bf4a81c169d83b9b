package ingest

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gatehouse/ingest/sheet"
)

// A workbook that was handed back with its bad cells marked carries one more
// column, with the number of each row and, as its header, the load and the
// sheet. So the sender may send back all rows or only some, in any order and
// in any file: each takes the place of the row it was.

// backHeader is the header of that column.
func backHeader(load string, sheet int) string {
	return fmt.Sprintf("退回行号 %s·%d", load, sheet+1)
}

func backPattern() *regexp.Regexp {
	return regexp.MustCompile(`^退回行号 ([0-9a-f]{16})·(\d{1,4})$`)
}

// correction says that the file holds rows sent back for a load.
type correction struct{ load string }

func (c *correction) Error() string { return "the file corrects load " + c.load }

// sentBack looks for the column of a marked workbook among the first rows.
func sentBack(head []headRow) (load string, ok bool) {
	for _, row := range head {
		if b, ok := backColumnOf(row.cells); ok {
			return b.load, true
		}
	}
	return "", false
}

// backColumn is where a sheet has the numbers of its rows.
type backColumn struct {
	load  string
	sheet int // of the file that was handed back
	col   int
}

func backColumnOf(cells []sheet.Cell) (backColumn, bool) {
	for col := range cells {
		if !strings.HasPrefix(cells[col].Text, "退回行号 ") {
			continue
		}
		if m := backPattern().FindStringSubmatch(strings.TrimSpace(cells[col].Text)); m != nil {
			n, _ := strconv.Atoi(m[2]) // four digits at most
			return backColumn{load: m[1], sheet: n - 1, col: col}, true
		}
	}
	return backColumn{}, false
}

// fixes are the rows sent back for a load, the newest of each row. The zero
// pointer has none.
type fixes struct {
	load  string
	rows  map[fixKey]fixRow
	added map[int][]fixRow // rows without a number, by sheet
	heads map[int][]string // texts of the header as it came back
	taken map[fixKey]bool
}

type fixKey struct{ sheet, row int }

// fixRow is a row as it came back. number lets rows added at the end differ.
type fixRow struct {
	origin
	number int
	cells  []sheet.Cell
}

func newFixes(load string) *fixes {
	return &fixes{load: load, rows: map[fixKey]fixRow{}, added: map[int][]fixRow{}, heads: map[int][]string{}, taken: map[fixKey]bool{}}
}

// behind is above every row number, for rows that are added.
const behind = 1 << 21

// read takes the rows of one file that came back.
func (f *fixes) read(ctx context.Context, book *sheet.Book, brought uint64) error {
	for _, s := range book.Sheets {
		var back *backColumn
		err := s.Rows(ctx, func(row sheet.Row) error {
			if back == nil {
				b, ok := backColumnOf(row.Cells)
				if !ok {
					return nil
				}
				if b.load != f.load {
					return refuse("文件混有两次载入的退回行（%s 与 %s），请分开上传", "the file mixes rows sent back for two loads (%s and %s): send them apart", f.load, b.load)
				}
				back = &b
				f.heads[b.sheet] = headTexts(row.Cells, b.col)
				return nil
			}
			return f.take(*back, s, row, brought)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func headTexts(cells []sheet.Cell, but int) []string {
	texts := make([]string, len(cells))
	for i := range cells {
		if i != but {
			texts[i] = strings.Clone(strings.TrimSpace(cells[i].Text))
		}
	}
	return texts
}

func (f *fixes) take(back backColumn, s *sheet.Sheet, row sheet.Row, brought uint64) error {
	id := ""
	if back.col < len(row.Cells) {
		id = strings.TrimSuffix(strings.TrimSpace(row.Cells[back.col].Text), ".0")
	}
	kept := fixRow{origin: origin{sheet: s.Name, row: row.Number, brought: brought}, cells: keepRow(row).cells}
	kept.cells = kept.cells[:min(len(kept.cells), back.col)]
	if id == "" {
		if !isBlank(kept.cells) {
			kept.number = behind + len(f.added[back.sheet])
			f.added[back.sheet] = append(f.added[back.sheet], kept)
		}
		return nil
	}
	number, err := strconv.Atoi(id)
	if err != nil || number < 1 {
		return refuse("%s第 %d 行的退回行号“%s”不是数字，请恢复原值", "row %[2]d of %[1]s has %[3]q as its number to send back: restore what was there", sheetLabel(s), row.Number, id)
	}
	kept.number = number
	if number >= behind {
		return f.again(back, s, kept)
	}
	key := fixKey{back.sheet, number}
	if before, twice := f.rows[key]; twice && before.brought == brought {
		return refuse("%s第 %d 行与第 %d 行的退回行号相同（%s）：请删去一行，或清空新增行的行号", "rows %[2]d and %[3]d of %[1]s have the same number to send back (%[4]s): delete one, or clear the number of a row you added",
			sheetLabel(s), before.row, row.Number, id)
	}
	f.rows[key] = kept
	return nil
}

// again takes a row that an earlier correction added.
func (f *fixes) again(back backColumn, s *sheet.Sheet, kept fixRow) error {
	added := f.added[back.sheet]
	i := kept.number - behind
	if i >= len(added) || added[i].brought == kept.brought {
		return refuse("%s第 %d 行的退回行号 %d 重复或不存在：请恢复原值，新增的行请留空", "row %[2]d of %[1]s has the number %[3]d, which is taken or no row of the file handed back: restore what was there, or clear it for a row you added",
			sheetLabel(s), kept.row, kept.number)
	}
	added[i] = kept
	return nil
}

// of gives what was sent back for a row.
func (f *fixes) of(s *sheet.Sheet, row int) (fixRow, bool) {
	if f == nil {
		return fixRow{}, false
	}
	key := fixKey{s.Index, row}
	fix, ok := f.rows[key]
	if ok {
		f.taken[key] = true
	}
	return fix, ok
}

// addedTo gives the rows that the sender added to a sheet.
func (f *fixes) addedTo(s *sheet.Sheet) []fixRow {
	if f == nil {
		return nil
	}
	return f.added[s.Index]
}

// fit refuses columns that were moved: the header that came back must have
// the texts of the first one where cells are read.
func (f *fixes) fit(s *sheet.Sheet, p *plan, header []sheet.Cell) error {
	if f == nil || f.heads[s.Index] == nil {
		return nil
	}
	back := f.heads[s.Index]
	check := func(col int) error {
		if col >= len(header) || header[col].Text == "" {
			return nil // the upper row of two has the text
		}
		want := strings.TrimSpace(header[col].Text)
		if col >= len(back) || back[col] != want {
			return refuse("%s的列与退回时不同：%s 列应为“%s”。请恢复原来的列顺序", "the columns of %s are not those that were handed back: column %s should be %q; put them back in order",
				sheetLabel(s), sheet.ColumnName(col), want)
		}
		return nil
	}
	for i := range p.columns {
		if err := check(p.columns[i].col); err != nil {
			return err
		}
	}
	for i := range p.questions {
		if err := check(p.questions[i].col); err != nil {
			return err
		}
	}
	return nil
}

// leftOver refuses numbers of rows that the first file does not have.
func (f *fixes) leftOver() error {
	if f == nil {
		return nil
	}
	rows := slices.SortedFunc(maps.Keys(f.rows), func(a, b fixKey) int { return a.row - b.row })
	for _, key := range rows {
		if fix := f.rows[key]; !f.taken[key] && fix.brought == 0 && !isBlank(fix.cells) {
			return refuse("%s第 %d 行的退回行号 %d 在原文件中不存在：请恢复原值，新增的行请留空", "row %[2]d of %[1]s has the number %[3]d, which is no row of the file handed back: restore what was there, or clear it for a row you added",
				sheetText(fix.sheet), fix.row, key.row)
		}
	}
	return nil
}
