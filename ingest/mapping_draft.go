package ingest

import (
	"strings"
	"unicode"
)

// Draft is the mapping that describes how the preview has read the file, for a
// person to change and save. A file that could not be read is described by
// what it looks like.
func (p Preview) Draft(name string) Mapping {
	m := Mapping{Name: name}
	var given []MappedColumn
	if p.mapping != nil {
		m = *p.mapping
		m.Name = name
		given, m.Columns, m.Contract.Expects = m.Columns, nil, nil
	}
	sheets := p.drafted()
	feeds := map[string]bool{}
	for _, s := range sheets {
		feeds[s.feed()] = true
	}
	if len(feeds) == 1 {
		m.Feed = sheets[0].feed()
	}
	d := drafting{mapping: &m, given: given, at: map[[2]string]int{}, expected: map[[2]string]bool{}, unclear: map[int]bool{}}
	for _, s := range sheets {
		tag := s.feed()
		if len(feeds) == 1 {
			tag = ""
		}
		for _, c := range s.Columns {
			d.column(c, tag)
		}
	}
	m.Columns = d.clear()
	return m
}

// drafted are the sheets that were read or, where none was, those that look
// like something.
func (p Preview) drafted() []SheetPreview {
	var read, likely []SheetPreview
	for _, s := range p.Sheets {
		switch {
		case s.Feed != "":
			read = append(read, s)
		case s.Likely != "":
			likely = append(likely, s)
		}
	}
	if read == nil {
		return likely
	}
	return read
}

// feed is what the sheet is read as, or looks most like.
func (s SheetPreview) feed() string {
	if s.Feed != "" {
		return s.Feed
	}
	return s.Likely
}

// drafting collects the columns of all sheets.
type drafting struct {
	mapping  *Mapping
	given    []MappedColumn     // entries of the mapping that the file was read by
	at       map[[2]string]int  // entry by folded header and feed
	expected map[[2]string]bool // the same
	unclear  map[int]bool       // entries on which sheets differ: left to the headers
}

func (d *drafting) column(c ColumnPreview, tag string) {
	key := [2]string{foldHeader(c.Header).full, tag}
	if key[0] == "" || strings.ContainsFunc(c.Header, unicode.IsControl) {
		return
	}
	if !d.expected[key] {
		d.expected[key] = true
		d.mapping.Contract.Expects = append(d.mapping.Contract.Expects, ExpectedColumn{Header: c.Header, Feed: tag, Kind: c.Kind})
	}
	if isPersonal(c.Header) {
		return
	}
	entry := MappedColumn{Header: c.Header, Feed: tag}
	switch c.Use {
	case UseField:
		entry.Field, entry.Unit = c.Field, d.unitOf(key)
	case UseQuestion:
		entry.Question = true
	case UseIgnored:
		entry.Ignore = true
	default:
		return
	}
	if at, known := d.at[key]; known {
		if d.mapping.Columns[at] != entry {
			d.unclear[at] = true
		}
		return
	}
	d.at[key] = len(d.mapping.Columns)
	d.mapping.Columns = append(d.mapping.Columns, entry)
}

// unitOf keeps the unit that somebody has said a column is in.
func (d *drafting) unitOf(key [2]string) string {
	for _, g := range d.given {
		if foldHeader(g.Header).full == key[0] && (g.Feed == "" || g.Feed == key[1]) {
			return g.Unit
		}
	}
	return ""
}

func (d *drafting) clear() []MappedColumn {
	var columns []MappedColumn
	for i, c := range d.mapping.Columns {
		if !d.unclear[i] {
			columns = append(columns, c)
		}
	}
	return columns
}
