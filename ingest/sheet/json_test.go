package sheet_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gatehouse/ingest/sheet"
)

func TestJSON(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"an object a line", `{"a":"x","b":1}` + "\n" + `{"a":"y","b":2}` + "\n", "a|b\nx|#1\ny|#2\n"},
		{"an array", `[{"a":"x"},{"a":"y"}]`, "a\nx\ny\n"},
		{"one object", `{"a":"x"}`, "a\nx\n"},
		{"one object over several lines", "{\n \"a\": \"x\"\n}\n", "a\nx\n"},
		{"numbers keep their literal", `[{"a":1234.50,"b":-1e3,"c":90071992547409930001}]`, "a|b|c\n#1234.50|#-1e3|#90071992547409930001\n"},
		{"true, false and null", `[{"a":true,"b":false,"c":null}]`, "a|b|c\n?TRUE|?FALSE|\n"},
		{"names in order of first appearance", `[{"b":1},{"a":2,"b":3}]`, "b|a\n#1|\n#3|#2\n"},
		{"nested names are joined", `[{"a":{"b":{"c":"x"}},"d":"y"}]`, "a.b.c|d\nx|y\n"},
		{"lists of scalars are joined", `[{"a":["x",2,true],"b":[]}]`, "a|b\nx, 2, TRUE|\n"},
		{"escapes", `[{"\u7535":"\u8d39\n\ud842\udfb7"}]`, "电\n费\n𠮷\n"},
		{"a byte order mark", "\ufeff[{\"a\":1}]", "a\n#1\n"},
		{"rows of an answer", `{"code":0,"data":[{"a":1}],"page":{"n":[{"x":1}]}}`, "a\n#1\n"},
		{"rows of an answer, last", `{"tags":["x"],"rows":[{"a":1},{"a":2}]}`, "a\n#1\n#2\n"},
		{"blank lines", "\n{\"a\":1}\n\n{\"a\":2}\n\n", "a\n#1\n#2\n"},
		{"text that begins with a bracket", "[备注],金额\n电费,1\n", "[备注]|金额\n电费|1\n"},
		{"text that begins with a brace", "{id},name\n1,x\n", "{id}|name\n1|x\n"},
		{"text whose first cell is an object", `{"a":1},x` + "\n2,y\n", `{"a":1}|x` + "\n2|y\n"},
		{"text whose first cell is an array", `[1],x` + "\n2,y\n", "[1]|x\n2|y\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, show(mustRead(t, []byte(c.in)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestJSONInOtherEncodings(t *testing.T) {
	t.Parallel()
	text := `[{"费":"电"}]`
	for name, content := range map[string][]byte{
		"utf-16le": inUTF16(text, false, true),
		"utf-16be": inUTF16(text, true, true),
		"gb18030":  []byte("[{\"\xb7\xd1\":\"\xb5\xe7\"}]"),
	} {
		if got := show(mustRead(t, content)); got != "费\n电\n" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Rows carry the line of their object, or their place in the array below the
// header.
func TestJSONRowNumbers(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]int{
		"{\"a\":1}\n\n{\"a\":2}\n{\n\"a\":3}\n": {0, 1, 3, 4},
		"[\n{\"a\":1},\n{\"a\":2}]":             {1, 2, 3},
	} {
		book := mustOpen(t, []byte(in))
		all, err := readBook(book)
		if err != nil || book.Format != sheet.JSON {
			t.Fatalf("%q: %s %v", in, book.Format, err)
		}
		var got []int
		for _, r := range all[0].Rows {
			got = append(got, r.Number)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: rows %v, want %v", in, got, want)
		}
	}
}

func TestJSONFaults(t *testing.T) {
	t.Parallel()
	first := `{"a":1}` + "\n"
	for _, c := range []struct {
		name, in string
		code     sheet.Code
		line     int
	}{
		{"a line cut short", first + `{"a":`, sheet.Truncated, 2},
		{"an array cut short", `[{"a":1},` + "\n", sheet.Truncated, 1},
		{"an array cut behind an object", `[{"a":1}`, sheet.Truncated, 1},
		{"an answer cut short", `{"data":[{"a":1}]`, sheet.Truncated, 1},
		{"a name twice", first + `{"b":1,"b":2}`, sheet.IllFormedJSON, 2},
		{"a name twice in the first object", `{"b":1,"b":2}`, sheet.IllFormedJSON, 1},
		{"a joined name twice", first + `{"b.c":1,"b":{"c":2}}`, sheet.IllFormedJSON, 2},
		{"more behind the array", `[{"a":1}]` + "\n[]", sheet.UnexpectedContent, 2},
		{"more behind the answer", `{"data":[{"a":1}]}` + "\n" + `{"data":[{"a":1}]}`, sheet.UnexpectedContent, 2},
		{"a list of objects", first + `{"a":[{"b":1}]}`, sheet.UnexpectedContent, 2},
		{"a list of lists", first + `{"a":[[1]]}`, sheet.UnexpectedContent, 2},
		{"two tables in an answer", `{"data":[{"a":1}],"other":[{"a":1}]}`, sheet.UnexpectedContent, 1},
		{"two objects on a line", first + first + `{"a":1}{"a":2}`, sheet.IllFormedJSON, 3},
		{"a line that is no object", first + "12\n", sheet.IllFormedJSON, 2},
		{"an array of mixed values", `[{"a":1},2]`, sheet.IllFormedJSON, 1},
		{"half a surrogate pair", first + `{"a":"\ud842"}`, sheet.IllFormedJSON, 2},
		{"a number that is none", first + `{"a":01}`, sheet.IllFormedJSON, 2},
		{"a NUL", first + `{"a":"\u0000"}`, sheet.NULByte, 2},
		{"no objects", `[]`, sheet.EmptyFile, 1},
		{"no objects in an answer", `{"data":[],"total":0}`, sheet.EmptyFile, 1},
		{"too deep", first + strings.Repeat(`{"a":`, 300) + "1" + strings.Repeat("}", 300), sheet.TooLarge, 2},
		{"a long name", first + `{"` + strings.Repeat("n", 2000) + `":1}`, sheet.TooLarge, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := faultOf(t, []byte(c.in), sheet.DefaultLimits())
			if f.Code != c.code || f.Row != c.line {
				t.Errorf("%s at line %d: %v\nwant %s at line %d", f.Code, f.Row, f, c.code, c.line)
			}
		})
	}
}

func TestJSONLimits(t *testing.T) {
	t.Parallel()
	var wide strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&wide, `{"n%d":1}`+"\n", i)
	}
	few := sheet.DefaultLimits()
	few.Cells = 5
	for name, f := range map[string]*sheet.Fault{
		"columns": faultOf(t, []byte(wide.String()), sheet.DefaultLimits()),
		"cells":   faultOf(t, []byte(`[{"a":1,"b":1},{"a":1,"b":1}]`), few),
	} {
		if f.Code != sheet.TooLarge {
			t.Errorf("%s: %v", name, f)
		}
	}
}

// A file cut anywhere is refused or keeps every object that it has whole.
func TestJSONCutAnywhere(t *testing.T) {
	t.Parallel()
	whole := `{"a":"x","b":{"c":1.50}}` + "\n" + `{"a":"单元","b":{"c":2}}` + "\n"
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, len(whole)-1).Draw(r, "n")
		all, err := read([]byte(whole[:n]), sheet.DefaultLimits())
		lines := strings.Count(whole[:n+1], "\n")
		if err == nil && lines > 0 {
			if got := len(all[0].Rows); got != lines+1 {
				r.Errorf("%q gives %d rows", whole[:n], got)
			}
		}
	})
}

// Text that is known to be JSON is never taken for CSV, nor the other way.
func TestOpenAs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		format   sheet.Format
		in, want string
		code     sheet.Code
	}{
		{sheet.JSON, `[{"a":1}]`, "a\n#1\n", ""},
		{sheet.JSON, `{"rows":[{"a":1}]}`, "a\n#1\n", ""},
		{sheet.JSON, `{"a":`, "", sheet.Truncated},
		{sheet.JSON, `[{"a":}]`, "", sheet.IllFormedJSON},
		{sheet.JSON, "a,b\n1,2\n", "", sheet.IllFormedJSON},
		{sheet.JSON, "12", "", sheet.IllFormedJSON},
		{sheet.JSON, "", "", sheet.EmptyFile},
		{sheet.CSV, "{\"a\":1}\n", "{\"a\":1}\n", ""},
		{sheet.CSV, "a,\"b", "", sheet.UnterminatedQuote},
	} {
		book, err := sheet.OpenAs(c.format, strings.NewReader(c.in), int64(len(c.in)), sheet.DefaultLimits())
		var all []table
		if err == nil {
			all, err = readBook(book)
		}
		var f *sheet.Fault
		switch {
		case errors.As(err, &f) && f.Code == c.code:
		case err != nil || show(all) != c.want:
			t.Errorf("%q as %s: %v %q", c.in, c.format, err, show(all))
		}
	}
}
