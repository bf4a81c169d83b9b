package panel

import (
	"time"

	"gatehouse"
	"gatehouse/dashboard/chart"
)

// Result is what a panel says, in one language. It is kept and given to many
// readers, so nobody changes it once it is built.
type Result struct {
	Page, Name string // its address
	Lang       gatehouse.Lang
	Title      string
	Unit       string
	Note       []string // segments, which do not break inside
	Period     string
	N          string // what it is made of: 214 meters
	KPI        string // whose definition holds, empty for none
	Sentence   string // what it shows, computed
	Rows       string // address of the rows behind it, empty for none
	RowsName   string // what stands there, where it is not just rows
	Empty      string // why there is nothing to show and what to do next
	KnownAt    time.Time
	AsOf       gatehouse.Date
	Known      string // both in words

	Table  Table
	Style  string       // CSS classes of the table where it is the body
	Chart  *chart.Chart // drawn from the table
	Body   string       // part of templates that draws the table instead, with Figure
	Figure any
	// Multiples: a picture has small lines in place of the table.
	Multiples *Multiples
}

// Address is the panel in a form: json, csv, xlsx, svg or html.
func Address(page, name, form string) string { return "/panel/" + page + "/" + name + "." + form }

// Caption is the title with its unit.
func (r *Result) Caption() string { return withUnit(r.Title, r.Unit) }

// Stamp is what stands below: what the panel is made of, and as of when.
func (r *Result) Stamp() string {
	if r.N == "" {
		return r.Known
	}
	return r.N + " · " + r.Known
}

// Finish cuts what no reader needs: a panel without data has no numbers to show.
func (r *Result) Finish() {
	if r.Empty != "" {
		r.Chart, r.Body = nil, ""
	}
}

// Weight is what the result counts for among those that are kept.
func (r *Result) Weight() int { return 1 + r.Table.Size()/8 }
