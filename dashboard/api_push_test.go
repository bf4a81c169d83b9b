package dashboard

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
	"gatehouse/ingest"
)

const (
	ndjson    = "application/x-ndjson"
	jsonArray = "application/json"
)

// pushing is a request; the answer is read as one or the other.
type pushing struct {
	token, feed, kind, body string
	header                  map[string]string
}

func (s *site) push(p pushing) (answer, pushAnswer, problem) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url+"/api/v1/feeds/"+p.feed, strings.NewReader(p.body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+p.token)
	r.Header.Set("Content-Type", p.kind)
	r.Header.Set("Accept-Language", "en")
	for name, value := range p.header {
		r.Header.Set(name, value)
	}
	a := s.browser().do(r)
	var done pushAnswer
	var failed problem
	into := any(&done)
	if a.status != http.StatusOK {
		into = &failed
		if kind := a.header.Get("Content-Type"); kind != "application/problem+json" || failed.Status != 0 {
			s.t.Errorf("a failure is answered as %s", kind)
		}
	}
	if err := json.Unmarshal([]byte(a.body), into); err != nil {
		s.t.Fatalf("%d %s: %v", a.status, a.body, err)
	}
	if a.header.Get("Set-Cookie") != "" {
		s.t.Error("a cookie is set")
	}
	return a, done, failed
}

const oneBill = `{"bill_no":"B1","room":"1-1-101","fee_item":"物业费","period":"202608","amount":300.50}`

func TestPushEachFormat(t *testing.T) {
	t.Parallel()
	bills := func(no string) string { return strings.ReplaceAll(oneBill, "B1", no) }
	for name, p := range map[string]pushing{
		"json lines":      {kind: ndjson, body: bills("A1") + "\n" + bills("A2") + "\n"},
		"json array":      {kind: jsonArray, body: "[" + bills("A1") + "," + bills("A2") + "]"},
		"json with rows":  {kind: jsonArray + "; charset=utf-8", body: `{"rows":[` + bills("A1") + "," + bills("A2") + `]}`},
		"csv":             {kind: "text/csv", body: "账单号,房号,收费项目,账期,应收金额\nA1,1-1-101,物业费,202608,300.50\nA2,1-1-101,物业费,202608,300.50\n"},
		"json lines, zip": {kind: ndjson, body: zipped(t, bills("A1")+"\n"+bills("A2")), header: map[string]string{"Content-Encoding": "gzip"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			p.token, p.feed = "p1-token", "fee_bill"
			a, done, _ := s.push(p)
			want := pushAnswer{
				Status: ingest.Published, LoadID: done.LoadID, Feed: "fee_bill", SHA256: done.SHA256, Counts: pushCounts{Rows: 2, Loaded: 2, Orphans: 2},
				Sums: map[string]string{"fee_bill.amount": "601.00", "fee_bill.waived": "0.00"}, Projects: []string{"P1"}, Notes: []string{}, Errors: []pushError{},
			}
			if diff := cmp.Diff(want, done); a.status != http.StatusOK || diff != "" {
				t.Errorf("%d %s", a.status, diff)
			}
			if n := s.refreshes.Load(); n != 1 {
				t.Errorf("%d refreshes, want 1", n)
			}
		})
	}
}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Bad rows are set aside and told by row, field and code, in either language,
// and again when the same body comes again.
func TestPushSetsBadRowsAside(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := pushing{token: "p1-token", feed: "fee_bill", kind: ndjson, body: oneBill + "\n\n" + strings.Replace(oneBill, "300.50", `"一千"`, 1) + "\n"}
	_, done, _ := s.push(p)
	want := []pushError{{Row: 3, Field: "amount", Code: ingest.AmountError, Message: "not a number", Hint: "write it as 1234.50, refunds with a minus", Value: "一千"}}
	if diff := cmp.Diff(want, done.Errors); diff != "" || done.Counts != (pushCounts{Rows: 2, Loaded: 1, Quarantined: 1, Orphans: 1}) || done.ErrorCount != 1 {
		t.Errorf("%+v %s", done, diff)
	}
	p.header = map[string]string{"Accept-Language": "zh"}
	_, again, _ := s.push(p)
	if again.Status != ingest.AlreadyLoaded || len(again.Errors) != 1 || again.Errors[0].Message != "数字无法识别" {
		t.Errorf("again, in Chinese: %+v", again)
	}
}

func TestPushIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, c := range []struct {
		name string
		p    pushing
		want int
		says string
	}{
		{"no token", pushing{feed: "fee_bill", kind: ndjson, body: oneBill}, http.StatusUnauthorized, "token"},
		{"wrong token", pushing{token: "p1-tokem", feed: "fee_bill", kind: ndjson, body: oneBill}, http.StatusUnauthorized, "token"},
		{"another scheme", pushing{feed: "fee_bill", kind: ndjson, header: map[string]string{"Authorization": "Basic p1-token"}}, http.StatusUnauthorized, "token"},
		{"unknown feed", pushing{token: "all-token", feed: "weather", kind: ndjson, body: oneBill}, http.StatusNotFound, "feed"},
		{"feed of another token", pushing{token: "p1-token", feed: "fee_payment", kind: ndjson, body: oneBill}, http.StatusForbidden, "may not load this feed"},
		{"project of another token", pushing{token: "p1-token", feed: "fee_bill", kind: ndjson, body: strings.Replace(oneBill, "{", `{"project":"P2",`, 1)}, http.StatusForbidden, "P2"},
		{"unknown kind of body", pushing{token: "p1-token", feed: "fee_bill", kind: "application/xml", body: oneBill}, http.StatusUnsupportedMediaType, "kind"},
		{"unknown packing", pushing{token: "p1-token", feed: "fee_bill", kind: ndjson, body: oneBill, header: map[string]string{"Content-Encoding": "br"}}, http.StatusUnsupportedMediaType, "gzip"},
		{"broken packing", pushing{token: "p1-token", feed: "fee_bill", kind: ndjson, body: zipped(t, oneBill)[:30], header: map[string]string{"Content-Encoding": "gzip"}}, http.StatusBadRequest, "packed"},
		{"bad key", pushing{token: "p1-token", feed: "fee_bill", kind: ndjson, body: oneBill, header: map[string]string{keyHeader: "a b"}}, http.StatusBadRequest, "Idempotency-Key"},
		{"broken JSON", pushing{token: "p1-token", feed: "fee_bill", kind: ndjson, body: oneBill + "\n{\"bill_no\":"}, http.StatusUnprocessableEntity, "line 2"},
		{"JSON that is CSV", pushing{token: "p1-token", feed: "fee_bill", kind: jsonArray, body: "a,b\n1,2\n"}, http.StatusUnprocessableEntity, "JSON"},
		{"no such columns", pushing{token: "p1-token", feed: "fee_bill", kind: jsonArray, body: `[{"bill_no":"B1","room":"1-1-101"}]`}, http.StatusUnprocessableEntity, "missing"},
		{"nothing", pushing{token: "p1-token", feed: "fee_bill", kind: ndjson}, http.StatusUnprocessableEntity, "empty"},
		{"too large once unpacked", pushing{token: "p1-token", feed: "fee_bill", kind: ndjson, body: zipped(t, strings.Repeat(" ", int(s.loader.FileBytes())+1)), header: map[string]string{"Content-Encoding": "gzip"}}, http.StatusRequestEntityTooLarge, "50 MB"},
		{"too large", pushing{token: "p1-token", feed: "fee_bill", kind: ndjson, body: strings.Repeat(" ", int(s.loader.FileBytes())+1)}, http.StatusRequestEntityTooLarge, "50 MB"},
	} {
		a, _, failed := s.push(c.p)
		if a.status != c.want || failed.Status != c.want || failed.Title == "" || !strings.Contains(a.body, c.says) {
			t.Errorf("%s: %d %s, want %d that says %q", c.name, a.status, a.body, c.want, c.says)
		}
	}
	loads, err := ingest.Loads(t.Context(), s.db, gatehouse.AllProjects(), ingest.LoadFilter{State: ingest.Published})
	if err != nil || len(loads) != 0 || s.refreshes.Load() != 0 {
		t.Errorf("something was loaded: %v %d", err, len(loads))
	}
}

func TestPushUnderAKey(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := pushing{token: "p1-token", feed: "fee_bill", kind: ndjson, body: oneBill + "\n" + strings.Replace(oneBill, "300.50", `"x"`, 1), header: map[string]string{keyHeader: "august-1"}}
	first, _, _ := s.push(p)
	again, _, _ := s.push(p)
	if first.status != http.StatusOK || again.body != first.body || first.header.Get("Idempotent-Replayed") != "" || again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("the same key with the same body:\n%s\n%s", first.body, again.body)
	}
	if n := s.refreshes.Load(); n != 1 {
		t.Errorf("%d refreshes, want 1", n)
	}
	other := p
	other.body = oneBill
	if a, _, _ := s.push(other); a.status != http.StatusConflict {
		t.Errorf("the same key with another body: %d %s", a.status, a.body)
	}
	p.token, p.body = "all-token", strings.Replace(p.body, "{", `{"project":"P1",`, 2)
	if a, _, _ := s.push(p); a.status != http.StatusOK {
		t.Errorf("the same key of another source: %d %s", a.status, a.body)
	}
	p.header = map[string]string{keyHeader: "august-2"}
	for range 2 {
		if _, done, _ := s.push(p); done.Status != ingest.AlreadyLoaded {
			t.Errorf("the same body under another key: %+v", done)
		}
	}
}

// Of many equal requests at once one loads; of different bodies under one key
// one wins.
func TestPushAtOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		bodies int
		key    string
	}{{"equal bodies", 1, ""}, {"equal bodies under a key", 1, "k"}, {"two bodies under a key", 2, "k"}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			const requests = 20
			statuses := make([]int, requests)
			var group sync.WaitGroup
			for i := range requests {
				group.Go(func() {
					p := pushing{token: "p1-token", feed: "fee_bill", kind: ndjson, body: strings.Replace(oneBill, "B1", fmt.Sprintf("B%d", i%c.bodies), 1)}
					if c.key != "" {
						p.header = map[string]string{keyHeader: c.key}
					}
					a, _, _ := s.push(p)
					statuses[i] = a.status
				})
			}
			group.Wait()
			count := map[int]int{}
			for _, status := range statuses {
				count[status]++
			}
			want := map[int]int{http.StatusOK: requests}
			if c.bodies == 2 {
				want = map[int]int{http.StatusOK: requests / 2, http.StatusConflict: requests / 2}
			}
			if diff := cmp.Diff(want, count); diff != "" {
				t.Error(diff)
			}
			loads, err := ingest.Loads(t.Context(), s.db, gatehouse.AllProjects(), ingest.LoadFilter{State: ingest.Published})
			if err != nil || len(loads) != 1 || s.refreshes.Load() != 1 {
				t.Errorf("%v: %d loads, %d refreshes, want one of each", err, len(loads), s.refreshes.Load())
			}
		})
	}
}

func TestPushGate(t *testing.T) {
	t.Parallel()
	g := newPushGate()
	var leaves []func()
	for range pushesWaiting {
		leave, err := g.enter("erp")
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, leave)
	}
	_, err := g.enter("erp")
	if p, ok := errors.AsType[*problem](err); !ok || p.Status != http.StatusTooManyRequests || p.header.Get("Retry-After") == "" {
		t.Errorf("one too many: %v", err)
	}
	if leave, err := g.enter("billing"); err != nil {
		t.Errorf("another source: %v", err)
	} else {
		leave()
	}
	leaves[0]()
	if _, err := g.enter("erp"); err != nil {
		t.Errorf("after one has left: %v", err)
	}
}

// A request from a page of another site needs the token as any other does, and
// a session is none.
func TestPushNeedsNoSession(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if a, _, _ := s.push(pushing{token: "p1-token", feed: "fee_bill", kind: ndjson, body: oneBill, header: map[string]string{"Sec-Fetch-Site": "cross-site"}}); a.status != http.StatusOK {
		t.Errorf("with a token: %d", a.status)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/api/v1/feeds/fee_bill", strings.NewReader(oneBill))
	if err != nil {
		t.Fatal(err)
	}
	if a := s.as("head").do(r); a.status != http.StatusUnauthorized || a.header.Get("WWW-Authenticate") == "" {
		t.Errorf("with a session: %d", a.status)
	}
	if a := s.browser().get("/api/v1/feeds/fee_bill"); a.status != http.StatusNotFound || a.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("by GET: %d %s", a.status, a.body)
	}
}
