package clickhouse

import (
	"context"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// KPI is a KPI's SELECT and how its lines are summed. Lines are rows of
//
//	project, month           where they count; until as well when ByPeriod
//	numerator, denominator   what they add; NULL adds nothing
//	fact, ref, key           the fact behind the line, as the view of that fact has it
//	unit                     what n counts once within ref, '' is nothing; where Counts is "units"
//
// one column for each of Slices, NULL where the line is in no slice of it, and
// the Bool column Whole, where there is one, that tells which lines count in
// the whole. They come from the views that the text's header names as sources.
type KPI struct {
	Name     string
	Version  uint16
	SQL      string
	Slices   []string
	Whole    string
	Counts   string // what n is: "units", "numerator" or "denominator"
	ByPeriod bool   // lines are those of the periods {starts}, {ends}
	Moments  string // "" for none, "mean" or "ratio"; see schema/0009_lines.sql
	Samples  bool   // keep how often each numerator occurs
	Own      bool   // an operator's: run read-only and within limits
}

// runningEntries is the fee ledger of the run that is being computed: it is
// not finished, so the view of finished runs does not show it yet.
const runningEntries = `SELECT *, fact, key FROM fee_entry
    WHERE series = {series:UInt64} AND run = {run:UInt64} AND ({all_projects:Bool} OR has({projects:Array(String)}, project))`

// lines is the KPI's SELECT with its columns in one type each: numerator y,
// denominator x.
func (k KPI) lines() string {
	columns := []string{
		"toString(project) AS project", "toDate(month) AS month", "toDate(" + k.until() + ") AS until",
		"ifNull(toDecimal128(numerator, 6), 0) AS y", "ifNull(toDecimal128(denominator, 6), 0) AS x",
		"toString(" + k.unit() + ") AS unit", "toString(fact) AS fact", "toString(ref) AS ref", "toString(key) AS key",
		k.whole() + " AS whole",
	}
	for _, s := range k.Slices {
		columns = append(columns, "toNullable(toString("+s+")) AS "+s)
	}
	lines := "SELECT " + strings.Join(columns, ", ") + "\nFROM\n(\n" + k.Body() + "\n)"
	if k.Own {
		lines += "\nWHERE {all_projects:Bool} OR has({projects:Array(String)}, project)"
	}
	return lines
}

// Body is the text without its comment lines, which stay as empty ones so that
// lines keep their numbers. What is vetted is, to the letter, what is run.
func (k KPI) Body() string {
	var kept strings.Builder
	for line := range strings.Lines(k.SQL) {
		if strings.HasPrefix(strings.TrimSpace(line), "--") {
			line = "\n"
		}
		kept.WriteString(line)
	}
	if text := strings.TrimRight(kept.String(), "; \t\r\n"); strings.TrimSpace(text) != "" {
		return text
	}
	return ""
}

func (k KPI) until() string {
	if k.ByPeriod {
		return "until"
	}
	return "addMonths(month, 1)"
}

func (k KPI) unit() string {
	if k.Counts == "units" {
		return "unit"
	}
	return "''"
}

func (k KPI) whole() string {
	if k.Whole == "" {
		return "true"
	}
	return "toBool(" + k.Whole + ")"
}

// sums adds the lines up by project, period and slice.
func (k KPI) sums() string {
	cuts := make([]string, 0, 1+len(k.Slices))
	cuts = append(cuts, "if(whole, [('', '')], [])")
	for _, s := range k.Slices {
		cuts = append(cuts, fmt.Sprintf("if(isNull(%[1]s), [], [('%[1]s', assumeNotNull(%[1]s))])", s))
	}
	n := map[string]string{"units": "uniqExactIf((ref, unit), unit != '')", "numerator": "toUInt64(sum(y))", "denominator": "toUInt64(sum(x))"}[k.Counts]
	moments, samples := "emptyArrayFloat64()", "CAST(map(), 'Map(UInt32, UInt64)')"
	if k.Moments == "mean" {
		moments = "[sum(toFloat64(y) * toFloat64(y))]"
	}
	if k.Samples {
		samples = "sumMap(map(toUInt32(y), toUInt64(1)))"
	}
	text := fmt.Sprintf(`SELECT project, month, until, s.1 AS dim, s.2 AS slice,
    sum(y) AS numerator, sum(x) AS denominator, %s AS n, %s AS moments, %s AS samples
FROM lines
ARRAY JOIN arrayConcat(%s) AS s
GROUP BY project, month, until, dim, slice`, n, moments, samples, strings.Join(cuts, ", "))
	if k.Moments == "ratio" {
		text += "\nUNION ALL\n" + ratioMoments
	}
	return text
}

// ratioMoments are the moments of the whole over the units of each standard
// period. Those of a month join its sums; a longer period has sums of its own.
const ratioMoments = `SELECT project, p.1 AS month, p.2 AS until, '' AS dim, '' AS slice,
    if(until > addMonths(month, 1), sum(y), 0) AS numerator, if(until > addMonths(month, 1), sum(x), 0) AS denominator,
    if(until > addMonths(month, 1), count(), 0) AS n,
    [sum(toFloat64(y) * toFloat64(y)), sum(toFloat64(x) * toFloat64(y)), sum(toFloat64(x) * toFloat64(x)), toFloat64(count())] AS moments,
    CAST(map(), 'Map(UInt32, UInt64)') AS samples
FROM
(
    SELECT project, p, arrayFilter(m -> m.1 >= p.1 AND m.1 < p.2, months) AS inside,
        arraySum(m -> m.2, inside) AS y, arraySum(m -> m.3, inside) AS x
    FROM
    (
        SELECT project, ref, unit, groupArray((month, y, x)) AS months
        FROM
        (
            SELECT project, ref, unit, month, sum(l.y) AS y, sum(l.x) AS x
            FROM lines AS l WHERE whole AND unit != '' GROUP BY project, ref, unit, month
        )
        GROUP BY project, ref, unit
    )
    ARRAY JOIN arrayZip({starts:Array(Date)}, {ends:Array(Date)}) AS p
    WHERE notEmpty(inside)
)
GROUP BY project, p`

// Period is what {starts} and {ends} say: months [Start, End).
type Period struct{ Starts, Ends []string }

func (p Period) params(own Params) Params {
	own["starts"], own["ends"] = orEmpty(p.Starts), orEmpty(p.Ends)
	return own
}

// RefreshKPI computes a KPI for the projects in scope and adds to kpi_value
// the rows that differ from those of the run before; what is no longer there
// is added as zeros. periods are those that are kept of what months do not
// add up to.
func (db *DB) RefreshKPI(ctx context.Context, k KPI, a Asked, periods Period, before uint64) error {
	token := fmt.Sprintf("%s/%d/%d/%v", k.Name, a.Series, a.Run, a.Scope)
	if k.Own {
		return db.refreshOwn(ctx, k, a, periods, before, token)
	}
	statement := "INSERT INTO kpi_value (kpi, version, series, run, project, month, until, dim, slice, numerator, denominator, n, moments, samples)\n" +
		"SELECT {kpi:String}, {version:UInt16}, {series:UInt64}, {run:UInt64}, * FROM\n(\n" + k.changes() + "\n)"
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": token}))
	if err := db.conn.Exec(ctx, statement, db.arguments(a, k.identity(periods, before))...); err != nil {
		return fmt.Errorf("KPI %s: %w", k.Name, explain(err))
	}
	return nil
}

// identity are the parameters of changes.
func (k KPI) identity(periods Period, before uint64) Params {
	return periods.params(Params{"kpi": k.Name, "version": k.Version, "before": before})
}

// changes selects the rows of kpi_value that differ from those of the run before.
func (k KPI) changes() string {
	q := newQuery(k.Name, k.SQL)
	q.text = `WITH lines AS
(
` + k.lines() + `
)
SELECT project, month, until, dim, slice,
    sumIf(numerator, fresh) AS new_numerator, sumIf(denominator, fresh) AS new_denominator,
    sumIf(n, fresh) AS new_n, sumForEachIf(moments, fresh) AS new_moments, sumMapIf(samples, fresh) AS new_samples
FROM
(
    SELECT project, month, until, dim, slice, numerator, denominator, n, moments, samples, true AS fresh
    FROM
    (
` + k.sums() + `
    )
    UNION ALL
    SELECT toString(project), month, until, toString(dim), toString(slice), numerator, denominator, n, moments, samples, false
    FROM kpi_value_at(series = {series:UInt64}, run = {before:UInt64}, all_projects = {all_projects:Bool}, projects = {projects:Array(String)})
    WHERE kpi = {kpi:String}
)
GROUP BY project, month, until, dim, slice
HAVING new_numerator != sumIf(numerator, NOT fresh) OR new_denominator != sumIf(denominator, NOT fresh) OR new_n != sumIf(n, NOT fresh)
    OR new_samples != sumMapIf(samples, NOT fresh)
    OR arrayExists((a, b) -> abs(a - b) > 1e-9 * greatest(abs(a), 1), new_moments, arrayResize(sumForEachIf(moments, NOT fresh), length(new_moments)))`
	return q.sql(map[string]string{"fee_entry": runningEntries})
}

// SelectSums runs a KPI on the facts as they are known to the question and
// gives the sums of its lines, without storing anything.
func SelectSums[T any](ctx context.Context, db *DB, k KPI, a Asked, periods Period) ([]T, error) {
	q := newQuery(k.Name, k.SQL)
	q.text = "WITH lines AS\n(\n" + k.lines() + "\n)\nSELECT * FROM\n(\n" + k.sums() + "\n)"
	if k.Own {
		var cancel context.CancelFunc
		ctx, cancel = limited(ctx)
		defer cancel()
	}
	rows, err := selectSQL[T](ctx, db, k.Name, q.sql(nil), a, periods.params(Params{}))
	return rows, tooMuch(ctx, err)
}

// Statement is the whole text of a KPI's SELECT, with its sources, to be run by hand.
func (k KPI) Statement() string { return newQuery(k.Name, k.SQL).sql(nil) }
