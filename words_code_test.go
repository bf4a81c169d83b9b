package gatehouse_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
)

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
