package sheet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
)

// Open finds out from the content what the file is, and reads what its sheets
// share. The name of a file is no evidence: exports are text called .xls.
func Open(r io.ReaderAt, size int64, limits Limits) (*Book, error) {
	switch {
	case size == 0:
		return nil, faultf(EmptyFile, "the file is empty")
	case size > limits.FileBytes:
		return nil, faultf(TooLarge, "the file is larger than %d MB; split it", limits.FileBytes>>20)
	}
	head, err := readHead(r, 512)
	if err != nil {
		return nil, err
	}
	switch {
	case len(head) < len(zipMark) && strings.HasPrefix(zipMark, string(head)),
		1 < len(head) && len(head) < len(compoundMark) && strings.HasPrefix(compoundMark, string(head)):
		return nil, faultf(Truncated, "the file is cut short after %d bytes; get it again", len(head))
	case bytes.HasPrefix(head, []byte(zipMark)):
		return openPackage(context.Background(), r, size, limits)
	case bytes.HasPrefix(head, []byte(compoundMark)):
		return openXLS(context.Background(), r, size, limits)
	}
	if feed, err := isFeed(r, size, head); err != nil {
		return nil, err
	} else if feed {
		return openFeed(r, size, limits), nil
	}
	if fault := otherFormat(head); fault != nil {
		return nil, fault
	}
	switch markupOf(head) {
	case xmlMarkup:
		return openXML(r, size, limits)
	case htmlMarkup:
		return openHTML(r, size, limits)
	}
	return openText(r, size, limits)
}

// readHead reads up to n bytes from the start of the file.
func readHead(r io.ReaderAt, n int) ([]byte, error) {
	head := make([]byte, n)
	n, err := r.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return head[:n], nil
}

// zipMark begins the first entry of a zip.
const zipMark = "PK\x03\x04"

// otherFormat recognises files that people upload by mistake and that would
// pass for text, or deserve a better word than "not text".
func otherFormat(head []byte) error {
	marks := []struct{ mark, name string }{
		{"PK\x05\x06", "an empty zip archive"},
		{"%PDF-", "a PDF document"},
		{"{\\rtf", "an RTF document"},
		{"\x1F\x8B", "a gzip archive"},
		{"Rar!", "a RAR archive"},
		{"7z\xBC\xAF", "a 7-Zip archive"},
		{"\x89PNG", "a picture"},
		{"\xFF\xD8\xFF", "a picture"},
		{"MIME-Version:", "a web archive (.mht)"},
	}
	for _, m := range marks {
		if bytes.HasPrefix(head, []byte(m.mark)) {
			return faultf(NotASpreadsheet, "this is %s, not a spreadsheet", m.name)
		}
	}
	for _, mark := range []string{"\x09\x00\x04\x00", "\x09\x02\x06\x00", "\x09\x04\x06\x00", "\x09\x08\x08\x00", "\x09\x08\x10\x00"} {
		if bytes.HasPrefix(head, []byte(mark)) {
			return faultf(OldXLS, "this is a workbook of a very old format (.xls); open it in Excel or WPS and save it as .xlsx")
		}
	}
	return nil
}
