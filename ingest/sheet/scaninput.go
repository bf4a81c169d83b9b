package sheet

import (
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf8"
)

// input buffers a document and checks every byte before anyone sees it: what
// lies between pos and end is valid UTF-8 without characters that XML forbids.
// Checking in bulk costs a fraction of checking each token. A bad byte shows
// only when the reader gets there, so that a fault is reported in its place.
type input struct {
	src      io.Reader
	buf      []byte
	pos, end int   // checked and not consumed
	raw      int   // end of what was read; from end on lies an unfinished or bad rune
	err      error // why no more comes; io.EOF at the regular end
}

// newInput takes no more memory than a document of that size can fill; most
// parts of a workbook are short.
func newInput(src io.Reader, size uint64) input {
	return input{src: src, buf: make([]byte, min(bufferSize, size+1))}
}

// more adds at least one byte behind end, or says why it cannot. Offsets into
// the buffer are void afterwards, but for their distance from pos.
func (in *input) more() error {
	for before := in.end - in.pos; in.end-in.pos == before; {
		if in.err != nil {
			return in.err
		}
		if err := in.makeRoom(); err != nil {
			return err
		}
		in.fill()
		good, fault := checkChars(in.buf[in.end:in.raw], errors.Is(in.err, io.EOF))
		in.end += good
		if fault != nil {
			in.err = fault
		}
	}
	return nil
}

// makeRoom moves what is unread to the front, and grows a buffer that is full of it.
func (in *input) makeRoom() error {
	copy(in.buf, in.buf[in.pos:in.raw])
	in.end, in.raw, in.pos = in.end-in.pos, in.raw-in.pos, 0
	if in.raw < len(in.buf) {
		return nil
	}
	if len(in.buf) >= maxToken {
		return faultf(TooLarge, "a single tag is longer than %d bytes", maxToken)
	}
	in.buf = append(in.buf, make([]byte, len(in.buf))...)
	return nil
}

// fill reads up to the brim. That bounds how often a caller starts over on a
// long token, however small the pieces of the source are.
func (in *input) fill() {
	for idle := 0; in.raw < len(in.buf) && in.err == nil; {
		n, err := in.src.Read(in.buf[in.raw:])
		in.raw += n
		in.err = err
		if idle++; n > 0 {
			idle = 0
		}
		if idle > 100 {
			in.err = io.ErrNoProgress
		}
	}
}

// checkChars counts the leading bytes of b that are well encoded characters of
// XML. An unfinished rune at the end is a fault only if the document ends there.
func checkChars(b []byte, final bool) (int, *Fault) {
	const high, spaces = 0x8080808080808080, 0x2020202020202020
	i := 0
	for i < len(b) {
		// Eight bytes at a time: a byte below a space borrows from its top bit.
		if i+8 <= len(b) {
			if x := binary.LittleEndian.Uint64(b[i:]); (x|(x-spaces))&high == 0 {
				i += 8
				continue
			}
		}
		c := b[i]
		switch {
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRune(b[i:])
			if size == 1 {
				if !final && !utf8.FullRune(b[i:]) {
					return i, nil
				}
				return i, faultf(EncodingError, "byte 0x%02X is not valid UTF-8; the file is damaged", c)
			}
			if r == 0xFFFE || r == 0xFFFF {
				return i, faultf(ControlCharacter, "character U+%04X is not allowed; the file is damaged", r)
			}
			i += size
		case c >= ' ', c == '\n', c == '\r', c == '\t':
			i++
		default:
			return i, faultf(ControlCharacter, "control character 0x%02X is not allowed; the file is damaged", c)
		}
	}
	return i, nil
}
