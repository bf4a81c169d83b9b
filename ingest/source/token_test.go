package source

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse"
)

// A token is looked for where it is declared, each time anew; none that is
// empty, unreadable or of a source that is switched off lets anyone in.
func TestSender(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "token")
	sources, err := Parse("sources.yaml", []byte(`
sources:
  - {name: cashiers, kind: push, push: {token: {env: CASHIERS}, projects: [P1, P2]}}
  - {name: meters, kind: push, push: {token: {file: "`+file+`"}}}
  - {name: off, kind: push, disabled: true, push: {token: {env: OFF}}}
  - {name: unset, kind: push, push: {token: {env: UNSET}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"CASHIERS": "one", "OFF": "off"}
	r, err := NewRunner(nil, nil, nil, Deps{Getenv: func(name string) string { return env[name] }}, sources)
	if err != nil {
		t.Fatal(err)
	}
	check := func(when string, want map[string]string) {
		t.Helper()
		for token, name := range want {
			if s, ok := r.Sender(token); s.Name != name || ok != (name != "") {
				t.Errorf("%s, token %q is of %q, want %q", when, token, s.Name, name)
			}
		}
	}
	check("without the file", map[string]string{"one": "cashiers", "two": "", "off": "", "": "", "on": ""})
	if err := os.WriteFile(file, []byte("two\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env["CASHIERS"] = "three"
	check("after a change", map[string]string{"one": "", "two": "meters", "three": "cashiers"})
	cashiers, _ := r.Sender("three")
	if p := cashiers.Push.Scope(); !p.Allows("P2") || p.Allows("P3") || p.Allows("") {
		t.Errorf("cashiers may load for %v", p)
	}
	if meters, _ := r.Sender("two"); !meters.Push.Scope().All() {
		t.Error("meters may not load for all projects")
	}

	env["CASHIERS"] = "two"
	_, err = NewRunner(nil, nil, nil, Deps{Getenv: func(name string) string { return env[name] }}, sources)
	if gatehouse.KindOf(err) != gatehouse.Invalid || !strings.Contains(err.Error(), "cashiers and meters have the same token") || strings.Contains(err.Error(), "two") {
		t.Errorf("a token of two sources: %v", err)
	}
}
