package ingest

import (
	"context"
	"slices"
	"strings"

	"gatehouse"
	"gatehouse/ingest/sheet"
	"gatehouse/sql/clickhouse"
)

// facts are what the row made, with the values as stored.
func (s *search) facts(ctx context.Context) ([]PlaceFact, error) {
	var facts []PlaceFact
	for _, own := range s.own {
		feed := s.feed(own.Fact)
		f := PlaceFact{Fact: own.Fact, Title: feed.Title, Project: own.Project, Named: own.Named, key: own.Key}
		for _, c := range s.tables[own.Fact] {
			f.Values = append(f.Values, PlaceValue{Field: c.name, Label: feed.label(c), Value: own.Values[c.name], Until: c.until()})
		}
		facts = append(facts, f)
	}
	return facts, s.count(ctx, facts)
}

// count finds for each fact the version of its key that counts.
func (s *search) count(ctx context.Context, facts []PlaceFact) error {
	if len(facts) == 0 {
		return nil
	}
	type counting struct {
		Fact    string `ch:"fact"`
		Key     string `ch:"natural_key"`
		Attempt uint64 `ch:"attempt"`
		Brought uint64 `ch:"brought"`
		LoadID  string `ch:"load_id"`
		Sheet   string `ch:"sheet"`
		Row     uint32 `ch:"source_row"`
		File    string `ch:"file_name"`
	}
	var tables, keys []string
	for _, f := range facts {
		tables, keys = append(tables, f.Fact), append(keys, f.key)
	}
	rows, err := clickhouse.Select[counting](ctx, s.db, "ingest.PlaceCounting", s.asked(),
		clickhouse.Params{"facts": tables, "keys": keys, "names": s.own[0].Names}) // a row is of one project
	if err != nil {
		return err
	}
	var by *replacement
	for i := range facts {
		f := &facts[i]
		at := slices.IndexFunc(rows, func(c counting) bool { return c.Fact == f.Fact && c.Key == f.key })
		if at < 0 {
			if by == nil {
				r, err := s.replacement(ctx, s.asks.Attempt)
				if err != nil {
					return err
				}
				by = &r
			}
			f.Counts = Counting{State: Unseen}
			if by.By != 0 {
				f.Counts = Counting{State: Gone, LoadID: by.LoadID}
			}
			continue
		}
		c := rows[at]
		f.Counts = Counting{State: Superseded, LoadID: c.LoadID, File: c.File, Attempt: c.Attempt, Brought: c.Brought, Sheet: c.Sheet, Row: int(c.Row)}
		if c.Sheet != s.req.Sheet || int(c.Row) != s.req.Row {
			continue
		}
		switch s.file.Attempt {
		case c.Attempt:
			f.Counts.State = Counts
		case c.Brought:
			f.Counts.State = Carried
			if c.Attempt == s.asks.Attempt {
				f.Counts.State = Counts
			}
		}
	}
	return nil
}

// show puts what was read into the place; r is nil when the file cannot be shown.
func (s *search) show(p *Place, r *lookedAt) error {
	if r == nil {
		_, err := s.mark(p, nil)
		return err
	}
	p.Feed = r.plan.feed.Name
	for _, f := range s.faults {
		if f.Row == uint32(s.req.Row) {
			p.Faults = append(p.Faults, f)
		}
	}
	p.Columns, p.Left = r.columnsOf(s.whole)
	m := masker{columns: p.Columns, numbers: personalNumbers()}
	for _, row := range r.head {
		p.Head = append(p.Head, m.row(row, RowHeader))
	}
	var cells []sheet.Cell
	for _, row := range r.rows {
		shown := m.row(row, s.use(row.number))
		if shown.Asked = row.number == s.req.Row; shown.Asked {
			cells = row.cells
		}
		p.Rows = append(p.Rows, shown)
	}
	for i := range p.Facts {
		s.trace(p, &p.Facts[i], r, cells)
	}
	col, err := s.mark(p, r)
	if err != nil || col < 0 {
		return err
	}
	p.Marked = slices.IndexFunc(p.Columns, func(c PlaceColumn) bool { return c.col == col })
	p.Cell = sheet.Ref(s.req.Row, col)
	return nil
}

// trace notes for each value of a fact the cells that it comes from, and for
// each column what its cell became.
func (s *search) trace(p *Place, f *PlaceFact, r *lookedAt, cells []sheet.Cell) {
	question := r.questionOf(f)
	for i, c := range s.tables[f.Fact] {
		v := &f.Values[i]
		// A ledger's own names tell the money of its two facts apart.
		if r.plan.feed.field(c.field) != nil {
			v.Label = r.plan.feed.label(c)
		}
		cols, derived := r.plan.sources(c.field, cells)
		if question != nil {
			if ours, worked := answerField(c.field); ours {
				cols, derived = []int{question.col}, worked
			}
		}
		if v.Value == "" && derived {
			continue
		}
		for _, col := range cols {
			if question == nil && v.Value == "" && empty(cells, col) {
				continue
			}
			at := slices.IndexFunc(p.Columns, func(pc PlaceColumn) bool { return pc.col == col })
			if at < 0 {
				continue
			}
			v.Cells, v.Derived = append(v.Cells, sheet.Ref(p.Row, col)), derived
			v.Blank = empty(cells, col)
			p.Columns[at].Became = append(p.Columns[at].Became, PlaceTarget{Fact: f.Fact, Field: c.name, Label: v.Label, Derived: derived})
		}
	}
}

// questionOf is the column of the answer that a fact is, nil for other facts.
func (r *lookedAt) questionOf(f *PlaceFact) *questionColumn {
	if f.Fact != "survey_response" || len(r.plan.questions) == 0 {
		return nil
	}
	for i := range r.plan.questions {
		if r.plan.questions[i].question == f.value("question") {
			return &r.plan.questions[i]
		}
	}
	return nil
}

func (f *PlaceFact) value(field string) string {
	for _, v := range f.Values {
		if v.Field == field {
			return v.Value
		}
	}
	return ""
}

// mark finds the column asked for, -1 when the file has none, and marks the
// fact and the value. r is nil when the file cannot be shown.
func (s *search) mark(p *Place, r *lookedAt) (int, error) {
	req := s.req
	for i := range p.Facts {
		f := &p.Facts[i]
		if req.Fact != "" && f.Fact != req.Fact || req.Question != "" && f.Fact == "survey_response" && f.value("question") != req.Question {
			continue
		}
		v := s.valueAsked(f, p.Feed)
		if v == nil {
			continue
		}
		f.Marked, v.Marked = true, true
		if len(v.Cells) == 0 {
			return -1, nil
		}
		return columnOf(v.Cells[0]), nil
	}
	switch {
	case r == nil: // the feed, whose names of fields may have been asked for, is not known
		return -1, nil
	case len(p.Facts) == 0:
		return r.columnAsked(req), nil
	}
	var names []string
	for _, f := range p.Facts {
		for _, v := range f.Values {
			names = append(names, f.Fact+"."+v.Field)
		}
	}
	return -1, gatehouse.Errorf(gatehouse.Invalid, "row %d made no %q: choose one of %s, or leave it out", p.Row,
		strings.Trim(req.Fact+"."+req.Field+" "+req.Question, ". "), strings.Join(slices.Compact(names), ", "))
}

// valueAsked is the value of a fact by the fact's own name of it or by the
// feed's; without a name, its measure.
func (s *search) valueAsked(f *PlaceFact, feed string) *PlaceValue {
	if name := s.req.Field; name != "" {
		d := s.feed(feed).named(name)
		for i, c := range s.tables[f.Fact] {
			if c.name == name || d != nil && c.field == d.id {
				return &f.Values[i]
			}
		}
		return nil
	}
	var measure *PlaceValue
	for _, name := range measures()[f.Fact] {
		for i := range f.Values {
			v := &f.Values[i]
			if v.Field == name && (measure == nil || len(measure.Cells) == 0 && len(v.Cells) > 0) {
				measure = v
			}
		}
	}
	return measure
}

// columnAsked is the column of a field of the feed, for a row without facts.
func (r *lookedAt) columnAsked(req PlaceRequest) int {
	if d := r.plan.feed.named(req.Field); d != nil {
		if at := r.plan.columnOf[d.id]; at >= 0 {
			return r.plan.columns[at].col
		}
	}
	for i := range r.plan.questions {
		if q := &r.plan.questions[i]; req.Question == "" || q.question == req.Question {
			return q.col
		}
	}
	return -1
}
