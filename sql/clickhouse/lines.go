package clickhouse

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gatehouse"
)

// Cut says which of a KPI's lines make up one number, and where each counts.
// How months make up the period is said as in KPI headers: "sum", "last" (the
// last month of project and slice with a value), "closing" (the month in which
// the period or the as-of day ends it) or "opening" (the month Opening).
type Cut struct {
	KPI
	Numerator, Denominator, N string
	// WholeDenominator: the denominator of a slice is that of the whole.
	WholeDenominator bool
	// Uncounted: n is that of another KPI, whose cut comes first.
	Uncounted bool
}

// Number is what the lines of all its cuts add up to.
type Number struct {
	Cuts       []Cut
	Start, End string // months [Start, End)
	Opening    string
	Dim, Slice string // Dim is empty for the whole
}

// sources are the views that the cuts read, each once, and what more is asked.
func (n Number) sources(more ...string) []string {
	for _, c := range n.Cuts {
		more = append(more, newQuery(c.Name, c.SQL).sources...)
	}
	slices.Sort(more)
	return slices.Compact(more)
}

func (n Number) params(own Params) Params {
	p := Params{}
	for i, c := range n.Cuts {
		p[fmt.Sprintf("kpi_%d", i)] = c.Name
	}
	maps.Copy(p, Params{"starts": []string{n.Start}, "ends": []string{n.End}, "opening": n.Opening, "dim": n.Dim, "slice": n.Slice})
	maps.Copy(p, own)
	return p
}

// slice tells that a line is in the slice.
func (n Number) slice(c Cut) string {
	if n.Dim == "" || !slices.Contains(c.Slices, n.Dim) {
		return "whole"
	}
	return "ifNull(" + n.Dim + " = {slice:String}, false)"
}

// inside are the months of the period.
func inside(c Cut) string {
	if c.ByPeriod {
		return "month = {starts:Array(Date)}[1] AND until = {ends:Array(Date)}[1]"
	}
	return "month >= {starts:Array(Date)}[1] AND month < {ends:Array(Date)}[1]"
}

// when tells that a line's month counts. Which month is the last one with a
// value is read from kpi_value, as analytics.Values.sql has it.
func (n Number) when(i int, rollup, of string) string {
	switch rollup {
	case "opening":
		return "month = {opening:Date}"
	case "closing":
		return inside(n.Cuts[i]) + " AND month = least(addMonths({ends:Array(Date)}[1], -1), toStartOfMonth({as_of:Date}))"
	case "last":
		return fmt.Sprintf(`(project, month) IN
    (
        SELECT toString(project), max(month) FROM kpi_value
        WHERE kpi = {kpi_%d:String} AND %s AND until = addMonths(month, 1) AND %s
        GROUP BY project
    )`, i, of, inside(n.Cuts[i]))
	}
	return inside(n.Cuts[i])
}

// chosen is the lines with what each adds to the numerator, up, and to the
// denominator, down, and what n counts of it.
func (n Number) chosen() string {
	parts := make([]string, len(n.Cuts))
	for i, c := range n.Cuts {
		slice, over, of := n.slice(c), n.slice(c), "dim = {dim:String} AND slice = {slice:String}"
		if c.WholeDenominator && n.Dim != "" {
			over = "whole"
		}
		counted := "(" + slice + ") AND (" + n.when(i, c.N, of) + ")"
		if c.Uncounted {
			counted = "false"
		}
		ofOver := of
		if over == "whole" {
			ofOver = "dim = ''"
		}
		weight := map[string]string{"numerator": "if(counted, y, 0)", "denominator": "if(counted, x, 0)"}[c.Counts]
		if weight == "" {
			weight = "toDecimal128(0, 6)"
		}
		parts[i] = fmt.Sprintf(`SELECT {kpi_%d:String} AS kpi, project, month, until, fact, ref, key, y,
    (%s) AND (%s) AS above, (%s) AND (%s) AS below, %s AS counted,
    if(above, y, 0) AS up, if(below, x, 0) AS down, if(counted, unit, '') AS thing, %s AS weight
FROM
(
%s
)
WHERE above OR below OR counted`,
			i, slice, n.when(i, c.Numerator, of), over, n.when(i, c.Denominator, ofOver), counted, weight, c.lines())
	}
	return strings.Join(parts, "\nUNION ALL\n")
}

// rows is the lines by the fact behind them, those that add something. What one
// fact adds may come to nothing, as a bill that is waived whole.
const rows = `SELECT kpi, project, fact, ref, key, sum(up) AS numerator, sum(down) AS denominator,
    countIf(up != 0) AS ups, countIf(down != 0) AS downs
FROM chosen
WHERE up != 0 OR down != 0 OR thing != ''
GROUP BY kpi, project, fact, ref, key`

// statement puts the cuts before a text that reads chosen.
func (n Number) statement(text string) string {
	more := []string{}
	if strings.Contains(n.chosen(), "FROM kpi_value") {
		more = append(more, "kpi_value")
	}
	q := query{name: "lines", sources: n.sources(more...)}
	q.text = "WITH chosen AS\n(\n" + n.chosen() + "\n)\n" + text
	return q.sql(nil)
}

// SelectTotals adds up all lines of a number: numerator, denominator and n,
// samples, and how many rows add to the numerator, to the denominator, to any.
func SelectTotals[T any](ctx context.Context, db *DB, n Number, a Asked) (T, error) {
	samples := "CAST(map(), 'Map(UInt32, UInt64)')"
	if n.Cuts[0].Samples {
		samples = "sumMapIf(map(toUInt32(y), toUInt64(1)), above)"
	}
	found, err := selectSQL[T](ctx, db, "totals of "+n.Cuts[0].Name, n.statement(fmt.Sprintf(`SELECT sum(m.1) AS numerator, sum(m.2) AS denominator, sum(m.3) AS n, sumMap(m.4) AS samples,
    uniqExactMerge(ups) AS above, uniqExactMerge(downs) AS below, uniqExactMerge(rows) AS any
FROM
(
    SELECT (sum(up), sum(down), uniqExactIf(thing, thing != '') + toUInt64(sum(weight)), %s) AS m,
        uniqExactStateIf((kpi, project, fact, ref, key), up != 0) AS ups, uniqExactStateIf((kpi, project, fact, ref, key), down != 0) AS downs,
        uniqExactStateIf((kpi, project, fact, ref, key), up != 0 OR down != 0 OR thing != '') AS rows
    FROM chosen
    GROUP BY kpi, project, month, until
)`, samples)), a, n.params(nil))
	if err == nil && len(found) != 1 {
		err = gatehouse.Errorf(gatehouse.Internal, "totals of %s: %d rows in place of one", n.Cuts[0].Name, len(found))
	}
	if err != nil {
		var none T
		return none, err
	}
	return found[0], nil
}

// Listing says which rows of a number to list, in which order.
type Listing struct {
	Side          string // "numerator", "denominator", or "" for both
	ByPlace       bool   // by project and fact; else those that add most come first
	Limit, Offset uint64 // no limit: all
}

func (l Listing) text() string {
	where, size := "true", "greatest(abs(numerator), abs(denominator))"
	switch l.Side {
	case "numerator":
		where, size = "ups > 0", "abs(numerator)"
	case "denominator":
		where, size = "downs > 0", "abs(denominator)"
	}
	text := "SELECT kpi, project, fact, ref, key, numerator, denominator FROM\n(\n" + rows + "\n)\nWHERE " + where + "\nORDER BY "
	if !l.ByPlace {
		text += size + " DESC, "
	}
	text += "project, ref, fact, key, kpi"
	if l.Limit > 0 {
		text += "\nLIMIT {limit:UInt64} OFFSET {offset:UInt64}"
	}
	return text
}

// EachLine streams the rows of a number.
func EachLine[T any](ctx context.Context, db *DB, n Number, a Asked, l Listing, yield func(T) error) error {
	found, err := db.stream(ctx, "lines of "+n.Cuts[0].Name, n.statement(l.text()), a, n.params(Params{"limit": l.Limit, "offset": l.Offset}))
	if err != nil {
		return err
	}
	defer found.Close()
	for found.Next() {
		var row T
		if err := found.ScanStruct(&row); err != nil {
			return fmt.Errorf("lines of %s: %w", n.Cuts[0].Name, err)
		}
		if err := yield(row); err != nil {
			return err
		}
	}
	return explain(found.Err())
}

// SelectFacts gives facts by their keys, with where they stand; values are
// expressions of the fact's columns, as texts.
func SelectFacts[T any](ctx context.Context, db *DB, fact string, values, keys []string, a Asked) ([]T, error) {
	// Asked for inside the view's text, the keys are looked up; outside, all facts would be sorted first.
	body := strings.Replace(prepared()[fact], "\nWHERE (", "\nWHERE f.key IN {keys:Array(String)} AND (", 1)
	text := fmt.Sprintf(`SELECT toString(project) AS project, ref, key, load_id, attempt, brought, toString(sheet) AS sheet, source_row, [%s] AS shown
FROM (%s)`, strings.Join(values, ", "), body)
	return selectSQL[T](ctx, db, "rows of "+fact, text, a, Params{"keys": keys})
}

// SelectShares sums the lines of a KPI behind which stand rows of the files
// that the attempts read, by project and month; facts are the tables to look at.
func SelectShares[T any](ctx context.Context, db *DB, k KPI, facts []string, attempts []uint64, a Asked, months Period) ([]T, error) {
	own := make([]string, len(facts))
	for i, fact := range facts {
		own[i] = fmt.Sprintf(`SELECT '%[1]s' AS fact, toString(project) AS project, toString(ref) AS ref, toString(key) AS key FROM %[1]s
    WHERE if(brought = 0, attempt, brought) IN {attempts:Array(UInt64)}`, fact)
	}
	q := query{name: k.Name, sources: Number{Cuts: []Cut{{KPI: k}}}.sources(facts...)}
	q.text = fmt.Sprintf(`SELECT project, month, uniqExact(fact, ref, key) AS rows, sum(y) AS numerator, sum(x) AS denominator
FROM
(
%s
)
WHERE whole AND (y != 0 OR x != 0) AND (fact, project, ref, key) IN
(
    %s
)
GROUP BY project, month
ORDER BY project, month`, k.lines(), strings.Join(own, "\n    UNION ALL\n    "))
	return selectSQL[T](ctx, db, "shares of "+k.Name, q.sql(nil), a, months.params(Params{"attempts": attempts}))
}
