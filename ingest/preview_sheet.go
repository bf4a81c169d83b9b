package ingest

import (
	"slices"
	"strings"

	"gatehouse/ingest/sheet"
)

// sampleRows is how many rows of a sheet a preview shows, and sampleCells how
// many values of a column.
const (
	sampleRows  = 5
	sampleCells = 3
)

// show notes how a sheet is read.
func (p *Preview) show(in *intake, s *sheet.Sheet, c candidate, head []headRow) {
	if p == nil {
		return
	}
	sp := p.sheet(in, s, c, head)
	sp.Feed, sp.Project = c.feed.Name, in.plan.project
	p.Sheets = append(p.Sheets, sp)
}

// guess shows a sheet that is left out as what it looks most like, so that a
// person can say what its columns are.
func (p *Preview) guess(in *intake, s *sheet.Sheet, best candidate, head []headRow) {
	if p == nil {
		return
	}
	c, ok := likeliest(in.convert, in.feeds, best, head)
	if !ok {
		p.Sheets = append(p.Sheets, SheetPreview{Name: s.Name, Columns: []ColumnPreview{}, Rows: []RowPreview{}})
		return
	}
	sp := p.sheet(in, s, c, head)
	sp.Likely = c.feed.Name
	p.Sheets = append(p.Sheets, sp)
}

// sheet shows a sheet read with the candidate as its header.
func (p *Preview) sheet(in *intake, s *sheet.Sheet, c candidate, head []headRow) SheetPreview {
	below := head[c.first+c.rows:]
	sp := SheetPreview{Name: s.Name, Header: head[c.first+c.rows-1].number, Columns: []ColumnPreview{}}
	for col, name := range c.names {
		if name == "" {
			continue
		}
		cp := c.column(col, name, below)
		if cp.Use == UseIgnored && c.ruled[col] == "" {
			cp.Suggestions = c.suggest(in.convert, col, below)
		}
		sp.Columns = append(sp.Columns, cp)
	}
	sp.Rows = previewRows(below, sp.Columns)
	for _, group := range c.missing {
		sp.Missing = append(sp.Missing, c.feed.names(group))
	}
	if project, _ := in.projectOf(s, head[:c.first]); project == "" && c.feed.lacksProject(c.columns[fProject].def != nil) {
		sp.Missing = append(sp.Missing, c.feed.names([]field{fProject}))
	}
	return sp
}

// names are the fields of a group as mappings call them.
func (f *Feed) names(group []field) []string {
	var names []string
	for _, id := range group {
		if d := f.field(id); d != nil {
			names = append(names, d.Name)
		}
	}
	return names
}

// previewRows are the first rows behind the header.
func previewRows(below []headRow, columns []ColumnPreview) []RowPreview {
	rows := []RowPreview{}
	for _, row := range below[:min(len(below), sampleRows)] {
		cells := make([]string, len(columns))
		for i, col := range columns {
			if col.Use != UsePersonal && col.at < len(row.cells) {
				cells[i] = shortened(row.cells[col.at].Text)
			}
		}
		rows = append(rows, RowPreview{Number: row.number, Cells: cells})
	}
	return rows
}

// column tells what a column of the header is taken for.
func (c candidate) column(col int, name string, below []headRow) ColumnPreview {
	cp := ColumnPreview{Column: sheet.ColumnName(col), Header: oneLine(name), Use: UseIgnored, Samples: []string{}, at: col}
	for _, m := range c.columns {
		if m.def != nil && m.col == col {
			cp.Use, cp.Field, cp.Unit = UseField, m.def.Name, m.unit
		}
	}
	switch {
	case cp.Use == UseField:
	case slices.Contains(c.questions, col):
		cp.Use = UseQuestion
	case isPersonal(name):
		cp.Use = UsePersonal
		return cp
	}
	cp.Kind = kindOf(below, col)
	for _, row := range below {
		if len(cp.Samples) == sampleCells {
			break
		}
		if col < len(row.cells) && strings.TrimSpace(row.cells[col].Text) != "" {
			cp.Samples = append(cp.Samples, shortened(row.cells[col].Text))
		}
	}
	return cp
}
