package source

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"time"

	"github.com/itchyny/gojq"
	"github.com/shopspring/decimal"

	"gatehouse"
)

// evaluation is how long the expressions may take over one response.
const evaluation = 30 * time.Second

// expression is a compiled jq expression. It sees neither the environment nor
// files, and the numbers that it only passes on keep their digits.
type expression struct {
	text string
	code *gojq.Code
}

func compile(path, text string) (*expression, error) {
	query, err := gojq.Parse(text)
	if err != nil {
		return nil, wrong(path, "%q is no jq: %v", text, err)
	}
	code, err := gojq.Compile(query, gojq.WithFunction("shift", 1, 1, shift))
	if err != nil {
		return nil, wrong(path, "%q is no jq: %v", text, err)
	}
	return &expression{text, code}, nil
}

// shift moves the decimal point of a number exactly: 26850 | shift(-2) is 268.50.
func shift(v any, args []any) any {
	places, ok := gojq.ToInt(args[0])
	if !ok || places < -20 || places > 20 {
		return errors.New("shift takes a number of places from -20 to 20")
	}
	text := ""
	switch n := v.(type) {
	case nil:
		return nil
	case string:
		text = n
	case json.Number:
		text = n.String()
	case int, *big.Int:
		text = fmt.Sprint(n)
	default:
		return fmt.Errorf("shift takes a number, not %T", v)
	}
	d, err := decimal.NewFromString(text)
	if err != nil {
		return fmt.Errorf("shift takes a number, not %q", text)
	}
	d = d.Shift(int32(places))
	return json.Number(d.StringFixed(max(0, -d.Exponent())))
}

// all gives every result.
func (e *expression) all(ctx context.Context, v any) ([]any, error) {
	var results []any
	for iter := e.code.RunWithContext(ctx, v); ; {
		result, ok := iter.Next()
		if !ok {
			return results, nil
		}
		if err, failed := result.(error); failed {
			if errors.Is(err, context.DeadlineExceeded) {
				err = fmt.Errorf("takes longer than %s", evaluation)
			}
			return nil, gatehouse.Errorf(gatehouse.Invalid, "the expression %s: %w", e.text, err)
		}
		results = append(results, result)
	}
}

// one gives the only result, nil for none.
func (e *expression) one(ctx context.Context, v any) (any, error) {
	results, err := e.all(ctx, v)
	if err != nil || len(results) == 0 {
		return nil, err
	}
	if len(results) > 1 {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "the expression %s gives %d results where one is wanted", e.text, len(results))
	}
	return results[0], nil
}

// program is all the expressions of a source, compiled once.
type program struct {
	check, rows, key, since   *expression // nil: not given
	cursor, next, more, total *expression
	headers                   []string // of fields, sorted
	fields                    []*expression
}

func compileProgram(c RESTConfig) (*program, error) {
	p := &program{headers: slices.Sorted(maps.Keys(c.Fields))}
	since := ""
	if c.Since != nil {
		since = c.Since.Field
	}
	for _, e := range []struct {
		to         **expression
		path, text string
	}{
		{&p.check, "check", c.Check}, {&p.rows, "rows", c.Rows}, {&p.key, "key", c.Key}, {&p.since, "since.field", since},
		{&p.cursor, "pages.cursor", c.Pages.Cursor.JQ}, {&p.next, "pages.next", c.Pages.Next.JQ},
		{&p.more, "pages.more", c.Pages.More}, {&p.total, "pages.total", c.Pages.Total.JQ},
	} {
		if e.text == "" {
			continue
		}
		var err error
		if *e.to, err = compile("rest."+e.path, e.text); err != nil {
			return nil, err
		}
	}
	for _, header := range p.headers {
		e, err := compile("rest.fields", c.Fields[header])
		if err != nil {
			return nil, err
		}
		p.fields = append(p.fields, e)
	}
	return p, nil
}
