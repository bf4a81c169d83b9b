package sheet

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// jsonShape is how the records of a JSON file lie in it.
type jsonShape uint8

const (
	noJSON      jsonShape = iota
	jsonLines             // one object after the other, each on a line of its own
	jsonArray             // an array of objects
	jsonWrapped           // an object that holds such an array under one of wrapperNames
)

// wrapperNames are the names under which services put the rows of an answer.
var wrapperNames = [...]string{"data", "rows", "items", "list"}

func isWrapperName(name string) bool { return slices.Contains(wrapperNames[:], name) }

// findJSON reads the first record to tell JSON from text that begins with a
// bracket. Only what is JSON up to the end of a whole record passes; the rest
// is text, whose header nobody will know. wrapper is the name of the array.
func findJSON(src io.Reader) (shape jsonShape, wrapper string) {
	d := jsontext.NewDecoder(src, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	token, err := d.ReadToken()
	switch {
	case err != nil:
	case token.Kind() == '[':
		if d.PeekKind() == ']' || d.PeekKind() == '{' && d.SkipValue() == nil && followed(d, src, "],") {
			return jsonArray, ""
		}
	case token.Kind() == '{':
		wrapper, found, err := findWrapper(d)
		switch {
		case err != nil:
		case found:
			return jsonWrapped, wrapper
		case followed(d, src, "\n\r"):
			return jsonLines, ""
		}
	}
	return noJSON, ""
}

// findWrapper reads the members of the first object, until one of them turns
// out to be the rows of the file. An empty array is taken for them only if
// the object is all there is.
func findWrapper(d *jsontext.Decoder) (wrapper string, found bool, err error) {
	empty := ""
	for {
		token, err := d.ReadToken()
		if err != nil {
			return "", false, err
		}
		if token.Kind() == '}' {
			return empty, empty != "", nil
		}
		name := token.String()
		if !isWrapperName(name) || d.PeekKind() != '[' {
			if err := d.SkipValue(); err != nil {
				return "", false, err
			}
			continue
		}
		if _, err := d.ReadToken(); err != nil {
			return "", false, err
		}
		switch d.PeekKind() {
		case '{':
			return name, true, d.SkipValue()
		case ']':
			empty = name
		}
		for d.StackDepth() > 1 {
			if _, err := d.ReadToken(); err != nil {
				return "", false, err
			}
		}
	}
}

// followed tells whether one of the bytes comes next, blanks aside, or the
// end of the file.
func followed(d *jsontext.Decoder, rest io.Reader, by string) bool {
	r := bufio.NewReader(io.MultiReader(bytes.NewReader(d.UnreadBuffer()), rest))
	for {
		c, err := r.ReadByte()
		if err != nil {
			return errors.Is(err, io.EOF)
		}
		if bytes.IndexByte([]byte(by), c) >= 0 {
			return true
		}
		if !isSpace(c) {
			return false
		}
	}
}

// jsonSource is a JSON file that waits to be read.
type jsonSource struct {
	open    func() io.Reader // the text from its start, in UTF-8
	limits  Limits
	shape   jsonShape
	wrapper string

	header []string       // names of all columns, once they are known
	column map[string]int // and where each stands
}

func openJSON(text *csvSource, shape jsonShape, wrapper string) *Book {
	s := &jsonSource{open: text.reader, limits: text.limits, shape: shape, wrapper: wrapper}
	return &Book{Format: JSON, Encoding: text.encoding, Sheets: []*Sheet{{source: s}}}
}

// merged is empty: JSON knows no merged cells.
func (s *jsonSource) merged(context.Context) ([]Range, error) { return nil, nil }

// rows gives the names as the first row, then a row for every object.
func (s *jsonSource) rows(ctx context.Context, yield func(Row) error) error {
	if s.column == nil {
		if err := s.readHeader(ctx); err != nil {
			return err
		}
	}
	head := Row{Number: 1, Cells: make([]Cell, 0, len(s.header))}
	if s.shape == jsonLines {
		head.Number = 0
	}
	for _, name := range s.header {
		c := Cell{Text: name}
		if name != "" {
			c.Kind = Text
		}
		head.Cells = append(head.Cells, c)
	}
	if err := yield(head); err != nil {
		return err
	}
	cells, count := make([]Cell, len(s.header)), len(s.header)
	filled, record := make([]int, len(s.header)), 0
	return s.each(ctx, func(j *jsonReader, number int) error {
		if count += len(cells); count > s.limits.Cells {
			return faultf(TooLarge, "the file has more than %d cells; split it", s.limits.Cells)
		}
		record++
		clear(cells)
		err := j.object(func(c Cell) error {
			i := s.column[string(j.path)]
			if filled[i] == record {
				return faultf(IllFormedJSON, "two members of the object are called %s once nested names are joined; rename one", excerpt(j.path))
			}
			cells[i], filled[i] = c, record
			return nil
		})
		if err != nil {
			return err
		}
		if j.stopped = yield(Row{Number: number, Cells: cells}); j.stopped != nil {
			return errStopped
		}
		return nil
	})
}

// readHeader collects the names in a pass of its own, since the last object
// may have one that no other has.
func (s *jsonSource) readHeader(ctx context.Context) error {
	var header []string
	column := map[string]int{}
	err := s.each(ctx, func(j *jsonReader, _ int) error {
		return j.object(func(Cell) error {
			if _, known := column[string(j.path)]; known {
				return nil
			}
			if len(header) == s.limits.Columns {
				return faultf(TooLarge, "the objects have more than %d different names", s.limits.Columns)
			}
			column[string(j.path)] = len(header)
			header = append(header, string(j.path))
			return nil
		})
	})
	if err != nil {
		return err
	}
	s.header, s.column = header, column
	return nil
}
