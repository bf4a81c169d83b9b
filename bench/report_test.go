package bench

import (
	"context"
	"io"
	"log/slog"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/analytics/report"
	"gatehouse/sql"
)

// BenchmarkReportMillion writes the collection report of 1,000 projects with a
// million bills, each a row of the detail, beside what only reading the bills
// takes. resident-MB is the most that the heap took of memory meanwhile.
func BenchmarkReportMillion(b *testing.B) {
	db, exec := openLarge(b)
	generate(b, exec, 1, 0, smallRooms)
	registry, err := analytics.ReadRegistry(sql.Files, "kpi")
	if err != nil {
		b.Fatal(err)
	}
	kpis := analytics.New(db, registry, slog.New(slog.DiscardHandler))
	refreshed(b, kpis, largeProjects, "s/refresh")
	at, err := kpis.Latest(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	all := gatehouse.Period{Start: gatehouse.NewMonth(2024, 10), End: gatehouse.NewMonth(2026, 11)}
	var reading time.Duration
	b.Run("bills-read", func(b *testing.B) {
		begin := time.Now()
		if err := kpis.Bills(b.Context(), gatehouse.AllProjects(), at, all, func(analytics.BillLine) error { return nil }); err != nil {
			b.Fatal(err)
		}
		reading = time.Since(begin)
		figure(b, reading.Seconds(), "s")
	})
	b.Run("workbook", func(b *testing.B) {
		debug.FreeOSMemory()
		peak := watchHeap(b.Context())
		begin := time.Now()
		rec, err := report.WriteCollection(b.Context(), io.Discard, kpis, report.NewRegister(db), report.Collection{
			Scope: gatehouse.AllProjects(), Snapshot: at, Period: all, Lang: gatehouse.Chinese, User: "bench", WrittenAt: time.Now(),
		})
		if err != nil || rec.Bills != 1_000_000 {
			b.Fatalf("%+v, %v", rec, err)
		}
		took := time.Since(begin)
		figure(b, took.Seconds(), "s")
		b.ReportMetric(took.Seconds()/reading.Seconds(), "times-reading")
		b.ReportMetric(float64(peak())/(1<<20), "resident-MB")
		b.ReportMetric(float64(rec.Bytes)/(1<<20), "file-MB")
	})
}

// watchHeap looks at the heap until it is asked for the most it has seen.
func watchHeap(ctx context.Context) (peak func() uint64) {
	ctx, stop := context.WithCancel(ctx)
	seen := make(chan uint64)
	go func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		var most uint64
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapSys-m.HeapReleased)
			select {
			case <-tick.C:
			case <-ctx.Done():
				seen <- most
				return
			}
		}
	}()
	return func() uint64 {
		stop()
		return <-seen
	}
}
