package sheet

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// wideText is the flag of a text with two bytes a character, in UTF-16; others
// leave out the high byte, which is zero.
const wideText = 1

// pieces is the content of a record and of those that continue it, since none
// holds more than 8,224 bytes.
type pieces struct {
	rest [][]byte
}

// continued takes up the records that continue r.
func (b *biff) continued(r record) *pieces {
	p := &pieces{rest: [][]byte{r.data}}
	for {
		at := b.pos
		next, err := b.next()
		if err != nil || next.kind != recContinue {
			b.pos = at // who reads on finds the fault
			return p
		}
		p.rest = append(p.rest, next.data)
	}
}

// advance drops pieces that are read and says whether anything is left.
func (p *pieces) advance() bool {
	for len(p.rest) > 0 && len(p.rest[0]) == 0 {
		p.rest = p.rest[1:]
	}
	return len(p.rest) > 0
}

// take reads n bytes of one piece.
func (p *pieces) take(n int) ([]byte, error) {
	if n == 0 {
		return nil, nil
	}
	if !p.advance() || len(p.rest[0]) < n {
		return nil, cutText()
	}
	b := p.rest[0][:n]
	p.rest[0] = p.rest[0][n:]
	return b, nil
}

func cutText() error {
	return faultf(BadRecord, "a text is cut off; the file is damaged")
}

// skip passes over n bytes, of whatever pieces.
func (p *pieces) skip(n int) error {
	for n > 0 {
		if !p.advance() {
			return cutText()
		}
		m := min(n, len(p.rest[0]))
		p.rest[0] = p.rest[0][m:]
		n -= m
	}
	return nil
}

// text reads n characters. Where they run on into the next piece it begins with
// a flag anew.
func (p *pieces) text(n int, wide bool) (string, error) {
	units := make([]uint16, 0, n)
	for n > 0 {
		if len(p.rest) > 0 && len(p.rest[0]) == 0 {
			if !p.advance() {
				return "", cutText()
			}
			wide = p.rest[0][0]&wideText != 0
			p.rest[0] = p.rest[0][1:]
			continue
		}
		size := 1
		if wide {
			size = utf16Unit
		}
		if len(p.rest) == 0 || len(p.rest[0]) < size {
			return "", cutText()
		}
		m := min(n, len(p.rest[0])/size)
		for i := range m {
			if wide {
				units = append(units, binary.LittleEndian.Uint16(p.rest[0][size*i:]))
			} else {
				units = append(units, uint16(p.rest[0][i]))
			}
		}
		p.rest[0] = p.rest[0][size*m:]
		n -= m
	}
	return unitsText(units)
}

// unitsText makes UTF-8 of UTF-16. Half a pair has no form in it.
func unitsText(units []uint16) (string, error) {
	b := make([]byte, 0, len(units))
	for i := 0; i < len(units); i++ {
		r := rune(units[i])
		if utf16.IsSurrogate(r) {
			if i++; i == len(units) {
				return "", halfCharacter()
			}
			if r = utf16.DecodeRune(r, rune(units[i])); r == utf8.RuneError {
				return "", halfCharacter()
			}
		}
		b = utf8.AppendRune(b, r)
	}
	return string(b), nil
}

func halfCharacter() error {
	return faultf(EncodingError, "a text has half a character; the file is damaged")
}

// sharedTexts reads the table of texts that cells point to. Fonts of parts of a
// text and phonetic guides come behind it and are skipped.
func (b *biff) sharedTexts(p *pieces) error {
	const phonetic, rich = 0x04, 0x08
	head, err := p.take(8)
	if err != nil {
		return err
	}
	for n := binary.LittleEndian.Uint32(head[4:]); n > 0; n-- {
		if len(b.shared) == b.limits.Cells {
			return faultf(TooLarge, "the workbook has more than %d shared texts", b.limits.Cells)
		}
		head, err := p.take(3)
		if err != nil {
			return err
		}
		behind := 0
		if head[2]&rich != 0 {
			runs, err := p.take(2)
			if err != nil {
				return err
			}
			behind = 4 * int(binary.LittleEndian.Uint16(runs))
		}
		if head[2]&phonetic != 0 {
			size, err := p.take(4)
			if err != nil {
				return err
			}
			behind += int(binary.LittleEndian.Uint32(size))
		}
		text, err := p.text(int(binary.LittleEndian.Uint16(head)), head[2]&wideText != 0)
		if err != nil {
			return err
		}
		if err := p.skip(behind); err != nil {
			return err
		}
		b.shared = append(b.shared, text)
	}
	return nil
}
