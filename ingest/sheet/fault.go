package sheet

import (
	"errors"
	"fmt"
	"strings"
)

// Code classifies a Fault, for programs; the Message is for people.
type Code string

const (
	Truncated         Code = "truncated"
	IllFormedXML      Code = "ill-formed-xml"
	EncodingError     Code = "encoding-error"
	ControlCharacter  Code = "control-character"
	BadEntity         Code = "bad-entity"
	Checksum          Code = "crc"
	CorruptZip        Code = "corrupt-zip"
	MissingPart       Code = "missing-part"
	DuplicatePart     Code = "duplicate-part"
	RowOrder          Code = "row-order"
	CellOrder         Code = "cell-order"
	BadRef            Code = "bad-ref"
	BadIndex          Code = "bad-index"
	BadType           Code = "bad-type"
	BadValue          Code = "bad-value"
	UnexpectedContent Code = "unexpected-content"
	TooLarge          Code = "too-large"
	NotASpreadsheet   Code = "not-a-spreadsheet"
	Encrypted         Code = "encrypted"
	OldXLS            Code = "old-xls"
	EmptyFile         Code = "empty-file"
	NULByte           Code = "nul-byte"
	BadQuote          Code = "bad-quote"
	UnterminatedQuote Code = "unterminated-quote"
)

// Fault is an error with its place: what the reader tripped over and where.
type Fault struct {
	Sheet   string
	Row     int    // 1-based row or line; 0 unknown
	Col     int    // 0-based; -1 unknown
	Ref     string // "B47", "row 47" or "line 47"; empty if the place is unknown
	Part    string // part of the workbook's archive
	Code    Code
	Message string // one line, without the place
}

// faultf makes a Fault whose place is not known yet.
func faultf(code Code, format string, args ...any) *Fault {
	return &Fault{Col: -1, Code: code, Message: fmt.Sprintf(format, args...)}
}

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
