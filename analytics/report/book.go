package report

import (
	"bytes"
	"fmt"

	"github.com/xuri/excelize/v2"

	"gatehouse"
)

// book is a workbook being written: excelize has its layout, pages its rows.
type book struct {
	*excelize.File
	styles
	lang  gatehouse.Lang
	pages []*page
}

func newBook(lang gatehouse.Lang) (*book, error) {
	b := &book{File: excelize.NewFile(), lang: lang}
	return b, b.addStyles()
}

func (b *book) t(zh, en string) string { return gatehouse.Text{ZH: zh, EN: en}.In(b.lang) }

// page is one sheet.
type page struct {
	rows
	book *book
	name string
	part string // of the package
	held bytes.Buffer
	fill func() error // writes the rows while the package is written; nil: they are held
}

// page adds a sheet; widths are those of its columns, in characters.
func (b *book) page(name string, widths ...float64) (*page, error) {
	if len(b.pages) == 0 {
		if err := b.SetSheetName("Sheet1", name); err != nil {
			return nil, err
		}
	} else if _, err := b.NewSheet(name); err != nil {
		return nil, err
	}
	p := &page{book: b, name: name, part: fmt.Sprintf("xl/worksheets/sheet%d.xml", len(b.pages)+1)}
	p.rows = rows{out: &p.held, sum: newFingerprint()}
	b.pages = append(b.pages, p)
	off := false
	if err := b.SetSheetView(name, 0, &excelize.ViewOptions{ShowGridLines: &off}); err != nil {
		return nil, err
	}
	for i, width := range widths {
		if err := b.SetColWidth(name, column(i), column(i), width); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// line writes the next row.
func (p *page) line(cells ...cell) error { return p.add(0, cells) }

// skip leaves rows empty.
func (p *page) skip(n int) { p.at += n }

// rowHeight is that of ordinary rows, in points. It is said, not left to the
// program, so that charts stand over the rows that are kept for them.
const rowHeight = 16.5

// freeze keeps rows and columns in view.
func (p *page) freeze(rows, cols int) error {
	pane := "bottomLeft"
	if cols > 0 {
		pane = "bottomRight"
	}
	return p.book.SetPanes(p.name, &excelize.Panes{
		Freeze: true, XSplit: cols, YSplit: rows, TopLeftCell: fmt.Sprintf("%s%d", column(cols), rows+1), ActivePane: pane,
	})
}

// table makes an Excel table of the rows from the one of heads on, with a filter.
func (p *page) table(name string, headRow int, heads []string, last int) error {
	for i, h := range heads {
		if err := p.book.SetCellStr(p.name, fmt.Sprintf("%s%d", column(i), headRow), h); err != nil { // excelize names the columns by it
			return err
		}
	}
	off := false
	return p.book.AddTable(p.name, &excelize.Table{
		Range: fmt.Sprintf("A%d:%s%d", headRow, column(len(heads)-1), last), Name: name, StyleName: "TableStyleLight1", ShowRowStripes: &off,
	})
}

// print sets the sheet up for A4, one page wide, the rows first to last
// repeated on each page; header and footer name the report.
func (p *page) print(landscape bool, first, last int, header, footer string) error {
	fit, orientation := true, "portrait"
	if landscape {
		orientation = "landscape"
	}
	high := rowHeight
	if err := p.book.SetSheetProps(p.name, &excelize.SheetPropsOptions{FitToPage: &fit, DefaultRowHeight: &high, CustomHeight: &fit}); err != nil {
		return err
	}
	a4, wide, long := 9, 1, 0
	if err := p.book.SetPageLayout(p.name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &long}); err != nil {
		return err
	}
	side, top, edge := 0.5, 0.75, 0.3
	if err := p.book.SetPageMargins(p.name, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &top, Bottom: &top, Header: &edge, Footer: &edge}); err != nil {
		return err
	}
	if err := p.book.SetHeaderFooter(p.name, &excelize.HeaderFooterOptions{
		OddHeader: "&L&9" + header + "&R&9&A", OddFooter: "&L&8" + footer + "&R&9&P / &N",
	}); err != nil {
		return err
	}
	if last == 0 {
		return nil
	}
	return p.book.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", p.name, first, last), Scope: p.name,
	})
}
