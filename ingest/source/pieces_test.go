package source

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
)

func TestNextLink(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		headers []string
		want    string
	}{
		{nil, ""},
		{[]string{`<https://h/?page=2>; rel="next"`}, "https://h/?page=2"},
		{[]string{`<https://h/?page=1>; rel="first", <https://h/?page=2>; rel="next", <https://h/?page=9>; rel="last"`}, "https://h/?page=2"},
		{[]string{`<https://h/?page=1>; rel="prev"`, `</b?c=1,2;3>; title="a, b; \"c\""; REL=Next`}, "/b?c=1,2;3"},
		{[]string{`<a>; rel="prev next"`}, "a"},
		{[]string{`<a>; rel="nextpage"`}, ""},
		{[]string{`<a>; rel="prev"; rel="next"`}, ""}, // the first rel counts
		{[]string{`<a>; title="<b>; rel=next"; rel="last"`}, ""},
		{[]string{`<a`, `<a>; rel`, `<a>; rel="next`, `,,<b>;;rel=next`}, "a"},
		{[]string{`<>; rel=next`}, ""},
	} {
		if got := nextLink(c.headers); got != c.want {
			t.Errorf("%q: %q, want %q", c.headers, got, c.want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "Sun, 01 Mar 2026 00:01:30 GMT": 90 * time.Second, "Sun, 01 Mar 2020 00:00:00 GMT": 0, "-3": 0, "soon": 0,
	} {
		if got := retryAfter(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}

func TestWindow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		since        SinceConfig
		cursor, want string
	}{
		{SinceConfig{}, "", ""},
		{SinceConfig{First: "2026-01-01T00:00:00Z"}, "", "2026-01-01T00:00:00Z"},
		{SinceConfig{}, "2026-03-01T00:30:00Z", "2026-02-28T23:30:00Z"},
		{SinceConfig{}, "2026-03-01T08:30:00.123456+08:00", "2026-03-01T07:30:00.123456+08:00"},
		{SinceConfig{Overlap: "0s"}, "2026-03-01T00:30:00Z", "2026-03-01T00:30:00Z"},
		{SinceConfig{Format: "2006-01-02 15:04:05", Overlap: "24h"}, "2026-03-01 00:30:00", "2026-02-28 00:30:00"},
		{SinceConfig{Format: "number"}, "9007199254740993", "9007199254740993"},
		{SinceConfig{Format: "number", Overlap: "0.5"}, "9007199254740993", "9007199254740992.5"},
	} {
		c.since.Field, c.since.Param = ".u", "u"
		w, err := newWindow(&c.since)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := w.ask(c.cursor); got != c.want || err != nil {
			t.Errorf("%+v after %q: %q, error %v; want %q", c.since, c.cursor, got, err, c.want)
		}
	}
}

// mapped runs the expressions over a response and gives the lines.
func mapped(t *testing.T, c RESTConfig, body string) (string, error) {
	t.Helper()
	p, err := compileProgram(c.withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	document, err := decode(c.Format, []byte(body))
	if err != nil {
		return "", err
	}
	records, err := p.records(t.Context(), document)
	var lines []string
	for _, r := range records {
		lines = append(lines, string(r.line))
	}
	return strings.Join(lines, "\n"), err
}

func TestRecords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		config RESTConfig
		body   string
		want   string
	}{
		{"numbers keep their digits", RESTConfig{}, `[{"b":1234567890.10,"a":0.1000,"n":12345678901234567890123,"e":1E2}]`, `{"a":0.1000,"b":1234567890.10,"e":1E2,"n":12345678901234567890123}`},
		{"also through fields", RESTConfig{Rows: ".data.items", Fields: map[string]string{"金额": ".money.value", "id": ".id"}}, `{"data":{"items":[{"id":7,"money":{"value":99999999999999.99}}]}}`, `{"id":7,"金额":99999999999999.99}`},
		{"and as text", RESTConfig{Fields: map[string]string{"a": ".a|tostring"}}, `[{"a":268.50}]`, `{"a":"268.50"}`},
		{"cents", RESTConfig{Fields: map[string]string{"a": ".fen | shift(-2)"}}, `[{"fen":26850},{"fen":-5},{"fen":"100"},{"fen":null},{"fen":12345678901234567890}]`, "{\"a\":268.50}\n{\"a\":-0.05}\n{\"a\":1.00}\n{\"a\":null}\n{\"a\":123456789012345678.90}"},
		{"whole numbers may be computed", RESTConfig{Fields: map[string]string{"a": ".a + 1"}}, `[{"a":12345678901234567890}]`, `{"a":12345678901234567891}`},
		{"a stream", RESTConfig{Rows: ".[] | select(.ok)"}, `[{"ok":true},{"ok":false},{"ok":true}]`, "{\"ok\":true}\n{\"ok\":true}"},
		{"none is none when said so", RESTConfig{Rows: ".data // []"}, `{"data":null}`, ""},
		{"the environment is not seen", RESTConfig{Fields: map[string]string{"a": "$ENV.PATH", "b": "env.PATH"}}, `[{}]`, `{"a":null,"b":null}`},
		{"csv", RESTConfig{Format: "csv"}, "\ufeffid,amount\r\n1,0010.50\r\n\"a\"\"b\",\"x\ny\"\r\n", "{\"amount\":\"0010.50\",\"id\":\"1\"}\n{\"amount\":\"x\\ny\",\"id\":\"a\\\"b\"}"},
		{"empty csv", RESTConfig{Format: "csv"}, "", ""},
	} {
		got, err := mapped(t, c.config, c.body)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestRecordsRefuse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		config RESTConfig
		body   string
		want   string
		kind   gatehouse.Kind
	}{
		{"a fraction computed in binary", RESTConfig{Fields: map[string]string{"a": ".fen / 100"}}, `[{"fen":26851}]`, "shift(-2)", gatehouse.Invalid},
		{"a fault in the body", RESTConfig{Rows: ".data"}, `{"code":500,"msg":"busy"}`, "rows: .data gives null instead of records", gatehouse.Invalid},
		{"a nested value", RESTConfig{Fields: map[string]string{"a": ".a"}}, `[{"a":{}}]`, "record 1 of a response: field a: .a gives an object", gatehouse.Invalid},
		{"two results", RESTConfig{Fields: map[string]string{"a": ".a,.b"}}, `[{}]`, "gives 2 results", gatehouse.Invalid},
		{"no key", RESTConfig{Key: ".id"}, `[{"id":1},{"id":null}]`, "record 2 of a response: key: .id gives null", gatehouse.Invalid},
		{"no cursor", RESTConfig{Since: &SinceConfig{Field: ".u", Param: "u"}}, `[{"id":1}]`, "since.field: .u gives null", gatehouse.Invalid},
		{"not objects", RESTConfig{}, `[1]`, "it is a number, not an object", gatehouse.Invalid},
		{"our own name", RESTConfig{}, `[{"_pull":1}]`, "_pull is needed", gatehouse.Invalid},
		{"an expression that fails", RESTConfig{Rows: ".a.b"}, `[1]`, "the expression .a.b:", gatehouse.Invalid},
		{"an expression that halts", RESTConfig{Rows: "halt_error"}, `[1]`, "the expression halt_error:", gatehouse.Invalid},
		{"cut off", RESTConfig{}, `[{"a":1}`, "not whole JSON", gatehouse.Unavailable},
		{"two documents", RESTConfig{}, `[] []`, "goes on after its JSON", gatehouse.Unavailable},
		{"not UTF-8", RESTConfig{}, "[\"\xff\"]", "not UTF-8", gatehouse.Unavailable},
		{"csv with a short line", RESTConfig{Format: "csv"}, "a,b\n1\n", "not whole CSV", gatehouse.Unavailable},
		{"csv with a name twice", RESTConfig{Format: "csv"}, "a,a\n1,2\n", "two columns of one name", gatehouse.Invalid},
	} {
		got, err := mapped(t, c.config, c.body)
		if err == nil || !strings.Contains(err.Error(), c.want) || gatehouse.KindOf(err) != c.kind {
			t.Errorf("%s: %q, error %v (%s), want %s (%s)", c.name, got, err, gatehouse.KindOf(err), c.want, c.kind)
		}
	}
}
