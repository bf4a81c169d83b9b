package clickhouse_test

import (
	"fmt"
	"strings"
	"testing"

	driver "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"

	"gatehouse"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

// tableOf makes a table with the columns and gives the database it is in.
func tableOf(t *testing.T, columns string) (*clickhouse.DB, driver.Conn) {
	t.Helper()
	config := sqltest.Config(t)
	db := open(t, config)
	conn, err := driver.Open(&driver.Options{
		Addr: []string{config.Address}, Auth: driver.Auth{Database: config.Database, Username: config.User, Password: config.Password},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.Exec(t.Context(), "CREATE TABLE t (n UInt32, "+columns+") ENGINE = MergeTree ORDER BY n"); err != nil {
		t.Fatal(err)
	}
	return db, conn
}

func text(rows ...string) clickhouse.Texts {
	var t clickhouse.Texts
	for _, r := range rows {
		t.Bytes = append(t.Bytes, r...)
		t.Ends = append(t.Ends, len(t.Bytes))
	}
	return t
}

// What ClickHouse shows of each form is what was meant.
func TestFormsOfColumns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		column string
		values any
		want   []string
	}{
		{"Decimal(18, 2)", clickhouse.Decimals{Places: 2, Counts: []int64{0, -1, 99999999999999999}}, []string{"0", "-0.01", "999999999999999.99"}},
		{"Decimal(9, 2)", clickhouse.Decimals{Places: 2, Counts: []int64{450, -999999999}}, []string{"4.5", "-9999999.99"}},
		{"Date", clickhouse.Days{0, 20454, 65535}, []string{"1970-01-01", "2026-01-01", "2149-06-06"}},
		{"DateTime('UTC')", clickhouse.Seconds{0, 1<<32 - 1}, []string{"1970-01-01 00:00:00", "2106-02-07 06:28:15"}},
		{"Nullable(Decimal(18, 4))", clickhouse.Nullable{Null: []uint8{0, 1}, Values: clickhouse.Decimals{Places: 4, Counts: []int64{15000, 0}}}, []string{"1.5", "NULL"}},
		{"Nullable(Date)", clickhouse.Nullable{Null: []uint8{1, 0}, Values: clickhouse.Days{0, 1}}, []string{"NULL", "1970-01-02"}},
		{"Nullable(DateTime('UTC'))", clickhouse.Nullable{Null: []uint8{0}, Values: clickhouse.Seconds{60}}, []string{"1970-01-01 00:01:00"}},
		{"LowCardinality(String)", clickhouse.Words{Words: []string{"物业费", ""}, Rows: []uint32{0, 1, 0}}, []string{"物业费", "", "物业费"}},
		{"String", text("1-101", "", "物业费", "\x00'\\"), []string{"1-101", "", "物业费", "\x00'\\"}},
		{"String", text("", ""), []string{"", ""}},
	} {
		db, conn := tableOf(t, "v "+c.column)
		numbers := make([]uint32, len(c.want))
		for i := range numbers {
			numbers[i] = uint32(i)
		}
		if err := db.Insert(t.Context(), "t", "", []clickhouse.Column{{Name: "n", Values: numbers}, {Name: "v", Values: c.values}}); err != nil {
			t.Errorf("%s: %v", c.column, err)
			continue
		}
		var got []string
		if err := conn.QueryRow(t.Context(), "SELECT groupArray(s) FROM (SELECT ifNull(toString(v), 'NULL') AS s FROM t ORDER BY n)").Scan(&got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.column, diff)
		}
	}
}

// The width of a word's number depends on how many words there are.
func TestManyWords(t *testing.T) {
	t.Parallel()
	for _, n := range []int{255, 256, 257, 65_535, 65_536, 65_537} {
		db, conn := tableOf(t, "v LowCardinality(String)")
		var w clickhouse.Words
		var numbers []uint32
		for i := range n {
			w.Words = append(w.Words, fmt.Sprint(i))
			w.Rows = append(w.Rows, uint32(n-1-i))
			numbers = append(numbers, uint32(n-1-i))
		}
		if err := db.Insert(t.Context(), "t", "", []clickhouse.Column{{Name: "n", Values: numbers}, {Name: "v", Values: w}}); err != nil {
			t.Fatal(err)
		}
		var rows, right uint64
		if err := conn.QueryRow(t.Context(), "SELECT count(), countIf(v = toString(n)) FROM t").Scan(&rows, &right); err != nil {
			t.Fatal(err)
		}
		if rows != uint64(n) || right != uint64(n) {
			t.Errorf("%d words: %d rows, %d of them right", n, rows, right)
		}
	}
}

// A form that does not fit is refused before anything is sent, as a scale or a
// width taken wrongly would be a wrong amount.
func TestFormsThatDoNotFit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		column string
		values any
		phrase string
	}{
		{"Decimal(18, 4)", clickhouse.Decimals{Places: 2, Counts: []int64{1}}, "does not fit a column of type Decimal(18, 4)"},
		{"Decimal(38, 2)", clickhouse.Decimals{Places: 2, Counts: []int64{1}}, "does not fit"},
		{"Decimal(9, 2)", clickhouse.Decimals{Places: 2, Counts: []int64{1 << 31}}, "too large"},
		{"Int64", clickhouse.Decimals{Places: 0, Counts: []int64{1}}, "does not fit"},
		{"Date", clickhouse.Seconds{1}, "does not fit"},
		{"Date", clickhouse.Nullable{Null: []uint8{0}, Values: clickhouse.Days{1}}, "does not fit"},
		{"Nullable(Date)", clickhouse.Nullable{Null: []uint8{0, 0}, Values: clickhouse.Days{1}}, "1 values, but 2"},
		{"LowCardinality(Nullable(String))", clickhouse.Words{Words: []string{""}, Rows: []uint32{0}}, "does not fit"},
		{"Date", text("2026-01-01"), "does not fit"},
	} {
		db, conn := tableOf(t, "v "+c.column)
		err := db.Insert(t.Context(), "t", "", []clickhouse.Column{{Name: "n", Values: []uint32{0}}, {Name: "v", Values: c.values}})
		if err == nil || !strings.Contains(err.Error(), c.phrase) || gatehouse.KindOf(err) == gatehouse.Unavailable {
			t.Errorf("%T for %s: error %v, want %q", c.values, c.column, err, c.phrase)
		}
		var rows uint64
		if err := conn.QueryRow(t.Context(), "SELECT count() FROM t").Scan(&rows); err != nil || rows != 0 {
			t.Errorf("%T for %s: %d rows, %v", c.values, c.column, rows, err)
		}
	}
}
