package sheet

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// markup is a text format that begins with "<".
type markup uint8

const (
	noMarkup markup = iota
	xmlMarkup
	htmlMarkup
)

// markupOf judges the start of a file.
func markupOf(head []byte) markup {
	src, _, err := decodeUTF16(bytes.NewReader(head))
	if err != nil {
		return noMarkup
	}
	text, _ := io.ReadAll(src) // a head may end within a character
	s := strings.ToLower(string(text))
	if s = skipComments(s); strings.HasPrefix(s, "<?xml") {
		_, s, _ = strings.Cut(s, "?>")
		if isHTML(skipComments(s)) {
			return htmlMarkup
		}
		return xmlMarkup
	}
	switch {
	case isHTML(s):
		return htmlMarkup
	case strings.HasPrefix(s, "<workbook"), strings.HasPrefix(s, "<ss:workbook"):
		return xmlMarkup
	}
	return noMarkup
}

// skipComments cuts off white space and comments.
func skipComments(s string) string {
	for {
		s = strings.TrimLeft(s, " \t\r\n")
		rest, comment := strings.CutPrefix(s, "<!--")
		if !comment {
			return s
		}
		_, s, _ = strings.Cut(rest, "-->")
	}
}

// isHTML says whether lower-case text begins as a page or a table.
func isHTML(s string) bool {
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<meta", "<body", "<style", "<table", "<div"} {
		if strings.HasPrefix(s, tag) {
			return true
		}
	}
	return false
}

// openXML reads the one XML format that is a workbook.
func openXML(r io.ReaderAt, size int64, limits Limits) (*Book, error) {
	x, err := scanFile(r, size)
	if err != nil {
		return nil, err
	}
	err = x.root(excelSpace, "Workbook")
	var f *Fault
	if errors.As(err, &f) && f.Code == NotASpreadsheet {
		return nil, faultf(NotASpreadsheet, "this is an XML document of another kind; open it and save it as .xlsx or as CSV UTF-8")
	}
	if err != nil {
		return nil, err
	}
	return readXML2003(x, limits)
}

// scanFile scans a file that is one XML document.
func scanFile(r io.ReaderAt, size int64) (*scanner, error) {
	src, _, err := decodeUTF16(io.NewSectionReader(r, 0, size))
	if err != nil {
		return nil, err
	}
	return newScanner(src, uint64(size)), nil
}
