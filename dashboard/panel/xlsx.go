package panel

import (
	"io"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"gatehouse"
)

// Fact is a line of the first sheet: a filter, an instant, a definition.
type Fact struct{ Name, Value string }

// Workbook is panels as one file: a sheet that says what they are about, then
// one sheet a panel.
type Workbook struct {
	Lang   gatehouse.Lang
	Title  string
	Facts  []Fact // nil: there is no first sheet
	Panels []*Result
}

// WriteXLSX writes the panel as a workbook of its own.
func (r *Result) WriteXLSX(w io.Writer, facts []Fact) error {
	return Workbook{Lang: r.Lang, Title: r.Caption(), Facts: facts, Panels: []*Result{r}}.Write(w)
}

// Write writes the workbook.
func (b Workbook) Write(w io.Writer) error {
	out := &bookWriter{File: excelize.NewFile(), lang: b.Lang, styles: map[cellStyle]int{}, names: map[string]bool{}}
	defer out.Close() //nolint:errcheck // nothing of it is on disk
	if b.Facts != nil {
		if err := out.about(b); err != nil {
			return err
		}
	}
	for _, r := range b.Panels {
		if err := out.sheetOf(r); err != nil {
			return err
		}
	}
	return out.File.Write(w)
}

// cellStyle is what tells styles apart.
type cellStyle struct {
	pattern string
	class   string // good, bad, warn, strong, total, head, title, note
	left    bool
}

type bookWriter struct {
	*excelize.File
	lang   gatehouse.Lang
	styles map[cellStyle]int
	names  map[string]bool
}

// style gives the number of a style, which the file then has once.
func (b *bookWriter) style(of cellStyle) (int, error) {
	if id, ok := b.styles[of]; ok {
		return id, nil
	}
	s := &excelize.Style{Font: &excelize.Font{Family: "Microsoft YaHei", Size: 10, Color: "161C24"}, Alignment: &excelize.Alignment{Horizontal: "right", Vertical: "top"}}
	if of.left {
		s.Alignment = &excelize.Alignment{Horizontal: "left", Vertical: "top"}
	}
	rule := func(side, colour string, weight int) {
		s.Border = []excelize.Border{{Type: side, Style: weight, Color: colour}}
	}
	rule("bottom", "E2E5E9", 1)
	switch of.class {
	case "good":
		s.Font.Color = "14733F"
	case "bad":
		s.Font.Color = "B8291F"
	case "warn":
		s.Font.Color = "8A5A00"
	case "total":
		s.Font.Bold = true
		rule("top", "2A3441", 2)
	case "head":
		s.Font.Bold, s.Font.Color, s.Alignment.WrapText, s.Alignment.Vertical = true, "4A5461", true, "center"
		rule("bottom", "2A3441", 2)
	case "title":
		s.Font.Size, s.Font.Bold, s.Border = 16, true, nil
	case "note":
		s.Font.Size, s.Font.Color, s.Border = 9, "66707C", nil
	case "wrap":
		s.Alignment.WrapText, s.Border = true, nil
	}
	if of.pattern != "" {
		s.CustomNumFmt = &of.pattern
	}
	id, err := b.NewStyle(s)
	b.styles[of] = id
	return id, err
}

// sheet is one being streamed from the top.
type sheet struct {
	*excelize.StreamWriter
	row int
}

// add begins a sheet, named so that Excel takes the name.
func (b *bookWriter) add(title string, widths []float64, freeze int) (*sheet, string, error) {
	name := b.nameFor(title)
	if len(b.names) == 1 {
		if err := b.SetSheetName("Sheet1", name); err != nil {
			return nil, "", err
		}
	} else if _, err := b.NewSheet(name); err != nil {
		return nil, "", err
	}
	fit, grid := true, false
	if err := b.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return nil, "", err
	}
	if err := b.SetSheetView(name, 0, &excelize.ViewOptions{ShowGridLines: &grid}); err != nil {
		return nil, "", err
	}
	w, err := b.NewStreamWriter(name)
	if err != nil {
		return nil, "", err
	}
	for i, width := range widths {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return nil, "", err
		}
	}
	if freeze > 0 {
		corner, err := excelize.CoordinatesToCellName(2, freeze+1)
		if err != nil {
			return nil, "", err
		}
		if err := w.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: freeze, TopLeftCell: corner, ActivePane: "bottomRight"}); err != nil {
			return nil, "", err
		}
	}
	return &sheet{StreamWriter: w}, name, nil
}

// nameFor makes a name of at most 31 characters, none of which Excel refuses,
// that no other sheet has.
func (b *bookWriter) nameFor(title string) string {
	clean := []rune(strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) || r < ' ' {
			return ' '
		}
		return r
	}, title), " '"))
	for n := 1; ; n++ {
		tail := ""
		if n > 1 {
			tail = " " + decimal.NewFromInt(int64(n)).String()
		}
		name := string(clean[:min(len(clean), 31-len(tail))]) + tail
		if key := strings.ToLower(name); name != "" && !b.names[key] {
			b.names[key] = true
			return name
		}
	}
}

func (s *sheet) add(cells ...any) error {
	s.row++
	at, err := excelize.CoordinatesToCellName(1, s.row)
	if err != nil {
		return err
	}
	return s.SetRow(at, cells)
}

// end sets the sheet up for A4, one page wide, and writes it out.
func (b *bookWriter) end(s *sheet, name string, heads int) error {
	a4, wide, high, side := 9, 1, 0, "landscape"
	if err := b.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &side, FitToWidth: &wide, FitToHeight: &high}); err != nil {
		return err
	}
	if err := b.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddFooter: "&L&9&A&R&9&P / &N"}); err != nil {
		return err
	}
	if heads > 0 {
		quoted := strings.ReplaceAll(name, "'", "''")
		rows := decimal.NewFromInt(int64(heads)).String()
		if err := b.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + quoted + "'!$" + rows + ":$" + rows, Scope: name}); err != nil {
			return err
		}
	}
	return s.Flush()
}

// about is the first sheet.
func (b *bookWriter) about(of Workbook) error {
	s, name, err := b.add(gatehouse.Text{ZH: "说明", EN: "About"}.In(b.lang), []float64{24, 96}, 0)
	if err != nil {
		return err
	}
	title, err := b.style(cellStyle{class: "title", left: true})
	if err != nil {
		return err
	}
	label, err := b.style(cellStyle{class: "note", left: true})
	if err != nil {
		return err
	}
	text, err := b.style(cellStyle{class: "wrap", left: true})
	if err != nil {
		return err
	}
	if err := s.add(excelize.Cell{StyleID: title, Value: of.Title}); err != nil {
		return err
	}
	s.row++
	for _, f := range of.Facts {
		if err := s.add(excelize.Cell{StyleID: label, Value: f.Name}, excelize.Cell{StyleID: text, Value: f.Value}); err != nil {
			return err
		}
	}
	return b.end(s, name, 0)
}

// headRow is where the headings of a panel's sheet stand, from 1.
const headRow = 5

// sheetOf writes a panel: what it is and what it shows, then its table.
func (b *bookWriter) sheetOf(r *Result) error {
	places := r.Table.Written()
	s, name, err := b.add(r.Title, widths(r, places), headRow)
	if err != nil {
		return err
	}
	title, err := b.style(cellStyle{class: "title", left: true})
	if err != nil {
		return err
	}
	note, err := b.style(cellStyle{class: "note", left: true})
	if err != nil {
		return err
	}
	for i, line := range []string{r.Title, strings.Join(append([]string{}, r.Note...), " · "), strings.TrimSpace(r.Sentence + " " + r.Empty), r.Stamp()} {
		style := note
		if i == 0 {
			style = title
		}
		if err := s.add(excelize.Cell{StyleID: style, Value: line}); err != nil {
			return err
		}
	}
	if err := b.heads(s, r, places); err != nil {
		return err
	}
	for _, row := range r.Table.Rows {
		cells := make([]any, len(places))
		for i, at := range places {
			if cells[i], err = b.cellOf(r.Table.Columns[at], row, row.Cells[at]); err != nil {
				return err
			}
		}
		if err := s.add(cells...); err != nil {
			return err
		}
	}
	return b.end(s, name, headRow)
}

func (b *bookWriter) heads(s *sheet, r *Result, places []int) error {
	heads := make([]any, len(places))
	for i, at := range places {
		col := r.Table.Columns[at]
		style, err := b.style(cellStyle{class: "head", left: col.Kind == Text})
		if err != nil {
			return err
		}
		heads[i] = excelize.Cell{StyleID: style, Value: col.FileTitle(b.lang)}
	}
	return s.add(heads...)
}

// cellOf is a cell as a spreadsheet reckons with it: the double nearest to the
// decimal, a real date; texts stay texts, whatever they begin with.
func (b *bookWriter) cellOf(col Column, row Row, c Cell) (excelize.Cell, error) {
	f := col.FormatOf(c)
	class := c.Class
	if row.Total {
		class = "total"
	}
	of := cellStyle{class: class, left: f.Kind == Text}
	if f.Kind != Text {
		of.pattern = f.pattern()
	}
	style, err := b.style(of)
	if err != nil {
		return excelize.Cell{}, err
	}
	cell := excelize.Cell{StyleID: style}
	switch {
	case c.Exact == "":
	case f.Kind.Number():
		cell.Value = c.Float()
	case f.Kind == Date:
		if day, err := gatehouse.ParseDate(c.Exact); err == nil {
			cell.Value = day.Time()
		}
	case f.Kind == Month:
		if t, err := time.Parse("2006-01", c.Exact); err == nil {
			cell.Value = t
		}
	default:
		cell.Value = col.Text(b.lang, c)
	}
	return cell, nil
}

// widths are those of the columns, in characters.
func widths(r *Result, places []int) []float64 {
	wide := make([]float64, len(places))
	for i, at := range places {
		col := r.Table.Columns[at]
		least, most := 10, 16
		if col.Kind == Text {
			least, most = 14, 40
		}
		n := width(col.FileTitle(r.Lang))
		for _, row := range r.Table.Rows[:min(len(r.Table.Rows), 200)] {
			n = max(n, width(col.Text(r.Lang, row.Cells[at])))
		}
		wide[i] = float64(min(max(n+2, least), most))
	}
	return wide
}

// width counts characters, those of Chinese as two.
func width(s string) (n int) {
	for _, r := range s {
		n++
		if r >= 0x2E80 {
			n++
		}
	}
	return n
}
