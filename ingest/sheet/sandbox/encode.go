package sandbox

import (
	"encoding/binary"
	"fmt"
	"io"

	"gatehouse/ingest/sheet"
)

// A row is sent as numbers of varying length (uvarint), in this order:
//
//	how far its number is above the row before
//	number of cells << 1 | hidden
//	for each cell: length of the text << 4 | formula << 3 | kind,
//	    for a date the seconds since 1970 (varint) and nanoseconds, the text
//
// and a merged range as its four numbers. What does not fit into a frame of
// about fullFrame bytes goes into the next; rows are never cut.

// encoder collects data frames; its memory is used again and again.
type encoder struct {
	w     io.Writer
	frame []byte
	last  int    // number of the row before
	count uint64 // rows or ranges so far
}

func newEncoder(w io.Writer) *encoder {
	return &encoder{w: w, last: -1, frame: beginFrame(make([]byte, 0, 2*fullFrame), frameData)}
}

// row is a callback of Sheet.Rows.
func (e *encoder) row(r sheet.Row) error {
	shape := uint64(len(r.Cells)) << 1
	if r.Hidden {
		shape |= 1
	}
	b := binary.AppendUvarint(e.frame, uint64(r.Number-e.last))
	b = binary.AppendUvarint(b, shape)
	begin := len(b)
	for i := range r.Cells {
		c := &r.Cells[i]
		head := uint64(len(c.Text))<<4 | uint64(c.Kind)
		if c.Formula {
			head |= 1 << 3
		}
		b = binary.AppendUvarint(b, head)
		if c.Kind == sheet.Date {
			b = binary.AppendVarint(b, c.Date.Unix())
			b = binary.AppendUvarint(b, uint64(c.Date.Nanosecond()))
		}
		b = append(b, c.Text...)
		// Shared texts are counted by nobody before.
		if len(b)-begin > maxRowText {
			return &sheet.Fault{
				Row: r.Number, Col: -1, Ref: fmt.Sprintf("row %d", r.Number),
				Code: sheet.TooLarge, Message: fmt.Sprintf("the texts of the row are longer than %d MB", maxRowText>>20),
			}
		}
	}
	e.frame, e.last = b, r.Number
	e.count++
	return e.send(fullFrame)
}

func (e *encoder) merged(r sheet.Range) error {
	for _, n := range []int{r.Row1, r.Col1, r.Row2, r.Col2} {
		e.frame = binary.AppendUvarint(e.frame, uint64(n))
	}
	e.count++
	return e.send(fullFrame)
}

// send passes on what was collected, if that is at least so many bytes.
func (e *encoder) send(atLeast int) error {
	if len(e.frame)-frameHead < atLeast {
		return nil
	}
	err := sendFrame(e.w, e.frame)
	e.frame = beginFrame(e.frame, frameData)
	return err
}

// end sends the rest and the count.
func (e *encoder) end() error {
	if err := e.send(1); err != nil {
		return err
	}
	return writeFrame(e.w, frameEnd, binary.AppendUvarint(nil, e.count))
}
