package sheet

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
)

const (
	delimiters    = ",\t;|" // in the order in which they win a tie
	sniffedBytes  = bufferSize
	sniffedRecord = 50
)

// findDelimiter reads the start of a text and chooses the delimiter under which
// most records have the same number of fields. hint says that the first line is
// "sep=;", which Excel understands and which is no record.
func findDelimiter(src io.Reader, columns int) (delimiter byte, hint bool, err error) {
	head := make([]byte, sniffedBytes)
	n, err := io.ReadFull(src, head)
	head = head[:n]
	whole := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	var f *Fault
	switch {
	case errors.As(err, &f):
		return 0, false, atLine(f, 1+bytes.Count(head, []byte("\n")))
	case err != nil && !whole:
		return 0, false, err
	}
	if rest, found := bytes.CutPrefix(head, []byte("sep=")); found && len(rest) > 1 &&
		canDelimit(rest[0]) && (rest[1] == '\r' || rest[1] == '\n') {
		return rest[0], true, nil
	}
	best := delimiters[0]
	var bestScore score
	for i := range len(delimiters) {
		if s := tryDelimiter(head, whole, delimiters[i], columns); s.above(bestScore) {
			best, bestScore = delimiters[i], s
		}
	}
	return best, false, nil
}

// canDelimit keeps to characters that mean nothing else to the format.
func canDelimit(c byte) bool {
	return c == '\t' || ' ' <= c && c < utf8.RuneSelf && c != '"'
}

// score of a delimiter: how many of the records agree, and on how many fields.
type score struct {
	agree, records, fields int
}

// above compares shares by cross multiplication; the wider table wins a tie.
func (s score) above(t score) bool {
	a, b := s.agree*max(1, t.records), t.agree*max(1, s.records)
	return a > b || a == b && s.fields > t.fields
}

func tryDelimiter(head []byte, whole bool, delimiter byte, columns int) score {
	r := newCSVReader(bytes.NewReader(head), delimiter, columns)
	counts := make(map[int]int)
	var s score
	for s.records < sniffedRecord {
		err := r.record()
		cut := !whole && r.pos == r.end && r.err != nil // the head ends within this record
		var f *Fault
		if errors.As(err, &f) && f.Code == BadQuote {
			return score{} // quotes make no sense with this delimiter
		}
		if err != nil || cut {
			break
		}
		if r.blank {
			continue
		}
		s.records++
		counts[len(r.ends)]++
	}
	for fields, n := range counts {
		if fields > 1 && (n > s.agree || n == s.agree && fields > s.fields) {
			s.agree, s.fields = n, fields
		}
	}
	return s
}
