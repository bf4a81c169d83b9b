package sheet

import (
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// gbRank says how ordinary a character is in Chinese text.
type gbRank uint8

const (
	gbRare   gbRank = iota + 1
	gbKnown         // level 2 of GB 2312
	gbCommon        // level 1, punctuation and full-width letters
)

// gbClass ranks characters by their place in GB 2312 and remembers: a text
// repeats a few thousand characters.
type gbClass struct {
	encoder *encoding.Encoder
	ranks   map[rune]gbRank
}

func newGBClass() *gbClass {
	return &gbClass{encoder: simplifiedchinese.GBK.NewEncoder(), ranks: make(map[rune]gbRank)}
}

func (g *gbClass) class(r rune) gbRank {
	rank := g.ranks[r]
	if rank == 0 {
		rank = g.look(r)
		g.ranks[r] = rank
	}
	return rank
}

func (g *gbClass) look(r rune) gbRank {
	b, err := g.encoder.Bytes(utf8.AppendRune(nil, r))
	if err != nil || len(b) != 2 || b[1] < 0xA1 {
		return gbRare
	}
	switch lead := b[0]; {
	case 0xA1 <= lead && lead <= 0xA3, 0xB0 <= lead && lead <= 0xD7:
		return gbCommon
	case 0xD8 <= lead && lead <= 0xF7:
		return gbKnown
	}
	return gbRare
}
