package sandbox

import (
	"context"
	"errors"

	"gatehouse/ingest/sheet"
)

// source is a sheet of a book, read by a child.
type source struct {
	children *children
	name     string
	index    int
}

// drained is how many frames are read over after an early end, in the hope
// that the answer ends with them: a new child costs more.
const drained = 16

// Rows is part of sheet.Source.
func (s *source) Rows(ctx context.Context, yield func(sheet.Row) error) error {
	p, err := s.children.take(ctx)
	if err != nil {
		return s.place(err)
	}
	defer s.children.put(p)
	release := context.AfterFunc(ctx, p.kill)
	defer release()
	d := newDecoder(s.children.begin.Limits.Limits)
	p.ask(frameRows, s.index)
	for {
		content, more, err := p.data(ctx, d.end)
		if !more {
			return s.place(err)
		}
		d.load(content)
		for d.more() {
			row, err := d.next()
			if err != nil {
				return s.place(p.died(ctx, err))
			}
			if err := yield(row); err != nil {
				p.drain(ctx)
				return err
			}
		}
	}
}

// drain reads over the rest of an answer, if that is not much.
func (p *process) drain(ctx context.Context) {
	anyCount := func([]byte) error { return nil }
	for range drained {
		if _, more, _ := p.data(ctx, anyCount); !more {
			return
		}
	}
}

// Merged is part of sheet.Source.
func (s *source) Merged(ctx context.Context) ([]sheet.Range, error) {
	p, err := s.children.take(ctx)
	if err != nil {
		return nil, s.place(err)
	}
	defer s.children.put(p)
	release := context.AfterFunc(ctx, p.kill)
	defer release()
	d := newDecoder(s.children.begin.Limits.Limits)
	p.ask(frameMerged, s.index)
	var ranges []sheet.Range
	for {
		content, more, err := p.data(ctx, d.end)
		if err != nil {
			return nil, s.place(err)
		}
		if !more {
			return ranges, nil
		}
		d.load(content)
		for d.more() {
			r, err := d.merged()
			if err != nil {
				return nil, s.place(p.died(ctx, err))
			}
			ranges = append(ranges, r)
		}
	}
}

// place names the sheet in a fault that came without.
func (s *source) place(err error) error {
	if f, ok := errors.AsType[*sheet.Fault](err); ok && f.Sheet == "" {
		f.Sheet = s.name
	}
	return err
}
