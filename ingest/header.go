package ingest

import (
	"slices"
	"strings"

	"gatehouse/ingest/sheet"
)

// headRows is how far down a sheet its header may stand.
const headRows = 50

// headRow is a row at the top of a sheet, kept while the header is looked for.
type headRow struct {
	number int
	cells  []sheet.Cell
}

func keepRow(row sheet.Row) headRow {
	kept := headRow{number: row.Number, cells: slices.Clone(row.Cells)}
	for i := range kept.cells {
		kept.cells[i].Text = strings.Clone(kept.cells[i].Text)
	}
	return kept
}

// candidate is a row, or two, read as the header of a feed.
type candidate struct {
	feed      *Feed
	first     int // index of its first row
	rows      int // 1 or 2
	names     []string
	columns   []matched         // by field
	questions []int             // columns of a wide survey
	ruled     map[int]ColumnUse // columns that a mapping gives to no field
	implied   string            // kind of request told by a header
	missing   [][]field
	score     int
}

// matched is the column found for a field.
type matched struct {
	col, rank int
	def       *Field
	unit      string
}

// findHeader looks for the row that, read as some feed's header, has all the
// feed needs. Of several feeds the one that asks for most wins, since a ledger
// has all that a bill needs and more.
func findHeader(rows []headRow, feeds []Feed) (best candidate, found bool) {
	for height := 1; height <= 2; height++ {
		for i := range len(rows) - height + 1 {
			names := headerNames(rows[i : i+height])
			if names == nil {
				continue
			}
			for f := range feeds {
				if !feeds[f].guide.allows(rows[i].number, height) {
					continue
				}
				c := match(&feeds[f], names, rows[i+height:])
				c.first, c.rows = i, height
				if c.better(best) {
					best = c
				}
			}
		}
	}
	return best, best.feed != nil && len(best.missing) == 0
}

// better prefers a complete candidate, then the score, then what came first.
func (c candidate) better(than candidate) bool {
	if than.feed == nil {
		return c.score > 0
	}
	if complete, was := len(c.missing) == 0, len(than.missing) == 0; complete != was {
		return complete
	}
	return c.score > than.score
}

// headerNames gives for each column the texts under which it may be known, the
// most specific first: of two rows, 应收 above 金额 is 应收金额.
func headerNames(rows []headRow) [][]string {
	width := 0
	for _, r := range rows {
		width = max(width, len(r.cells))
	}
	names := make([][]string, width)
	filled := 0
	parent := ""
	for col := range width {
		own := headText(rows[0], col)
		if len(rows) == 1 {
			if own != "" {
				names[col] = []string{own}
				filled++
			}
			continue
		}
		if own != "" {
			parent = own
		}
		switch child := headText(rows[1], col); {
		case child != "":
			names[col] = []string{parent + child, child}
			filled++
		case own != "":
			names[col] = []string{own}
			filled++
		}
	}
	if filled < 2 {
		return nil
	}
	return names
}

func headText(r headRow, col int) string {
	if col >= len(r.cells) || r.cells[col].Kind != sheet.Text {
		return ""
	}
	return strings.TrimSpace(r.cells[col].Text)
}

// match reads names as the header of a feed; below are the rows that follow.
func match(feed *Feed, names [][]string, below []headRow) candidate {
	c := candidate{feed: feed, names: make([]string, len(names)), columns: make([]matched, fieldCount), ruled: map[int]ColumnUse{}}
	found := 0
	for col, alternatives := range names {
		for i, name := range alternatives {
			a, unit, ok := feed.lookup(name)
			if i == 0 || ok {
				c.names[col] = name
			}
			if !ok {
				continue
			}
			if a.use != "" {
				c.ruled[col] = a.use
				break
			}
			def := &feed.Fields[a.index]
			at := &c.columns[def.id]
			if at.def == nil || a.rank < at.rank {
				if at.def == nil {
					found++
				}
				*at = matched{col: col, rank: a.rank, def: def, unit: unit}
				if a.kind != "" {
					c.implied = a.kind
				}
			}
			break
		}
	}
	if feed.wide && (c.asks() || c.columns[fQuestion].def == nil && c.columns[fScore].def == nil) {
		c.questions = questionColumns(c, below)
	}
	for _, group := range feed.needs {
		if !c.has(group) {
			c.missing = append(c.missing, group)
		}
	}
	c.score = 100*(len(feed.needs)-len(c.missing)) + found
	if len(c.missing) > 0 {
		c.score = 10 * found * found / max(len(feed.needs), 1)
	}
	return c
}

// asks tells whether a mapping has named questions of the sheet.
func (c candidate) asks() bool {
	for _, use := range c.ruled {
		if use == UseQuestion {
			return true
		}
	}
	return false
}

func (c candidate) has(group []field) bool {
	for _, f := range group {
		if c.columns[f].def != nil || c.feed.guide.fills(f) || f == fKind && c.implied != "" ||
			(f == fQuestion || f == fScore) && len(c.questions) > 0 {
			return true
		}
	}
	return false
}

// lookup finds the field that a header means, and its unit.
func (f *Feed) lookup(name string) (alias, string, bool) {
	h := foldHeader(name)
	if g, ok := f.guide.lookup(h); ok {
		if g.unit == "" {
			g.unit = h.unit
		}
		return g.alias, g.unit, true
	}
	a, ok := f.aliases[h.full]
	if !ok || h.full == "" {
		a, ok = f.aliases[h.base]
		ok = ok && h.base != ""
	}
	return a, h.unit, ok && !f.guide.settles(f.Fields[a.index].id)
}

// isPersonal tells headers of columns that are never stored.
func isPersonal(name string) bool {
	h := foldHeader(name).full
	for _, word := range [...]string{"身份证", "证件号", "手机", "电话", "联系方式", "idcard", "idnumber", "identitycard", "phone", "mobile", "telephone"} {
		if strings.Contains(h, word) {
			return true
		}
	}
	return h == "tel"
}
