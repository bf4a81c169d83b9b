package report

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strconv"

	"gatehouse"
)

// Kind of the value of a cell.
type Kind uint8

// A formula counts as its stored result.
const (
	Nothing Kind = iota
	Text         // texts, and error values such as #N/A
	Numeric
	Bool
	Date
)

// Value is what a reader finds in a cell: a text; the literal of a number; TRUE
// or FALSE; a day as 2006-01-02.
type Value struct {
	Kind Kind
	Text string
}

// SheetHash is the hash of what one sheet says.
type SheetHash struct{ Name, Hash string }

// fingerprint hashes what a sheet says: SHA-256 of a line of JSON for each cell
// that holds something, by row and column, such as ["B3",1250.5]. Numbers are
// written with at most 15 digits (%.15g), days as texts. How cells look, and
// formulas but for their results, do not count: programs write both anew.
type fingerprint struct {
	hash hash.Hash
	line []byte
}

func newFingerprint() *fingerprint { return &fingerprint{hash: sha256.New()} }

func (f *fingerprint) begin(col, row int) {
	f.line = append(appendPlace(append(f.line, `["`...), col, row), `",`...)
}

func (f *fingerprint) end() {
	if f.line = append(f.line, "]\n"...); len(f.line) > 32<<10 {
		f.flush()
	}
}

func (f *fingerprint) flush() {
	f.hash.Write(f.line)
	f.line = f.line[:0]
}

// cell adds a cell that is being written.
func (f *fingerprint) cell(c *cell, col, row int) {
	f.begin(col, row)
	switch c.kind {
	case Text:
		f.line = appendJSON(f.line, c.text)
	case amount:
		f.line = appendNumber(f.line, yuan(c.fen))
	case Date:
		f.line = c.day.Time().AppendFormat(append(f.line, '"'), `2006-01-02"`)
	default:
		f.line = appendNumber(f.line, c.number)
	}
	f.end()
}

// value adds a cell that was read.
func (f *fingerprint) value(v Value, col, row int) error {
	if v.Kind == Nothing {
		return nil
	}
	f.begin(col, row)
	switch v.Kind {
	case Numeric:
		n, err := strconv.ParseFloat(v.Text, 64)
		if err != nil {
			return gatehouse.Errorf(gatehouse.Invalid, "%q in cell %s is no number", v.Text, appendPlace(nil, col, row))
		}
		f.line = appendNumber(f.line, n)
	case Bool:
		f.line = append(f.line, map[bool]string{true: "true", false: "false"}[v.Text == "TRUE"]...)
	default:
		f.line = appendJSON(f.line, v.Text)
	}
	f.end()
	return nil
}

// sum is the hash in hexadecimal.
func (f *fingerprint) sum() string {
	f.flush()
	return hex.EncodeToString(f.hash.Sum(nil))
}

// contentHash is the hash of a workbook: SHA-256 of a line of JSON for each
// sheet, in their order, such as ["封面","9f86…"].
func contentHash(sheets []SheetHash) string {
	h := sha256.New()
	for _, s := range sheets {
		line := append(appendJSON([]byte("["), s.Name), ',')
		h.Write(append(appendJSON(line, s.Hash), "]\n"...))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// appendJSON writes a text as JSON with nothing escaped that need not be, so
// that any language can write the same.
func appendJSON(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
