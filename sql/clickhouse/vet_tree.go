package clickhouse

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gatehouse"
)

// node is an element of a statement as ClickHouse's parser sees it.
type node struct {
	kind, name string
	children   []*node
	says       int // children, as the line itself has it
}

// parse has ClickHouse read the text in the brackets that it will stand in,
// where no FORMAT or INTO OUTFILE is possible.
func (v *Vetter) parse(ctx context.Context, body string) (*node, error) {
	type line struct {
		Text string `ch:"explain"`
	}
	lines, err := selectSQL[line](ctx, v.db, "parse", "EXPLAIN AST SELECT {run:UInt64} FROM (\n"+body+"\n)", Asked{}, Period{}.params(Params{}))
	if err != nil {
		return nil, syntax(err, 1)
	}
	root := &node{}
	path := []*node{root}
	for _, l := range lines {
		depth := len(l.Text) - len(strings.TrimLeft(l.Text, " "))
		m := element.FindStringSubmatch(l.Text)
		if m == nil || depth >= len(path) || strings.Contains(m[2], " (alias ") {
			return nil, gatehouse.Errorf(gatehouse.Invalid, "part of the text is of no use for a KPI: %s", strings.TrimSpace(l.Text))
		}
		n := &node{kind: m[1], name: m[2]}
		n.says, _ = strconv.Atoi(m[3]) // none: no children
		path = append(path[:depth+1], n)
		path[depth].children = append(path[depth].children, n)
	}
	if len(root.children) != 1 || !root.children[0].whole() {
		return nil, gatehouse.Errorf(gatehouse.Internal, "what ClickHouse says of the text cannot be followed")
	}
	return root.children[0], nil
}

// element is a line of EXPLAIN AST: kind, name, alias and number of children.
var element = regexp.MustCompile(`^ *([A-Za-z:]+)(?: (.*?))??(?: \(alias [\pL\pN_. %/·-]+\))?(?: \(children (\d+)\))?$`)

func (n *node) whole() bool {
	return n.says == len(n.children) && !slices.ContainsFunc(n.children, func(c *node) bool { return !c.whole() })
}

// judge walks what the parser made of the text. Whatever is not known to be
// harmless is refused.
func (v *Vetter) judge(n *node, body string, sources []string) error {
	switch n.kind {
	case "SelectWithUnionQuery", "SelectQuery", "ExpressionList", "Subquery", "WithElement", "Literal", "Identifier", "Asterisk", "QualifiedAsterisk",
		"TablesInSelectQuery", "TablesInSelectQueryElement", "TableJoin", "ArrayJoin", "OrderByElement", "WindowListElement", "WindowDefinition",
		"ColumnsTransformerList", "ColumnsExceptTransformer", "ColumnsReplaceTransformer", "ColumnsReplaceTransformer::Replacement":
	case "TableIdentifier":
		if err := v.judgeTable(n.name, body, sources); err != nil {
			return err
		}
	case "TableExpression":
		if f := n.children[0]; f.kind == "Function" {
			return at(body, f.name, "%s is a table function: a KPI may read its sources only", f.name)
		}
	case "Function":
		if err := v.judgeFunction(n, body, sources); err != nil {
			return err
		}
	case "Set":
		return at(body, "settings", "SETTINGS may not be given")
	case "SampleRatio":
		return at(body, "sample", "SAMPLE may not be used: a KPI counts everything")
	case "ColumnsApplyTransformer":
		return at(body, "apply", "APPLY may not be used: write the function out")
	case "SelectIntersectExceptQuery":
		return gatehouse.Errorf(gatehouse.Invalid, "INTERSECT and EXCEPT may not be used: use UNION ALL, IN and NOT IN")
	default:
		return gatehouse.Errorf(gatehouse.Invalid, "%s may not be used in a KPI", n.kind)
	}
	for _, c := range n.children {
		if err := v.judge(c, body, sources); err != nil {
			return err
		}
	}
	return nil
}

// judgeTable allows sources, and names that are no table of the database: those
// can only be what the text itself has defined by WITH.
func (v *Vetter) judgeTable(name, body string, sources []string) error {
	switch {
	case slices.Contains(sources, name):
		return nil
	case strings.Contains(name, "."):
		return at(body, name, "%s is a table of another database: a KPI may read its sources only", name)
	case slices.Contains(Published(), name):
		return at(body, name, "%s is read but not among the sources: add it to the line \"-- sources:\"", name)
	case v.tables[name]:
		return at(body, name, "%s is a table of the program's own: a KPI may read its sources only", name)
	}
	return nil
}

// computing are the kinds of functions that only compute. Others reach for
// files, settings, dictionaries or other servers, or are of no use here.
func computing() []string {
	return []string{
		"", "Arithmetic", "Arrays", "Bit", "Comparison", "Conditional", "Dates and Times", "Encoding", "Financial", "Hash", "Logical", "Map",
		"Mathematical", "Null", "Rounding", "String", "String Replacement", "String Search", "String Splitting", "Tuple", "Type Conversion", "Time Window",
	}
}

// others are single functions of other kinds; some are the parser's own.
func others() []string {
	return []string{"arrayJoin", "caseWithExpression", "lambda", "exists", "_CAST", "transform", "identity", "materialize", "grouping", "untuple"}
}

// exceptions are of an allowed kind, but no use of a KPI: they throw, trace or read a description of a format.
func exceptions() []string {
	return []string{"aggThrow", "flameGraph", "formatRow", "formatRowNoNewline"}
}

// combinators may stand after the name of an aggregate function.
func combinators() []string {
	return []string{"If", "Array", "Distinct", "OrDefault", "OrNull", "ForEach", "Map", "State", "Merge", "ArgMin", "ArgMax"}
}

func (v *Vetter) judgeFunction(n *node, body string, sources []string) error {
	f, known := v.find(n.name)
	switch {
	case slices.Contains(others(), n.name):
	case !known:
		return at(body, n.name, "there is no function %s that a KPI may use", n.name)
	case slices.Contains(exceptions(), f.Name), !f.Aggregate && !v.computes(f):
		return at(body, n.name, "the function %s may not be used: a KPI may use functions that only compute, and give the same whenever they are asked", n.name)
	}
	if strings.HasSuffix(strings.ToLower(strings.TrimSuffix(n.name, "IgnoreSet")), "in") && f.is("Comparison") {
		// What stands after IN without brackets is a table to ClickHouse, where there is one of that name.
		args := n.children[0].children
		if last := args[len(args)-1]; last.kind == "Identifier" {
			return v.judgeTable(last.name, body, sources)
		}
	}
	return nil
}

func (f function) is(kind string) bool { return slices.Contains(f.Categories, kind) }

// computes tells whether a function depends on its arguments only.
func (v *Vetter) computes(f function) bool {
	if f.Alias != "" {
		if target, ok := v.functions[f.Alias]; ok {
			f = target
		}
	}
	return f.Deterministic && slices.ContainsFunc(f.Categories, func(c string) bool { return slices.Contains(computing(), c) })
}

// find looks a function up, an aggregate one without its combinators.
func (v *Vetter) find(name string) (function, bool) {
	for _, as := range []string{name, strings.ToLower(name)} {
		if f, ok := v.functions[as]; ok && (as == name || f.AnyCase) {
			return f, true
		}
	}
	for _, c := range combinators() {
		if base, ok := strings.CutSuffix(name, c); ok && base != "" {
			if f, ok := v.find(base); ok && f.Aggregate {
				return f, true
			}
		}
	}
	return function{}, false
}
