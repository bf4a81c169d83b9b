package gatehouse_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/template/parse"
	"unicode"

	"golang.org/x/net/html"
)

// rawWords are texts of templates that are the same in both languages: names,
// units, keys, and the names of the languages, each in its own.
func rawWords() []string {
	return []string{
		"中文", "EN", "Gatehouse", "CSV", "JSON", "YAML", "SQL", "SHA-256", "KB", "MB", "n", "N", "%", "Excel", "R-2026-000123", "Enter", "Esc", "ƒ",
		"fees-east", "name", "feed", "fee_bill", // a mapping to write after, in YAML
	}
}

// attributes are those that people read or hear.
func attributes() []string {
	return []string{"title", "aria-label", "aria-description", "placeholder", "alt", "label", "data-label", "data-copied", "data-failed"}
}

// TestWordsOfTemplates: what a page says stands in pairs, and nothing outside of them.
func TestWordsOfTemplates(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("dashboard/templates/*.html")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d templates: %v", len(files), err)
	}
	pairs := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, tree := range parseTemplate(t, file, string(text)) {
			page := &templateWords{}
			page.walk(tree.Root)
			pairs += len(page.pairs)
			for _, p := range page.pairs {
				if fault := p.fault(); fault != "" {
					t.Errorf("%s, %s: %s: %q %q", file, tree.Name, fault, p.zh, p.en)
				}
			}
			for _, word := range rawTexts(page.text.String()) {
				t.Errorf("%s, %s: %q is said in one language only", file, tree.Name, word)
			}
		}
	}
	if pairs < 400 {
		t.Errorf("only %d pairs found: the test looks in the wrong place", pairs)
	}
}

// TestRawTexts: the words that the walk above would miss or find in vain.
func TestRawTexts(t *testing.T) {
	t.Parallel()
	for page, want := range map[string][]string{
		`<p>Rows</p>`: {"Rows"}, `<p>行 </p>`: {"行"}, `<p title="Rows"></p>`: {"Rows"}, `<img alt="房屋">`: {"房屋"}, `<p>12 – 13 / CSV ›</p>`: nil,
		`<code translate="no">gatehouse serve</code>`: nil, `<script>let words</script>`: nil, `<a class="rows" href="/rows">EN</a>`: nil,
		`<noscript><a href="/x" title="Read">12</a></noscript>`: {"Read"},
		`<b translate="no"><i>x</i> name</b> said`:              {"said"}, `<input placeholder="Find"><br>more`: {"Find", "more"},
	} {
		if got := rawTexts(page); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", page, got, want)
		}
	}
}

// parseTemplate parses all that a file defines; functions may be any.
func parseTemplate(t *testing.T, name, text string) map[string]*parse.Tree {
	t.Helper()
	tree := parse.New(name)
	tree.Mode = parse.SkipFuncCheck
	trees := map[string]*parse.Tree{}
	if _, err := tree.Parse(text, "", "", trees); err != nil {
		t.Fatal(err)
	}
	return trees
}

// templateWords is what a template says: pairs, and the text around the actions.
type templateWords struct {
	pairs []pair
	text  strings.Builder
}

func (w *templateWords) walk(n parse.Node) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, one := range n.Nodes {
				w.walk(one)
			}
		}
	case *parse.TextNode:
		w.text.Write(n.Text)
	case *parse.ActionNode:
		w.walk(n.Pipe)
	case *parse.IfNode:
		w.branch(&n.BranchNode)
	case *parse.RangeNode:
		w.branch(&n.BranchNode)
	case *parse.WithNode:
		w.branch(&n.BranchNode)
	case *parse.TemplateNode:
		w.walk(n.Pipe)
	case *parse.PipeNode:
		if n != nil {
			for _, command := range n.Cmds {
				w.command(command)
			}
		}
	}
}

func (w *templateWords) branch(n *parse.BranchNode) {
	w.walk(n.Pipe)
	w.walk(n.List)
	w.walk(n.ElseList)
}

// command is a call of T with two texts, or has such calls among its arguments.
func (w *templateWords) command(c *parse.CommandNode) {
	var texts []string
	for _, argument := range c.Args {
		if text, ok := argument.(*parse.StringNode); ok {
			texts = append(texts, text.Text)
		}
		if inner, ok := argument.(*parse.PipeNode); ok {
			w.walk(inner)
		}
	}
	if len(texts) == 2 && len(c.Args) == 3 && lastName(c.Args[0]) == "T" {
		w.pairs = append(w.pairs, pair{texts[0], texts[1]})
	}
}

// lastName is the method or field that a node names.
func lastName(n parse.Node) string {
	var chain []string
	switch n := n.(type) {
	case *parse.FieldNode:
		chain = n.Ident
	case *parse.VariableNode:
		chain = n.Ident
	case *parse.ChainNode:
		chain = n.Field
	}
	if len(chain) == 0 {
		return ""
	}
	return chain[len(chain)-1]
}

// rawTexts are the words of a page that are no action's: in its text and in the
// attributes that are read, but for what is marked as not to be translated.
func rawTexts(page string) []string {
	var found []string
	say := func(text string) {
		for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("/·|()[]+=:,.#", r) }) {
			if strings.ContainsFunc(word, unicode.IsLetter) && !slices.Contains(rawWords(), word) {
				found = append(found, word)
			}
		}
	}
	last := ""  // element that began
	silent := 0 // elements within which nothing is to be translated
	tokens := html.NewTokenizer(strings.NewReader(page))
	for {
		switch kind := tokens.Next(); kind {
		case html.ErrorToken:
			return found
		case html.TextToken:
			switch text := string(tokens.Text()); {
			case silent > 0:
			case last == "noscript": // the tokenizer takes its elements for text
				found = append(found, rawTexts(text)...)
			default:
				say(text)
			}
			last = ""
		case html.StartTagToken, html.SelfClosingTagToken:
			token := tokens.Token()
			last = token.Data
			no := false
			for _, a := range token.Attr {
				no = no || a.Key == "translate" && a.Val == "no"
				if slices.Contains(attributes(), a.Key) {
					say(a.Val)
				}
			}
			if kind == html.StartTagToken && !void(token.Data) && (silent > 0 || no || token.Data == "script" || token.Data == "style") {
				silent++
			}
		case html.EndTagToken:
			if name, _ := tokens.TagName(); silent > 0 && !void(string(name)) {
				silent--
			}
		case html.CommentToken, html.DoctypeToken:
		}
	}
}

// void tells elements that have no end.
func void(name string) bool {
	return slices.Contains([]string{"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}, name)
}
