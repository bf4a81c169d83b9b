package sheet

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// textEncoding finds the encoding of a text file and the length of its byte
// order mark: by the mark, by the pattern of NUL bytes, by being valid UTF-8,
// and at last GB18030 if that makes plausible Chinese. The whole file is
// looked at, since the first Chinese name may stand in the last line.
func textEncoding(r io.ReaderAt, size int64) (encoding string, mark int, err error) {
	head, err := readHead(r, bufferSize)
	if err != nil {
		return "", 0, err
	}
	if bytes.HasPrefix(head, []byte(utf32LEBOM)) {
		return "", 0, faultf(EncodingError, "the file is encoded as UTF-32; save it as CSV UTF-8")
	}
	encoding, mark = byteOrderMark(head)
	switch encoding {
	case "":
		encoding = unmarkedUTF16(head, size)
	case utf8BOMName:
	default:
		return encoding, mark, nil
	}
	if encoding == utf16LEName || encoding == utf16BEName {
		return encoding, 0, nil
	}
	line, valid, err := checkUTF8(io.NewSectionReader(r, 0, size))
	switch {
	case err != nil:
		return "", 0, err
	case valid && encoding == utf8BOMName:
		return encoding, mark, nil
	case valid:
		return utf8Name, 0, nil
	case encoding == utf8BOMName:
		return "", 0, atLine(faultf(EncodingError, "the file calls itself UTF-8 and has a byte that is not; it is damaged, get it again"), line)
	}
	chinese, err := isGB18030(r, size)
	if err == nil && !chinese {
		err = atLine(faultf(EncodingError, "the text is neither UTF-8 nor GB18030; save the file as CSV UTF-8"), line)
	}
	return gb18030Name, 0, err
}

// unmarkedUTF16 recognises UTF-16 without a mark: commas, digits and line ends
// have a zero as their high byte, always on the same side. A few stray NUL
// bytes, or a block of them, do not make that pattern; in a file of a few lines
// it takes a line end to tell.
func unmarkedUTF16(head []byte, size int64) string {
	if size%utf16Unit != 0 {
		return ""
	}
	const fewest, clear = 20, 8 // one unit in 20 is plain; eight to one for a side
	var zeros [utf16Unit]int
	for i, c := range head {
		if c == 0 {
			zeros[i%utf16Unit]++
		}
	}
	units := len(head) / utf16Unit
	switch {
	case zeros[1]*fewest >= units && zeros[1] > clear*zeros[0] && endsLines(head, "\n\x00"):
		return utf16LEName
	case zeros[0]*fewest >= units && zeros[0] > clear*zeros[1] && endsLines(head, "\x00\n"):
		return utf16BEName
	}
	return ""
}

// endsLines says that one of the units of head is the line feed given, or that
// head is a single line in any encoding.
func endsLines(head []byte, lineFeed string) bool {
	for i := 0; i+utf16Unit <= len(head); i += utf16Unit {
		if string(head[i:i+utf16Unit]) == lineFeed {
			return true
		}
	}
	return bytes.IndexByte(head, '\n') < 0
}

// checkUTF8 reads to the end, or to the line with the first byte that is not
// valid UTF-8.
func checkUTF8(src io.Reader) (line int, valid bool, err error) {
	buf := make([]byte, bufferSize)
	kept, ended := 0, false
	line = 1
	for !ended {
		n, err := src.Read(buf[kept:])
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, false, err
		}
		ended = n == 0
		b := buf[:kept+n]
		good := validUTF8(b)
		line += bytes.Count(b[:good], []byte("\n"))
		if good < len(b) && (ended || utf8.FullRune(b[good:])) {
			return line, false, nil
		}
		kept = copy(buf, b[good:])
	}
	return line, true, nil
}

// validUTF8 counts the leading bytes of b that are valid and complete.
func validUTF8(b []byte) int {
	if utf8.Valid(b) {
		return len(b)
	}
	n := 0
	for {
		r, size := utf8.DecodeRune(b[n:])
		if r == utf8.RuneError && size <= 1 {
			return n
		}
		n += size
	}
}

// isGB18030 says whether the file decodes without a gap and reads like Chinese.
// Nearly any bytes decode as something; those of other encodings decode to
// characters nobody uses. Those in use are the ones of the standard of 1980:
// punctuation, 3,755 common characters (leads B0 to D7), 3,008 less common.
func isGB18030(r io.ReaderAt, size int64) (bool, error) {
	whole := transform.NewReader(io.NewSectionReader(r, 0, size), simplifiedchinese.GB18030.NewDecoder())
	gaps := bufio.NewReaderSize(whole, bufferSize)
	common, known, all := 0, 0, 0
	encoder := newGBClass()
	for {
		c, _, err := gaps.ReadRune()
		switch {
		case errors.Is(err, io.EOF):
			// Three in five common and four in five known leave room for
			// rare names, and none for Latin, Japanese or damaged UTF-8.
			return common*5 >= all*3 && known*5 >= all*4, nil
		case err != nil:
			return false, err
		case c == utf8.RuneError:
			return false, nil
		case c < utf8.RuneSelf:
			continue
		}
		all++
		switch encoder.class(c) {
		case gbCommon:
			common++
			known++
		case gbKnown:
			known++
		}
	}
}

// textReader decodes the file behind its mark into UTF-8.
func textReader(r io.ReaderAt, size int64, encoding string, mark int) io.Reader {
	src := io.NewSectionReader(r, int64(mark), size-int64(mark))
	switch encoding {
	case utf16LEName:
		return newUTF16Reader(src, binary.LittleEndian)
	case utf16BEName:
		return newUTF16Reader(src, binary.BigEndian)
	case gb18030Name:
		return transform.NewReader(src, simplifiedchinese.GB18030.NewDecoder())
	}
	return src
}
