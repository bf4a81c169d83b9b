package ingest

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// projectFinder knows which project a file is about when its rows do not say.
type projectFinder struct {
	given string // by the one who loads
	file  string // name of the file
	known []knownProject
}

type knownProject struct {
	Code string `ch:"code"`
	Name string `ch:"name"`
}

// find looks for the project in the places, in their order: what was given,
// then the code or name of exactly one known project in the titles of a sheet
// or in the name of the file. above tells that it stands above the column.
func (f projectFinder) find(places []ProjectPlace, titles []string) (project string, above bool) {
	above = true
	for _, place := range places {
		switch place {
		case ProjectColumn:
			above = false
		case ProjectGiven:
			project = f.given
		case ProjectSheet:
			project = f.only(titles)
		case ProjectFile:
			base := path.Base(strings.ReplaceAll(f.file, "\\", "/"))
			project = f.only([]string{strings.TrimSuffix(base, path.Ext(base))})
		}
		if project != "" {
			return project, above
		}
	}
	return "", false
}

// only gives the one project that the texts mention. A name inside a longer
// name that is mentioned too (阳光花园 in 阳光花园二期) does not count.
func (f projectFinder) only(texts []string) string {
	code, longest := "", ""
	for _, t := range texts {
		for _, p := range f.known {
			for _, word := range [...]string{p.Name, p.Code} {
				if !mentions(t, word) || p.Code == code && len(word) <= len(longest) {
					continue
				}
				switch {
				case code == "" || p.Code == code || strings.Contains(word, longest):
					code, longest = p.Code, word
				case !strings.Contains(longest, word):
					return ""
				}
			}
		}
	}
	return code
}

// mentions finds a word in a text; a code of letters and digits must stand by itself.
func mentions(text, word string) bool {
	if utf8.RuneCountInString(word) < 2 {
		return false
	}
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:from+i])
		after, _ := utf8.DecodeRuneInString(text[from+i+len(word):])
		if !continues(before, word[0]) && !continues(after, word[len(word)-1]) {
			return true
		}
		from += i + len(word)
	}
}

// continues tells whether r makes one word with the ASCII edge of another.
func continues(r rune, edge byte) bool {
	return edge < utf8.RuneSelf && r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r))
}
