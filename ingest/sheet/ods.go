package sheet

import (
	"bytes"
	"context"
	"io"
	"strings"
)

const (
	odsContent  = "content.xml"
	odsManifest = "META-INF/manifest.xml"
)

// ods is an OpenDocument spreadsheet while its content is read.
type ods struct {
	*archive
	*gridBook
	displayed map[string]bool // for styles of tables that say so
	grids     []*grid
	hidden    []bool
}

func openODS(ctx context.Context, a *archive) (*Book, error) {
	o := &ods{archive: a, gridBook: &gridBook{limits: a.limits}, displayed: make(map[string]bool)}
	if err := o.check(ctx); err != nil {
		return nil, err
	}
	err := a.document(ctx, odsContent, officeSpace, "document-content", func(x *scanner) error {
		switch {
		case x.isIn(officeSpace, "automatic-styles"):
			return x.each(func() error { return o.style(x) })
		case x.isIn(officeSpace, "body"):
			return x.each(func() error {
				if !x.isIn(officeSpace, "spreadsheet") {
					return nil
				}
				return x.each(func() error { return o.table(x) })
			})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(o.grids) == 0 {
		return nil, noWorksheet()
	}
	book := &Book{Format: ODS}
	for i, g := range o.grids {
		book.Sheets = append(book.Sheets, &Sheet{Name: g.name, Hidden: o.hidden[i], Index: i, source: g})
	}
	return book, nil
}

// check tells spreadsheets from other documents, and from those that only a
// password opens.
func (o *ods) check(ctx context.Context) error {
	kind, err := o.whole(ctx, "mimetype")
	switch {
	case err != nil:
		return err
	case !strings.HasPrefix(string(kind), "application/vnd.oasis.opendocument.spreadsheet"):
		return faultf(NotASpreadsheet, "this is an OpenDocument file of another kind, not a spreadsheet")
	case !o.has(odsManifest):
		return nil
	}
	manifest, err := o.whole(ctx, odsManifest)
	if err == nil && bytes.Contains(manifest, []byte("encryption-data")) {
		return protected()
	}
	return err
}

// whole reads a part that is small by nature.
func (o *ods) whole(ctx context.Context, name string) ([]byte, error) {
	p, err := o.open(ctx, name)
	if err != nil {
		return nil, inPart(err, name)
	}
	defer p.close()
	content, err := io.ReadAll(p)
	return content, inPart(err, name)
}

// style learns which tables are hidden.
func (o *ods) style(x *scanner) error {
	if !x.isIn(styleSpace, "style") {
		return nil
	}
	name := string(x.attrIn(styleSpace, "name"))
	return x.each(func() error {
		if x.isIn(styleSpace, "table-properties") {
			o.displayed[name] = string(x.attrIn(tableSpace, "display")) != "false"
		}
		return nil
	})
}

// table reads one sheet.
func (o *ods) table(x *scanner) error {
	if !x.isIn(tableSpace, "table") {
		return nil
	}
	g := &grid{gridBook: o.gridBook, name: string(x.attrIn(tableSpace, "name")), hidden: make(map[int]bool)}
	displayed, known := o.displayed[string(x.attrIn(tableSpace, "style-name"))]
	t := &odsTable{grid: g, x: x}
	if err := x.each(t.part); err != nil {
		return inCell(inPart(err, odsContent), g.name, t.row, t.col)
	}
	o.grids = append(o.grids, g)
	o.hidden = append(o.hidden, known && !displayed)
	return g.sort()
}
