package sandbox

import (
	"context"
	"errors"
	"os"
	"slices"
	"sync"

	"gatehouse/ingest/sheet"
)

// Book is a file opened in a child process. Its sheets are read like those of
// any other; Close it when done.
type Book struct {
	*sheet.Book
	children children
}

// Open opens a file like sheet.Open, in a child that ends with ctx if it is
// not closed before. The file must stay open and unchanged until Close.
func Open(ctx context.Context, file *os.File, how How, limits Limits) (*Book, error) {
	return openWith(ctx, start{Job: readJob, How: how, Limits: limits}, file)
}

func openWith(ctx context.Context, s start, file *os.File) (*Book, error) {
	b := &Book{children: children{ctx: ctx, begin: s, file: file}}
	p, described, err := b.children.start(ctx)
	if err != nil {
		return nil, err
	}
	b.children.put(p)
	b.children.book = described
	b.Book = &sheet.Book{Format: described.Format, Encoding: described.Encoding, Date1904: described.Date1904}
	for i, s := range described.Sheets {
		b.Sheets = append(b.Sheets, sheet.NewSheet(s.Name, s.Hidden, i, &source{&b.children, s.Name, i}))
	}
	return b, nil
}

// Close ends the child. It must not come while a sheet is being read.
func (b *Book) Close() {
	b.children.mu.Lock()
	defer b.children.mu.Unlock()
	b.children.closed = true
	if p := b.children.idle; p != nil {
		p.stop()
		b.children.idle = nil
	}
}

// children are the processes of a book. One is kept for the next reading; more
// are there only while several sheets are read at once, and a new one when a
// reading was broken off.
type children struct {
	ctx   context.Context // of Open, which bounds the book's life
	begin start
	file  *os.File
	book  bookMessage

	mu     sync.Mutex
	idle   *process
	closed bool
}

// start starts a child and hears what is in the file.
func (c *children) start(ctx context.Context) (*process, bookMessage, error) {
	// The child outlives the reading that ctx is of.
	p, err := launch(c.ctx, c.begin, c.file)
	if err != nil {
		return nil, bookMessage{}, err
	}
	release := context.AfterFunc(ctx, p.kill)
	defer release()
	kind, content, err := p.read(ctx)
	switch {
	case err != nil:
		return nil, bookMessage{}, err
	case kind == frameFailed:
		err = parseFailure(content)
	case kind != frameBook:
		err = breachf("frame %q instead of a book", kind)
	default:
		var m bookMessage
		if m, err = parseBook(content); err == nil {
			p.between = true
			return p, m, nil
		}
	}
	if errors.Is(err, errBreach) {
		return nil, bookMessage{}, p.died(ctx, err)
	}
	p.stop()
	return nil, bookMessage{}, err
}

// take gives a child that waits for a request.
func (c *children) take(ctx context.Context) (*process, error) {
	c.mu.Lock()
	p, closed := c.idle, c.closed
	c.idle = nil
	c.mu.Unlock()
	if closed {
		return nil, os.ErrClosed
	}
	if p != nil {
		return p, nil
	}
	p, described, err := c.start(ctx)
	if err != nil {
		return nil, err
	}
	if described.Format != c.book.Format || !slices.Equal(described.Sheets, c.book.Sheets) {
		return nil, p.died(ctx, breachf("another book than before"))
	}
	return p, nil
}

// put keeps a child for the next request, unless it is in the middle of an answer.
func (c *children) put(p *process) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !p.between || c.idle != nil || c.closed {
		p.stop()
		return
	}
	c.idle = p
}
