package source

import (
	"os"
	"regexp"
	"testing"
)

// The example of the documentation is one that works.
func TestDocumentedExample(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/sources.md")
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile("(?s)```yaml\n(sources:.*?)```").FindSubmatch(page)
	if example == nil {
		t.Fatal("docs/sources.md has no example")
	}
	sources, err := Parse("docs/sources.md", example[1])
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sources {
		if _, err := New(s, Deps{}); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
}
