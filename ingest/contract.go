package ingest

import (
	"gatehouse"
	"gatehouse/ingest/sheet"
)

// Contract is what a source has agreed to send, and what becomes of a file
// that differs. The zero Drift of each is its default.
type Contract struct {
	NewColumns     Drift            `yaml:"new_columns,omitempty"`     // default: accept
	MissingColumns Drift            `yaml:"missing_columns,omitempty"` // default: warn
	RetypedColumns Drift            `yaml:"retyped_columns,omitempty"` // default: warn
	Expects        []ExpectedColumn `yaml:"expects,omitempty"`
}

// Drift is what becomes of a file whose columns are not those agreed upon.
type Drift string

const (
	DriftAccept Drift = "accept"
	DriftWarn   Drift = "warn"
	DriftRefuse Drift = "refuse"
)

// ExpectedColumn is a column seen when the mapping was saved.
type ExpectedColumn struct {
	Header string     `yaml:"header"`
	Feed   string     `yaml:"feed,omitempty"` // of the sheets that have it, in books that hold several feeds
	Kind   ColumnKind `yaml:"kind,omitempty"` // none: the column was blank, or of no one kind
}

// ColumnKind is what most cells of a column look like.
type ColumnKind string

const (
	KindNumber ColumnKind = "number"
	KindDate   ColumnKind = "date"
	KindText   ColumnKind = "text"
	KindRoom   ColumnKind = "room"
)

// label names a kind in both languages.
func (k ColumnKind) label() gatehouse.Text {
	switch k {
	case KindNumber:
		return gatehouse.Text{ZH: "数字", EN: "numbers"}
	case KindDate:
		return gatehouse.Text{ZH: "日期", EN: "dates"}
	case KindRoom:
		return gatehouse.Text{ZH: "房号", EN: "rooms"}
	}
	return gatehouse.Text{ZH: "文本", EN: "texts"}
}

// policy is what becomes of a file for a code of a drift.
func (c Contract) policy(code Code) Drift {
	set, usual := c.MissingColumns, DriftWarn
	switch code {
	case NewColumn:
		set, usual = c.NewColumns, DriftAccept
	case RetypedColumn:
		set = c.RetypedColumns
	}
	if set == "" {
		return usual
	}
	return set
}

// drifted is a column that is not as agreed. col is -1 where it is missing.
type drifted struct {
	code     Code
	col      int
	header   string
	was, now ColumnKind
}

// compare finds how the columns of a sheet differ from those agreed upon for
// its feed; a contract that expects nothing of the feed says nothing about it.
func (c Contract) compare(found candidate, below []headRow) []drifted {
	expected := map[string]ExpectedColumn{}
	var order []string
	for _, e := range c.Expects {
		if e.Feed != "" && e.Feed != found.feed.Name {
			continue
		}
		folded := foldHeader(e.Header).full
		if _, twice := expected[folded]; !twice {
			order = append(order, folded)
		}
		expected[folded] = e
	}
	if len(expected) == 0 {
		return nil
	}
	var differ []drifted
	seen := map[string]bool{}
	for col, name := range found.names {
		folded := foldHeader(name).full
		if folded == "" {
			continue
		}
		e, agreed := expected[folded]
		if !agreed {
			differ = append(differ, drifted{code: NewColumn, col: col, header: oneLine(name)})
			continue
		}
		first := !seen[folded]
		seen[folded] = true
		if now := kindOf(below, col); first && e.Kind != "" && now != "" && now != e.Kind {
			differ = append(differ, drifted{code: RetypedColumn, col: col, header: oneLine(name), was: e.Kind, now: now})
		}
	}
	for _, folded := range order {
		if !seen[folded] {
			differ = append(differ, drifted{code: MissingColumn, col: -1, header: expected[folded].Header})
		}
	}
	return differ
}

// say words a difference.
func (d drifted) say() gatehouse.Text {
	switch d.code {
	case NewColumn:
		return gatehouse.Text{ZH: "多出列“%s”", EN: "new column %q"}.With(d.header)
	case MissingColumn:
		return gatehouse.Text{ZH: "缺少列“%s”", EN: "column %q is missing"}.With(d.header)
	}
	return gatehouse.Text{ZH: "列“%s”由%s变为%s", EN: "column %q holds no longer %s but %s"}.With(d.header, d.was.label(), d.now.label())
}

// drift holds a sheet against the contract of its mapping.
func (in *intake) drift(found candidate, s *sheet.Sheet, below []headRow) error {
	if in.mapping == nil {
		return nil
	}
	var refused []gatehouse.Text
	for _, d := range in.mapping.Contract.compare(found, below) {
		switch in.mapping.Contract.policy(d.code) {
		case DriftRefuse:
			refused = append(refused, d.say())
		case DriftWarn:
			in.warn(d.finding(s, in.plan.data, in.base))
		}
	}
	if refused == nil {
		return nil
	}
	return refuse("%s与映射 %s 的约定不符：%s。请对方按约定重发，或更新映射", "%s is not what mapping %s has agreed upon: %s; have the sender mend it, or save the mapping anew",
		sheetLabel(s), in.mapping.Name, joinTexts(refused))
}

// finding places a difference at its cell of the header.
func (d drifted) finding(s *sheet.Sheet, row int, base uint64) finding {
	f := finding{origin: origin{sheet: s.Name, row: row, brought: base}, code: d.code, value: d.header}
	if d.col >= 0 {
		f.col = &column{def: &Field{}, col: d.col, header: d.header}
	}
	if d.code == RetypedColumn {
		f.detail = string(d.was) + " → " + string(d.now)
	}
	return f
}
