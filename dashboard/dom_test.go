package dashboard

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gatehouse"
)

// node is an element of a page.
type node struct{ *html.Node }

func parse(t *testing.T, page string) node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return node{root}
}

// all finds the elements of a tag with a class, any class when it is empty.
func (n node) all(tag, class string) []node {
	var found []node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == tag && (class == "" || hasClass(d, class)) {
			found = append(found, node{d})
		}
	}
	return found
}

func hasClass(n *html.Node, class string) bool {
	for word := range strings.FieldsSeq(attribute(n, "class")) {
		if word == class {
			return true
		}
	}
	return false
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text is what the element says, spaces folded.
func (n node) text() string {
	var words []string
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			words = append(words, strings.Fields(d.Data)...)
		}
	}
	return strings.Join(words, " ")
}

// String is for test messages.
func (n node) String() string { return n.text() }

func userScope(t *testing.T, s *site, name string) gatehouse.Scope {
	t.Helper()
	u, err := s.users.Find(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return u.Scope()
}
