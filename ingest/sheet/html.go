package sheet

import (
	"errors"
	"io"
	"strconv"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxTables is how many tables of a page become sheets.
const maxTables = 1000

// openHTML reads the tables of a web page, which many programs call .xls. A
// page shows its values and does not type them: all are text, as in a CSV.
func openHTML(r io.ReaderAt, size int64, limits Limits) (*Book, error) {
	encoding, mark, err := textEncoding(r, size)
	if err != nil {
		return nil, err
	}
	p := &htmlPage{gridBook: &gridBook{limits: limits}}
	p.tokens = html.NewTokenizer(textReader(r, size, encoding, mark))
	p.tokens.SetMaxBuf(maxToken)
	if err := p.read(); err != nil {
		return nil, err
	}
	book := &Book{Format: HTML, Encoding: encoding}
	for _, g := range p.grids {
		if len(g.cells) > 0 {
			book.Sheets = append(book.Sheets, &Sheet{Name: g.name, Index: len(book.Sheets), source: g})
		}
	}
	if len(book.Sheets) == 0 {
		return nil, faultf(NotASpreadsheet, "this is a web page without a table that holds anything; open it and save it as .xlsx")
	}
	return book, nil
}

// htmlPage is one pass over a page. Browsers forgive what is left open; here a
// table that never closes, or a page, is one cut short.
type htmlPage struct {
	*gridBook
	tokens *html.Tokenizer
	grids  []*grid
	open   *htmlTable // nil outside of tables
	ended  bool       // the page closed
	begun  bool       // the page opened
	hidden int        // elements open whose text nobody sees
}

func (p *htmlPage) read() error {
	for {
		switch kind := p.tokens.Next(); kind {
		case html.ErrorToken:
			return p.atEnd()
		case html.StartTagToken, html.SelfClosingTagToken:
			if err := p.start(p.tokens.Token()); err != nil {
				return err
			}
		case html.EndTagToken:
			if err := p.end(p.tokens.Token()); err != nil {
				return err
			}
		case html.TextToken:
			if p.open != nil && p.hidden == 0 {
				if err := p.open.write(html.UnescapeString(string(p.tokens.Raw()))); err != nil {
					return err
				}
			}
		}
	}
}

// atEnd judges the end of the file.
func (p *htmlPage) atEnd() error {
	err := p.tokens.Err()
	switch {
	case errors.Is(err, html.ErrBufferExceeded):
		return faultf(TooLarge, "a tag or text of the page is longer than %d MB", maxToken>>20)
	case !errors.Is(err, io.EOF):
		return err
	case p.open != nil:
		return p.open.place(faultf(Truncated, "the page ends within a table; the file is cut short"))
	case p.begun && !p.ended || len(p.tokens.Raw()) > 0:
		return faultf(Truncated, "the page does not end; the file is cut short")
	}
	return nil
}

func (p *htmlPage) start(token html.Token) error {
	switch token.DataAtom {
	case atom.Html:
		p.begun = true
	case atom.Script, atom.Style, atom.Title:
		p.hidden++
	case atom.Table:
		if p.open != nil {
			return p.open.place(faultf(UnexpectedContent, "a table stands within another; take the tables within cells apart"))
		}
		if len(p.grids) == maxTables {
			return faultf(TooLarge, "the page has more than %d tables; split it", maxTables)
		}
		g := &grid{gridBook: p.gridBook, name: "Table " + strconv.Itoa(len(p.grids)+1), hidden: make(map[int]bool)}
		p.grids = append(p.grids, g)
		p.open = &htmlTable{grid: g, col: -1}
	}
	if p.open != nil {
		return p.open.start(token)
	}
	return nil
}

func (p *htmlPage) end(token html.Token) error {
	switch token.DataAtom {
	case atom.Html:
		p.ended = true
	case atom.Script, atom.Style, atom.Title:
		p.hidden = max(0, p.hidden-1)
	}
	if p.open == nil {
		return nil
	}
	err := p.open.end(token)
	if token.DataAtom == atom.Table && err == nil {
		err = p.open.sort()
		p.open = nil
	}
	return err
}
