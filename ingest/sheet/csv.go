package sheet

import (
	"context"
	"errors"
	"io"
)

// csvSource is a text file that waits to be read.
type csvSource struct {
	file      io.ReaderAt
	size      int64
	limits    Limits
	encoding  string
	mark      int
	delimiter byte
	hint      bool // the first line names the delimiter
}

func openText(r io.ReaderAt, size int64, limits Limits) (*Book, error) {
	s, err := newText(r, size, limits)
	if err != nil {
		return nil, err
	}
	if shape, wrapper := findJSON(s.reader()); shape != noJSON {
		return openJSON(s, shape, wrapper), nil
	}
	return openCSV(s)
}

// newText finds out how the text is encoded.
func newText(r io.ReaderAt, size int64, limits Limits) (*csvSource, error) {
	encoding, mark, err := textEncoding(r, size)
	if err != nil {
		return nil, err
	}
	if size == int64(mark) {
		return nil, faultf(EmptyFile, "the file is empty")
	}
	return &csvSource{file: r, size: size, limits: limits, encoding: encoding, mark: mark}, nil
}

func openCSV(s *csvSource) (*Book, error) {
	var err error
	if s.delimiter, s.hint, err = findDelimiter(s.reader(), s.limits.Columns); err != nil {
		return nil, err
	}
	return &Book{Format: CSV, Encoding: s.encoding, Sheets: []*Sheet{{source: s}}}, nil
}

func (s *csvSource) reader() io.Reader { return textReader(s.file, s.size, s.encoding, s.mark) }

// merged is empty: text knows no merged cells.
func (s *csvSource) merged(context.Context) ([]Range, error) { return nil, nil }

// rows hands out records as they are, ragged ones too: which width is right is
// for those to say who know the header.
func (s *csvSource) rows(ctx context.Context, yield func(Row) error) error {
	c := newCSVReader(s.reader(), s.delimiter, s.limits.Columns)
	if s.hint {
		if err := c.record(); err != nil {
			return err
		}
	}
	var cells []Cell
	count := 0
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		switch err := c.record(); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return c.place(err)
		}
		cells = c.cells(cells[:0])
		if count += len(cells); count > s.limits.Cells {
			return c.fault(TooLarge, c.start, "the file has more than %d cells; split it", s.limits.Cells)
		}
		if err := yield(Row{Number: c.start, Cells: cells}); err != nil {
			return err
		}
	}
}

// cells makes cells of the record's fields, which share one string.
func (c *csvReader) cells(dst []Cell) []Cell {
	if c.blank {
		return dst
	}
	text := string(c.text)
	start := 0
	for _, end := range c.ends {
		cell := Cell{Text: text[start:end]}
		if cell.Text != "" {
			cell.Kind = Text
		}
		dst = append(dst, cell)
		start = end
	}
	return dst
}

// place gives a fault of the decoder the line where the reading stood.
func (c *csvReader) place(err error) error {
	var f *Fault
	if errors.As(err, &f) && f.Row == 0 {
		return atLine(f, c.line)
	}
	return err
}
