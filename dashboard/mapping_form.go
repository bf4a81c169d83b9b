package dashboard

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gatehouse"
	"gatehouse/ingest"
)

// mappingForm is what a form says.
type mappingForm struct {
	mapping ingest.Mapping
	anew    bool // its feed or header is not that of the columns that were shown
}

// readMappingForm puts what the form shows into the mapping that it carries.
// The texts are checked by Mapping.Validate.
func readMappingForm(form url.Values) (mappingForm, error) {
	m, err := ingest.ParseMapping(plainLines(form.Get("base")))
	if err != nil {
		return mappingForm{}, err
	}
	shown := m
	m.Name, m.Title, m.Feed = strings.TrimSpace(form.Get("name")), strings.TrimSpace(form.Get("title")), form.Get("feed")
	f, rows := mappingForm{}, m.Header.Rows
	m.Header = ingest.HeaderRows{}
	if m.Header.Row, err = number(form.Get("header_row")); err != nil {
		return f, err
	}
	switch two := form.Get("header_rows") == "2"; {
	case m.Header.Row == 0:
	case two:
		m.Header.Rows = 2
	case rows == 1:
		m.Header.Rows = 1
	}
	f.anew = m.Feed != shown.Feed || m.Header != shown.Header
	if m.Columns, err = readColumns(form); err != nil {
		return f, err
	}
	if m.Constants, err = pairs(form, "constant"); err != nil {
		return f, err
	}
	if m.Defaults, err = pairs(form, "default"); err != nil {
		return f, err
	}
	usual := usualDrifts()
	for name, policy := range map[string]*ingest.Drift{"new": &m.Contract.NewColumns, "missing": &m.Contract.MissingColumns, "retyped": &m.Contract.RetypedColumns} {
		if is := ingest.Drift(form.Get(name + "_columns")); *policy != "" || is != usual[name] {
			*policy = is
		}
	}
	m.Errors = nil
	for _, code := range form["errors"] {
		m.Errors = append(m.Errors, ingest.Code(code))
	}
	if f.anew {
		m = withoutColumns(m)
	}
	f.mapping = m
	return f, nil
}

// usualDrifts are what an empty policy of a contract stands for.
func usualDrifts() map[string]ingest.Drift {
	return map[string]ingest.Drift{"new": ingest.DriftAccept, "missing": ingest.DriftWarn, "retyped": ingest.DriftWarn}
}

// plainLines undoes what forms do to line breaks.
func plainLines(s string) []byte { return []byte(strings.ReplaceAll(s, "\r\n", "\n")) }

// number reads a whole number, blank for 0.
func number(s string) (int, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, gatehouse.Errorf(gatehouse.Invalid, "%q is no number of a row: leave it blank to have the header found", s)
	}
	return n, nil
}

// readColumns reads the lists of the form, which have a value for each column.
func readColumns(form url.Values) ([]ingest.MappedColumn, error) {
	headers, feeds, uses, units, best := form["header"], form["of_feed"], form["use"], form["unit"], form["best"]
	for _, list := range [][]string{feeds, uses, units, best} {
		if len(list) != len(headers) {
			return nil, gatehouse.Errorf(gatehouse.Invalid, "the form is not complete: open the page again")
		}
	}
	taken := map[[2]string]bool{}
	for i, use := range uses {
		taken[[2]string{use, feeds[i]}] = true
	}
	var columns []ingest.MappedColumn
	for i, header := range headers {
		use := uses[i]
		suggestion := [2]string{best[i], feeds[i]}
		if form.Get("do") == "suggest" && use == "" && best[i] != "" && !taken[suggestion] {
			use, taken[suggestion] = best[i], true
		}
		c := ingest.MappedColumn{Header: header, Feed: feeds[i]}
		switch use {
		case "":
			continue // its header tells
		case useIgnore:
			c.Ignore = true
		case useQuestion:
			c.Question = true
		default:
			c.Field, c.Unit = use, units[i]
		}
		columns = append(columns, c)
	}
	return columns, nil
}

// Uses of a column that are no field; no field is called so.
const (
	useIgnore   = "-"
	useQuestion = "?"
)

// pairs reads values of fields; blank ones are none.
func pairs(form url.Values, name string) (map[string]string, error) {
	fields, values := form[name+"_field"], form[name+"_value"]
	if len(fields) != len(values) {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "the form is not complete: open the page again")
	}
	var of map[string]string
	for i, field := range fields {
		if value := strings.TrimSpace(values[i]); field != "" && value != "" {
			if of == nil {
				of = map[string]string{}
			}
			of[field] = value
		}
	}
	return of, nil
}

// withoutColumns is what is left of a mapping for another feed or header: its
// columns are found anew, and only fields that both feeds have keep their values.
func withoutColumns(m ingest.Mapping) ingest.Mapping {
	m.Columns, m.Contract.Expects = nil, nil
	fields := fieldsOf(m.Feed)
	if m.Feed == "" {
		return m
	}
	unknown := func(name string) bool {
		return !slices.ContainsFunc(fields, func(f ingest.Field) bool { return f.Name == name })
	}
	for _, values := range []map[string]string{m.Constants, m.Defaults} {
		maps.DeleteFunc(values, func(name, _ string) bool { return unknown(name) })
	}
	maps.DeleteFunc(m.Values, func(name string, _ map[string]string) bool { return unknown(name) })
	return m
}

// fieldsOf are the fields of a feed, none for no feed.
func fieldsOf(feed string) []ingest.Field {
	for _, f := range ingest.Feeds() {
		if f.Name == feed {
			return f.Fields
		}
	}
	return nil
}
