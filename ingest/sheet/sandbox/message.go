package sandbox

import (
	"encoding/json"
	"errors"
	"strings"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// start tells the child what to do. It is the only frame that it must trust.
type start struct {
	Job    string
	How    How
	Limits Limits
	Args   []byte
}

// How says of a file what it may not say itself.
type How struct {
	Format sheet.Format // JSON or CSV, when it must be that; empty: found from the content
	Zone   string       // time zone for feeds that do not name theirs, "Asia/Shanghai"
}

// bookMessage is a sheet.Book but for its rows.
type bookMessage struct {
	Format   sheet.Format
	Encoding string
	Date1904 bool
	Sheets   []sheetMessage
}

type sheetMessage struct {
	Name   string
	Hidden bool
}

func describe(b *sheet.Book) bookMessage {
	m := bookMessage{Format: b.Format, Encoding: b.Encoding, Date1904: b.Date1904}
	for _, s := range b.Sheets {
		m.Sheets = append(m.Sheets, sheetMessage{s.Name, s.Hidden})
	}
	return m
}

// parseBook checks what a child says of a book.
func parseBook(frame []byte) (bookMessage, error) {
	var m bookMessage
	if err := json.Unmarshal(frame, &m); err != nil {
		return m, breachf("a book of no JSON: %v", err)
	}
	word := func(s string) bool {
		return len(s) <= 32 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
	}
	if m.Format == "" || !word(string(m.Format)) || !word(m.Encoding) || len(m.Sheets) == 0 || len(m.Sheets) > maxSheets {
		return m, breachf("a book of no format or sheets")
	}
	return m, nil
}

// failure is an error on its way to the parent.
type failure struct {
	Fault   *faultMessage `json:",omitempty"`
	Kind    gatehouse.Kind
	Message string
}

// faultMessage is a sheet.Fault but for its cause.
type faultMessage struct {
	Sheet, Ref, Part string
	Row, Col         int
	Code             sheet.Code
	Message          string
}

func failureOf(err error) failure {
	if f, ok := errors.AsType[*sheet.Fault](err); ok {
		return failure{Fault: &faultMessage{f.Sheet, f.Ref, f.Part, f.Row, f.Col, f.Code, f.Message}}
	}
	return failure{Kind: gatehouse.KindOf(err), Message: err.Error()}
}

// parseFailure makes the error again. Texts are bounded by the frame.
func parseFailure(frame []byte) error {
	var f failure
	if len(frame) > maxFailure {
		return breachf("a failure of %d bytes", len(frame))
	}
	if err := json.Unmarshal(frame, &f); err != nil {
		return breachf("a failure of no JSON: %v", err)
	}
	switch m := f.Fault; {
	case m == nil && (f.Kind == gatehouse.Invalid || f.Kind == gatehouse.Unavailable):
		return gatehouse.Errorf(f.Kind, "%s", f.Message)
	case m == nil:
		return gatehouse.Errorf(gatehouse.Internal, "the reading process failed: %s", f.Message)
	case m.Row < 0 || m.Col < -1 || !m.Code.Known():
		return breachf("a fault of no place or code")
	default:
		return &sheet.Fault{Sheet: m.Sheet, Ref: m.Ref, Part: m.Part, Row: m.Row, Col: m.Col, Code: m.Code, Message: m.Message}
	}
}
