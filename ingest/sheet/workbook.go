package sheet

import (
	"context"
	"io"
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
func openWorkbook(ctx context.Context, r io.ReaderAt, size int64, limits Limits) (*Book, error) {
	a, err := openArchive(r, size, limits)
	if err != nil {
		return nil, err
	}
	main, err := a.mainPart(ctx)
	if err != nil {
		return nil, err
	}
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
		return nil, faultf(NotASpreadsheet, "the workbook has no worksheet")
	}
	book.Date1904 = w.epoch == epoch1904
	return book, nil
}

// mainPart finds the workbook part. Other files are zips as well, and some of
// them are spreadsheets: the message tells them apart.
func (a *archive) mainPart(ctx context.Context) (string, error) {
	if !a.has(contentTypes) {
		if a.has("content.xml") && a.has("mimetype") {
			return "", faultf(NotASpreadsheet, "this is an OpenDocument file; open it and save it as .xlsx")
		}
		return "", faultf(NotASpreadsheet, "this is a zip archive, not a workbook; upload the .xlsx itself")
	}
	relationships, err := a.relationships(ctx, "")
	if err != nil {
		return "", err
	}
	main, found, err := one(relationships, "officeDocument")
	if err != nil {
		return "", err
	}
	if !found {
		return "", faultf(MissingPart, "the file does not say which part is the workbook; it is damaged")
	}
	kind, err := a.contentType(ctx, main.target)
	switch {
	case err != nil:
		return "", err
	case strings.Contains(kind, "sheet.binary"):
		return "", faultf(NotASpreadsheet, "this is a binary workbook (.xlsb); open it and save it as .xlsx")
	case strings.Contains(kind, "wordprocessingml"), strings.Contains(kind, "presentationml"),
		strings.Contains(kind, "ms-word"), strings.Contains(kind, "ms-powerpoint"):
		return "", faultf(NotASpreadsheet, "this is a document or a presentation, not a workbook")
	}
	return main.target, nil
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
