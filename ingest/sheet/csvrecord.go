package sheet

import (
	"errors"
	"fmt"
	"io"
)

// csvReader splits UTF-8 text into records as RFC 4180 says, with any
// delimiter and any line end. Beyond the RFC a quote within a field that does
// not begin with one stands for itself: people write 6" for six inches.
type csvReader struct {
	src       io.Reader
	delimiter byte
	columns   int // most fields of a record

	text  []byte // fields of the record, end to end
	ends  []int  // where each ends
	start int    // line where the record starts
	blank bool   // the record is an empty line

	buf      []byte
	pos, end int
	err      error
	line     int // line at pos
}

func newCSVReader(src io.Reader, delimiter byte, columns int) *csvReader {
	return &csvReader{src: src, delimiter: delimiter, columns: columns, buf: make([]byte, bufferSize), line: 1}
}

// record reads the next record; io.EOF says that there is none.
func (c *csvReader) record() error {
	c.text, c.ends, c.start, c.blank = c.text[:0], c.ends[:0], c.line, false
	if !c.ready() {
		return c.err
	}
	c.blank = c.buf[c.pos] == '\n' || c.buf[c.pos] == '\r'
	for last := false; !last; {
		var err error
		if len(c.ends) == c.columns {
			return c.fault(TooLarge, c.start, "the record has more than %d fields", c.columns)
		}
		if c.ready() && c.buf[c.pos] == '"' {
			last, err = c.quoted()
		} else {
			last, err = c.plain()
		}
		if err != nil {
			return err
		}
		c.ends = append(c.ends, len(c.text))
	}
	return nil
}

// ready makes sure that a byte lies at pos; if not, err says why.
func (c *csvReader) ready() bool {
	for idle := 0; c.pos == c.end; idle++ {
		if c.err != nil {
			return false
		}
		if idle == 100 {
			c.err = io.ErrNoProgress
			return false
		}
		n, err := c.src.Read(c.buf)
		c.pos, c.end, c.err = 0, n, err
	}
	return true
}

// plain reads a field without quotes and what ends it.
func (c *csvReader) plain() (last bool, err error) {
	for c.ready() {
		if err := c.take(c.plainLength(c.delimiter)); err != nil {
			return true, err
		}
		if c.pos == c.end {
			continue
		}
		if ended, last, err := c.separator(); ended || err != nil {
			return last, err
		}
		if err := c.take(1); err != nil { // a tab or the like that separates nothing
			return true, err
		}
	}
	return true, c.atEnd()
}

// plainLength counts the bytes at hand before one that may mean something: stop,
// a line end or a control character.
func (c *csvReader) plainLength(stop byte) int {
	b := c.buf[c.pos:c.end]
	for i, x := range b {
		if x == stop || x <= '\r' {
			return i
		}
	}
	return len(b)
}

// separator passes over what ends a field, if that is what lies at pos.
func (c *csvReader) separator() (ended, last bool, err error) {
	switch b := c.buf[c.pos]; {
	case b == c.delimiter:
		c.pos++
		return true, false, nil
	case b == '\n':
		c.pos++
		c.line++
		return true, true, nil
	case b == '\r':
		c.pos++
		c.line++
		if c.ready() && c.buf[c.pos] == '\n' {
			c.pos++
		}
		return true, true, nil
	case b == 0:
		return false, true, c.nul()
	}
	return false, false, nil
}

// quoted reads a field in quotes and what ends it.
func (c *csvReader) quoted() (last bool, err error) {
	opened, from := c.line, len(c.text)
	c.pos++
	for c.ready() {
		if len(c.text)-from > maxRecord/2 {
			return true, c.fault(UnterminatedQuote, opened, "a field in quotes begins here and does not end within %d MB; is its closing quote missing?", maxRecord>>21)
		}
		if err := c.take(c.plainLength('"')); err != nil {
			return true, err
		}
		if c.pos == c.end {
			continue
		}
		switch c.buf[c.pos] {
		case '"':
			c.pos++
			if !c.ready() {
				return true, c.atEnd()
			}
			if c.buf[c.pos] != '"' {
				return c.afterQuote()
			}
		case 0:
			return true, c.nul()
		case '\n':
			c.line++
		case '\r':
			c.line++
			if err := c.take(1); err != nil {
				return true, err
			}
			if !c.ready() || c.buf[c.pos] != '\n' {
				continue
			}
		}
		if err := c.take(1); err != nil {
			return true, err
		}
	}
	if err := c.atEnd(); err != nil {
		return true, err
	}
	return true, c.fault(UnterminatedQuote, opened, "a field in quotes begins here and never ends; the file is cut short or a quote is missing")
}

// afterQuote expects the end of the field.
func (c *csvReader) afterQuote() (last bool, err error) {
	ended, last, err := c.separator()
	if !ended && err == nil {
		err = c.fault(BadQuote, c.line, "text follows the closing quote of field %d; double the quotes within a field", len(c.ends)+1)
	}
	return last, err
}

// take moves n bytes to the text.
func (c *csvReader) take(n int) error {
	c.text = append(c.text, c.buf[c.pos:c.pos+n]...)
	c.pos += n
	if len(c.text) > maxRecord {
		return c.fault(TooLarge, c.start, "the record is longer than %d MB", maxRecord>>20)
	}
	return nil
}

// atEnd passes the regular end of the file and reports any other.
func (c *csvReader) atEnd() error {
	if errors.Is(c.err, io.EOF) {
		return nil
	}
	return c.err
}

func (c *csvReader) nul() error {
	return c.fault(NULByte, c.line, "a NUL byte stands in the text; the file is damaged, get it again")
}

func (c *csvReader) fault(code Code, line int, format string, args ...any) error {
	return atLine(faultf(code, format, args...), line)
}

// atLine places a fault of a text file.
func atLine(f *Fault, line int) *Fault {
	f.Row, f.Ref = line, fmt.Sprintf("line %d", line)
	return f
}
