package ingest

import (
	"maps"
	"strings"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// column is one column of a sheet that a field is read from.
type column struct {
	def    *Field
	id     field
	col    int
	header string
	parse  parse
	shift  int               // power of ten of the header's unit
	words  map[string]string // Enum: folded word to value
	// last is the latest value and the row it stood in, for cells merged downwards.
	last    value
	lastRow int
	sum     string  // Money: the sum of the manifest it belongs to
	day     readDay // Date: the latest, since most rows repeat it
	fills   bool    // merged cells repeat their value; a sum of money would count twice
}

// readDay is a day and the text it was read from.
type readDay struct {
	text string
	n    int64
}

// questionColumn is a column of a wide survey sheet.
type questionColumn struct {
	column
	question, dimension string
	min, max            int64 // scale as its header says, else the usual one
	value               value
}

// plan is how the rows of one sheet are read.
type plan struct {
	feed      *Feed
	sheet     *sheet.Sheet
	columns   []column
	questions []questionColumn
	columnOf  [fieldCount]int // index into columns, -1 where there is none
	defaults  []*Field        // fields that a blank cell has a value for
	project   string          // of rows that name none
	kind      string          // request kind told by the header
	first     string          // header of the first column read, to know it again on the next page
	merged    []sheet.Range
	asked     bool // merged is known
	overrides bool // the project stands above that of a row's own cell
	data      int  // row after which the data begins
	width     int  // of the header, in text files: a longer row is out of step with it
}

func newPlan(c candidate, s *sheet.Sheet, rows []headRow) *plan {
	p := &plan{feed: c.feed, sheet: s, kind: c.implied, data: rows[c.first+c.rows-1].number}
	for i := range p.columnOf {
		p.columnOf[i] = -1
	}
	for _, row := range rows[c.first : c.first+c.rows] {
		p.width = max(p.width, len(row.cells))
	}
	byCol := map[int]matched{}
	for _, m := range c.columns {
		if m.def != nil {
			byCol[m.col] = m
		}
	}
	for col := range c.names {
		m, ok := byCol[col]
		if !ok {
			continue
		}
		p.columnOf[m.def.id] = len(p.columns)
		column := newColumn(m, c.names[col], c.feed.guide.wordsOf(m.def.id))
		column.sum = c.feed.sumOf(m.def.id)
		p.columns = append(p.columns, column)
	}
	for _, col := range c.questions {
		def := c.feed.field(fScore)
		q := questionColumn{column: column{def: def, id: fScore, col: col, header: c.names[col], parse: readScore}}
		q.question, q.min, q.max = splitScale(stripNumbering(c.names[col]))
		q.dimension = dimensionOf(q.question)
		if q.max == 0 {
			q.min, q.max = scaleOf(q.dimension)
		}
		p.questions = append(p.questions, q)
	}
	for i := range c.feed.Fields {
		if d := &c.feed.Fields[i]; d.Default != "" {
			p.defaults = append(p.defaults, d)
		}
	}
	if len(p.columns) > 0 {
		p.first = p.columns[0].header
	}
	return p
}

// newColumn makes ready how a field is read; words are a source's own for an
// Enum's values.
func newColumn(m matched, name string, words map[string]string) column {
	c := column{def: m.def, id: m.def.id, col: m.col, header: name, parse: parserOf(m.def.Type), shift: unitShift(m.unit, m.def.Type)}
	if m.def.isRegister() {
		c.shift = 0 // a register is read in the unit of its meter
	}
	switch m.def.Type {
	case Enum:
		c.words = enumWords(m.def)
		maps.Copy(c.words, words)
		c.fills = true
	case Text, Room, Date, Month, Period:
		c.fills = true
	}
	return c
}

// enumWords are the words of an Enum, folded.
func enumWords(d *Field) map[string]string {
	words := map[string]string{}
	for _, v := range d.Values {
		for _, word := range append([]string{v.Name}, v.Aliases...) {
			words[foldValue(word)] = v.Name
		}
	}
	return words
}

// headerNotes says what a sheet's header holds that is not read. Names that
// begin with _ are the sender's own and not worth a note.
func headerNotes(c candidate, s *sheet.Sheet) []gatehouse.Text {
	used := map[int]bool{}
	for _, m := range c.columns {
		if m.def != nil {
			used[m.col] = true
		}
	}
	for _, col := range c.questions {
		used[col] = true
	}
	var personal, ignored []string
	for col, name := range c.names {
		switch {
		case name == "" || used[col] || strings.HasPrefix(name, "_"):
		case isPersonal(name):
			personal = append(personal, oneLine(name))
		case c.ruled[col] == UseIgnored: // by somebody who knows
		default:
			ignored = append(ignored, oneLine(name))
		}
	}
	var notes []gatehouse.Text
	if len(personal) > 0 {
		notes = append(notes, gatehouse.Text{ZH: "%s：个人信息列未保存：%s", EN: "%s: personal data dropped, never stored: %s"}.With(sheetLabel(s), listed(personal)))
	}
	if len(ignored) > 0 {
		notes = append(notes, gatehouse.Text{ZH: "%s：未读取的列：%s", EN: "%s: columns ignored: %s"}.With(sheetLabel(s), listed(ignored)))
	}
	return notes
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func sheetLabel(s *sheet.Sheet) gatehouse.Text { return sheetText(s.Name) }

// sheetText names a sheet; a text file's has no name.
func sheetText(name string) gatehouse.Text {
	if name == "" {
		return gatehouse.Text{ZH: "文件", EN: "the file"}
	}
	return gatehouse.Text{ZH: "工作表“%s”", EN: "sheet %q"}.With(name)
}

// listed joins names as each language does.
func listed(names []string) gatehouse.Text {
	return gatehouse.Text{ZH: strings.Join(names, "、"), EN: strings.Join(names, ", ")}
}

func joinTexts(texts []gatehouse.Text) gatehouse.Text {
	var zh, en []string
	for _, t := range texts {
		zh, en = append(zh, t.ZH), append(en, t.EN)
	}
	return gatehouse.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}
}

// describe names the fields of a group as files would.
func (f *Feed) describe(group []field) gatehouse.Text {
	var names []string
	for _, id := range group {
		if d := f.field(id); d != nil {
			names = append(names, d.Label())
		}
	}
	return gatehouse.Text{ZH: strings.Join(names, "或"), EN: strings.Join(names, " or ")}
}
