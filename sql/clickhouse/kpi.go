package clickhouse

import (
	"context"
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// KPI is a KPI's SELECT: rows of project, month, dim, slice, numerator,
// denominator, n and spread, from the views its header names as sources.
type KPI struct {
	Name    string
	Version uint16
	SQL     string
}

// runningEntries is the fee ledger of the run that is being computed: it is
// not finished, so the view of finished runs does not show it yet.
const runningEntries = `SELECT * FROM fee_entry
    WHERE series = {series:UInt64} AND run = {run:UInt64} AND ({all_projects:Bool} OR has({projects:Array(String)}, project))`

// RefreshKPI computes a KPI for the projects in scope and adds to kpi_value
// the rows that differ from those of the run before; what is no longer there
// is added as zeros.
func (db *DB) RefreshKPI(ctx context.Context, k KPI, a Asked, before uint64) error {
	q := newQuery(k.Name, k.SQL)
	q.text = `SELECT {kpi:String}, {version:UInt16}, {series:UInt64}, {run:UInt64}, project, month, dim, slice,
    sumIf(numerator, fresh) AS new_numerator, sumIf(denominator, fresh) AS new_denominator,
    sumIf(n, fresh) AS new_n, sumIf(spread, fresh) AS new_spread
FROM
(
    SELECT toString(project) AS project, toDate(month) AS month, toString(dim) AS dim, toString(slice) AS slice,
        toDecimal128(ifNull(numerator, 0), 6) AS numerator, toDecimal128(ifNull(denominator, 0), 6) AS denominator,
        toUInt64(n) AS n, toFloat64(spread) AS spread, true AS fresh
    FROM
    (
` + q.text + `
    )
    UNION ALL
    SELECT toString(project), month, toString(dim), toString(slice), numerator, denominator, n, spread, false
    FROM kpi_value_at(series = {series:UInt64}, run = {before:UInt64}, all_projects = {all_projects:Bool}, projects = {projects:Array(String)})
    WHERE kpi = {kpi:String}
)
GROUP BY project, month, dim, slice
HAVING new_numerator != sumIf(numerator, NOT fresh) OR new_denominator != sumIf(denominator, NOT fresh)
    OR new_n != sumIf(n, NOT fresh) OR abs(new_spread - sumIf(spread, NOT fresh)) > 1e-6`
	statement := "INSERT INTO kpi_value (kpi, version, series, run, project, month, dim, slice, numerator, denominator, n, spread)\n" +
		q.sql(map[string]string{"fee_entry": runningEntries})
	args := db.arguments(a, Params{"kpi": k.Name, "version": k.Version, "before": before})
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{
		"insert_deduplication_token": fmt.Sprintf("%s/%d/%d/%v", k.Name, a.Series, a.Run, a.Scope),
	}))
	if err := db.conn.Exec(ctx, statement, args...); err != nil {
		return fmt.Errorf("KPI %s: %w", k.Name, explain(err))
	}
	return nil
}

// SelectKPI runs a KPI's SELECT as it stands, without storing anything.
func SelectKPI[T any](ctx context.Context, db *DB, k KPI, a Asked) ([]T, error) {
	return selectSQL[T](ctx, db, k.Name, newQuery(k.Name, k.SQL).sql(nil), a, nil)
}

// Statement is the whole text of a KPI's SELECT, with its sources, to be run by hand.
func (k KPI) Statement() string { return newQuery(k.Name, k.SQL).sql(nil) }
