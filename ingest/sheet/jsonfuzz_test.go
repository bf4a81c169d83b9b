package sheet_test

import (
	"bytes"
	stdjson "encoding/json"
	"strings"
	"testing"

	"gatehouse/ingest/sheet"
)

// FuzzJSON asks the standard library whether what was accepted is JSON.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{
		`{"a":1}`, "{\"a\":1}\n{\"b\":\"x\"}\n", `[{"a":1.50},{"b":[1,"x",null]}]`, `{"data":[{"a":{"b":true}}],"total":1}`, `[]`, `{}`,
		`{"rows":[]}`, `[{"a":"\ud83d\ude00"}]`, `[{"a":1},`, `{"a":1,"a":2}`, `{"a":[{}]}`, `[x],y`, "\ufeff [ { } ] ",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		book, err := sheet.Open(bytes.NewReader(content), int64(len(content)), narrow())
		if err != nil {
			isFault(t, err)
			return
		}
		all, err := readBook(book)
		if err != nil {
			isFault(t, err)
			return
		}
		isInOrder(t, all)
		if book.Format != sheet.JSON || !strings.HasPrefix(book.Encoding, "utf-8") {
			return
		}
		d := stdjson.NewDecoder(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff"))))
		for d.More() {
			var v any
			if err := d.Decode(&v); err != nil {
				t.Fatalf("accepted, and %v:\n%q", err, content)
			}
		}
	})
}
