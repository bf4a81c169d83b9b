package sheet_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gatehouse/ingest/sheet"
)

// declaredCodes reads the constants of type Code from the package's source.
func declaredCodes(t *testing.T) []sheet.Code {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var codes []sheet.Code
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Code" {
				return true
			}
			for _, value := range spec.Values {
				if literal, ok := value.(*ast.BasicLit); ok {
					text, err := strconv.Unquote(literal.Value)
					if err != nil {
						t.Fatal(err)
					}
					codes = append(codes, sheet.Code(text))
				}
			}
			return true
		})
	}
	return codes
}

func TestEveryCodeIsExplained(t *testing.T) {
	t.Parallel()
	codes := declaredCodes(t)
	if len(codes) < 20 {
		t.Fatalf("only %d codes found in the source", len(codes))
	}
	for _, c := range codes {
		e := c.Explain()
		if !c.Known() || e.Message.ZH == "" || e.Message.EN == "" || e.Hint.ZH == "" || e.Hint.EN == "" {
			t.Errorf("%s has no complete explanation in Codes: %+v", c, e)
		}
	}
	if n := len(sheet.Codes()); n != len(codes) {
		t.Errorf("%d codes are explained, %d declared", n, len(codes))
	}
	if sheet.Code("unheard-of").Known() {
		t.Error("a code that nobody declared is known")
	}
}
