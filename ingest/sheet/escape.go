package sheet

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// unescape decodes "_x000D_" in dst[start:], in place. Office writes so the
// characters that XML cannot hold, and "_x005F_" for an underscore that would
// look like such an escape. Half of a surrogate pair stays as it is written.
func unescape(dst []byte, start int) []byte {
	first := bytes.Index(dst[start:], []byte("_x"))
	if first < 0 {
		return dst
	}
	in := dst[start+first:]
	out := dst[:start+first]
	for len(in) > 0 {
		r, n := escaped(in)
		if n == 0 {
			out = append(out, in[0])
			in = in[1:]
			continue
		}
		out = utf8.AppendRune(out, r)
		in = in[n:]
	}
	return out
}

// escaped reads one escape, or two that make a surrogate pair; n is 0 if none
// stands at the start of b.
func escaped(b []byte) (r rune, n int) {
	const length = len("_xHHHH_")
	r, ok := escapedUnit(b)
	switch {
	case !ok:
		return 0, 0
	case !utf16.IsSurrogate(r):
		return r, length
	}
	low, ok := escapedUnit(b[length:])
	if pair := utf16.DecodeRune(r, low); ok && pair != utf8.RuneError {
		return pair, 2 * length
	}
	return 0, 0
}

func escapedUnit(b []byte) (rune, bool) {
	if len(b) < 7 || b[0] != '_' || b[1] != 'x' || b[6] != '_' {
		return 0, false
	}
	r := rune(0)
	for _, c := range b[2:6] {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c && c <= 'f', 'A' <= c && c <= 'F':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
