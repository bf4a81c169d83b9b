package browsertest

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// axeSource reads the accessibility checker from the packages of the build; it
// is put into pages by the test and is no part of the program.
func axeSource(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile("../../node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("%v: make deps fetches it", err)
	}
	return string(source)
}

// axeRules are WCAG 2.2 to level AA, and what axe-core holds for good practice besides.
const axeRules = `window.axe.run(document, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'],
}).then(found => found.violations.flatMap(v => v.nodes.slice(0, 3).map(n => ({
  rule: v.id, help: v.help, element: n.html.slice(0, 160), why: n.failureSummary.split('\n').slice(1, 3).join(' ').trim(),
}))))`

// shorten keeps the first rows of each table: the others are like them, axe-core
// takes a minute for a thousand, and no picture is as tall as a long one.
const shorten = `document.querySelectorAll('tbody').forEach(body => [...body.rows].slice(20).forEach(row => row.remove())); true`

// checkAccessible finds nothing that axe-core objects to.
func checkAccessible(t *testing.T, w *window, at string) {
	t.Helper()
	if !eval[bool](w, "axe", `typeof window.axe === 'object'`) {
		eval[bool](w, "put axe into the page", axeSource(t)+"\n;true")
	}
	found := get(w, "axe", chromedp.Evaluate[[]struct{ Rule, Help, Element, Why string }](axeRules, chromedp.EvalAwaitPromise))
	for _, v := range found {
		t.Errorf("%s: %s", at, strings.Join([]string{v.Rule, v.Help, v.Element, v.Why}, " | "))
	}
	if n := eval[int](w, "headings", `document.querySelectorAll('h1').length`); n != 1 {
		t.Errorf("%s has %d headings of the first level", at, n)
	}
}
