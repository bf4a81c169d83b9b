package clickhouse

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"gatehouse"
)

// insertTries is how often one batch is sent before its error counts.
const insertTries = 4

// Insert writes rows given by column. The token makes a repetition harmless:
// ClickHouse drops a batch whose token it has seen, so after a lost
// acknowledgement the same rows are sent again. An insert in flight is never
// cancelled, since then nobody could say whether it took effect.
func (db *DB) Insert(ctx context.Context, table, token string, columns []Column) error {
	var err error
	for try := range insertTries {
		if try > 0 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Duration(100<<try) * time.Millisecond):
			}
		}
		if err = db.send(ctx, table, token, columns); err == nil {
			return nil
		}
		err = explain(err)
		if gatehouse.KindOf(err) != gatehouse.Unavailable {
			break
		}
	}
	return fmt.Errorf("insert into %s: %w", table, err)
}

func (db *DB) send(ctx context.Context, table, token string, columns []Column) error {
	settings := clickhouse.Settings{"async_insert": 0}
	if token != "" {
		settings["insert_deduplication_token"] = token
	}
	ctx = clickhouse.Context(context.WithoutCancel(ctx), clickhouse.WithSettings(settings))
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = quote(c.Name)
	}
	batch, err := db.conn.PrepareBatch(ctx, fmt.Sprintf("INSERT INTO %s (%s)", quote(table), strings.Join(names, ", ")))
	if err != nil {
		return err
	}
	defer batch.Close()
	fill := newFiller()
	for i, col := range batch.Columns() {
		if err := fill.fill(col, columns[i].Values); err != nil {
			return fmt.Errorf("column %s: %w", columns[i].Name, err)
		}
	}
	return batch.Send()
}
