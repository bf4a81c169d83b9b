package sheet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

// isFeed recognises a Green Button feed: Atom, with entries of ESPI, the
// interface standard of NAESB (REQ.21). Either may be declared anywhere.
func isFeed(r io.ReaderAt, size int64, head []byte) (bool, error) {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte(utf8BOM)), " \t\r\n")
	if !bytes.HasPrefix(text, []byte("<")) || !bytes.Contains(text, []byte("http://www.w3.org/2005/Atom")) {
		return false, nil
	}
	for _, quote := range []string{`"`, `'`} {
		if found, err := contains(r, size, []byte(quote+"http://naesb.org/espi"+quote)); found || err != nil {
			return found, err
		}
	}
	return false, nil
}

func openFeed(r io.ReaderAt, size int64, limits Limits) *Book {
	s := &espiSource{file: r, size: size, limits: limits, book: &Book{Format: GreenButton, Encoding: utf8Name}}
	s.book.Sheets = []*Sheet{{source: s}}
	return s.book
}

// espiSource is a feed that waits to be read.
type espiSource struct {
	file   io.ReaderAt
	size   int64
	limits Limits
	book   *Book // for its Location
}

// merged is empty: a feed knows no merged cells.
func (s *espiSource) merged(context.Context) ([]Range, error) { return nil, nil }

// rows reads the whole feed, since its entries refer to each other in any
// order, and gives a row for each day or longer interval of a meter.
func (s *espiSource) rows(ctx context.Context, yield func(Row) error) error {
	feed, err := s.read(ctx)
	if err != nil {
		return err
	}
	days, err := feed.days(s.book.Location)
	if err != nil {
		return err
	}
	if len(days)*len(espiHeader) > s.limits.Cells {
		return faultf(TooLarge, "the feed gives more than %d cells; ask for a shorter time", s.limits.Cells)
	}
	head := Row{}
	for _, name := range espiHeader {
		head.Cells = append(head.Cells, textCell(name))
	}
	if err := yield(head); err != nil {
		return err
	}
	for i := range days {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := yield(Row{Number: days[i].number, Cells: days[i].cells()}); err != nil {
			return err
		}
	}
	return nil
}

func (s *espiSource) read(ctx context.Context) (*espiFeed, error) {
	x := newScanner(io.NewSectionReader(s.file, 0, s.size), uint64(s.size))
	r := &espiReader{ctx: ctx, x: x, feed: &espiFeed{}}
	if err := r.document(); err != nil {
		var f *Fault
		if errors.As(err, &f) && f.Row == 0 && r.number > 0 {
			err = atReading(f, r.number)
		}
		return nil, err
	}
	if r.number == 0 {
		return nil, faultf(EmptyFile, "the feed holds no interval readings; ask for usage data, not for a summary")
	}
	return r.feed, nil
}

// atReading places a fault at a reading, counted through the file.
func atReading(f *Fault, number int) *Fault {
	f.Row, f.Ref = number, fmt.Sprintf("row %d", number)
	return f
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
