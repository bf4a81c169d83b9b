package ingest

import (
	"slices"
	"strings"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

// measures are the columns that say most of a fact, the best first.
func measures() map[string][]string {
	return map[string][]string{
		"project": {"households", "name"}, "room": {"area", "room"}, "fee_bill": {"amount"}, "fee_payment": {"amount"},
		"service_request": {"opened_at"}, "survey_response": {"score"}, "survey_wave": {"issued"}, "meter": {"multiplier", "meter"},
		"energy_reading": {"usage", "value", "cost"}, "kpi_target": {"target"},
	}
}

// instead says by what other columns a rule fills a field for which the row
// has no cell: the first group of which a cell is filled. It follows the rules
// in rule_*.go.
func instead() map[field][][]field {
	return map[field][][]field{
		fPeriodStart: {{fPeriod}, {fMonth}},
		fPeriodEnd:   {{fPeriod}, {fMonth}},
		fMonth:       {{fPeriodStart}, {fPeriod}},
		fMonthEnd:    {{fPeriod}},
		fDueOn:       {{fMonth}, {fPeriodStart}, {fPeriod}},
		fWave:        {{fSubmittedAt}},
		fDimension:   {{fQuestion}},
		fDontKnow:    {{fScore}},
		fReadOn:      {{fStart, fEnd}},
		fPrevOn:      {{fStart}},
		fMeterUnit:   {{fEnergy}},
	}
}

// sources are the columns of the sheet, 0-based, that a field of a fact comes
// from in a row, and whether it was worked out from them.
func (p *plan) sources(id field, cells []sheet.Cell) (cols []int, derived bool) {
	has := func(f field) bool {
		at := p.columnOf[f]
		return at >= 0 && !empty(cells, p.columns[at].col) && strings.TrimSpace(cells[p.columns[at].col].Text) != ""
	}
	take := func(group []field) []int {
		var cols []int
		for _, f := range group {
			if has(f) {
				cols = append(cols, p.columns[p.columnOf[f]].col)
			}
		}
		return cols
	}
	switch {
	case id == fRoom || id == fBuilding: // as intake.room decides
		parts := !has(fRoom) && has(fRoomNumber) ||
			has(fBuilding) && (!has(fRoom) || !strings.Contains(cells[p.columns[p.columnOf[fRoom]].col].Text, "-"))
		if parts && id == fBuilding && has(fBuilding) {
			return take([]field{fBuilding}), false
		}
		if parts {
			return take([]field{fBuilding, fUnit, fRoomNumber, fRoom}), true
		}
		if has(fRoom) {
			return take([]field{fRoom}), id == fBuilding
		}
	case has(id):
		return take([]field{id}), false
	}
	for _, group := range instead()[id] {
		if cols := take(group); len(cols) > 0 {
			return cols, true
		}
	}
	if at := p.columnOf[id]; at >= 0 { // blank, yet it is the field's own
		return []int{p.columns[at].col}, false
	}
	return nil, false
}

// answerField tells the fields of an answer that a question's own column gives.
func answerField(id field) (ours, derived bool) {
	switch id {
	case fScore:
		return true, false
	case fQuestion, fDimension, fScaleMin, fScaleMax, fDontKnow:
		return true, true
	}
	return false, false
}

// label names a column of a fact in both languages: as templates head the
// column of its feed, and as the fact calls it.
func (f *Feed) label(c tableColumn) gatehouse.Text {
	if d := f.field(c.field); d != nil {
		return gatehouse.Text{ZH: d.Label(), EN: c.name}
	}
	zh := map[string]string{"month_start": "开始月", "month_end": "结束月", "month": "会计月"}[c.name]
	if zh == "" {
		zh = c.name
	}
	return gatehouse.Text{ZH: zh, EN: c.name}
}

// until tells days and months that are the first ones after.
func (c tableColumn) until() bool { return c.field == fPeriodEnd || c.field == fMonthEnd }

// feed gives a feed by its name.
func (s *search) feed(name string) *Feed {
	for i := range s.feeds {
		if s.feeds[i].Name == name {
			return &s.feeds[i]
		}
	}
	return &Feed{Name: name}
}

// columnsShown bounds the columns of a place; those that are read come with it
// however many there are.
const columnsShown = 200

// columnsOf lists the columns to show: who may not see the whole file sees
// those that are read, since nobody has looked whose the others are.
func (r *lookedAt) columnsOf(whole bool) (columns []PlaceColumn, left int) {
	width := len(r.names)
	for _, row := range slices.Concat(r.head, r.rows) {
		width = max(width, len(row.cells))
	}
	for col := range width {
		c := PlaceColumn{Name: sheet.ColumnName(col), Use: UseIgnored, col: col}
		if col < len(r.names) {
			c.Header = oneLine(r.names[col])
		}
		if i := slices.IndexFunc(r.plan.columns, func(p column) bool { return p.col == col }); i >= 0 {
			d := r.plan.columns[i].def
			c.Use, c.Field, c.Label = UseField, d.Name, gatehouse.Text{ZH: d.Label(), EN: d.Name}
		}
		if i := slices.IndexFunc(r.plan.questions, func(q questionColumn) bool { return q.col == col }); i >= 0 {
			c.Use, c.Question = UseQuestion, r.plan.questions[i].question
		}
		if r.personal(col) {
			c.Use = UsePersonal
		}
		read := c.Use == UseField || c.Use == UseQuestion
		if !read && (!whole || col >= columnsShown) {
			left++
			continue
		}
		columns = append(columns, c)
	}
	return columns, left
}
