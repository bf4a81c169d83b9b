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

// Derived rows of the run that is being computed: it is not finished, so the
// views of finished runs do not show them yet.
const (
	ofRun = `
    WHERE series = {series:UInt64} AND run = {run:UInt64} AND ({all_projects:Bool} OR project IN {projects:Array(String)})`
	runningEntries = "SELECT *, fact, key FROM fee_entry" + ofRun
	runningUsage   = "SELECT * FROM energy_usage" + ofRun
)

// WriteUsage sets down what the meters in scope used, of a run.
func (db *DB) WriteUsage(ctx context.Context, a Asked) error {
	const columns = "project, ref, key, meter, energy, role, counts, month, since, until, days, used, cost"
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{
		"insert_deduplication_token": fmt.Sprintf("usage/%d/%d/%v", a.Series, a.Run, a.Scope),
	}))
	return db.exec(ctx, "usage of meters", "INSERT INTO energy_usage (series, run, "+columns+")\n"+
		"SELECT {series:UInt64}, {run:UInt64}, "+columns+" FROM ("+prepared()["usage_of_readings"]+")", a, nil)
}

// lines is the KPI's SELECT with its columns in one type each: numerator y,
// denominator x.
func (k KPI) lines() string {
	columns := []string{
		"CAST(project AS LowCardinality(String)) AS project", "toDate(month) AS month", "toDate(" + k.until() + ") AS until",
		"ifNull(toDecimal128(numerator, 6), 0) AS y", "ifNull(toDecimal128(denominator, 6), 0) AS x",
		"toString(" + k.unit() + ") AS unit", "toString(fact) AS fact", "toString(ref) AS ref", "toString(key) AS key",
		k.whole() + " AS whole",
	}
	for _, s := range k.Slices {
		columns = append(columns, "CAST("+s+" AS LowCardinality(Nullable(String))) AS "+s)
	}
	lines := "SELECT " + strings.Join(columns, ", ") + "\nFROM\n(\n" + k.Body() + "\n)"
	if k.Own {
		lines += "\nWHERE {all_projects:Bool} OR project IN {projects:Array(String)}"
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

// units is the lines added up by what n counts once, so that what follows has
// less to go through. A unit is known by a hash, 0 for none, as ClickHouse's own
// uniqExact knows a text.
func (k KPI) units() string {
	slices := ""
	for _, s := range k.Slices {
		slices += s + ", "
	}
	extra := ""
	if k.Moments == "mean" {
		extra += ",\n    sum(toFloat64(l.y) * toFloat64(l.y)) AS yy"
	}
	if k.Samples {
		extra += ",\n    sumMap(map(toUInt32(l.y), toUInt64(1))) AS samples"
	}
	return fmt.Sprintf(`SELECT project, month, until, whole, %sif(unit = '', toUInt128(0), reinterpretAsUInt128(sipHash128(ref, unit))) AS thing, sum(l.y) AS y, sum(l.x) AS x%s
FROM lines AS l
GROUP BY project, month, until, whole, %[1]sthing`, slices, extra)
}

// sums adds the units up by project, period and slice.
func (k KPI) sums() string {
	cuts := make([]string, 0, 1+len(k.Slices))
	cuts = append(cuts, "if(whole, [('', '')], [])")
	for _, s := range k.Slices {
		cuts = append(cuts, fmt.Sprintf("if(isNull(%[1]s), [], [('%[1]s', assumeNotNull(%[1]s))])", s))
	}
	n := map[string]string{"units": "uniqExactIf(thing, thing != 0)", "numerator": "toUInt64(sum(y))", "denominator": "toUInt64(sum(x))"}[k.Counts]
	moments, samples := "emptyArrayFloat64()", "CAST(map(), 'Map(UInt32, UInt64)')"
	if k.Moments == "mean" {
		moments = "[sum(yy)]"
	}
	if k.Samples {
		samples = "sumMap(samples)"
	}
	text := fmt.Sprintf(`SELECT project, month, until, s.1 AS dim, s.2 AS slice,
    sum(y) AS numerator, sum(x) AS denominator, %s AS n, %s AS moments, %s AS samples
FROM units
ARRAY JOIN arrayConcat(%s) AS s
GROUP BY project, month, until, dim, slice`, n, moments, samples, strings.Join(cuts, ", "))
	if k.Moments == "ratio" {
		text += "\nUNION ALL\n" + ratioMoments
	}
	return text
}

// ratioMoments are the moments of the whole over the units of each standard
// period. Those of a month join its sums; a longer period has sums of its own.
const ratioMoments = `SELECT project, start AS month, end AS until, '' AS dim, '' AS slice,
    if(until > addMonths(month, 1), sum(y), 0) AS numerator, if(until > addMonths(month, 1), sum(x), 0) AS denominator,
    if(until > addMonths(month, 1), count(), 0) AS n,
    [sum(toFloat64(y) * toFloat64(y)), sum(toFloat64(x) * toFloat64(y)), sum(toFloat64(x) * toFloat64(x)), toFloat64(count())] AS moments,
    CAST(map(), 'Map(UInt32, UInt64)') AS samples
FROM
(
    SELECT u.project AS project, p.start AS start, p.end AS end, u.thing AS thing, sum(u.y) AS y, sum(u.x) AS x
    FROM (SELECT * FROM units WHERE whole AND thing != 0) AS u
    INNER JOIN
    (
        SELECT p.1 AS start, p.2 AS end, addMonths(start, arrayJoin(range(toUInt32(dateDiff('month', start, end))))) AS month
        FROM (SELECT arrayJoin(arrayZip({starts:Array(Date)}, {ends:Array(Date)})) AS p)
    ) AS p ON p.month = u.month
    GROUP BY project, start, end, thing
)
GROUP BY project, start, end`

// ctes are the lines and what they are added up by.
func (k KPI) ctes() string {
	return "WITH lines AS\n(\n" + k.lines() + "\n),\nunits AS\n(\n" + k.units() + "\n)\n"
}

// Period is what {starts} and {ends} say: months [Start, End).
type Period struct{ Starts, Ends []string }

func (p Period) params(own Params) Params {
	own["starts"], own["ends"] = orEmpty(p.Starts), orEmpty(p.Ends)
	return own
}

// SumKPI computes a KPI for the projects in scope and sets its sums down in
// kpi_sum, for KeepSums. periods are those that are kept of what months do not
// add up to.
func (db *DB) SumKPI(ctx context.Context, k KPI, a Asked, periods Period) error {
	token := fmt.Sprintf("%s/%d/%d/%v", k.Name, a.Series, a.Run, a.Scope)
	if k.Own {
		return db.sumOwn(ctx, k, a, periods, token)
	}
	statement := "INSERT INTO kpi_sum (kpi, version, series, run, project, month, until, dim, slice, numerator, denominator, n, moments, samples)\n" +
		"SELECT {kpi:String}, {version:UInt16}, {series:UInt64}, {run:UInt64}, * FROM\n(\n" + k.running() + "\n)"
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": token}))
	return db.exec(ctx, "KPI "+k.Name, statement, a, periods.params(Params{"kpi": k.Name, "version": k.Version}))
}

// running selects the sums of a run that is being computed.
func (k KPI) running() string {
	q := newQuery(k.Name, k.SQL)
	q.text = k.ctes() + "SELECT * FROM\n(\n" + k.sums() + "\n)"
	return q.sql(map[string]string{"fee_entry": runningEntries, "usage": runningUsage})
}

// keepSums adds the two halves of a ratio's month, and selects what differs
// from the run before; what is no longer there is selected as zeros.
const keepSums = `INSERT INTO kpi_value (kpi, version, series, run, project, month, until, dim, slice, numerator, denominator, n, moments, samples)
SELECT kpi, max(version), {series:UInt64}, {run:UInt64}, project, month, until, dim, slice,
    sumIf(numerator, fresh) AS new_numerator, sumIf(denominator, fresh) AS new_denominator,
    sumIf(n, fresh) AS new_n, sumForEachIf(moments, fresh) AS new_moments, sumMapIf(samples, fresh) AS new_samples
FROM
(
    SELECT kpi, version, project, month, until, dim, slice, numerator, denominator, n, moments, samples, true AS fresh
    FROM kpi_sum
    WHERE series = {series:UInt64} AND run = {run:UInt64} AND ({all_projects:Bool} OR project IN {projects:Array(String)}) AND kpi IN {kpis:Array(String)}
    UNION ALL
    SELECT kpi, 0, project, month, until, dim, slice, numerator, denominator, n, moments, samples, false
    FROM (%s)
    WHERE kpi IN {kpis:Array(String)}
)
GROUP BY kpi, project, month, until, dim, slice
HAVING new_numerator != sumIf(numerator, NOT fresh) OR new_denominator != sumIf(denominator, NOT fresh) OR new_n != sumIf(n, NOT fresh)
    OR new_samples != sumMapIf(samples, NOT fresh)
    OR arrayExists((a, b) -> abs(a - b) > 1e-9 * greatest(abs(a), 1), new_moments, arrayResize(sumForEachIf(moments, NOT fresh), length(new_moments)))`

// KeepSums adds to kpi_value what SumKPI has set down of some KPIs, those rows
// that differ from the run before.
func (db *DB) KeepSums(ctx context.Context, kpis []string, a Asked, previous uint64) error {
	token := fmt.Sprintf("kept/%d/%d/%v", a.Series, a.Run, a.Scope)
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": token}))
	before := strings.ReplaceAll(prepared()["kpi_value"], "{run:UInt64}", "{before:UInt64}")
	return db.exec(ctx, "keep sums", fmt.Sprintf(keepSums, before), a, Params{"kpis": kpis, "before": previous})
}

// SelectSums runs a KPI on the facts as they are known to the question and
// gives the sums of its lines, without storing anything.
func SelectSums[T any](ctx context.Context, db *DB, k KPI, a Asked, periods Period) ([]T, error) {
	q := newQuery(k.Name, k.SQL)
	q.text = k.ctes() + "SELECT * FROM\n(\n" + k.sums() + "\n)"
	if k.Own {
		var cancel context.CancelFunc
		ctx, cancel = limited(ctx)
		defer cancel()
	}
	rows, err := selectSQL[T](ctx, db, k.Name, q.sql(nil), a, periods.params(Params{}))
	return rows, tooMuch(ctx, err)
}

// Statement is the whole text of a KPI's SELECT, with its sources, to be run by hand.
func (k KPI) Statement() string { return newQuery(k.Name, k.SQL).byHand() }
