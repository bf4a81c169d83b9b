package report

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"gatehouse"
)

// book is a workbook being written. Sheets are streamed, so that a detail of a
// million rows needs no more memory than a summary.
type book struct {
	*excelize.File
	lang                                                              gatehouse.Lang
	title, head, headRight, text, count, money, rate, date, label, at int
	totalText, totalCount, totalMoney, totalRate, note, check         int
}

// Number formats of the cells.
const (
	moneyFormat = `#,##0.00;-#,##0.00`
	countFormat = `#,##0`
	rateFormat  = `0.0%`
	dateFormat  = `yyyy-mm-dd`
)

func newBook(lang gatehouse.Lang) (*book, error) {
	b := &book{File: excelize.NewFile(), lang: lang}
	rule := []excelize.Border{{Type: "bottom", Style: 1, Color: "CBD1D8"}}
	dark := []excelize.Border{{Type: "top", Style: 2, Color: "2A3441"}}
	font := func(size float64, bold bool, colour string) *excelize.Font {
		return &excelize.Font{Family: "Microsoft YaHei", Size: size, Bold: bold, Color: colour}
	}
	number := func(format string, border []excelize.Border, bold bool) *excelize.Style {
		return &excelize.Style{Font: font(10, bold, "161C24"), CustomNumFmt: &format, Border: border, Alignment: &excelize.Alignment{Horizontal: "right"}}
	}
	header := func(side string) *excelize.Style {
		return &excelize.Style{
			Font: font(10, true, "4A5461"), Border: []excelize.Border{{Type: "bottom", Style: 2, Color: "2A3441"}},
			Alignment: &excelize.Alignment{Horizontal: side, Vertical: "center", WrapText: true},
		}
	}
	left := &excelize.Alignment{Horizontal: "left", Vertical: "top", WrapText: true}
	for _, s := range []struct {
		id    *int
		style *excelize.Style
	}{
		{&b.title, &excelize.Style{Font: font(16, true, "161C24")}},
		{&b.head, header("left")},
		{&b.headRight, header("right")},
		{&b.text, &excelize.Style{Font: font(10, false, "161C24"), Border: rule}},
		{&b.count, number(countFormat, rule, false)},
		{&b.money, number(moneyFormat, rule, false)},
		{&b.rate, number(rateFormat, rule, false)},
		{&b.date, number(dateFormat, rule, false)},
		{&b.label, &excelize.Style{Font: font(10, false, "66707C"), Alignment: &excelize.Alignment{Vertical: "top"}}},
		{&b.at, &excelize.Style{Font: font(10, false, "161C24"), Alignment: left}},
		{&b.totalText, &excelize.Style{Font: font(10, true, "161C24"), Border: dark}},
		{&b.totalCount, number(countFormat, dark, true)},
		{&b.totalMoney, number(moneyFormat, dark, true)},
		{&b.totalRate, number(rateFormat, dark, true)},
		{&b.check, &excelize.Style{Font: font(10, true, "161C24"), CustomNumFmt: new(moneyFormat), Alignment: &excelize.Alignment{Horizontal: "left"}}},
		{&b.note, &excelize.Style{Font: font(9, false, "66707C")}},
	} {
		id, err := b.NewStyle(s.style)
		if err != nil {
			return nil, err
		}
		*s.id = id
	}
	return b, nil
}

func (b *book) t(zh, en string) string { return gatehouse.Text{ZH: zh, EN: en}.In(b.lang) }

// page is one sheet being streamed; rows are written from the top.
type page struct {
	*excelize.StreamWriter
	book *book
	name string
	row  int // last row written
}

// page adds a sheet; widths are those of its columns, in characters.
func (b *book) page(name string, widths []float64, freeze int) (*page, error) {
	if b.GetSheetName(0) == "Sheet1" {
		if err := b.SetSheetName("Sheet1", name); err != nil {
			return nil, err
		}
	} else if _, err := b.NewSheet(name); err != nil {
		return nil, err
	}
	fit := true
	if err := b.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return nil, err
	}
	off := false
	if err := b.SetSheetView(name, 0, &excelize.ViewOptions{ShowGridLines: &off}); err != nil {
		return nil, err
	}
	w, err := b.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	for i, width := range widths {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return nil, err
		}
	}
	if freeze > 0 {
		cell, err := excelize.CoordinatesToCellName(1, freeze+1)
		if err != nil {
			return nil, err
		}
		if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: freeze, TopLeftCell: cell, ActivePane: "bottomLeft"}); err != nil {
			return nil, err
		}
	}
	return &page{StreamWriter: w, book: b, name: name}, nil
}

// add writes the next row.
func (p *page) add(cells ...any) error {
	p.row++
	cell, err := excelize.CoordinatesToCellName(1, p.row)
	if err != nil {
		return err
	}
	return p.SetRow(cell, cells)
}

// skip leaves a row empty.
func (p *page) skip() { p.row++ }

// finish sets the sheet up for print and ends it: A4, one page wide, rows
// first to last repeated on each page.
func (p *page) finish(landscape bool, first, last int) error {
	orientation := "portrait"
	if landscape {
		orientation = "landscape"
	}
	a4, wide, high := 9, 1, 0
	if err := p.book.SetPageLayout(p.name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &high}); err != nil {
		return err
	}
	side, top := 0.5, 0.6
	if err := p.book.SetPageMargins(p.name, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &top, Bottom: &top}); err != nil {
		return err
	}
	foot := &excelize.HeaderFooterOptions{OddFooter: "&L&9&A&R&9&P / &N"}
	if err := p.book.SetHeaderFooter(p.name, foot); err != nil {
		return err
	}
	if last > 0 {
		if err := p.book.SetDefinedName(&excelize.DefinedName{
			Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", p.name, first, last), Scope: p.name,
		}); err != nil {
			return err
		}
	}
	return p.Flush()
}

// yuan is an amount as a cell holds it: the double nearest to the decimal.
func yuan(m gatehouse.Money) float64 { return float64(m) / 100 }

func cell(style int, value any) excelize.Cell { return excelize.Cell{StyleID: style, Value: value} }

func formula(style int, text string, result any) excelize.Cell {
	return excelize.Cell{StyleID: style, Formula: text, Value: result}
}

// column names column n, from 1.
func column(n int) string {
	name, err := excelize.ColumnNumberToName(n)
	if err != nil {
		return "A" // not reached: n is small and positive
	}
	return name
}
