package sheet

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	utf8Name     = "utf-8"
	utf8BOMName  = "utf-8-bom"
	utf16LEName  = "utf-16le"
	utf16BEName  = "utf-16be"
	gb18030Name  = "gb18030"
	utf8BOM      = "\xEF\xBB\xBF"
	utf16LEBOM   = "\xFF\xFE"
	utf16BEBOM   = "\xFE\xFF"
	utf32LEBOM   = "\xFF\xFE\x00\x00"
	utf16Unit    = 2 // bytes
	longestRunes = 4 // bytes of a rune in UTF-8 or UTF-16
)

// byteOrderMark tells the encoding that a byte order mark at the start of b names,
// and the mark's length.
func byteOrderMark(b []byte) (encoding string, length int) {
	switch {
	case bytes.HasPrefix(b, []byte(utf8BOM)):
		return utf8BOMName, len(utf8BOM)
	case bytes.HasPrefix(b, []byte(utf32LEBOM)):
		return "", 0
	case bytes.HasPrefix(b, []byte(utf16LEBOM)):
		return utf16LEName, len(utf16LEBOM)
	case bytes.HasPrefix(b, []byte(utf16BEBOM)):
		return utf16BEName, len(utf16BEBOM)
	}
	return "", 0
}

// decodeUTF16 takes a byte order mark off r, and makes UTF-8 of UTF-16 that is
// marked so. It names the encoding, empty if there is no mark.
func decodeUTF16(r io.Reader) (io.Reader, string, error) {
	br := bufio.NewReaderSize(r, 4096)
	head, err := br.Peek(len(utf32LEBOM))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, "", err
	}
	encoding, length := byteOrderMark(head)
	if _, err := br.Discard(length); err != nil {
		return nil, "", err
	}
	switch encoding {
	case utf16LEName:
		return newUTF16Reader(br, binary.LittleEndian), encoding, nil
	case utf16BEName:
		return newUTF16Reader(br, binary.BigEndian), encoding, nil
	}
	return br, encoding, nil
}

// newUTF16Reader decodes r. The buffer lends the decoder room for a whole rune
// when the caller asks for fewer bytes.
func newUTF16Reader(r io.Reader, order binary.ByteOrder) io.Reader {
	return bufio.NewReader(&utf16Reader{src: r, order: order})
}

// utf16Reader decodes UTF-16 into UTF-8. Unlike the usual decoders it does not
// paper over half a surrogate pair or half a unit: both mean a damaged file.
type utf16Reader struct {
	src   io.Reader
	order binary.ByteOrder
	in    [4096]byte
	held  int // bytes of in that are read and not decoded
	err   error
}

// Read decodes into b, which must have room for a rune.
func (u *utf16Reader) Read(b []byte) (int, error) {
	if len(b) < longestRunes {
		return 0, io.ErrShortBuffer
	}
	for {
		n, used := u.decode(b)
		u.held = copy(u.in[:], u.in[used:u.held])
		if n > 0 {
			return n, nil
		}
		if u.err != nil {
			if errors.Is(u.err, io.EOF) && u.held > 0 {
				return 0, faultf(EncodingError, "the UTF-16 text ends within a character; the file is damaged or cut short")
			}
			return 0, u.err
		}
		read, err := u.src.Read(u.in[u.held:])
		u.held += read
		u.err = err
	}
}

// decode makes runes of the units in hand until either side is exhausted; a
// bad unit sets err.
func (u *utf16Reader) decode(b []byte) (n, used int) {
	for used+utf16Unit <= u.held && n+longestRunes <= len(b) {
		r := rune(u.order.Uint16(u.in[used:]))
		size := utf16Unit
		if utf16.IsSurrogate(r) {
			if used+2*utf16Unit > u.held {
				break
			}
			size = 2 * utf16Unit
			r = utf16.DecodeRune(r, rune(u.order.Uint16(u.in[used+utf16Unit:])))
			if r == utf8.RuneError {
				u.err = faultf(EncodingError, "half a UTF-16 character stands alone; the file is damaged")
				u.held = used
				break
			}
		}
		n += utf8.EncodeRune(b[n:], r)
		used += size
	}
	return n, used
}
