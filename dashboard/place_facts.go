package dashboard

import (
	"strconv"
	"strings"

	"gatehouse/ingest"
)

// becameFact is a fact that the row made, in words.
type becameFact struct {
	ingest.PlaceFact
	Heading string
	Values  []becameValue
	Blank   int // values that the fact has none of
	State   stateBadge
	By      string // what counts instead, and where
	ByURL   string
}

type becameValue struct {
	Label  string
	Name   string // of the field, where the label is not it
	Value  string
	Note   string // on the value
	Cells  string
	Source string // how the value came of the cells
	Marked bool
}

// factsShown is how many facts stand open; a questionnaire makes dozens.
const factsShown = 2

// factWords words what the row became, the marked fact first.
func (d *placeData) factWords() {
	for _, f := range d.Facts {
		became := d.becameFact(f)
		switch {
		case f.Marked:
			d.Became = append([]becameFact{became}, d.Became...)
		case len(d.Facts) <= factsShown:
			d.Became = append(d.Became, became)
		default:
			d.Others = append(d.Others, became)
		}
	}
}

func (d *placeData) becameFact(f ingest.PlaceFact) becameFact {
	b := becameFact{PlaceFact: f, Heading: d.In(f.Title)}
	for _, v := range f.Values {
		if v.Field == "question" && f.Fact == "survey_response" {
			b.Heading += d.T("：", ": ") + v.Value
		}
		if v.Value == "" {
			b.Blank++
			continue
		}
		value := becameValue{Label: d.In(v.Label), Value: v.Value, Cells: strings.Join(v.Cells, " "), Marked: v.Marked}
		if !d.English() {
			value.Name = v.Field
		}
		if v.Field == "project" {
			value.Note = d.projectNote(f)
		}
		if v.Until {
			value.Note = d.T("不含这一天", "exclusive")
		}
		switch {
		case len(v.Cells) == 0:
			value.Source = d.T("文件未写，按规则", "not in the row: by rule")
		case v.Derived:
			value.Source = d.T("由此算出", "worked out")
		case v.Blank:
			value.Source = d.T("空白：合并单元格或默认值", "blank: merged above, or the usual value")
		}
		if v.Marked {
			d.Marking, d.Stored = value.Label, value.Value
		}
		b.Values = append(b.Values, value)
	}
	b.State, b.By, b.ByURL = d.counting(f)
	return b
}

func (d *placeData) projectNote(f ingest.PlaceFact) string {
	if name := d.ProjectName(f.Project); name != f.Named {
		return name
	}
	return ""
}

// counting words whether a fact counts, and what counts instead.
func (d *placeData) counting(f ingest.PlaceFact) (badge stateBadge, by, byURL string) {
	c := f.Counts
	counts := d.T("现在计入", "Counts now")
	if !d.Asked.KnownAt.IsZero() {
		counts = d.T("当时计入", "Counted then")
	}
	loadURL := ""
	if d.Whole {
		loadURL = "/loads/" + c.LoadID
	}
	switch c.State {
	case ingest.Counts:
		return stateBadge{counts, "good", "check"}, "", ""
	case ingest.Carried:
		return stateBadge{counts, "good", "check"}, d.T("由更正它的载入沿用：", "carried over by the load that corrected it: ") + c.LoadID, loadURL
	case ingest.Superseded:
		at := rowURL(ingest.PlaceRequest{LoadID: c.LoadID, Attempt: c.Attempt, Brought: c.Brought, Sheet: c.Sheet, Row: c.Row, Fact: f.Fact, Field: d.Asked.Field})
		row := strconv.Itoa(c.Row)
		place := strings.Trim(c.File+" › "+c.Sheet, " ›") + " › " + d.T("第 "+row+" 行", "row "+row)
		return stateBadge{d.T("已被取代", "Superseded"), "warn", "arrow-back-up"}, d.T("现在以此为准：", "what counts now: ") + place, at
	case ingest.Gone:
		return stateBadge{d.T("更正后已无", "Dropped"), "warn", "x"}, d.T("更正它的载入没有这一行：", "the load that corrected it has no such row: ") + c.LoadID, loadURL
	case ingest.Unseen:
	}
	return stateBadge{d.T("不计入", "Part of no figure"), "warn", "x"}, d.T("所属载入未发布或已撤回", "its load is not published, or was withdrawn"), ""
}
