package clickhouse

import (
	"context"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// EachRow streams the rows of a named query, columns matched to fields by their
// `ch` tags, for results too large to keep. An error of yield ends it.
func EachRow[T any](ctx context.Context, db *DB, name string, a Asked, p Params, yield func(T) error) error {
	return db.Each(ctx, name, a, p, func(rows driver.Rows) error {
		var row T
		if err := rows.ScanStruct(&row); err != nil {
			return err
		}
		return yield(row)
	})
}
