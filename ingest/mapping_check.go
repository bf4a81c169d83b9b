package ingest

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gatehouse"
)

// Validate checks the mapping against the feeds and says what to change.
func (m Mapping) Validate() error {
	for _, check := range []func() error{
		m.checkTexts, m.checkFrame, m.checkColumns, m.checkValues, m.checkContract,
		func() error { return m.checkFixed("constants", m.Constants) },
		func() error { return m.checkFixed("defaults", m.Defaults) },
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func wrongMapping(format string, args ...any) error {
	return gatehouse.Errorf(gatehouse.Invalid, "the mapping is wrong: "+format, args...)
}

func mappingNames() *regexp.Regexp {
	return regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$`)
}

// checkFrame looks at what is about the file as a whole.
func (m Mapping) checkFrame() error {
	if !mappingNames().MatchString(m.Name) {
		return wrongMapping("name %q: use up to 64 letters, digits, dots, dashes and underscores, such as fees-east", m.Name)
	}
	if m.Feed != "" {
		if _, err := findFeed(m.Feed); err != nil {
			return wrongMapping("feed: %s", err)
		}
	}
	for _, pattern := range m.Sheets {
		if _, err := path.Match(pattern, ""); err != nil || pattern == "" {
			return wrongMapping("sheets: %q is no pattern: write a sheet's name, with * for any text", pattern)
		}
	}
	if h := m.Header; h.Row < 0 || h.Row > headRows || h.Rows < 0 || h.Rows > 2 || h.Rows > 0 && h.Row == 0 {
		return wrongMapping("header: row is from 1 to %d, rows is 1 or 2 and needs row", headRows)
	}
	known := ProjectPlaces()
	for i, p := range m.ProjectFrom {
		if !slices.Contains(known, p) || slices.Contains(m.ProjectFrom[:i], p) {
			return wrongMapping("project_from: %q: list some of %v, each once", p, known)
		}
	}
	for _, code := range m.Errors {
		switch e := code.Explain(); {
		case slices.Contains([]Code{NewColumn, MissingColumn, RetypedColumn}, code):
			return wrongMapping("errors: say under contract what becomes of a file with %s", code)
		case e.Level != LevelWarning:
			return wrongMapping("errors: %q is no warning: list some of %v", code, warningCodes())
		}
	}
	return nil
}

// warningCodes are those that a mapping may make errors.
func warningCodes() []Code {
	var codes []Code
	for _, e := range Codes() {
		if e.Level == LevelWarning && e.Code != NewColumn && e.Code != MissingColumn && e.Code != RetypedColumn {
			codes = append(codes, e.Code)
		}
	}
	return codes
}

// subject is the feeds that a part of the mapping is about.
func (m Mapping) subject(feed string) ([]Feed, error) {
	if feed == "" {
		feed = m.Feed
	}
	if m.Feed != "" && feed != m.Feed {
		return nil, fmt.Errorf("feed is %s, but that of the mapping is %s: leave one of them out", feed, m.Feed)
	}
	if feed == "" {
		return Feeds(), nil
	}
	f, err := findFeed(feed)
	return []Feed{f}, err
}

// having are those of the feeds that have the field, an error when none has.
func having(feeds []Feed, name string) ([]Feed, error) {
	var has []Feed
	names := map[string]bool{}
	for i := range feeds {
		if feeds[i].named(name) != nil {
			has = append(has, feeds[i])
		}
		for _, d := range feeds[i].Fields {
			names[d.Name] = true
		}
	}
	if has == nil {
		return nil, fmt.Errorf("there is no field %q: choose one of %s", name, strings.Join(slices.Sorted(maps.Keys(names)), ", "))
	}
	return has, nil
}

// named gives a field's definition by its name, nil when the feed has none.
func (f *Feed) named(name string) *Field {
	for i := range f.Fields {
		if f.Fields[i].Name == name {
			return &f.Fields[i]
		}
	}
	return nil
}

// checkFixed reads constants or defaults as a cell would be read.
func (m Mapping) checkFixed(part string, values map[string]string) error {
	feeds, err := m.subject("")
	if err != nil {
		return wrongMapping("%s", err)
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		has, err := having(feeds, name)
		if err != nil {
			return wrongMapping("%s: %s", part, err)
		}
		for i := range has {
			if _, code := has[i].fixed(has[i].named(name), values[name], m.words(&has[i]), anyCalendar()); code != "" {
				return wrongMapping("%s: %s of %s cannot be %q: %s; %s%s", part, name, has[i].Name, values[name], code.Explain().Message.EN, code.Explain().Hint.EN, m.orNameFeed())
			}
		}
	}
	return nil
}

// anyCalendar serves to read values that are looked at and not kept.
func anyCalendar() gatehouse.Calendar {
	return gatehouse.Calendar{Location: time.UTC, YearStart: time.January}
}

// orNameFeed is the way out when a field means different things in different feeds.
func (m Mapping) orNameFeed() string {
	if m.Feed != "" {
		return ""
	}
	return " (or name the feed of the mapping)"
}

// checkValues looks up our words for theirs.
func (m Mapping) checkValues() error {
	feeds, err := m.subject("")
	if err != nil {
		return wrongMapping("%s", err)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Values)) {
		has, err := having(feeds, name)
		if err != nil {
			return wrongMapping("values: %s", err)
		}
		for i := range has {
			def := has[i].named(name)
			if def.Type != Enum {
				return wrongMapping("values: %s of %s takes any %s: only words to choose from can be translated%s", name, has[i].Name, def.Type, m.orNameFeed())
			}
			for _, theirs := range slices.Sorted(maps.Keys(m.Values[name])) {
				ours := m.Values[name][theirs]
				if _, known := enumWords(def)[foldValue(ours)]; !known && (!def.Open || ours == "") {
					return wrongMapping("values: %s: %q stands for %q, which is no word of %s%s", name, theirs, ours, has[i].Name, m.orNameFeed())
				}
				if foldValue(theirs) == "" {
					return wrongMapping("values: %s: their word for %q is blank: use defaults for blank cells", name, ours)
				}
			}
		}
	}
	return nil
}

// checkTexts refuses what cannot stand in one line of a sheet or of YAML.
func (m Mapping) checkTexts() error {
	all := append([]string{m.Title}, m.Sheets...)
	for _, c := range m.Columns {
		all = append(all, c.Header, c.Unit)
	}
	for _, e := range m.Contract.Expects {
		all = append(all, e.Header)
	}
	for _, values := range append(slices.Collect(maps.Values(m.Values)), m.Constants, m.Defaults) {
		for k, v := range values {
			all = append(all, k, v)
		}
	}
	for _, s := range all {
		if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
			return wrongMapping("%q has line breaks or characters that no sheet shows: write a space instead", s)
		}
	}
	return nil
}
