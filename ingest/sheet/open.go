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
	case len(head) < len(zipMark) && strings.HasPrefix(zipMark, string(head)):
		return nil, faultf(Truncated, "the file is cut short after %d bytes; get it again", len(head))
	case bytes.HasPrefix(head, []byte(zipMark)):
		return openWorkbook(context.Background(), r, size, limits)
	case bytes.HasPrefix(head, []byte(compoundMark)):
		return nil, compoundFault(r, size)
	}
	if feed, err := isFeed(r, size, head); err != nil {
		return nil, err
	} else if feed {
		return openFeed(r, size, limits), nil
	}
	if fault := otherFormat(head); fault != nil {
		return nil, fault
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

// compoundMark begins the container of Office before 2007, which also wraps
// workbooks that are protected by a password.
const compoundMark = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

// compoundFault says which of the two it is, by the names of the streams.
func compoundFault(r io.ReaderAt, size int64) error {
	encrypted, err := contains(r, size, utf16Text("EncryptedPackage"))
	switch {
	case err != nil:
		return err
	case encrypted:
		return faultf(Encrypted, "the workbook is protected by a password; open it in Excel or WPS, remove the password and save it as .xlsx")
	}
	return faultf(OldXLS, "this is a workbook of the old format (.xls); open it in Excel or WPS and save it as .xlsx")
}

// utf16Text gives the bytes of ASCII text in UTF-16LE.
func utf16Text(s string) []byte {
	var b []byte
	for i := range len(s) {
		b = append(b, s[i], 0)
	}
	return b
}

// contains looks for needle in the whole file.
func contains(r io.ReaderAt, size int64, needle []byte) (bool, error) {
	src := io.NewSectionReader(r, 0, size)
	buf := make([]byte, bufferSize)
	kept := 0
	for {
		n, err := src.Read(buf[kept:])
		if bytes.Contains(buf[:kept+n], needle) {
			return true, nil
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return false, err
		}
		keep := min(kept+n, len(needle)-1)
		copy(buf, buf[kept+n-keep:kept+n])
		kept = keep
	}
}

// otherFormat recognises files that people upload by mistake and that would
// pass for text, or deserve a better word than "not text".
func otherFormat(head []byte) error {
	const save = "; open it and save it as .xlsx or as CSV UTF-8"
	marks := []struct{ mark, name string }{
		{"PK\x05\x06", "an empty zip archive"},
		{"%PDF-", "a PDF document"},
		{"{\\rtf", "an RTF document"},
		{"\x1F\x8B", "a gzip archive"},
		{"Rar!", "a RAR archive"},
		{"7z\xBC\xAF", "a 7-Zip archive"},
		{"\x89PNG", "a picture"},
		{"\xFF\xD8\xFF", "a picture"},
	}
	for _, m := range marks {
		if bytes.HasPrefix(head, []byte(m.mark)) {
			return faultf(NotASpreadsheet, "this is %s, not a spreadsheet", m.name)
		}
	}
	for _, mark := range []string{"\x09\x00\x04\x00", "\x09\x02\x06\x00", "\x09\x04\x06\x00", "\x09\x08\x08\x00", "\x09\x08\x10\x00"} {
		if bytes.HasPrefix(head, []byte(mark)) {
			return faultf(OldXLS, "this is a workbook of a very old format (.xls)"+save)
		}
	}
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte(utf8BOM)), " \t\r\n"))
	switch {
	case bytes.HasPrefix(text, []byte("<?xml")):
		return faultf(NotASpreadsheet, "this is an XML document"+save)
	case bytes.HasPrefix(text, []byte("<!doctype html")), bytes.HasPrefix(text, []byte("<html")), bytes.HasPrefix(text, []byte("<table")):
		return faultf(NotASpreadsheet, "this is a web page under the name of a spreadsheet"+save)
	}
	return nil
}
