package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/shopspring/decimal"

	"gatehouse"
)

// Limits of an operator's KPI, for the projects of one step of a refresh.
const (
	ownTime   = 60 * time.Second
	ownMemory = 2 << 30
	ownRows   = 2_000_000
)

var errTooLong = errors.New("it took longer than " + ownTime.String())

// limited is for statements with an operator's text in them: they may read
// only, and neither for long nor much.
func limited(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeoutCause(ctx, ownTime, errTooLong)
	return clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{
		"readonly": 1, "max_execution_time": int(ownTime.Seconds()), "max_memory_usage": ownMemory, "max_result_rows": ownRows,
		"max_threads": 2, "allow_introspection_functions": 0,
	})), cancel
}

// tooMuch words what ran into the limit of time.
func tooMuch(ctx context.Context, err error) error {
	if err != nil && errors.Is(context.Cause(ctx), errTooLong) {
		return gatehouse.Errorf(gatehouse.Invalid, "%w: read fewer rows or join less", errTooLong)
	}
	return err
}

// ownSum is a sum of the lines that an operator's text gives.
type ownSum struct {
	Project     string            `ch:"project"`
	Month       time.Time         `ch:"month"`
	Until       time.Time         `ch:"until"`
	Dim         string            `ch:"dim"`
	Slice       string            `ch:"slice"`
	Numerator   decimal.Decimal   `ch:"numerator"`
	Denominator decimal.Decimal   `ch:"denominator"`
	N           uint64            `ch:"n"`
	Moments     []float64         `ch:"moments"`
	Samples     map[uint32]uint64 `ch:"samples"`
}

// sumOwn reads first and writes then, so that a text that fails half-way
// has written nothing, and what has an operator's text in it only reads.
func (db *DB) sumOwn(ctx context.Context, k KPI, a Asked, periods Period, token string) error {
	reading, cancel := limited(ctx)
	defer cancel()
	rows, err := selectSQL[ownSum](reading, db, k.Name, k.running(), a, periods.params(Params{}))
	if err != nil {
		return fmt.Errorf("KPI %s: %w", k.Name, unless(tooMuch(reading, err)))
	}
	if len(rows) == 0 {
		return nil
	}
	return db.Insert(ctx, "kpi_sum", token, []Column{
		gather(rows, "kpi", func(ownSum) string { return k.Name }),
		gather(rows, "version", func(ownSum) uint16 { return k.Version }),
		gather(rows, "series", func(ownSum) uint64 { return a.Series }),
		gather(rows, "run", func(ownSum) uint64 { return a.Run }),
		gather(rows, "project", func(r ownSum) string { return r.Project }),
		gather(rows, "month", func(r ownSum) time.Time { return r.Month }),
		gather(rows, "until", func(r ownSum) time.Time { return r.Until }),
		gather(rows, "dim", func(r ownSum) string { return r.Dim }),
		gather(rows, "slice", func(r ownSum) string { return r.Slice }),
		gather(rows, "numerator", func(r ownSum) decimal.Decimal { return r.Numerator }),
		gather(rows, "denominator", func(r ownSum) decimal.Decimal { return r.Denominator }),
		gather(rows, "n", func(r ownSum) uint64 { return r.N }),
		gather(rows, "moments", func(r ownSum) []float64 { return r.Moments }),
		gather(rows, "samples", func(r ownSum) map[uint32]uint64 { return r.Samples }),
	})
}

// gather makes a column of a field of all rows.
func gather[R, T any](rows []R, name string, field func(R) T) Column {
	values := make([]T, len(rows))
	for i, r := range rows {
		values[i] = field(r)
	}
	return Column{Name: name, Values: values}
}
