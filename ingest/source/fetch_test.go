package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
)

// serve starts a server that keeps the addresses it was asked for.
func serve(t *testing.T, handle http.HandlerFunc) (url string, asked func() []string) {
	t.Helper()
	var mu sync.Mutex
	var list []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		mu.Lock()
		list = append(list, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+string(body)))
		mu.Unlock()
		handle(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return list
	}
}

// pull declares a source of a server and fetches once; what it yields is one
// text, the names of files before their lines.
func pull(t *testing.T, url, rest string, deps Deps, before State) (string, error) {
	t.Helper()
	sources, err := Parse("sources.yaml", fmt.Appendf(nil, "sources:\n  - name: api\n    kind: rest\n    allow: [127.0.0.1]\n    rest:\n      allow_http: true\n      url: %s\n      %s\n", url, strings.ReplaceAll(rest, "\n", "\n      ")))
	if err != nil {
		t.Fatal(err)
	}
	f, err := New(sources[0], deps)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	err = f.Fetch(t.Context(), before, func(i Item) error {
		content, err := io.ReadAll(io.NewSectionReader(i.Content, 0, i.Size))
		fmt.Fprintf(&out, "%s %s\n%s", i.Name, i.Cursor, content)
		return err
	})
	return out.String(), err
}

func TestPages(t *testing.T) {
	t.Parallel()
	// Five records, in pages of two; total, more, next and a link are all there.
	list := func(w http.ResponseWriter, r *http.Request) {
		start, _ := strconv.Atoi(r.FormValue("offset"))
		if page := r.FormValue("page"); page != "" {
			n, _ := strconv.Atoi(page)
			start = (n - 1) * 2
		}
		if cursor, ok := strings.CutPrefix(r.FormValue("cursor"), "c"); ok {
			start, _ = strconv.Atoi(cursor)
		}
		var rows []string
		for id := start; id < min(start+2, 5); id++ {
			rows = append(rows, fmt.Sprintf(`{"id":%d}`, id))
		}
		next := "null"
		if start+2 < 5 {
			next = fmt.Sprintf(`"c%d"`, start+2)
			w.Header().Set("X-Cursor", fmt.Sprintf("c%d", start+2))
			w.Header().Set("Link", fmt.Sprintf(`</list?cursor=c%d>; rel="next"`, start+2))
		}
		fmt.Fprintf(w, `{"rows":[%s],"total":5,"next":%s,"more":%v}`, strings.Join(rows, ","), next, start+2 < 5)
	}
	const all = `{"_pull":1,"id":0}` + "\n" + `{"_pull":1,"id":1}` + "\n" + `{"_pull":1,"id":2}` + "\n" + `{"_pull":1,"id":3}` + "\n" + `{"_pull":1,"id":4}` + "\n"
	for _, c := range []struct {
		name, rest string
		asked      []string
	}{
		{"page until an empty one", "pages: {by: page}", []string{"GET /list?page=1", "GET /list?page=2", "GET /list?page=3", "GET /list?page=4"}},
		{"page until a short one", "pages: {by: page, limit: 2, size: size, short: true}", []string{"GET /list?page=1&size=2", "GET /list?page=2&size=2", "GET /list?page=3&size=2"}},
		{"page while there are more", "pages: {by: page, more: .more}", []string{"GET /list?page=1", "GET /list?page=2", "GET /list?page=3"}},
		{"page, looked at again", "key: .id\npages: {by: page, more: .more}", []string{"GET /list?page=1", "GET /list?page=2", "GET /list?page=1", "GET /list?page=3", "GET /list?page=2"}},
		{"page with a total", "key: .id\npages: {by: page, more: .more, total: {jq: .total}}", []string{"GET /list?page=1", "GET /list?page=2", "GET /list?page=3"}},
		{"offset by what came", "pages: {by: offset}", []string{"GET /list?offset=0", "GET /list?offset=2", "GET /list?offset=4", "GET /list?offset=5"}},
		{"cursor in the body", "pages: {by: cursor, cursor: {jq: .next}}", []string{"GET /list", "GET /list?cursor=c2", "GET /list?cursor=c4"}},
		{"cursor in a header", "query: {a: b c}\npages: {by: cursor, cursor: {header: X-Cursor}}", []string{"GET /list?a=b+c", "GET /list?a=b+c&cursor=c2", "GET /list?a=b+c&cursor=c4"}},
		{"links", "pages: {by: link}", []string{"GET /list", "GET /list?cursor=c2", "GET /list?cursor=c4"}},
		{"links in the body", "pages: {by: link, next: {jq: '.next // empty | \"?cursor=\" + .'}}", []string{"GET /list", "GET /list?cursor=c2", "GET /list?cursor=c4"}},
	} {
		url, asked := serve(t, list)
		got, err := pull(t, url+"/list", "rows: .rows\n"+c.rest, testDeps(t), State{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		_, lines, _ := strings.Cut(got, "\n")
		if diff := cmp.Diff(all, lines); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if diff := cmp.Diff(c.asked, asked()); diff != "" {
			t.Errorf("%s: asked (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestPostedParametersGoIntoTheBody(t *testing.T) {
	t.Parallel()
	url, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"code":0,"data":[{"id":1,"u":"2026-03-01 08:00:00"}],"more":false}`)
	})
	got, err := pull(t, url+"/list", `method: POST
body: {tenant: 7}
check: .code == 0
rows: .data
pages: {by: page, size: pageSize, param: pageNum, more: .more}
since: {field: .u, param: from, format: "2006-01-02 15:04:05", first: "2026-01-01 00:00:00"}`, testDeps(t), State{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`POST /list {"from":"2026-01-01 00:00:00","pageNum":1,"pageSize":100,"tenant":7}`}, asked()); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	want := "api-2026-03-01080000.ndjson " + `{"since":"2026-03-01 08:00:00","sha256":"`
	if !strings.HasPrefix(got, want) {
		t.Errorf("item %s, want %s", got, want)
	}
}

// No list can keep a source busy for ever, and none that contradicts itself is loaded.
func TestPagesThatContradictEachOther(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, rest string
		handle     http.HandlerFunc
		want       string
		requests   int
	}{
		{"the parameter is not heeded", "pages: {by: page}", func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, `[{"id":1}]`)
		}, `page 2 has the records of an earlier page: does the server heed the parameter "page"?`, 4},
		{"the cursor comes again", "rows: .rows\npages: {by: cursor, cursor: {jq: .next}}", func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"rows":[{"id":%q}],"next":"same"}`, r.FormValue("cursor"))
		}, "page 2 gives a cursor that was used before", 4},
		{"empty pages without end", "rows: .rows\npages: {by: cursor, cursor: {jq: .next}}", func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, `{"rows":[],"next":"same"}`)
		}, "page 2 gives a cursor that was used before", 4},
		{"the link comes again", "pages: {by: link}", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Link", `</a>; rel=next`)
			fmt.Fprint(w, `[]`)
		}, "page 2 names a next page that was read before", 4},
		{"ever new pages", "max_pages: 3\npages: {by: page}", func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `[{"id":%s}]`, r.FormValue("page"))
		}, "more than 3 pages: raise max_pages", 3},
		{"more that never comes", "rows: .rows\npages: {by: page, more: .more}", func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, `{"rows":[],"more":true}`)
		}, "page 1 is empty, but says that more follow", 2},
		{"fewer than the total", "rows: .rows\nkey: .id\npages: {total: {jq: .total}}", func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, `{"rows":[{"id":1},{"id":1},{"id":2}],"total":3}`)
		}, "the server says that there are 3 records, and gave 2 different ones; it was read twice, nothing of it was loaded", 2},
		{"no total", "rows: .rows\npages: {total: {header: X-Total-Count}}", func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, `{"rows":[{"id":1}]}`)
		}, `pages.total: a response gives ""`, 1},
		{"a key that is none", "key: .room", func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, `[{"room":"1-1","id":1},{"room":"1-1","id":2}]`)
		}, "two records with the key 1-1 differ", 2},
		{"a page that is another each time", "key: .id\npages: {by: page}", func() http.HandlerFunc {
			n := 0
			return func(w http.ResponseWriter, r *http.Request) {
				n++
				fmt.Fprintf(w, `[{"id":%d}]`, n)
			}
		}(), "page 1 changed altogether while the list was read", 6},
		{"next on another server", "pages: {by: link}", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Link", `<http://elsewhere.example/a>; rel=next`)
			fmt.Fprint(w, `[]`)
		}, "another server than url", 1},
		{"a response too large", "max_bytes: 10", func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, `[{"id":1234}]`)
		}, "more than 10 bytes: ask for smaller pages", 1},
		{"a check that fails", "check: .ok\nretries: 2", func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, `{"ok":false}`)
		}, "the response fails the check .ok", 3},
		{"gone", "", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusNotFound)
		}, "page 1: the server answers 404 Not Found: check url", 1},
		{"no content", "", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusNoContent)
		}, "the server answers 204 No Content", 1},
	} {
		url, asked := serve(t, c.handle)
		got, err := pull(t, url, c.rest, testDeps(t), State{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %s", c.name, err, c.want)
		}
		if got != "" {
			t.Errorf("%s: yielded %s", c.name, got)
		}
		if n := len(asked()); n != c.requests {
			t.Errorf("%s: %d requests, want %d", c.name, n, c.requests)
		}
	}
}

func TestRetries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, rest string
		handle     func(n int, w http.ResponseWriter)
		pauses     []time.Duration // with jitter 0.5
		want       string          // of the error
	}{
		{"comes back", "", func(n int, w http.ResponseWriter) {
			if n < 4 {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			fmt.Fprint(w, `[]`)
		}, []time.Duration{250 * time.Millisecond, 500 * time.Millisecond, time.Second}, ""},
		{"asks for time", "", func(n int, w http.ResponseWriter) {
			if n == 1 {
				w.Header().Set("Retry-After", "90")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			fmt.Fprint(w, `[]`)
		}, []time.Duration{90 * time.Second}, ""},
		{"asks for too much of it", "", func(_ int, w http.ResponseWriter) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
		}, nil, "page 1: the server answers 429 Too Many Requests; it asks to come back in 1h0m0s"},
		{"stays away", "retries: 8", func(_ int, w http.ResponseWriter) { panic(http.ErrAbortHandler) },
			[]time.Duration{250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 30 * time.Second},
			"page 1: the server does not answer: EOF (tried 9 times)"},
		{"breaks off", "retries: 0", func(_ int, w http.ResponseWriter) {
			w.Header().Set("Content-Length", "10")
			fmt.Fprint(w, `[]`)
		}, nil, "page 1: the response broke off after 2 bytes: unexpected EOF (tried 1 times)"},
	} {
		n := 0
		url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			n++
			c.handle(n, w)
		})
		deps := testDeps(t)
		var pauses []time.Duration
		sleep := deps.Sleep
		deps.Sleep = func(ctx context.Context, d time.Duration) error {
			if d > 0 {
				pauses = append(pauses, d)
			}
			return sleep(ctx, d)
		}
		_, err := pull(t, url, "rate: 1000000\n"+c.rest, deps, State{})
		if c.want == "" && err != nil || c.want != "" && (err == nil || err.Error() != c.want || gatehouse.KindOf(err) != gatehouse.Unavailable) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
		if diff := cmp.Diff(c.pauses, pauses); diff != "" {
			t.Errorf("%s: pauses (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestRateIsKept(t *testing.T) {
	t.Parallel()
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("page") == "5" {
			fmt.Fprint(w, `[]`)
			return
		}
		fmt.Fprintf(w, `[{"id":%s}]`, r.FormValue("page"))
	})
	deps := testDeps(t)
	begin := deps.Now()
	if _, err := pull(t, url, "rate: 2\npages: {by: page}", deps, State{}); err != nil {
		t.Fatal(err)
	}
	if took := deps.Now().Sub(begin); took != 2*time.Second {
		t.Errorf("five requests at 2 a second took %s", took)
	}
}

func TestStopWhileWaiting(t *testing.T) {
	t.Parallel()
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	deps := testDeps(t)
	stop := errors.New("stopped")
	deps.Sleep = func(_ context.Context, d time.Duration) error {
		if d > 0 {
			return stop
		}
		return nil
	}
	if _, err := pull(t, url, "", deps, State{}); !errors.Is(err, stop) {
		t.Errorf("error %v", err)
	}
}

// A snapshot that returns to an earlier state is a file of its own, since the
// loader takes bytes that it knows for loaded.
func TestSameListIsNoNewsAndAnEarlierOneIs(t *testing.T) {
	t.Parallel()
	list := `[{"id":2,"v":"a"},{"id":1,"v":"a"}]`
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, list) })
	deps := testDeps(t)
	state := State{}
	fetch := func(body string) string {
		t.Helper()
		list = body
		got, err := pull(t, url, "key: .id", deps, state)
		if err != nil {
			t.Fatal(err)
		}
		first, lines, _ := strings.Cut(got, "\n")
		if _, cursor, ok := strings.Cut(first, " "); ok {
			state.Cursor, state.Turn = cursor, state.Turn+1
		}
		return lines
	}
	for _, step := range []struct{ list, want string }{
		{`[{"id":2,"v":"a"},{"id":1,"v":"a"}]`, "{\"_pull\":1,\"id\":1,\"v\":\"a\"}\n{\"_pull\":1,\"id\":2,\"v\":\"a\"}\n"},
		{`[{"id":1,"v":"a"},{"v":"a","id":2}]`, ""}, // only the order differs
		{`[{"id":1,"v":"b"},{"id":2,"v":"a"}]`, "{\"_pull\":2,\"id\":1,\"v\":\"b\"}\n{\"_pull\":2,\"id\":2,\"v\":\"a\"}\n"},
		{`[{"id":1,"v":"a"},{"id":2,"v":"a"}]`, "{\"_pull\":3,\"id\":1,\"v\":\"a\"}\n{\"_pull\":3,\"id\":2,\"v\":\"a\"}\n"},
		{`[]`, ""},
	} {
		if diff := cmp.Diff(step.want, fetch(step.list)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.list, diff)
		}
	}
}

// What is larger than the loader takes comes in parts; the last has the cursor.
func TestLargePullComesInParts(t *testing.T) {
	t.Parallel()
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, `[{"id":1},{"id":2},{"id":3},{}]`) })
	sources, err := Parse("sources.yaml", fmt.Appendf(nil, "sources: [{name: api, kind: rest, allow: [127.0.0.1], rest: {allow_http: true, url: %s}}]", url))
	if err != nil {
		t.Fatal(err)
	}
	f, err := newREST(sources[0], testDeps(t).withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	f.partBytes = 40
	var got []string
	if err := f.Fetch(t.Context(), State{Turn: 6}, func(i Item) error {
		content, err := io.ReadAll(io.NewSectionReader(i.Content, 0, i.Size))
		got = append(got, fmt.Sprintf("%s %v %s", i.Name, i.Cursor != "", content))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"api-20260301-1of2.ndjson false {\"_pull\":7,\"id\":1}\n{\"_pull\":7,\"id\":2}\n",
		"api-20260301-2of2.ndjson true {\"_pull\":7,\"id\":3}\n{\"_pull\":7}\n",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
}
