package source

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

// jsonServer is json-server, a REST server of other people's making.
type jsonServer struct {
	t   *testing.T
	url string
}

func startJSONServer(t *testing.T, content any) *jsonServer {
	t.Helper()
	file := filepath.Join(t.TempDir(), "db.json")
	b, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(free.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	free.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, "node", "../../node_modules/json-server/lib/cli/bin.js", "--host", "127.0.0.1", "--port", port, "--quiet", file)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatalf("json-server: %v (make deps installs it)", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	s := &jsonServer{t: t, url: "http://127.0.0.1:" + port}
	deadline, tick := time.NewTimer(time.Minute), time.NewTicker(20*time.Millisecond)
	defer deadline.Stop()
	defer tick.Stop()
	for {
		conn, err := net.Dial("tcp4", "127.0.0.1:"+port)
		if err == nil {
			conn.Close()
			return s
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("json-server ended: %v\n%s", err, out.String())
		case <-deadline.C:
			t.Fatalf("json-server does not listen\n%s", out.String())
		case <-tick.C:
		}
	}
}

// send changes what the server holds.
func (s *jsonServer) send(method, path string, record any) {
	s.t.Helper()
	b, err := json.Marshal(record)
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, bytes.NewReader(b))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		s.t.Fatalf("%s %s: %s", method, path, answer.Status)
	}
}

// all reads what the server holds, in the form of site.bills.
func (s *jsonServer) all() string {
	s.t.Helper()
	answer, err := http.Get(s.url + "/bills")
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	var bills []bill
	if err := json.Unmarshal(body, &bills); err != nil {
		s.t.Fatal(err)
	}
	return showBills(s.t, bills)
}

// bill is a record as the servers of these tests hold it.
type bill struct {
	ID      int         `json:"id"`
	Room    string      `json:"room"`
	Amount  json.Number `json:"amount"`
	Updated string      `json:"updated_at"`
}

func aBill(id, cents, minute int) bill {
	at := time.Date(2026, time.March, 1, 0, minute, 0, 0, time.UTC)
	return bill{ID: id, Room: fmt.Sprintf("1-1-%04d", id), Amount: json.Number(decimal.New(int64(cents), -2).StringFixed(2)), Updated: at.Format(time.RFC3339)}
}

func showBills(t interface {
	Helper()
	Fatal(...any)
}, bills []bill) string {
	t.Helper()
	bills = slices.Clone(bills)
	slices.SortFunc(bills, func(a, b bill) int { return cmp.Compare(a.number(), b.number()) })
	var lines []string
	for _, b := range bills {
		amount, err := decimal.NewFromString(b.Amount.String())
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%s %s %s", b.number(), b.Room, amount))
	}
	return strings.Join(lines, "\n")
}

func (b bill) number() string { return fmt.Sprintf("B%04d", b.ID) }

// billFields map a bill to the feed fee_bill.
const billFields = `{账单号: '"B" + (.id|tostring|("000" + .)[-4:])', 项目: '"P1"', 房号: .room, 收费项目: '"物业费"', 账期: '"202603"', 应收金额: .amount}`

// Everything is pulled page by page; then only what was added or changed; and
// in the end the facts are what the server holds, each once.
func TestPullFromJSONServer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, pages string }{
		{"pages and total", "{by: page, param: _page, size: _limit, limit: 7, total: {header: X-Total-Count}}"},
		{"pages alone", "{by: page, param: _page, size: _limit, limit: 7}"},
		{"short pages", "{by: page, param: _page, size: _limit, limit: 7, short: true}"},
		{"offsets", "{by: offset, param: _start, size: _limit, limit: 7, total: {header: X-Total-Count}}"},
		{"links", "{by: link, size: _limit, limit: 7, total: {header: X-Total-Count}}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var bills []bill
			for id := 1; id <= 50; id++ {
				bills = append(bills, aBill(id, 26850+id, id))
			}
			server := startJSONServer(t, map[string]any{"bills": bills})
			query := "{_sort: id}"
			if c.name == "links" {
				query = "{_sort: id, _page: '1'}"
			}
			s := newSite(t, fmt.Sprintf(`
sources:
  - name: bills
    kind: rest
    feed: fee_bill
    allow: [127.0.0.1]
    rest:
      allow_http: true
      url: %s/bills
      query: %s
      key: .id
      fields: %s
      pages: %s
      since: {field: .updated_at, param: updated_at_gte, overlap: 2m}
`, server.url, query, billFields, c.pages))

			if got := s.run("bills"); got.Loaded != 1 || got.RowsLoaded != 50 || got.Quarantined != 0 {
				t.Fatalf("first pull: %+v", got)
			}
			if diff := gocmp.Diff(server.all(), s.bills()); diff != "" {
				t.Fatalf("after the first pull (-server +facts):\n%s", diff)
			}
			// The window's overlap comes again, and with it nothing new.
			if got := s.run("bills"); got.Loaded != 1 || got.RowsLoaded != 3 {
				t.Fatalf("the overlap: %+v", got)
			}
			if got := s.run("bills"); got.Items != 0 {
				t.Fatalf("nothing new: %+v", got)
			}

			for id := 51; id <= 63; id++ {
				server.send(http.MethodPost, "/bills", aBill(id, 1, 60))
			}
			server.send(http.MethodPut, "/bills/8", aBill(8, 99999999999, 61))
			if got := s.run("bills"); got.Loaded != 1 || got.RowsLoaded != 3+14 {
				t.Fatalf("what changed: %+v", got)
			}
			if diff := gocmp.Diff(server.all(), s.bills()); diff != "" {
				t.Errorf("in the end (-server +facts):\n%s", diff)
			}
			if state := s.state("bills"); state.State != RunDone || !strings.Contains(state.Cursor, `"since":"2026-03-01T01:01:00Z"`) {
				t.Errorf("state: %+v", state)
			}
		})
	}
}
