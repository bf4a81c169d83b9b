package sheet

import "strings"

// xml2003 is a workbook of the XML format of Excel 2002 and 2003, which
// programs still write and call .xls.
type xml2003 struct {
	*gridBook
	x      *scanner
	styles map[string]int // by id, into dates
	grids  []*grid
	hidden []bool
}

// readXML2003 reads the workbook whose root element was just opened.
func readXML2003(x *scanner, limits Limits) (*Book, error) {
	w := &xml2003{gridBook: &gridBook{limits: limits, dates: []bool{false}}, x: x, styles: make(map[string]int)}
	if err := x.each(w.section); err != nil {
		return nil, err
	}
	if err := x.finish(); err != nil {
		return nil, err
	}
	if len(w.grids) == 0 {
		return nil, noWorksheet()
	}
	book := &Book{Format: XML2003, Date1904: w.epoch == epoch1904}
	for i, g := range w.grids {
		book.Sheets = append(book.Sheets, &Sheet{Name: g.name, Hidden: w.hidden[i], Index: i, source: g})
	}
	return book, nil
}

// section reads one child of the root.
func (w *xml2003) section() error {
	x := w.x
	switch {
	case x.isIn(optionsSpace, "ExcelWorkbook"):
		return x.each(func() error {
			if x.isIn(optionsSpace, "Date1904") {
				w.epoch = epoch1904
			}
			return nil
		})
	case x.isIn(excelSpace, "Styles"):
		return x.each(w.style)
	case x.isIn(excelSpace, "Worksheet"):
		g := &grid{gridBook: w.gridBook, name: string(x.attrIn(excelSpace, "Name")), hidden: make(map[int]bool)}
		t := &xml2003Table{grid: g, book: w, lastCol: -1}
		if err := x.each(t.section); err != nil {
			return inCell(err, g.name, t.row, t.lastCol)
		}
		w.grids = append(w.grids, g)
		w.hidden = append(w.hidden, t.unseen)
		return g.sort()
	}
	return nil
}

// style learns whether a style shows a number as a date, as its parent does
// unless it says otherwise.
func (w *xml2003) style() error {
	x := w.x
	if !x.isIn(excelSpace, "Style") {
		return nil
	}
	id := string(x.attrIn(excelSpace, "ID"))
	date := w.dates[w.styles[string(x.attrIn(excelSpace, "Parent"))]]
	err := x.each(func() error {
		if x.isIn(excelSpace, "NumberFormat") {
			date = isNamedDate(string(x.attrIn(excelSpace, "Format")))
		}
		return nil
	})
	w.styles[id] = len(w.dates)
	w.dates = append(w.dates, date)
	return err
}

// isNamedDate judges a format code, or one of the names that stand for some.
func isNamedDate(format string) bool {
	switch format {
	case "Fixed", "Standard", "Percent", "Scientific", "Currency", "Euro Currency", "General Number", "Yes/No", "True/False", "On/Off":
		return false
	}
	return strings.HasSuffix(format, " Date") || strings.HasSuffix(format, " Time") || isDateFormat(format)
}
