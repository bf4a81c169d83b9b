package source

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"

	"gatehouse"
)

// record is one row of a response, as it will stand in the file.
type record struct {
	key   string // empty when no key is configured
	since string // literal of the field by which changes are asked for
	line  []byte // JSON: keys sorted, numbers as the server wrote them
}

// passes looks at what the API itself says of its answer.
func (p *program) passes(ctx context.Context, document any) error {
	if p.check == nil {
		return nil
	}
	result, err := p.check.one(ctx, document)
	if err == nil && result != true {
		err = garbled("the response fails the check %s", p.check.text)
	}
	return err
}

// records takes the rows out of a document.
func (p *program) records(ctx context.Context, document any) ([]record, error) {
	rows, err := p.list(ctx, document)
	if err != nil {
		return nil, err
	}
	list := make([]record, len(rows))
	for i, row := range rows {
		if list[i], err = p.record(ctx, row); err != nil {
			return nil, fmt.Errorf("record %d of a response: %w", i+1, err)
		}
	}
	return list, nil
}

// list finds the rows: a list, or a stream of records. Nothing at all is an
// error, since an API that reports a fault in the body gives no rows either.
func (p *program) list(ctx context.Context, document any) ([]any, error) {
	results, err := p.rows.all(ctx, document)
	if err != nil {
		return nil, err
	}
	if len(results) != 1 {
		return results, nil
	}
	switch only := results[0].(type) {
	case []any:
		return only, nil
	case map[string]any:
		return results, nil
	}
	return nil, gatehouse.Errorf(gatehouse.Invalid, "rows: %s gives %s instead of records: correct it; if it is how the API says that there are none, write (%s) // []", p.rows.text, typeOf(results[0]), p.rows.text)
}

func (p *program) record(ctx context.Context, row any) (record, error) {
	var r record
	object, ok := row.(map[string]any)
	if !ok && len(p.fields) == 0 {
		return r, gatehouse.Errorf(gatehouse.Invalid, "it is %s, not an object: correct rows, or name its parts in fields", typeOf(row))
	}
	fields := object
	if len(p.fields) > 0 {
		fields = make(map[string]any, len(p.fields))
	}
	for i, e := range p.fields {
		value, err := e.one(ctx, row)
		if err != nil {
			return r, err
		}
		switch value.(type) {
		case map[string]any, []any:
			return r, gatehouse.Errorf(gatehouse.Invalid, "field %s: %s gives %s, but a cell holds one value", p.headers[i], e.text, typeOf(value))
		}
		fields[p.headers[i]] = value
	}
	if _, taken := fields[pullMember]; taken {
		return r, gatehouse.Errorf(gatehouse.Invalid, "its member %s is needed for the number of the pull: give it another name in fields", pullMember)
	}
	if err := exact(fields); err != nil {
		return r, err
	}
	var err error
	if r.line, err = json.Marshal(fields); err != nil {
		return r, gatehouse.Errorf(gatehouse.Invalid, "a value cannot be written as JSON: %w", err)
	}
	if r.key, err = p.literal(ctx, "key", p.key, row); err != nil {
		return r, err
	}
	r.since, err = p.literal(ctx, "since.field", p.since, row)
	return r, err
}

// literal evaluates an expression that must give a text or a number.
func (p *program) literal(ctx context.Context, what string, e *expression, row any) (string, error) {
	if e == nil {
		return "", nil
	}
	value, err := e.one(ctx, row)
	if err != nil {
		return "", err
	}
	text := ""
	switch v := value.(type) {
	case string:
		text = v
	case json.Number:
		text = v.String()
	case int, *big.Int:
		text = fmt.Sprint(v)
	}
	if text == "" {
		return "", gatehouse.Errorf(gatehouse.Invalid, "%s: %s gives %s instead of a text or an exact number", what, e.text, typeOf(value))
	}
	return text, nil
}

// exact refuses what jq computed in binary floating point: an amount would no
// longer have the digits that the server gave.
func exact(fields map[string]any) error {
	for name, value := range fields {
		if !isExact(value) {
			return gatehouse.Errorf(gatehouse.Invalid, "field %s was computed as a fraction and is no longer exact: pass numbers on as they are, or move the decimal point with shift(-2)", name)
		}
	}
	return nil
}

func isExact(v any) bool {
	switch v := v.(type) {
	case float64:
		return false
	case []any:
		return !slices.ContainsFunc(v, func(v any) bool { return !isExact(v) })
	case map[string]any:
		for _, v := range v {
			if !isExact(v) {
				return false
			}
		}
	}
	return true
}

func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "true or false"
	case string:
		return "a text"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	case float64:
		return "a computed fraction"
	}
	return "a number"
}
