package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"gatehouse"
	"gatehouse/ingest"
	"gatehouse/sql/sqltest"
)

// flaky is a server of bills, sorted by when they changed. Bills change while
// their list is read, so pages shift, and answers fail in every way.
type flaky struct {
	mu     sync.Mutex
	random *rand.Rand
	lies   bool // may answer with another page
	calm   bool // neither faults nor changes any more
	bills  []bill
	minute int // clock of updated_at
}

const flakyPage = 5

func newFlaky(seed uint64, first, n int, lies bool) *flaky {
	f := &flaky{lies: lies, random: rand.New(rand.NewPCG(seed, 1))}
	for id := first; id < first+n; id++ {
		f.bills = append(f.bills, aBill(id, 100*id, 0))
	}
	for i := range f.bills {
		f.bills[i].Updated = f.stamp()
	}
	f.minute += 1000 // what is lost of these does not come again with the overlap
	return f
}

func (f *flaky) stamp() string {
	f.minute++
	return aBill(0, 0, f.minute).Updated
}

// change edits one bill, which moves it to the end of the list, or adds one.
func (f *flaky) change() {
	if f.random.IntN(3) == 0 {
		last := slices.MaxFunc(f.bills, func(a, b bill) int { return a.ID - b.ID })
		b := aBill(last.ID+1, f.random.IntN(1e9), 0)
		b.Updated = f.stamp()
		f.bills = append(f.bills, b)
		return
	}
	i := f.random.IntN(len(f.bills))
	b := f.bills[i]
	b.Amount, b.Updated = aBill(0, f.random.IntN(1e9), 0).Amount, f.stamp()
	f.bills = append(slices.Delete(f.bills, i, i+1), b)
}

func (f *flaky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := slices.DeleteFunc(slices.Clone(f.bills), func(b bill) bool { return b.Updated < r.FormValue("since") })
	start := 0
	switch {
	case r.FormValue("page") != "":
		n, _ := strconv.Atoi(r.FormValue("page"))
		start = (n - 1) * flakyPage
	case r.FormValue("offset") != "":
		start, _ = strconv.Atoi(r.FormValue("offset"))
	case r.FormValue("after") != "": // keys, which do not shift
		start, _ = slices.BinarySearchFunc(list, r.FormValue("after")+"~", func(b bill, after string) int {
			if b.Updated < after {
				return -1
			}
			return 1
		})
	}
	fault := 99
	if !f.calm {
		if f.random.IntN(4) == 0 {
			f.change()
		}
		fault = f.random.IntN(30)
	}
	if fault == 0 && f.lies {
		start = max(0, start-flakyPage) // the page before, from some cache
	}
	rows := list[min(start, len(list)):min(start+flakyPage, len(list))]
	answer := map[string]any{"rows": rows, "total": len(list), "next": nil}
	if start+flakyPage < len(list) {
		answer["next"] = rows[len(rows)-1].Updated
		w.Header().Set("Link", fmt.Sprintf(`</?after=%s&since=%s>; rel="next"`, rows[len(rows)-1].Updated, r.FormValue("since")))
	}
	if !f.calm {
		rows = slices.Clone(rows)
		f.random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		answer["rows"] = rows
	}
	body, _ := json.Marshal(answer)
	switch fault {
	case 1:
		w.WriteHeader(http.StatusInternalServerError)
	case 2:
		w.Header().Set("Retry-After", "3")
		w.WriteHeader(http.StatusTooManyRequests)
	case 3: // the connection breaks in mid body
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.Write(body[:len(body)/2])
		panic(http.ErrAbortHandler)
	case 4: // a proxy cuts the body, and says that it is whole
		w.Write(body[:len(body)-1])
	case 5: // the connection breaks at once
		panic(http.ErrAbortHandler)
	case 6: // the answer never comes, but seldom, since that takes its time
		if f.random.IntN(4) > 0 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		f.mu.Unlock()
		<-r.Context().Done()
		f.mu.Lock()
	default:
		w.Write(body)
	}
}

// flakyPages are the ways to read a flaky server. Only where a total or a
// cursor gives it away may it answer with a page of some cache: nothing else
// could tell.
func flakyPages() map[string]bool {
	return map[string]bool{
		"{by: page, total: {jq: .total}}":                 true,
		"{by: offset, total: {jq: .total}}":               true,
		"{by: page}":                                      false,
		"{by: offset}":                                    false,
		"{by: cursor, param: after, cursor: {jq: .next}}": true,
		"{by: link}":                                      true,
		"{by: link, total: {jq: .total}}":                 true,
	}
}

func flakySource(t interface {
	Helper()
	Fatal(...any)
}, name, url, pages string) Source {
	t.Helper()
	sources, err := Parse("sources.yaml", fmt.Appendf(nil, `
sources:
  - name: %s
    kind: rest
    feed: fee_bill
    allow: [127.0.0.1]
    rest:
      allow_http: true
      url: %s/
      timeout: 500ms
      rows: .rows
      key: .id
      fields: %s
      pages: %s
      since: {field: .updated_at, param: since, overlap: 30m}
`, name, url, flakyFields, pages))
	if err != nil {
		t.Fatal(err)
	}
	return sources[0]
}

// Whatever a server does while it is read, and however often the loading fails,
// in the end its bills have come, each as it is now, and the cursor is the newest.
func TestFlakyServerLosesNothing(t *testing.T) {
	t.Parallel()
	deps := testDeps(t)
	rapid.Check(t, func(t *rapid.T) {
		pages := rapid.SampledFrom(slices.Sorted(maps.Keys(flakyPages()))).Draw(t, "pages")
		f := newFlaky(rapid.Uint64().Draw(t, "seed"), 1, rapid.IntRange(1, 23).Draw(t, "bills"), flakyPages()[pages])
		server := httptest.NewServer(f)
		defer server.Close()
		fetcher, err := New(flakySource(t, "bills", server.URL, pages), deps)
		if err != nil {
			t.Fatal(err)
		}
		facts := map[string]string{} // by number of the bill
		state := State{}
		for n := range 5 {
			f.quiet(n == 4)
			down := n == 1
			err := fetcher.Fetch(t.Context(), state, func(i Item) error {
				if down {
					return errDown
				}
				lines, err := io.ReadAll(io.NewSectionReader(i.Content, 0, i.Size))
				if err != nil {
					return err
				}
				seen := map[string]bool{}
				for line := range bytes.Lines(lines) {
					fact := map[string]any{}
					d := json.NewDecoder(bytes.NewReader(line))
					d.UseNumber()
					if err := d.Decode(&fact); err != nil {
						return err
					}
					number := fmt.Sprint(fact["账单号"])
					if seen[number] {
						return fmt.Errorf("%s stands twice in %s", number, i.Name)
					}
					seen[number] = true
					facts[number] = fmt.Sprintf("%s %s %s", number, fact["房号"], decimal.RequireFromString(fmt.Sprint(fact["应收金额"])))
				}
				if i.Cursor != "" {
					state.Cursor, state.Turn = i.Cursor, state.Turn+1
				}
				return nil
			})
			switch {
			case err == nil || down && errors.Is(err, errDown):
			case f.calm, gatehouse.KindOf(err) != gatehouse.Unavailable:
				t.Fatalf("run %d: %v", n, err)
			}
		}
		if diff := cmp.Diff(f.show(), slices.Sorted(maps.Values(facts))); diff != "" {
			t.Fatalf("(-server +facts):\n%s", diff)
		}
		var at progress
		if err := json.Unmarshal([]byte(state.Cursor), &at); err != nil {
			t.Fatal(err)
		}
		if newest := f.bills[len(f.bills)-1].Updated; at.Since != newest {
			t.Fatalf("cursor %s, want %s", at.Since, newest)
		}
	})
}

var errDown = errors.New("the database is down")

// The same as far as ClickHouse: one seed of each way.
func TestFlakyServerInClickHouse(t *testing.T) {
	t.Parallel()
	files, err := ingest.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	db := sqltest.New(t)
	loader := ingest.NewLoader(db, files, ingest.Options{})
	for i, pages := range slices.Sorted(maps.Keys(flakyPages())) {
		t.Run(pages, func(t *testing.T) {
			t.Parallel()
			first := 100*i + 1
			f := newFlaky(uint64(i), first, 19, flakyPages()[pages])
			server := httptest.NewServer(f)
			t.Cleanup(server.Close)
			name := fmt.Sprintf("bills-%d", i)
			runner, err := NewRunner(db, loader, nil, testDeps(t), []Source{flakySource(t, name, server.URL, pages)})
			if err != nil {
				t.Fatal(err)
			}
			for n := range 4 {
				f.quiet(n == 3)
				report, err := runner.Run(t.Context(), name, "tester")
				if err != nil && (f.calm || gatehouse.KindOf(err) != gatehouse.Unavailable || report.Items != 0) {
					t.Fatalf("%s, run %d: %v, %+v", pages, n, err, report)
				}
				if report.Refused+report.Failed > 0 || report.Quarantined > 0 {
					t.Fatalf("%s, run %d: %+v", pages, n, report)
				}
			}
			facts := ask(t, db, fmt.Sprintf("-- sources: fee_bill\nSELECT concatWithSeparator(' ', bill_no, room, toString(amount)) AS answer FROM fee_bill WHERE bill_no BETWEEN 'B%06d' AND 'B%06d' ORDER BY bill_no", first, first+99))
			if diff := cmp.Diff(f.show(), strings.Split(facts, "\n")); diff != "" {
				t.Errorf("%s (-server +facts):\n%s", pages, diff)
			}
		})
	}
}

func (f *flaky) quiet(calm bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calm = calm
}

func (f *flaky) show() []string {
	var list []string
	for _, b := range f.bills {
		list = append(list, fmt.Sprintf("B%06d %s %s", b.ID, b.Room, decimal.RequireFromString(b.Amount.String())))
	}
	slices.Sort(list)
	return list
}

// flakyFields are billFields with longer numbers.
const flakyFields = `{账单号: '"B" + (.id|tostring|("00000" + .)[-6:])', 项目: '"P1"', 房号: .room, 收费项目: '"物业费"', 账期: '"202603"', 应收金额: .amount}`
