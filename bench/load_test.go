package bench

import (
	"bytes"
	"context"
	"testing"
	"time"

	driver "github.com/ClickHouse/clickhouse-go/v2"

	"gatehouse/ingest"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

// BenchmarkLoad loads a file of 300,000 bills until it is published, as a
// workbook and as text, and has ClickHouse insert the same text by itself. Each
// is compared with the bills of all files before. Then come the months of the
// last file again under other numbers, so that each bill is a doubtful one.
func BenchmarkLoad(b *testing.B) {
	config := sqltest.Config(b)
	db, err := clickhouse.Open(b.Context(), config)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	store, err := ingest.OpenStore(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { store.Close() })
	s := &site{db: db, loader: ingest.NewLoader(db, store, ingest.Options{})}
	s.load(b, masters()...)

	// Each round takes another file, since the same one is loaded once only.
	round := 0
	b.Run("xlsx", func(b *testing.B) {
		var took time.Duration
		for b.Loop() {
			round++
			took += s.load(b, book{name: "应收", content: inlineWorkbook(b, round, fileRows), rows: fileRows})
		}
		figure(b, float64(fileRows*b.N)/took.Seconds(), "rows/s")
	})
	insert := newInserter(b, config)
	text := func(b *testing.B, next func() []byte) {
		var took, byItself time.Duration
		for b.Loop() {
			content := next()
			took += s.load(b, book{name: "应收", content: content, rows: fileRows})
			byItself += insert(content)
		}
		figure(b, float64(fileRows*b.N)/took.Seconds(), "rows/s")
		b.ReportMetric(float64(fileRows*b.N)/byItself.Seconds(), "rows/s-of-insert")
		b.ReportMetric(100*byItself.Seconds()/took.Seconds(), "%-of-insert")
	}
	b.Run("csv", func(b *testing.B) {
		text(b, func() []byte { round++; return textFile(b, round, fileRows) })
	})
	b.Run("csv-doubtful", func(b *testing.B) {
		again := byte('B')
		text(b, func() []byte {
			again++
			return bytes.ReplaceAll(textFile(b, round, fileRows), []byte(",B"), []byte{',', again})
		})
	})
}

// newInserter gives a function that has ClickHouse take a text by itself: INSERT
// INTO … FORMAT CSV into a table like that of the bills. The native protocol
// carries rows behind the query for asynchronous inserts only, but ClickHouse
// executes one as large as this at once.
func newInserter(b *testing.B, config clickhouse.Config) func(content []byte) time.Duration {
	b.Helper()
	conn, err := driver.Open(&driver.Options{
		Addr: []string{config.Address}, Auth: driver.Auth{Database: config.Database, Username: config.User, Password: config.Password},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	ctx := driver.Context(context.Background(), driver.WithSettings(driver.Settings{
		"async_insert": 1, "wait_for_async_insert": 1, "async_insert_max_data_size": 1 << 20,
	}))
	exec := func(query string) {
		b.Helper()
		if err := conn.Exec(ctx, query); err != nil {
			b.Fatal(err)
		}
	}
	return func(content []byte) time.Duration {
		exec("CREATE OR REPLACE TABLE by_itself AS fee_bill")
		_, rows, _ := bytes.Cut(content, []byte("\n"))
		insert := "INSERT INTO by_itself (project, room, fee_item, bill_no, period_start, period_end, due_on, amount, waived) FORMAT CSV " + string(rows)
		begin := time.Now()
		exec(insert)
		took := time.Since(begin)
		var count uint64
		if err := conn.QueryRow(ctx, "SELECT count() FROM by_itself").Scan(&count); err != nil || count != fileRows {
			b.Fatalf("%d rows inserted, want %d: %v", count, fileRows, err)
		}
		return took
	}
}
