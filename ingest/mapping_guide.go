package ingest

import (
	"path"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// guide is what a mapping says about the sheets of one feed. The zero pointer
// says nothing.
type guide struct {
	columns map[string]guided // by folded header
	fixed   map[field]value   // constants
	blanks  map[field]value   // defaults
	words   map[field]map[string]string
	header  HeaderRows
	// columnless feeds do not take the project from a column.
	columnless bool
}

// guided is what a mapping says a column is.
type guided struct {
	alias
	unit string
	feed string // the entry is about this feed only
}

// newGuide makes ready what a valid mapping says about a feed.
func newGuide(m *Mapping, f *Feed, calendar gatehouse.Calendar) *guide {
	if m == nil {
		return nil
	}
	g := &guide{columns: map[string]guided{}, fixed: map[field]value{}, blanks: map[field]value{}, words: m.words(f), header: m.Header}
	for i, c := range m.Columns {
		folded := foldHeader(c.Header).full
		if before, taken := g.columns[folded]; c.Feed != "" && c.Feed != f.Name || taken && before.feed == f.Name {
			continue // it is about another feed, or another entry about just this one
		}
		a := alias{index: -1, rank: i - len(m.Columns)} // before any alias
		switch def := f.named(c.Field); {
		case c.Ignore:
			a.use = UseIgnored
		case c.Question && f.wide:
			a.use = UseQuestion
		case def != nil:
			a.index = f.indexOf(def.id)
			if own, known := f.aliases[folded]; known && own.index == a.index {
				a.kind = own.kind
			}
		default:
			continue
		}
		g.columns[folded] = guided{a, foldHeader(c.Unit).full, c.Feed}
	}
	for _, fill := range []struct {
		into   map[field]value
		values map[string]string
	}{{g.fixed, m.Constants}, {g.blanks, m.Defaults}} {
		for name, text := range fill.values {
			if d := f.named(name); d != nil {
				if v, code := f.fixed(d, text, g.words, calendar); code == "" {
					fill.into[d.id] = v
				}
			}
		}
	}
	g.columnless = f.Name != "project" && len(m.ProjectFrom) > 0 && !m.looksIn(ProjectColumn)
	return g
}

// agree reads the file as the mapping says.
func (in *intake) agree(m *Mapping) {
	if m == nil {
		return
	}
	in.mapping, in.strict = m, map[Code]bool{}
	for _, code := range m.Errors {
		in.strict[code] = true
	}
}

// projectPlaces is the order in which the project is looked for.
func (m *Mapping) projectPlaces() []ProjectPlace {
	if m == nil || len(m.ProjectFrom) == 0 {
		return ProjectPlaces()
	}
	return m.ProjectFrom
}

func (m *Mapping) looksIn(place ProjectPlace) bool {
	for _, p := range m.ProjectFrom {
		if p == place {
			return true
		}
	}
	return false
}

func (f *Feed) indexOf(id field) int {
	for i := range f.Fields {
		if f.Fields[i].id == id {
			return i
		}
	}
	return -1
}

// words are the words of a source for those of the feed's choices, folded.
func (m Mapping) words(f *Feed) map[field]map[string]string {
	words := map[field]map[string]string{}
	for name, values := range m.Values {
		def := f.named(name)
		if def == nil || def.Type != Enum {
			continue
		}
		own := enumWords(def)
		words[def.id] = map[string]string{}
		for theirs, ours := range values {
			word, known := own[foldValue(ours)]
			if !known {
				word = foldValue(ours)
			}
			words[def.id][foldValue(theirs)] = word
		}
	}
	return words
}

// fixed reads the text of a constant or a default as a cell of the field.
func (f *Feed) fixed(d *Field, text string, words map[field]map[string]string, calendar gatehouse.Calendar) (value, Code) {
	c := newColumn(matched{def: d}, "", words[d.id])
	var v value
	code := c.parse(&converter{calendar: calendar}, &c, &sheet.Cell{Kind: sheet.Text, Text: text}, &v)
	if code == "" && !v.given {
		code = MissingKey
	}
	return v, code
}

// lookup finds what the mapping says of a header: its whole text, else without
// what stands in brackets.
func (g *guide) lookup(h header) (guided, bool) {
	if g == nil || h.full == "" {
		return guided{}, false
	}
	found, ok := g.columns[h.full]
	if !ok {
		found, ok = g.columns[h.base]
	}
	return found, ok
}

// wordsOf are the source's own words for the values of an Enum, folded.
func (g *guide) wordsOf(id field) map[string]string {
	if g == nil {
		return nil
	}
	return g.words[id]
}

// settles tells fields that no column may fill.
func (g *guide) settles(id field) bool {
	if g == nil {
		return false
	}
	_, fixed := g.fixed[id]
	return fixed || id == fProject && g.columnless
}

// fills tells fields that are there without a column.
func (g *guide) fills(id field) bool {
	if g == nil {
		return false
	}
	_, fixed := g.fixed[id]
	_, blank := g.blanks[id]
	return fixed || blank
}

// complete fills constants, and defaults for blank cells, into a record.
func (g *guide) complete(r *record) {
	if g == nil {
		return
	}
	for id, v := range g.fixed {
		r.v[id] = v
	}
	for id, v := range g.blanks {
		if !r.given(id) && !r.bad(id) {
			r.v[id] = v
		}
	}
}

// allows tells whether the header may stand in so many rows from this one.
func (g *guide) allows(row, rows int) bool {
	return g == nil || g.header.Row == 0 || row == g.header.Row && rows == max(g.header.Rows, 1)
}

// reads tells whether a sheet is one of those that the mapping is about. A text
// file's sheet has no name, so no pattern speaks of it.
func (m *Mapping) reads(s *sheet.Sheet) bool {
	if m == nil || len(m.Sheets) == 0 || s.Name == "" {
		return true
	}
	for _, pattern := range m.Sheets {
		if ok, err := path.Match(pattern, s.Name); ok && err == nil {
			return true
		}
	}
	return false
}
