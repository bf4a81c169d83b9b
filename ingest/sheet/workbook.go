package sheet

import (
	"context"
	"strings"
)

// workbook is what all worksheets of a file share.
type workbook struct {
	*archive
	epoch   epoch
	strings sharedStrings
	dates   []bool // for each cell format, whether it shows a number as a date
}

const contentTypes = "[Content_Types].xml"

// openWorkbook reads everything but the sheets.
func openWorkbook(ctx context.Context, a *archive, main string) (*Book, error) {
	relationships, err := a.relationships(ctx, main)
	if err != nil {
		return nil, err
	}
	w := &workbook{archive: a}
	book := &Book{Format: XLSX}
	if err := w.readMain(ctx, main, relationships, book); err != nil {
		return nil, err
	}
	if err := w.readShared(ctx, relationships); err != nil {
		return nil, inPart(err, main)
	}
	if len(book.Sheets) == 0 {
		return nil, noWorksheet()
	}
	book.Date1904 = w.epoch == epoch1904
	return book, nil
}

// contentType looks up the declared type of a part: its own, else that of its extension.
func (a *archive) contentType(ctx context.Context, name string) (string, error) {
	var own, byExtension string
	key := partKey(name)
	err := a.document(ctx, contentTypes, typesSpace, "Types", func(x *scanner) error {
		kind := string(x.attr("ContentType"))
		switch {
		case x.space != typesSpace:
		case string(x.name) == "Override" && partKey(string(x.attr("PartName"))) == key:
			own = kind
		case string(x.name) == "Default" && strings.HasSuffix(key, "."+strings.ToLower(string(x.attr("Extension")))):
			byExtension = kind
		}
		return nil
	})
	if own == "" {
		own = byExtension
	}
	return own, err
}

// readMain reads the list of sheets and the date system.
func (w *workbook) readMain(ctx context.Context, main string, relationships map[string]relationship, book *Book) error {
	return w.document(ctx, main, mainSpace, "workbook", func(x *scanner) error {
		switch {
		case x.is("workbookPr"):
			w.epoch = epoch1900
			switch compatible := string(x.attr("dateCompatibility")); {
			case x.flag("date1904"):
				w.epoch = epoch1904
			case compatible == "0" || compatible == "false":
				w.epoch = epochISO
			}
		case x.is("sheets"):
			return x.each(func() error { return w.addSheet(x, relationships, book) })
		}
		return nil
	})
}

// addSheet enters one sheet of the list. Charts and macro sheets of old have no
// rows; a worksheet that is listed and not there is a fault.
func (w *workbook) addSheet(x *scanner, relationships map[string]relationship, book *Book) error {
	if !x.is("sheet") {
		return x.unexpected("sheet")
	}
	name := string(x.attr("name"))
	r, found := relationships[string(x.attrIn(linkSpace, "id"))]
	switch {
	case !found:
		return faultf(MissingPart, "sheet %q points to no part; the file is damaged", name)
	case r.kind != "worksheet":
		return nil
	case r.external || !w.has(r.target):
		return faultf(MissingPart, "the part of sheet %q is missing; the file is damaged", name)
	}
	state := string(x.attr("state"))
	book.Sheets = append(book.Sheets, &Sheet{
		Name:   name,
		Hidden: state == "hidden" || state == "veryHidden",
		Index:  len(book.Sheets),
		source: &worksheetSource{book: w, name: name, part: r.target},
	})
	return nil
}

// readShared reads shared strings and styles; a workbook may lack either.
func (w *workbook) readShared(ctx context.Context, relationships map[string]relationship) error {
	table, found, err := one(relationships, "sharedStrings")
	if err != nil {
		return err
	}
	if found {
		if err := w.readStrings(ctx, table.target); err != nil {
			return err
		}
	}
	styles, found, err := one(relationships, "styles")
	if err != nil {
		return err
	}
	if !found {
		w.dates = []bool{false}
		return nil
	}
	return w.readStyles(ctx, styles.target)
}
