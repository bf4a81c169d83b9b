package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"gatehouse/analytics"
	"gatehouse/dashboard"
	"gatehouse/dashboard/auth"
	"gatehouse/ingest"
	"gatehouse/ingest/sheet/sandbox"
	"gatehouse/sql"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

func TestMain(m *testing.M) {
	sandbox.RunChild(nil)
	os.Exit(sqltest.Run(m))
}

// site is the program over the books of the benchmark.
type site struct {
	db     *clickhouse.DB
	loader *ingest.Loader
	kpis   *analytics.Service
}

func newSite(b *testing.B) *site {
	b.Helper()
	db := sqltest.New(b)
	store, err := ingest.OpenStore(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { store.Close() })
	registry, err := analytics.ReadRegistry(sql.Files, "kpi")
	if err != nil {
		b.Fatal(err)
	}
	return &site{db: db, loader: ingest.NewLoader(db, store, ingest.Options{}), kpis: analytics.New(db, registry, slog.New(slog.DiscardHandler))}
}

// load loads books, which must all be good, and gives the time it took.
func (s *site) load(b *testing.B, books ...book) time.Duration {
	b.Helper()
	begin := time.Now()
	for _, k := range books {
		r, err := s.loader.Load(context.Background(), ingest.Request{Name: k.name, Content: bytes.NewReader(k.content), Size: int64(len(k.content))})
		if err != nil || r.Status != ingest.Published || int(r.Loaded) != k.rows {
			b.Fatalf("%s: %+v, %v", k.name, r, err)
		}
	}
	return time.Since(begin)
}

func (s *site) refresh(b *testing.B, want int) time.Duration {
	b.Helper()
	r, err := s.kpis.Refresh(context.Background(), false)
	if err != nil || len(r.Projects) != want {
		b.Fatalf("%d projects refreshed, want %d: %v", len(r.Projects), want, err)
	}
	return r.Took
}

// xlsxMonths are loaded from workbooks, the others from CSV.
const xlsxMonths = 3

// BenchmarkMillion loads a million bills and payments, refreshes all and one
// project, and asks for pages with 20 clients. Its figures are metrics of the
// sub-benchmarks; run it with -benchtime 1x.
func BenchmarkMillion(b *testing.B) {
	s := newSite(b)
	s.load(b, masters()...)
	b.Run("load/xlsx", func(b *testing.B) {
		var took time.Duration
		rows := 0
		for m := range xlsxMonths {
			books := xlsxBooks(b, m)
			took += s.load(b, books...)
			rows += books[0].rows + books[1].rows
		}
		figure(b, float64(rows)/took.Seconds(), "rows/s")
	})
	b.Run("load/csv", func(b *testing.B) {
		var took time.Duration
		rows := 0
		for m := xlsxMonths; m < months; m++ {
			books := csvBooks(m)
			took += s.load(b, books...)
			rows += books[0].rows + books[1].rows
		}
		figure(b, float64(rows)/took.Seconds(), "rows/s")
	})
	b.Run("refresh/all", func(b *testing.B) { figure(b, s.refresh(b, projects).Seconds(), "s") })
	b.Run("refresh/one", func(b *testing.B) {
		one := fmt.Sprintf("项目编码,收据号,房号,收费项目,缴费时间,实收金额\n%s,LATE-1,%s,物业费,2026-10-20,50\n", code(7), roomNo(0))
		s.load(b, book{"补缴.csv", []byte(one), 1})
		figure(b, s.refresh(b, 1).Seconds(), "s")
	})
	server, client := s.serve(b)
	for name, path := range map[string]string{
		"page/portfolio": "/portfolio?period=2026-09", "page/project": "/project?project=P07&period=2026-09",
		"page/collections": "/collections?period=2026-Q3", "page/loads": "/loads", "page/today": "/today",
	} {
		b.Run(name, func(b *testing.B) {
			times := ask(b, client, server+path)
			figure(b, float64(times[len(times)/2].Microseconds())/1000, "p50-ms")
			figure(b, float64(times[len(times)*95/100].Microseconds())/1000, "p95-ms")
			b.ReportMetric(float64(firstLoad(b, client, server, path))/1000, "kB-first")
		})
	}
}

// figure gives a number in place of the time of an operation, which means nothing here.
func figure(b *testing.B, figure float64, unit string) {
	b.Helper()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(figure, unit)
}

// serve serves the dashboard and signs in.
func (s *site) serve(b *testing.B) (string, *http.Client) {
	b.Helper()
	users, err := auth.NewUsers(s.db, time.Now)
	if err != nil {
		b.Fatal(err)
	}
	if err := users.Put(context.Background(), auth.User{Name: "head", Role: auth.HeadOffice}, "a long password", "bench"); err != nil {
		b.Fatal(err)
	}
	handler, err := dashboard.New(dashboard.Options{
		DB: s.db, KPIs: s.kpis, Loader: s.loader, Users: users, Secret: bytes.Repeat([]byte("k"), 64),
		Log: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(handler)
	b.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	client := &http.Client{Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	r, err := client.PostForm(server.URL+"/login", url.Values{"name": {"head"}, "password": {"a long password"}})
	if err != nil || r.StatusCode != http.StatusOK {
		b.Fatalf("sign in: %v, %v", r, err)
	}
	r.Body.Close()
	return server.URL, client
}

const (
	clients  = 20
	requests = 15 // of each client
)

// ask gives the times that requests of all clients at once took, in rising order.
func ask(b *testing.B, client *http.Client, address string) []time.Duration {
	b.Helper()
	times := make([]time.Duration, clients*requests)
	var group sync.WaitGroup
	for c := range clients {
		group.Go(func() {
			for i := range requests {
				begin := time.Now()
				r, err := client.Get(address)
				if err != nil {
					b.Error(err)
					return
				}
				if _, err := io.Copy(io.Discard, r.Body); err != nil || r.StatusCode != http.StatusOK {
					b.Errorf("%s: %d, %v", address, r.StatusCode, err)
				}
				r.Body.Close()
				times[c*requests+i] = time.Since(begin)
			}
		})
	}
	group.Wait()
	slices.Sort(times)
	return times
}
