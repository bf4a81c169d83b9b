package sheet

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// jsonReader reads tokens strictly: no name twice in an object, nothing that
// is not Unicode.
type jsonReader struct {
	d       *jsontext.Decoder
	input   *lineCounter
	path    []byte // names down to the member at hand, joined by dots
	text    int    // bytes of the texts of the object
	stopped error  // what the caller returned, unless nil
}

func newJSONReader(src io.Reader) *jsonReader {
	input := &lineCounter{src: src, line: 1}
	return &jsonReader{d: jsontext.NewDecoder(input), input: input}
}

func (j *jsonReader) next() (jsontext.Token, error) { return j.d.ReadToken() }

// line is where the latest token ends.
func (j *jsonReader) line() int { return j.input.at(j.d.InputOffset()) }

// object reads the members of the object whose brace was read and calls field
// for each value, with path set.
func (j *jsonReader) object(field func(Cell) error) error {
	j.text = 0
	return j.members(field, 1)
}

func (j *jsonReader) members(field func(Cell) error, depth int) error {
	if depth > maxDepth {
		return faultf(TooLarge, "objects are nested more than %d deep", maxDepth)
	}
	for {
		token, err := j.next()
		if err != nil {
			return err
		}
		if token.Kind() == '}' {
			return nil
		}
		around := len(j.path)
		if depth > 1 {
			j.path = append(j.path, '.')
		}
		j.path = append(j.path, token.String()...)
		switch {
		case len(j.path) > maxName:
			return faultf(TooLarge, "a name is longer than %d bytes", maxName)
		case bytes.IndexByte(j.path, 0) >= 0:
			return faultf(NULByte, "a NUL character stands in a name; get the file again")
		}
		if err := j.member(field, depth); err != nil {
			return err
		}
		j.path = j.path[:around]
	}
}

// member reads one value.
func (j *jsonReader) member(field func(Cell) error, depth int) error {
	token, err := j.next()
	if err != nil {
		return err
	}
	switch token.Kind() {
	case '{':
		return j.members(field, depth+1)
	case '[':
		text, err := j.list()
		if err != nil {
			return err
		}
		return field(textCell(text))
	}
	c := scalar(token)
	if err := j.check(c.Text); err != nil {
		return err
	}
	return field(c)
}

// list joins the scalars of an array.
func (j *jsonReader) list() (string, error) {
	var parts []string
	for {
		token, err := j.next()
		if err != nil {
			return "", err
		}
		switch token.Kind() {
		case ']':
			return strings.Join(parts, ", "), nil
		case '{', '[':
			return "", faultf(UnexpectedContent, "%s is a list with %s in it, which no cell can hold; give each an object of its own, or leave the member out", excerpt(j.path), kindName(token.Kind()))
		}
		c := scalar(token)
		if err := j.check(c.Text); err != nil {
			return "", err
		}
		parts = append(parts, c.Text)
	}
}

// check keeps a text within what other parts of the program can bear.
func (j *jsonReader) check(text string) error {
	if j.text += len(text); j.text > maxRecord {
		return faultf(TooLarge, "the texts of the object are longer than %d MB", maxRecord>>20)
	}
	if strings.IndexByte(text, 0) >= 0 {
		return faultf(NULByte, "a NUL character stands in the text; get the file again")
	}
	return nil
}

// scalar makes a cell of a value that is neither object nor array; a number
// keeps its literal.
func scalar(token jsontext.Token) Cell {
	switch token.Kind() {
	case '0':
		return Cell{Kind: Number, Text: token.String()}
	case 't':
		return Cell{Kind: Bool, Text: "TRUE"}
	case 'f':
		return Cell{Kind: Bool, Text: "FALSE"}
	case '"':
		return textCell(token.String())
	}
	return Cell{}
}

func textCell(s string) Cell {
	if s == "" {
		return Cell{}
	}
	return Cell{Kind: Text, Text: s}
}

func kindName(k jsontext.Kind) string {
	switch k {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a text"
	case '0':
		return "a number"
	case 'n':
		return "null"
	}
	return "true or false"
}

// place words an error of the decoder and gives it its line.
func (j *jsonReader) place(err error) error {
	var f *Fault
	var syntax *jsontext.SyntacticError
	line := j.line()
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		if f.Row > 0 {
			return err
		}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		f = faultf(Truncated, "the JSON text ends too early; the file is cut short, get it again")
	case errors.Is(err, jsontext.ErrDuplicateName):
		f = faultf(IllFormedJSON, "a name stands twice in one object; only one of its values can count")
	case errors.As(err, &syntax):
		line = j.input.at(syntax.ByteOffset)
		f = faultf(IllFormedJSON, "this is not well-formed JSON: %s", strings.Join(strings.Fields(strings.ToValidUTF8(syntax.Err.Error(), "?")), " "))
	default:
		return err
	}
	return atLine(f, line)
}

// lineCounter notes where lines end, since the decoder reads ahead.
type lineCounter struct {
	src  io.Reader
	read int64
	ends []int64 // offsets of line feeds read and not yet passed
	line int     // line behind those passed
}

func (c *lineCounter) Read(p []byte) (int, error) {
	n, err := c.src.Read(p)
	for i := 0; ; i++ {
		next := bytes.IndexByte(p[i:n], '\n')
		if next < 0 {
			break
		}
		i += next
		c.ends = append(c.ends, c.read+int64(i))
	}
	c.read += int64(n)
	return n, err
}

// at gives the line of an offset, which must not be before an earlier one.
func (c *lineCounter) at(offset int64) int {
	passed := 0
	for passed < len(c.ends) && c.ends[passed] < offset {
		passed++
	}
	c.ends = c.ends[passed:]
	c.line += passed
	return c.line
}
