package demo

import (
	"slices"

	"gatehouse"
)

// column is one field of a feed: how its header may be spelled and where its
// value comes from. Values are typed; the look turns them into cells.
type column[T any] struct {
	field string
	names []string // Chinese spellings; with none the field name is used
	value func(*T) any
	unit  string
}

// table is one sheet of data before it is dressed.
type table struct {
	sheet, title, feed string
	fields, headers    []string
	rows               []row
	bad                int
}

// row keeps typed values, so that totals are exact. Group is the building, where
// subtotals go by it.
type row struct {
	values []any
	group  string
}

// tabulate makes the table of the records. Group may be nil.
func tabulate[T any](l look, sheet, title, feed string, columns []column[T], records []T, group func(*T) string) *table {
	t := &table{sheet: sheet, title: title, feed: feed, rows: make([]row, len(records))}
	for i := range records {
		t.rows[i].values = make([]any, len(columns))
		for j, c := range columns {
			t.rows[i].values[j] = c.value(&records[i])
		}
		if group != nil {
			t.rows[i].group = group(&records[i])
		}
	}
	for _, c := range columns {
		t.fields = append(t.fields, c.field)
		t.headers = append(t.headers, c.header(l))
	}
	if l.lean {
		t.dropBlank()
	}
	return t
}

// header spells the column's name in the given look.
func (c column[T]) header(l look) string {
	if l.english || len(c.names) == 0 {
		return c.field
	}
	name := c.names[l.alias%len(c.names)]
	switch {
	case c.unit == "" || !l.units:
		return name
	case l.alias%2 == 0:
		return name + "(" + c.unit + ")"
	}
	return name + "（" + c.unit + "）"
}

// dropBlank leaves out the columns that hold nothing.
func (t *table) dropBlank() {
	for j := len(t.fields) - 1; j >= 0; j-- {
		if slices.ContainsFunc(t.rows, func(r row) bool { return r.values[j] != nil && r.values[j] != "" }) {
			continue
		}
		t.fields = slices.Delete(t.fields, j, j+1)
		t.headers = slices.Delete(t.headers, j, j+1)
		for i := range t.rows {
			t.rows[i].values = slices.Delete(t.rows[i].values, j, j+1)
		}
	}
}

// fault is a row that is wrong on purpose: a copy of a good one from which some
// fields differ. The copy comes after its model.
type fault struct {
	like int // counted from the first row, modulo the number of rows
	set  map[string]any
}

// spoil adds the faults, from the bottom up, so that no copy becomes a model.
func (t *table) spoil(faults []fault) {
	if len(t.rows) == 0 {
		return
	}
	n := len(t.rows)
	faults = slices.SortedStableFunc(slices.Values(faults), func(a, b fault) int { return b.like%n - a.like%n })
	for _, f := range faults {
		model := t.rows[f.like%n]
		copied := row{slices.Clone(model.values), model.group}
		for j, field := range t.fields {
			if v, ok := f.set[field]; ok {
				copied.values[j] = v
			}
		}
		at := min(f.like%n+3, len(t.rows))
		for at > 0 && at < len(t.rows) && t.rows[at].group != model.group {
			at-- // stays within its building, so that subtotals hold
		}
		t.rows = slices.Insert(t.rows, max(at, f.like%n+1), copied)
		t.bad++
	}
}

// sum adds the amounts of each money column over the rows.
func (t *table) sum(rows []row) []any {
	total := make([]any, len(t.fields))
	for _, r := range rows {
		for j, v := range r.values {
			if m, ok := v.(gatehouse.Money); ok {
				before, _ := total[j].(gatehouse.Money)
				total[j] = before + m
			}
		}
	}
	return total
}
