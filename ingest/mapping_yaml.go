package ingest

import (
	"errors"
	"strconv"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"gatehouse"
)

// longestMapping is how many bytes of YAML a mapping may have.
const longestMapping = 1 << 20

// ParseMapping reads a mapping and checks it against the feeds. A key that
// means nothing is an error: a misspelt one must not silently do nothing.
func ParseMapping(definition []byte) (Mapping, error) {
	m, err := decodeMapping(definition)
	if err != nil {
		return Mapping{}, err
	}
	return m, m.Validate()
}

// YAML is the mapping as ParseMapping reads it.
func (m Mapping) YAML() []byte {
	definition, err := yaml.MarshalWithOptions(m, yaml.IndentSequence(true), yaml.CustomMarshaler(quotedText))
	if err != nil {
		return nil // only types without a form in YAML fail, and it has none
	}
	return definition
}

// quotedText quotes whatever is not a plain word: the library leaves some
// texts bare that it then reads as something else.
func quotedText(s string) ([]byte, error) {
	rest := strings.TrimLeftFunc(s, unicode.IsLetter)
	plain := s != "" && !strings.ContainsFunc(rest, func(r rune) bool {
		inside := rest != s && (r == '-' || r == '.')
		return !inside && !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '（' && r != '）'
	})
	if plain {
		return yaml.Marshal(s)
	}
	return []byte(strconv.Quote(s)), nil
}

func decodeMapping(definition []byte) (Mapping, error) {
	var m Mapping
	if len(definition) > longestMapping {
		return m, tooLong()
	}
	file, err := parser.ParseBytes(definition, 0)
	if err != nil {
		return m, notYAML(err)
	}
	var body ast.Node
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if body != nil {
			return m, gatehouse.Errorf(gatehouse.Invalid, "line %d: the mapping ends here, and another begins: put each in a file of its own", doc.Body.GetToken().Position.Line)
		}
		body = doc.Body
	}
	if body == nil {
		return m, gatehouse.Errorf(gatehouse.Invalid, "the mapping is empty: it needs at least a name")
	}
	if body, err = asWritten(body); err != nil {
		return m, err
	}
	if err := yaml.NodeToValue(body, &m, yaml.Strict()); err != nil {
		return Mapping{}, notYAML(err)
	}
	return m, nil
}

func tooLong() error {
	return gatehouse.Errorf(gatehouse.Invalid, "the mapping is longer than %d bytes: leave out what the headers say by themselves", longestMapping)
}

// notYAML says in which line a definition is wrong.
func notYAML(err error) error {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil {
		return gatehouse.Errorf(gatehouse.Invalid, "line %d of the mapping: %s", at.GetToken().Position.Line, at.GetMessage())
	}
	return gatehouse.Errorf(gatehouse.Invalid, "the mapping is not YAML: %w", err)
}

// asWritten makes texts of what YAML would take for numbers, truths and
// nothing: 1.50 stays 1.50, and the room 0101 keeps its zero.
func asWritten(n ast.Node) (ast.Node, error) {
	var err error
	switch n := n.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			if _, err = asWritten(v); err != nil {
				return n, err
			}
		}
	case *ast.MappingValueNode:
		switch n.Key.GetToken().Value {
		case "row", "rows", "ignore", "question":
			return n, nil
		}
		key, err := asWritten(n.Key)
		if err != nil {
			return n, err
		}
		if text, ok := key.(ast.MapKeyNode); ok {
			n.Key = text
		}
		n.Value, err = asWritten(n.Value)
		return n, err
	case *ast.SequenceNode:
		for i := range n.Values {
			if n.Values[i], err = asWritten(n.Values[i]); err != nil {
				return n, err
			}
		}
	case *ast.StringNode, *ast.LiteralNode:
	case *ast.NullNode:
		if n.GetToken().Type != token.ImplicitNullType {
			return ast.String(n.GetToken()), nil
		}
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return ast.String(n.GetToken()), nil
	default:
		return n, gatehouse.Errorf(gatehouse.Invalid, "line %d of the mapping: write plain texts, lists and \"key: value\"; anchors, aliases, tags and nested keys are not read", n.GetToken().Position.Line)
	}
	return n, nil
}
