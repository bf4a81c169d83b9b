package ingest

import (
	"context"
	"maps"
	"slices"

	"github.com/shopspring/decimal"
	"golang.org/x/sync/errgroup"

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

// check verifies what was stored and counts orphans, which wait for different
// parts of the database, at the same time.
func (a *attempt) check(ctx context.Context, in *intake) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return a.verify(ctx, in) })
	group.Go(func() (err error) {
		a.result.Orphans, err = a.orphans(ctx, in.out)
		return err
	})
	return group.Wait()
}

// orphans counts facts whose project, room or bill is not known yet. It counts
// before publishing, with the masters of the same file, so that the number is
// on record in the row that publishing relies on.
func (a *attempt) orphans(ctx context.Context, out *outlet) (uint64, error) {
	refs, orphans := map[string]bool{}, uint64(0)
	for name, t := range out.tables {
		if hasRooms(name) {
			continue // counted by the server, with their rooms and bills
		}
		for ref := range t.tally.byProject {
			refs[ref] = true
		}
	}
	strangers, err := a.unknownRefs(ctx, slices.Sorted(maps.Keys(refs)))
	if err != nil {
		return 0, err
	}
	for name, t := range out.tables {
		if hasRooms(name) {
			continue
		}
		for _, ref := range strangers {
			if n := t.tally.byProject[ref]; n != nil {
				orphans += *n
			}
		}
	}
	if out.tables["fee_bill"] == nil && out.tables["fee_payment"] == nil {
		return orphans, nil
	}
	type count struct {
		Orphans uint64 `ch:"orphans"`
	}
	fees, err := clickhouse.First[count](ctx, a.db, "ingest.OrphanFees", a.asked(), clickhouse.Params{"attempt": a.id})
	return orphans + fees.Orphans, err
}

// unknownRefs lists those that name no project.
func (a *attempt) unknownRefs(ctx context.Context, refs []string) ([]string, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	type unknown struct {
		Ref string `ch:"ref"`
	}
	rows, err := clickhouse.Select[unknown](ctx, a.db, "ingest.UnknownRefs", a.asked(), clickhouse.Params{"attempt": a.id, "refs": refs})
	var strangers []string
	for _, r := range rows {
		strangers = append(strangers, r.Ref)
	}
	return strangers, err
}

// hasRooms tells the tables whose rows hang on a room or bill besides the project.
func hasRooms(table string) bool { return table == "fee_bill" || table == "fee_payment" }
