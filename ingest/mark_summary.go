package ingest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// foundCell is where the marked workbook has a finding.
type foundCell struct{ sheet, ref string }

// found notes where a row stands in the marked workbook.
func (m *marking) found(s *markedSheet, row int, at origin) {
	if at.brought == m.Load.Attempt {
		at.brought = 0
	}
	for _, i := range m.byRow[at] {
		c := &m.Cells[i]
		col := columnOf(c.Cell)
		if col < 0 {
			col = s.Back
		}
		m.places[i] = foundCell{s.Name, sheet.Ref(row, col)}
	}
}

// listedMost is how many findings the first sheet lists.
const listedMost = 2_000

func (m *marking) t(zh, en string) string { return gatehouse.Text{ZH: zh, EN: en}.In(m.Lang) }

// summary is the first sheet: what to do, the findings by kind, and each with
// a link to its cell.
func (m *marking) summary(book *markedBook) error {
	name := m.t("退回说明", "To correct")
	for i := 2; slices.Contains(book.GetSheetList(), name); i++ {
		name = m.t("退回说明", "To correct") + strconv.Itoa(i)
	}
	if _, err := book.NewSheet(name); err != nil {
		return err
	}
	if first := book.GetSheetName(0); first != name {
		if err := book.MoveSheet(name, first); err != nil {
			return err
		}
	}
	s := summarySheet{markedBook: book, name: name}
	if err := s.prepare(); err != nil {
		return err
	}
	if err := m.instructions(&s); err != nil {
		return err
	}
	if err := m.byCode(&s); err != nil {
		return err
	}
	if err := m.list(&s); err != nil {
		return err
	}
	index, err := book.GetSheetIndex(name)
	if err != nil {
		return err
	}
	book.SetActiveSheet(index)
	return nil
}

// summarySheet is written row by row.
type summarySheet struct {
	*markedBook
	name                          string
	next                          int
	title, head, wrap, link, note int
}

func (s *summarySheet) prepare() error {
	s.next = 1
	styles := []struct {
		id    *int
		style excelize.Style
	}{
		{&s.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 16}}},
		{&s.head, excelize.Style{Font: &excelize.Font{Bold: true}, Border: []excelize.Border{{Type: "bottom", Style: 1, Color: greyText}}}},
		{&s.wrap, excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top", Horizontal: "left"}}},
		{&s.link, excelize.Style{Font: &excelize.Font{Color: "1B5E8C", Underline: "single"}, Alignment: &excelize.Alignment{Vertical: "top"}}},
		{&s.note, excelize.Style{Font: &excelize.Font{Color: "4A5461"}}},
	}
	for _, d := range styles {
		id, err := s.NewStyle(&d.style)
		if err != nil {
			return err
		}
		*d.id = id
	}
	for col, width := range map[string]float64{"A": 18, "B": 12, "C": 20, "D": 22, "E": 40, "F": 48} {
		if err := s.SetColWidth(s.name, col, col, width); err != nil {
			return err
		}
	}
	if err := onePageWide(s.File, s.name); err != nil {
		return err
	}
	hide := false
	return s.SetSheetView(s.name, 0, &excelize.ViewOptions{ShowGridLines: &hide})
}

// onePageWide prints a sheet across, however many pages it is long.
func onePageWide(book *excelize.File, name string) error {
	fit, wide, long, across := true, 1, 0, "landscape"
	if err := book.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	return book.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &across, FitToWidth: &wide, FitToHeight: &long})
}

// row writes texts into the next row, all in one style.
func (s *summarySheet) row(style int, values ...any) error {
	at := "A" + strconv.Itoa(s.next)
	if err := s.SetSheetRow(s.name, at, &values); err != nil {
		return err
	}
	end := sheet.Ref(s.next, max(len(values)-1, 0))
	s.next++
	return s.SetCellStyle(s.name, at, end, style)
}

func (m *marking) instructions(s *summarySheet) error {
	held, doubts := m.Load.Quarantined, m.Load.Warnings
	lines := []struct {
		style int
		text  string
	}{
		{s.title, m.t("需要更正：", "To correct: ") + m.Load.File},
		{s.note, fmt.Sprintf(m.t("载入 %s · 共 %d 行：已载入 %d，隔离 %d，提示 %d", "load %s · %d rows: %d loaded, %d set aside, %d warnings"),
			m.Load.LoadID, m.Load.Rows, m.Load.Loaded, held, doubts)},
		{s.note, m.t("1. 橙色单元格有误，该行未载入；黄色单元格存疑，该行已载入。批注写明原因。", "1. A row with an orange cell was not loaded; one with a yellow cell was, but look at it. Comments say why.")},
		{s.note, m.t("2. 直接在原处改正后上传本文件；也可以只保留改好的行，表头与最右一列“退回行号”不要改动。", "2. Correct the cells in place and upload this file; or send only the corrected rows. Leave the header and the last column (退回行号) as they are.")},
		{s.note, m.t("3. 不要的行：清空该行内容，保留退回行号。新增的行：退回行号留空。", "3. To drop a row, clear its cells but not its number. A row you add has no number.")},
		{s.note, m.t("4. 未改动的行不会重复计入。", "4. Rows that you leave alone are not counted twice.")},
	}
	for _, line := range lines {
		if err := s.row(line.style, line.text); err != nil {
			return err
		}
	}
	s.next++
	return nil
}

// byCode counts the findings of each kind, commonest first.
func (m *marking) byCode(s *summarySheet) error {
	counts := map[Code]int{}
	for _, c := range m.Cells {
		counts[c.Code] += int(c.Rows)
	}
	if len(counts) == 0 {
		return s.row(s.note, m.t("没有需要更正的内容。", "There is nothing to correct."))
	}
	if err := s.row(s.head, m.t("处数", "Cells"), m.t("级别", "Level"), m.t("代码", "Code"), "", m.t("原因", "Reason"), m.t("处理办法", "What to do")); err != nil {
		return err
	}
	var codes []Code
	for code := range counts {
		codes = append(codes, code)
	}
	slices.SortFunc(codes, func(a, b Code) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	for _, code := range codes {
		e := code.Explain()
		if err := s.row(s.wrap, counts[code], m.levelWord(e.Level), string(code), "", e.Message.In(m.Lang), e.Hint.In(m.Lang)); err != nil {
			return err
		}
	}
	s.next++
	return nil
}

func (m *marking) levelWord(l Level) string {
	if l == LevelWarning {
		return m.t("提示", "warning")
	}
	return m.t("隔离", "set aside")
}

// list names each finding, with a link to its cell.
func (m *marking) list(s *summarySheet) error {
	if len(m.Cells) == 0 {
		return nil
	}
	if err := s.row(s.head, m.t("工作表", "Sheet"), m.t("单元格", "Cell"), m.t("列名", "Header"), m.t("原值", "Value"), m.t("原因", "Reason"), m.t("处理办法", "What to do")); err != nil {
		return err
	}
	for i, c := range m.Cells[:min(len(m.Cells), listedMost)] {
		at, ok := m.places[i]
		if !ok {
			at = foundCell{c.Sheet, c.Cell} // a total row has no number
		}
		e := c.Code.Explain()
		reason := e.Message.In(m.Lang)
		if c.Detail != "" {
			reason += " " + c.Detail
		}
		if c.Rows > 1 {
			reason += fmt.Sprintf(m.t("（共 %d 行）", " (%d rows)"), c.Rows)
		}
		if err := s.row(s.wrap, at.sheet, at.ref, c.Header, c.Value, reason, e.Hint.In(m.Lang)); err != nil {
			return err
		}
		if !ok {
			continue
		}
		cell := "B" + strconv.Itoa(s.next-1)
		if err := s.SetCellHyperLink(s.name, cell, fmt.Sprintf("'%s'!%s", at.sheet, at.ref), "Location"); err != nil {
			return err
		}
		if err := s.SetCellStyle(s.name, cell, cell, s.link); err != nil {
			return err
		}
	}
	if more := len(m.Cells) - listedMost; more > 0 {
		return s.row(s.note, fmt.Sprintf(m.t("另有 %d 处，见各工作表中标色的单元格。", "and %d more, coloured in their sheets"), more))
	}
	return nil
}
