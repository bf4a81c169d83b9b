package ingest

import (
	"cmp"
	"math"
	"slices"

	"gatehouse"
)

// Suggestion is a field that a column nobody knows may be meant for.
type Suggestion struct {
	Field  string         `json:"field"`
	Label  string         `json:"label"`  // header of a template
	Score  float64        `json:"score"`  // from 0 to 1
	Reason gatehouse.Text `json:"reason"` // why one may think so
}

// How much the header and the values say; and what a suggestion must come to
// for a field that the sheet needs, or may have.
const (
	headerWeight = 0.65
	valuesWeight = 0.35
	neededScore  = 0.3
	usefulScore  = 0.5
	suggested    = 3 // at most, for a column
)

// suggest ranks the fields that have no column yet for one that means nothing.
func (c candidate) suggest(convert *converter, col int, below []headRow) []Suggestion {
	var list []Suggestion
	header := foldHeader(c.names[col])
	if isPersonal(c.names[col]) {
		return nil
	}
	for i := range c.feed.Fields {
		d := &c.feed.Fields[i]
		if c.columns[d.id].def != nil || c.feed.guide.settles(d.id) {
			continue
		}
		s := c.feed.judge(convert, i, header, below, col)
		least := usefulScore
		if c.needs(d.id) {
			least = neededScore
		}
		if s.Score >= least {
			list = append(list, s)
		}
	}
	slices.SortStableFunc(list, func(a, b Suggestion) int { return cmp.Compare(b.Score, a.Score) })
	return list[:min(len(list), suggested)]
}

// needs tells whether the sheet cannot be read without the field or another of
// its group.
func (c candidate) needs(id field) bool {
	return slices.ContainsFunc(c.missing, func(group []field) bool { return slices.Contains(group, id) })
}

// judge tells how well a column suits a field.
func (f *Feed) judge(convert *converter, index int, header header, below []headRow, col int) Suggestion {
	d := &f.Fields[index]
	alike, alias := f.nearest(index, header)
	fit := fitOf(convert, d, f.guide.wordsOf(d.id), below, col)
	s := Suggestion{Field: d.Name, Label: d.Label()}
	switch {
	case fit.filled == 0:
		s.Score = 0.8 * alike
	case fit.readable < 0.5: // its values say that it is something else
		s.Score = 0.4 * alike
	default:
		s.Score = headerWeight*alike + valuesWeight*fit.look
	}
	s.Score = math.Round(s.Score*100) / 100
	s.Reason = reasonOf(d, alike, alias, fit)
	return s
}

func reasonOf(d *Field, alike float64, alias string, fit fit) gatehouse.Text {
	like := gatehouse.Text{ZH: "表头与“%s”相近", EN: "the header resembles %q"}.With(alias)
	look := lookText(d)
	switch named, looks := alike >= 0.4, fit.look >= 0.6; {
	case named && looks:
		return gatehouse.Text{ZH: "%s，%s", EN: "%s, %s"}.With(like, look)
	case named:
		return like
	case looks:
		return look
	}
	return gatehouse.Text{ZH: "内容符合该字段", EN: "its values can be read as that"}
}

// nearest is the alias of a field that a header resembles most.
func (f *Feed) nearest(index int, header header) (alike float64, alias string) {
	for name, a := range f.aliases {
		if a.index != index {
			continue
		}
		s := max(similarity(header.full, name), similarity(header.base, name))
		if s > alike || s == alike && s > 0 && name < alias {
			alike, alias = s, name
		}
	}
	return alike, alias
}

// similarity is 1 for equal words and 0 for words that have nothing in common:
// by what must be changed to make one of the other, or, since Chinese headers
// put the same characters in any order, by the characters that they share.
func similarity(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	longest := max(len(x), len(y))
	if longest == 0 || len(x) > longestHeader || len(y) > longestHeader {
		return 0
	}
	edits := 1 - float64(editDistance(x, y))/float64(longest)
	return max(edits, 0.9*2*float64(shared(x, y))/float64(len(x)+len(y)))
}

// longestHeader is where a text is no longer taken for a header.
const longestHeader = 64

// editDistance is how many characters must be put in, taken out or exchanged.
func editDistance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

// shared counts the characters that both have, letters of the alphabet apart:
// those stand in any word.
func shared(a, b []rune) int {
	counts := map[rune]int{}
	for _, r := range a {
		if r > 0x2E80 {
			counts[r]++
		}
	}
	n := 0
	for _, r := range b {
		if counts[r] > 0 {
			counts[r]--
			n++
		}
	}
	return n
}
