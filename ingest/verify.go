package ingest

import (
	"context"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// counted is what the server has of an attempt in one table.
type counted struct {
	Table  string                     `ch:"table"`
	Rows   uint64                     `ch:"rows"`
	Unique uint64                     `ch:"unique_rows"`
	Xor    uint64                     `ch:"xor"`
	Sums   map[string]decimal.Decimal `ch:"sums"`
}

// verify has the server count what it stored and compares that with what was
// sent. A difference abandons the attempt: it is never mended in place.
func (a *attempt) verify(ctx context.Context, in *intake) error {
	if c := in.counts; c.rows != c.loaded+c.quarantined+c.skipped {
		return gatehouse.Errorf(gatehouse.Internal, "%d rows were read, but %d loaded, %d quarantined and %d skipped", c.rows, c.loaded, c.quarantined, c.skipped)
	}
	rows, err := clickhouse.Select[counted](ctx, a.db, "ingest.Counted", a.asked(), clickhouse.Params{
		"attempt": a.id, "tables": append(in.out.tableNames(), "quarantine"),
	})
	if err != nil {
		return err
	}
	stored := map[string]counted{}
	for _, r := range rows {
		stored[r.Table] = r
	}
	if q := stored["quarantine"]; q.Rows != in.out.rejected.count || q.Unique != q.Rows {
		return mismatch("quarantine")
	}
	for name, t := range in.out.tables {
		s := stored[name]
		if s.Rows != t.tally.count || s.Unique != t.tally.count || s.Xor != t.tally.xor {
			return mismatch(name)
		}
		for column, sum := range t.sums() {
			if !s.Sums[column].Equal(decimal.New(int64(sum), -2)) {
				return mismatch(name)
			}
		}
	}
	return nil
}

func mismatch(table string) error {
	return gatehouse.Errorf(gatehouse.Unavailable, "ClickHouse holds other rows of %s than were sent; nothing was published: load the file again", table)
}

func (o *outlet) tableNames() []string { return slices.Sorted(maps.Keys(o.tables)) }

// sums are the money columns of all tables, by "table.column".
func (o *outlet) sums() map[string]gatehouse.Money {
	sums := map[string]gatehouse.Money{}
	for name, t := range o.tables {
		for column, sum := range t.sums() {
			sums[sumName(name, column)] = sum
		}
	}
	return sums
}
