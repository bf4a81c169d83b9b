package gatehouse_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// Every word of the screens, workbooks, charts and errors exists in Chinese and
// in English. A pair is what a function with parameters zh and en is called
// with, a gatehouse.Text, or a struct with fields zh and en.

// oneSided are pairs of which one language has no word at that place: it puts
// it elsewhere in the sentence.
func oneSided() []pair {
	return []pair{
		{"", " net billed"}, {"", " met"}, {"", " so far"}, {"已 ", ""}, {" 件", ""}, {"件", ""}, {"周", ""}, {" 行", ""},
	}
}

// sameInBoth are wordings without Chinese characters that are the same to a
// Chinese reader: punctuation, units, and names.
func sameInBoth(zh string) bool {
	verbs := strings.NewReplacer("%s", "", "%d", "", "%v", "", "%q", "")
	text := strings.TrimFunc(verbs.Replace(zh), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return text == "" || slices.Contains([]string{"n", "P90", "kWh/m", "Microsoft YaHei"}, text)
}

// quoted are headers and values of the files that the English names as they are written there.
func quoted() *strings.Replacer {
	return strings.NewReplacer("项目编码", "", "退回行号", "", "总体", "")
}

// pair is a wording in both languages, of which the parts that are computed are left out.
type pair struct{ zh, en string }

func han(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// wide are marks of Chinese text that do not belong into English.
func wide(s string) bool { return strings.ContainsAny(s, "，。；：（）、？！“”《》") }

// fault says what is wrong with a pair, empty for nothing.
func (p pair) fault() string {
	zh, en := strings.TrimSpace(p.zh), strings.TrimSpace(quoted().Replace(p.en))
	switch {
	case slices.Contains(oneSided(), p) || zh == "" && !strings.ContainsFunc(en, unicode.IsLetter):
		return "" // nothing is said
	case zh == "":
		return "the Chinese is missing"
	case en == "":
		return "the English is missing"
	case han(en):
		return "the English is in Chinese"
	case wide(en):
		return "the English has Chinese marks"
	case !han(zh) && !sameInBoth(p.zh):
		return "the Chinese is in English"
	}
	return ""
}

func TestPairFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pair
		good bool
	}{
		{pair{"收缴率", "Collection rate"}, true}, {pair{"、", ", "}, true}, {pair{"", ""}, true}, {pair{" 行", ""}, true}, {pair{"%d 行", "%d rows"}, true},
		{pair{"收缴率", ""}, false}, {pair{"", "Rows"}, false}, {pair{"Rows", "Rows"}, false}, {pair{"行数", "行数"}, false}, {pair{"行数，列数", "rows，columns"}, false},
	} {
		if fault := c.fault(); (fault == "") != c.good {
			t.Errorf("%q: %q", c.pair, fault)
		}
	}
}

// wording is a pair and where it stands.
type wording struct {
	pair
	at string
}

// TestWordsOfTheProgram walks the code of what people read.
func TestWordsOfTheProgram(t *testing.T) {
	t.Parallel()
	pairs := 0
	for folder, files := range readPackages(t) {
		w := newWords(files)
		for _, one := range w.pairs() {
			pairs++
			if fault := one.fault(); fault != "" {
				t.Errorf("%s: %s: %q %q", one.at, fault, one.zh, one.en)
			}
		}
		if !speaks(folder) {
			continue
		}
		for _, one := range w.alone() {
			if !readAsData(one.at, one.zh) {
				t.Errorf("%s: Chinese that has no English beside it: %q", one.at, one.zh)
			}
		}
	}
	if pairs < 1000 {
		t.Errorf("only %d pairs found: the test looks in the wrong place", pairs)
	}
}

// speaks tells whether what a package says is for people. What ingest reads in
// Chinese are the headers and values of files.
func speaks(folder string) bool {
	return folder == "dashboard" || strings.HasPrefix(folder, "dashboard/") || folder == "analytics" || strings.HasPrefix(folder, "analytics/")
}

// readAsData tells Chinese that is looked for in data or counted with, not said.
func readAsData(at, literal string) bool {
	// Figures, dates and periods are composed by language, branch by branch; their tests compare both.
	if strings.HasPrefix(at, "dashboard/format.go:") || strings.HasPrefix(at, "dashboard/chart/format.go:") {
		return true
	}
	for file, words := range map[string][]string{
		"dashboard/collections_panels.go": {"亿万元 "},                                     // cut off a figure to show it smaller
		"dashboard/project_dimensions.go": {"总体"},                                       // a dimension of the files
		"dashboard/project_service.go":    {"其他"},                                       // a category of the files
		"analytics/allocate_purse.go":     {"违约金", "滞纳金"},                               // parts of fee items' names
		"dashboard/mapping_words.go":      {"元", "千元", "万元", "百万元", "亿元", "万kWh", "万㎡"}, // units as files have them
	} {
		if text, err := strconv.Unquote(literal); err == nil && strings.HasPrefix(at, file+":") && slices.Contains(words, text) {
			return true
		}
	}
	return false
}

// TestWordsOfKPIs looks at the headers of the definitions, which say all in both.
func TestWordsOfKPIs(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("sql/kpi/*.sql")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d definitions: %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		heads := map[string]bool{}
		for line := range strings.Lines(string(text)) {
			head, rest, ok := strings.Cut(strings.TrimPrefix(line, "-- "), ": ")
			parts := strings.Split(strings.TrimSpace(rest), " | ")
			if !ok || !strings.HasPrefix(line, "-- ") || !slices.Contains([]string{"name", "definition", "n", "change"}, head) {
				continue
			}
			heads[head] = true
			if head == "change" {
				parts = parts[1:] // after the version
			}
			if len(parts) != 2 {
				t.Errorf("%s: %s has %d wordings: %q", file, head, len(parts), rest)
				continue
			}
			if fault := (pair{parts[0], parts[1]}).fault(); fault != "" {
				t.Errorf("%s: %s: %s: %q", file, head, fault, rest)
			}
		}
		if !heads["name"] || !heads["definition"] {
			t.Errorf("%s: says no name or no definition", file)
		}
	}
}

// inScripts is a wording of a script: the server says nearly all, but not that it
// cannot be reached.
func inScripts() *regexp.Regexp {
	return regexp.MustCompile(`root\.lang === 'en' \? '([^']*)' : '([^']*)'`)
}

// TestWordsOfScripts: what scripts word is in pairs too.
func TestWordsOfScripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("dashboard/static/*.js")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d scripts: %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		said := strings.ReplaceAll(string(text), `replace('月', '')`, "") // shortens a label that the server worded
		for _, found := range inScripts().FindAllStringSubmatch(said, -1) {
			if fault := (pair{found[2], found[1]}).fault(); fault != "" {
				t.Errorf("%s: %s: %s", file, fault, found[0])
			}
		}
		if han(inScripts().ReplaceAllString(said, "")) {
			t.Errorf("%s has Chinese in it that has no English beside it", file)
		}
	}
}

// TestEveryKindOfErrorIsWorded: the page of each has its words, which the pairs
// above look at; here none is left out.
func TestEveryKindOfErrorIsWorded(t *testing.T) {
	t.Parallel()
	kinds := constants(t, "error.go", "Kind")
	handler, err := fs.ReadFile(os.DirFS("dashboard"), "handler.go")
	if err != nil {
		t.Fatal(err)
	}
	if len(kinds) < 5 {
		t.Fatalf("kinds are %v", kinds)
	}
	for _, kind := range kinds {
		if !strings.Contains(string(handler), fmt.Sprintf("case gatehouse.%s:", kind)) {
			t.Errorf("statusOf does not know gatehouse.%s, so its page says nothing", kind)
		}
	}
}

// constants are the names of a type's constants in a file.
func constants(t *testing.T, path, kind string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && calledName(spec.Type) == kind {
			for _, name := range spec.Names {
				names = append(names, name.Name)
			}
		}
		return true
	})
	return names
}
