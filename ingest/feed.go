package ingest

import (
	"context"
	"slices"

	"gatehouse"
)

// Feed is one kind of rows that a sheet can hold.
type Feed struct {
	Name   string
	Title  gatehouse.Text
	Fields []Field

	// needs are fields of which a sheet, and each row, must have at least one
	// a group; a Required field is a group of its own.
	needs [][]field
	// blank lists the first fields of groups that a sheet needs but a row may leave empty.
	blank []field
	// keys are the fields that a total row leaves empty.
	keys []field
	// wide sheets may have one column a question.
	wide bool
	// projectless feeds may leave the project out.
	projectless bool
	// rule completes a record, checks what spans cells, and says which facts it makes.
	rule func(*intake, *record)
	// against compares a record with what is published and what the file has
	// brought so far; nil for feeds of which only the project is looked up.
	against func(context.Context, *intake, *record) error

	aliases map[string]alias
	guide   *guide // what a mapping says, nil without one
}

// alias is the field a folded header means; rank is its place in the list of
// aliases, since of two columns for one field the better name wins.
type alias struct {
	index, rank int
	kind        string    // request kind that the header implies
	use         ColumnUse // what a mapping makes of a column that is no field's
}

// Feeds lists every feed, in the order in which one would load them.
func Feeds() []Feed {
	feeds := slices.Concat(masterFeeds(), feeFeeds(), requestFeeds(), surveyFeeds(), energyFeeds())
	for i := range feeds {
		feeds[i].complete()
	}
	return feeds
}

// FeedNames lists the names that a request may force.
func FeedNames() []string {
	var names []string
	for _, f := range Feeds() {
		names = append(names, f.Name)
	}
	return names
}

// HasQuestions tells whether sheets of the feed may have a column a question.
func (f Feed) HasQuestions() bool { return f.wide }

func findFeed(name string) (Feed, error) {
	for _, f := range Feeds() {
		if f.Name == name {
			return f, nil
		}
	}
	return Feed{}, gatehouse.Errorf(gatehouse.Invalid, "there is no feed %q: choose one of %v, or leave it out to have it guessed", name, FeedNames())
}

func (f *Feed) complete() {
	f.aliases = map[string]alias{}
	for i, d := range f.Fields {
		if d.Required {
			f.needs = append(f.needs, []field{d.id})
		}
		for rank, name := range append(slices.Clone(d.Aliases), d.Name) {
			folded := foldHeader(name).full
			if _, taken := f.aliases[folded]; !taken {
				f.aliases[folded] = alias{index: i, rank: rank, kind: impliedKind(f.Name, name)}
			}
		}
	}
}

// field gives the definition of a place, nil when the feed has none.
func (f *Feed) field(id field) *Field {
	for i := range f.Fields {
		if f.Fields[i].id == id {
			return &f.Fields[i]
		}
	}
	return nil
}

// impliedKind is the kind of request that the header of its time tells.
func impliedKind(feed, header string) string {
	if feed != "service_request" {
		return ""
	}
	switch header {
	case "投诉时间", "投诉日期":
		return "complaint"
	case "报修时间", "报修日期":
		return "repair"
	}
	return ""
}
