package sheet

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// characters reads a piece of text up to the next markup, reference or carriage
// return. It says false if there was nothing to show: space outside the root.
func (x *scanner) characters() (bool, error) {
	for {
		b := x.buf[x.pos:x.end]
		n := plainLength(b)
		if n > 0 {
			x.pos += n
			return x.show(b[:n])
		}
		text, n, err := x.tryCharacter(b)
		if err != nil {
			return false, err
		}
		if n > 0 {
			x.pos += n
			return x.show(text)
		}
		if err := x.within(); err != nil {
			return false, err
		}
	}
}

// show makes text the current piece. Outside the root only space may stand.
func (x *scanner) show(text []byte) (bool, error) {
	x.begun = true
	if len(x.path) == 0 {
		if !isBlank(text) {
			return false, faultf(IllFormedXML, "text %s outside the root element; the file is damaged", excerpt(text))
		}
		return false, nil
	}
	x.text = text
	return true, nil
}

// plainLength counts the leading bytes that stand for themselves.
func plainLength(b []byte) int {
	for i, c := range b {
		switch c {
		case '<', '&', '\r', ']':
			return i
		}
	}
	return len(b)
}

// tryCharacter reads one character that needs a look at what follows it; the
// length is 0 if b ends before that is known.
func (x *scanner) tryCharacter(b []byte) ([]byte, int, error) {
	switch {
	case len(b) < 2:
		return nil, 0, nil
	case b[0] == '&':
		r, n, err := reference(b)
		if n == 0 || err != nil {
			return nil, 0, err
		}
		x.scratch = appendRune(x.scratch[:0], r)
		return x.scratch, n, nil
	case b[0] == ']':
		if b[1] != ']' {
			return b[:1], 1, nil
		}
		if len(b) < 3 {
			return nil, 0, nil
		}
		if b[2] == '>' {
			return nil, 0, faultf(IllFormedXML, "\"]]>\" stands in a text; the file is damaged")
		}
		return b[:1], 1, nil
	case b[1] == '\n': // XML reads a carriage return with or without line feed as one line feed
		return b[1:2], 2, nil
	}
	x.scratch = append(x.scratch[:0], '\n')
	return x.scratch, 1, nil
}

// reference decodes "&lt;", "&#20013;" and their like at the start of b; the
// length is 0 if b ends too early.
func reference(b []byte) (rune, int, error) {
	const longest = 12 // "&#x0010FFFF;"
	end := bytes.IndexByte(b[:min(len(b), longest)], ';')
	if end < 0 {
		if len(b) < longest {
			return 0, 0, nil
		}
		return 0, 0, badEntity(b[:longest])
	}
	switch name := string(b[1:end]); name {
	case "lt":
		return '<', end + 1, nil
	case "gt":
		return '>', end + 1, nil
	case "amp":
		return '&', end + 1, nil
	case "quot":
		return '"', end + 1, nil
	case "apos":
		return '\'', end + 1, nil
	}
	r, ok := charReference(b[1:end])
	if !ok {
		return 0, 0, badEntity(b[:end+1])
	}
	return r, end + 1, nil
}

// charReference reads "#20013" or "#x4E2D" as a character that XML allows.
func charReference(b []byte) (rune, bool) {
	if len(b) < 2 || b[0] != '#' {
		return 0, false
	}
	digits, base := b[1:], rune(10)
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	r := rune(0)
	for _, c := range digits {
		d := strings.IndexByte("0123456789abcdef", c|0x20)
		if d < 0 || rune(d) >= base || c < '0' {
			return 0, false
		}
		if r = r*base + rune(d); r > utf8.MaxRune {
			return 0, false
		}
	}
	allowed := r >= ' ' || r == '\t' || r == '\n' || r == '\r'
	return r, len(digits) > 0 && allowed && utf8.ValidRune(r) && r != 0xFFFE && r != 0xFFFF
}

func badEntity(b []byte) error {
	return faultf(BadEntity, "%s is not a character reference; the file is damaged", excerpt(b[:min(len(b), 12)]))
}

func appendRune(b []byte, r rune) []byte { return utf8.AppendRune(b, r) }
