package sheet

import (
	"errors"
	"fmt"
	"strings"
)

// Code classifies a Fault, for programs; the Message is for people.
type Code string

// The codes are stored and shown, so they stay what they are.
const (
	Truncated         Code = "truncated"          // the file or a part ends too early
	IllFormedXML      Code = "ill-formed-xml"     // a part breaks the grammar of XML
	EncodingError     Code = "encoding-error"     // bytes are not of the encoding they claim or seem to have
	ControlCharacter  Code = "control-character"  // a character that XML forbids
	BadEntity         Code = "bad-entity"         // "&…;" that names no character
	Checksum          Code = "crc"                // a part differs from what was packed
	CorruptZip        Code = "corrupt-zip"        // the archive cannot be unpacked
	CorruptCompound   Code = "corrupt-compound"   // the container of an .xls is cut short or damaged
	MissingPart       Code = "missing-part"       // the workbook points to a part that is not there
	DuplicatePart     Code = "duplicate-part"     // a part is there twice
	RowOrder          Code = "row-order"          // a row number is not above the one before
	CellOrder         Code = "cell-order"         // a cell is not right of the one before
	BadRef            Code = "bad-ref"            // a cell, row or range reference is none, or lies elsewhere
	BadIndex          Code = "bad-index"          // an index into the shared strings or styles is out of range
	BadType           Code = "bad-type"           // a cell is of a type the format does not have
	BadValue          Code = "bad-value"          // a value does not suit its cell's type
	UnexpectedContent Code = "unexpected-content" // an element or text stands where none belongs
	TooLarge          Code = "too-large"          // one of the Limits is exceeded
	NotASpreadsheet   Code = "not-a-spreadsheet"  // another kind of file
	Encrypted         Code = "encrypted"          // protected by a password
	OldXLS            Code = "old-xls"            // a workbook of Excel 4 or older
	BadRecord         Code = "bad-record"         // a record of a binary workbook is shorter than its kind is, or out of place
	NestedArchive     Code = "nested-archive"     // an archive within an archive
	EmptyFile         Code = "empty-file"         // no bytes, or nothing but a byte order mark
	NULByte           Code = "nul-byte"           // a NUL in a text file
	BadQuote          Code = "bad-quote"          // text behind a closing quote
	UnterminatedQuote Code = "unterminated-quote" // a quote that never closes
	ReaderCrashed     Code = "reader-crashed"     // the reading process died of the file
	IllFormedJSON     Code = "ill-formed-json"    // a text breaks the grammar of JSON, or holds no table
)

// Fault is an error with its place: what the reader tripped over and where.
type Fault struct {
	Sheet   string // empty if the fault is none of a sheet
	Row     int    // 1-based row or line; 0 unknown
	Col     int    // 0-based; -1 unknown
	Ref     string // "B47", "row 47" or "line 47"; empty if the place is unknown
	Part    string // part of the workbook's archive
	Code    Code
	Message string // one line, without the place
	Cause   error  // of a reader that crashed, for the log; else nil
}

// faultf makes a Fault whose place is not known yet.
func faultf(code Code, format string, args ...any) *Fault {
	return &Fault{Col: -1, Code: code, Message: fmt.Sprintf(format, args...)}
}

// Error gives the place and the message in one line.
func (f *Fault) Error() string {
	var place []string
	if f.Sheet != "" {
		place = append(place, fmt.Sprintf("sheet %q", f.Sheet))
	} else if f.Part != "" {
		place = append(place, fmt.Sprintf("part %q", f.Part))
	}
	if f.Ref != "" {
		place = append(place, f.Ref)
	}
	if len(place) == 0 {
		return f.Message
	}
	return strings.Join(place, ", ") + ": " + f.Message
}

// inPart names the part in which a Fault arose, unless it is known already.
func inPart(err error, part string) error {
	var f *Fault
	if errors.As(err, &f) && f.Part == "" {
		f.Part = part
	}
	return err
}

// excerpt quotes a piece of the file for a message, never much of it.
func excerpt(b []byte) string {
	const most = 32
	if len(b) > most {
		return fmt.Sprintf("%q…", strings.ToValidUTF8(string(b[:most]), ""))
	}
	return fmt.Sprintf("%q", b)
}
