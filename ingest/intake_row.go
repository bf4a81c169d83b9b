package ingest

import (
	"context"
	"strings"

	"gatehouse/ingest/sheet"
)

// read fills the record from the cells of the row, noting every bad one.
func (in *intake) read(ctx context.Context, row sheet.Row, r *record) error {
	p := in.plan
	for i := range p.columns {
		c := &p.columns[i]
		v := &r.v[c.id]
		if !in.cell(row, c, v, r) && c.fills && c.lastRow > 0 {
			if err := in.fill(ctx, row.Number, c, v); err != nil {
				return err
			}
		}
		if c.fills && v.given {
			c.last, c.lastRow = *v, row.Number
		}
	}
	for i := range p.questions {
		q := &p.questions[i]
		q.value = value{}
		in.cell(row, &q.column, &q.value, r)
	}
	return nil
}

// complete fills in what the cells of the row do not say.
func (in *intake) complete(r *record) {
	p := in.plan
	p.feed.guide.complete(r)
	for _, d := range p.defaults {
		if !r.given(d.id) && !r.bad(d.id) {
			r.setText(d.id, d.Default)
		}
	}
	if p.kind != "" && !r.given(fKind) && !r.bad(fKind) {
		r.setText(fKind, p.kind)
	}
	if !r.given(fProject) || p.overrides {
		r.setText(fProject, p.project)
	}
}

// fits finds cells behind the header's last in a line of text: the cells of such
// a line stand under the wrong headers. Beside the table of a workbook may
// stand what people like.
func (in *intake) fits(row sheet.Row, r *record) {
	if in.format != sheet.CSV {
		return
	}
	for col := in.plan.width; col < len(row.Cells); col++ {
		if row.Cells[col].Text != "" {
			r.faults = append(r.faults, fault{col: col, code: ExtraCell})
			return
		}
	}
}

// cell tells whether the cell holds anything.
func (in *intake) cell(row sheet.Row, c *column, v *value, r *record) bool {
	if c.col >= len(row.Cells) {
		return false
	}
	cell := &row.Cells[c.col]
	if cell.Kind == sheet.Empty {
		if cell.Formula {
			in.faultAt(r, c, FormulaError, "")
		}
		return cell.Formula
	}
	if cell.Kind == sheet.Error {
		in.faultAt(r, c, FormulaError, "")
		return true
	}
	if len(cell.Text) > 0 && strings.TrimSpace(cell.Text) == "" {
		return false
	}
	if code := c.parse(in.convert, c, cell, v); code != "" {
		if isErrorText(cell.Text) {
			code = FormulaError
		}
		in.faultAt(r, c, code, "")
	}
	return true
}

// isErrorText knows the errors of formulas that an export wrote as text.
func isErrorText(s string) bool {
	switch s {
	case "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!":
		return true
	}
	return false
}

// fill repeats a value downwards where the sheet has merged the cells. The
// merged ranges stand behind the rows in a workbook, so they are asked for
// only when a cell is blank where one above was not.
func (in *intake) fill(ctx context.Context, row int, c *column, v *value) error {
	p := in.plan
	if !p.asked {
		ranges, err := p.sheet.Merged(ctx)
		if err != nil {
			return err
		}
		p.asked = true
		for _, m := range ranges {
			if m.Row2 > m.Row1 && m.Row2 > p.data {
				p.merged = append(p.merged, m)
			}
		}
	}
	for _, m := range p.merged {
		if m.Col1 <= c.col && c.col <= m.Col2 && m.Row1 == c.lastRow && row <= m.Row2 {
			*v = c.last
			return nil
		}
	}
	return nil
}

// require notes what a row must have and has not.
func (in *intake) require(r *record) {
	feed := in.plan.feed
	if !r.given(fProject) && !feed.projectless && !r.bad(fProject) {
		in.fault(r, fProject, MissingKey, "")
	}
	for _, group := range feed.needs {
		if mayBeBlank(feed, group[0]) || group[0] == fQuestion && len(in.plan.questions) > 0 {
			continue
		}
		has := false
		for _, f := range group {
			has = has || r.given(f) || r.bad(f)
		}
		if !has {
			in.fault(r, in.plan.shown(group), MissingKey, "")
		}
	}
}

func mayBeBlank(feed *Feed, f field) bool {
	for _, b := range feed.blank {
		if b == f {
			return true
		}
	}
	return false
}

// shown is the field of a group that the sheet has a column for.
func (p *plan) shown(group []field) field {
	for _, f := range group {
		if p.columnOf[f] >= 0 {
			return f
		}
	}
	return group[0]
}

// fault notes a bad field; detail is one more fact for the reader.
func (in *intake) fault(r *record, f field, code Code, detail string) {
	if at := in.plan.columnOf[f]; at >= 0 {
		in.faultAt(r, &in.plan.columns[at], code, detail)
		return
	}
	name := ""
	if d := in.plan.feed.field(f); d != nil {
		name = d.Name
	}
	r.faults = append(r.faults, fault{field: f, name: name, col: -1, code: code, detail: detail})
}

func (in *intake) faultAt(r *record, c *column, code Code, detail string) {
	r.faults = append(r.faults, fault{field: c.id, name: c.def.Name, header: c.header, col: c.col, code: code, detail: detail})
}
