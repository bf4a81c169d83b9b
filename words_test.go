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

type parsed struct {
	path string
	set  *token.FileSet
	file *ast.File
}

// readPackages parses all code that is not a test, by folder.
func readPackages(t *testing.T) map[string][]parsed {
	t.Helper()
	packages := map[string][]parsed{}
	for _, f := range sourceFiles(t) {
		if strings.HasSuffix(f.path, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, f.path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		packages[f.folder] = append(packages[f.folder], parsed{f.path, set, file})
	}
	return packages
}

// words finds the pairs of a package.
type words struct {
	files   []parsed
	calls   map[string][][2]int // functions by name: the places of zh and en among their arguments
	structs map[string][][2]int // the same of the fields of structs
	seen    map[*ast.BasicLit]bool
}

func newWords(files []parsed) *words {
	w := &words{files: files, calls: map[string][][2]int{"T": {{0, 1}}}, structs: map[string][][2]int{"Text": {{0, 1}}}, seen: map[*ast.BasicLit]bool{}}
	for _, f := range files {
		ast.Inspect(f.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				w.learn(w.calls, n.Name.Name, n.Type.Params)
			case *ast.AssignStmt:
				for i, right := range n.Rhs {
					if f, ok := right.(*ast.FuncLit); ok {
						if name, ok := n.Lhs[i].(*ast.Ident); ok {
							w.learn(w.calls, name.Name, f.Type.Params)
						}
					}
				}
			case *ast.TypeSpec:
				if s, ok := n.Type.(*ast.StructType); ok {
					w.learn(w.structs, n.Name.Name, s.Fields)
				}
			}
			return true
		})
	}
	return w
}

func (w *words) learn(into map[string][][2]int, name string, fields *ast.FieldList) {
	if at := places(fields); len(at) > 0 {
		into[name] = at
	}
}

// places are where zh and en stand in a list of parameters or fields: of one
// pair, or of several that are called moreZH and moreEN.
func places(fields *ast.FieldList) (at [][2]int) {
	zh, en, n := map[string]int{}, map[string]int{}, 0
	for _, f := range fields.List {
		for _, name := range f.Names {
			lower := strings.ToLower(name.Name)
			if rest, ok := strings.CutSuffix(lower, "zh"); ok {
				zh[rest] = n
			}
			if rest, ok := strings.CutSuffix(lower, "en"); ok {
				en[rest] = n
			}
			n++
		}
		if len(f.Names) == 0 {
			n++
		}
	}
	for rest, i := range zh {
		if j, ok := en[rest]; ok {
			at = append(at, [2]int{i, j})
		}
	}
	return at
}

// pairs are all pairs of the package.
func (w *words) pairs() []wording {
	var all []wording
	for _, f := range w.files {
		add := func(zh, en ast.Expr) {
			if one, ok := w.pairOf(zh, en); ok {
				all = append(all, wording{one, f.set.Position(zh.Pos()).String()})
			}
		}
		ast.Inspect(f.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				for _, at := range w.calls[calledName(n.Fun)] {
					if max(at[0], at[1]) < len(n.Args) {
						add(n.Args[at[0]], n.Args[at[1]])
					}
				}
			case *ast.CompositeLit:
				w.composite(n, n.Type, add)
			}
			return true
		})
	}
	return all
}

// composite finds the pairs of a literal; kind is its type, of one within a list
// or map that of the elements.
func (w *words) composite(lit *ast.CompositeLit, kind ast.Expr, add func(zh, en ast.Expr)) {
	switch kind := kind.(type) {
	case *ast.ArrayType:
		w.elements(lit, kind.Elt, add)
	case *ast.MapType:
		w.elements(lit, kind.Value, add)
	case *ast.StructType:
		for _, at := range places(kind.Fields) {
			w.fields(lit, at, add)
		}
	case *ast.Ident, *ast.SelectorExpr:
		for _, at := range w.structs[calledName(kind)] {
			w.fields(lit, at, add)
		}
	}
}

func (w *words) elements(lit *ast.CompositeLit, kind ast.Expr, add func(zh, en ast.Expr)) {
	for _, e := range lit.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			e = pair.Value
		}
		if inner, ok := e.(*ast.CompositeLit); ok && inner.Type == nil {
			w.composite(inner, kind, add)
		}
	}
}

func (w *words) fields(lit *ast.CompositeLit, at [2]int, add func(zh, en ast.Expr)) {
	var found [2]ast.Expr
	for i, e := range lit.Elts {
		pair, keyed := e.(*ast.KeyValueExpr)
		for j := range found {
			switch {
			case keyed && strings.EqualFold(calledName(pair.Key), []string{"zh", "en"}[j]):
				found[j] = pair.Value
			case !keyed && i == at[j]:
				found[j] = e
			}
		}
	}
	empty := &ast.BasicLit{Kind: token.STRING, Value: `""`, ValuePos: lit.Pos()}
	for j := range found {
		if found[j] == nil {
			found[j] = empty
		}
	}
	if found[0] != empty || found[1] != empty {
		add(found[0], found[1])
	}
}

func calledName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// pairOf joins the literal parts of both wordings. What is computed wholly is no
// pair of literals.
func (w *words) pairOf(zh, en ast.Expr) (pair, bool) {
	z, zok := w.literal(zh)
	e, eok := w.literal(en)
	return pair{z, e}, zok && eok
}

// literal is the parts of an expression that are written out; ok when there is one.
func (w *words) literal(e ast.Expr) (text string, ok bool) {
	ast.Inspect(e, func(n ast.Node) bool {
		if call, isCall := n.(*ast.CallExpr); isCall && calledName(call.Fun) != "Sprintf" {
			return false // computed; its own words are looked at where they stand
		}
		if lit, isLit := n.(*ast.BasicLit); isLit && lit.Kind == token.STRING {
			part, err := strconv.Unquote(lit.Value)
			if err == nil {
				text, ok = text+part, true
				w.seen[lit] = true
			}
		}
		return true
	})
	return text, ok
}

// alone are the Chinese literals that belong to no pair; pairs comes first.
func (w *words) alone() []wording {
	var all []wording
	for _, f := range w.files {
		ast.Inspect(f.file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && han(lit.Value) && !w.seen[lit] {
				all = append(all, wording{pair{zh: lit.Value}, f.set.Position(lit.Pos()).String()})
			}
			return true
		})
	}
	return all
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
