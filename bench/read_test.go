package bench

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"gatehouse/ingest/sheet"
)

// BenchmarkRead reads a workbook of 300,000 rows, with the reader and with the
// library that people would use, and watches how much memory the reader takes,
// also for a tenth of the rows. Texts stand in the cells, as programs write
// them, or in a shared table, as Excel does; that table is kept in memory.
func BenchmarkRead(b *testing.B) {
	b.Run("inline", func(b *testing.B) { compareReaders(b, inlineWorkbook) })
	b.Run("shared", func(b *testing.B) { compareReaders(b, sharedWorkbook) })
}

func compareReaders(b *testing.B, write func(testing.TB, int, int) []byte) {
	b.Helper()
	large := saved(b, write(b, 0, fileRows))
	_, small := readSheet(b, saved(b, write(b, 0, fileRows/10)), fileRows/10)
	var took, theirs time.Duration
	var peak uint64
	n := 0
	for b.Loop() {
		t, p := readSheet(b, large, fileRows)
		took, peak = took+t, max(peak, p)
		theirs += readByExcelize(b, large)
		n++
	}
	figure(b, float64(fileRows*n)/took.Seconds(), "rows/s")
	b.ReportMetric(theirs.Seconds()/took.Seconds(), "times-excelize")
	b.ReportMetric(float64(peak)/(1<<20), "MB-peak")
	b.ReportMetric(float64(small)/(1<<20), "MB-peak-of-tenth")
}

// saved keeps a file on disk, where it takes no memory.
func saved(b *testing.B, content []byte) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "file.xlsx")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// readSheet gives the time it took and the most heap there was above that before.
func readSheet(b *testing.B, path string, want int) (took time.Duration, peak uint64) {
	b.Helper()
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	runtime.GC()
	before := heap()
	begin := time.Now()
	book, err := sheet.Open(f, info.Size(), sheet.DefaultLimits())
	if err != nil {
		b.Fatal(err)
	}
	peak = heap()
	n := 0
	err = book.Sheets[0].Rows(context.Background(), func(sheet.Row) error {
		if n++; n%1000 == 0 {
			peak = max(peak, heap())
		}
		return nil
	})
	if err != nil || n != want+1 {
		b.Fatalf("%d rows, want %d: %v", n, want+1, err)
	}
	return time.Since(begin), peak - min(peak, before)
}

// heap is what objects take, with those that wait for being collected.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

func readByExcelize(b *testing.B, path string) time.Duration {
	b.Helper()
	begin := time.Now()
	f, err := excelize.OpenFile(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	rows, err := f.Rows("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			b.Fatal(err)
		}
		n++
	}
	if rows.Error() != nil || n != fileRows+1 {
		b.Fatalf("%d rows, want %d: %v", n, fileRows+1, rows.Error())
	}
	return time.Since(begin)
}
