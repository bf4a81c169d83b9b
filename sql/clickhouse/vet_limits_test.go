package clickhouse_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

// Were a text to pass the vetting by mistake, it could still neither write nor
// go beyond the limits; and lines of projects that were not asked about are dropped.
func TestOwnKPIsRunReadOnlyLimitedAndInScope(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	type sum struct {
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
	run := func(numerator, from string) string {
		k := clickhouse.KPI{
			Name: "own", Own: true, Counts: "denominator",
			SQL: "SELECT p AS project, toDate('2026-03-01') AS month, " + numerator + " AS numerator, 1 AS denominator, '' AS fact, '' AS ref, '' AS key FROM " + from,
		}
		rows, err := clickhouse.SelectSums[sum](t.Context(), db, k, clickhouse.Asked{Scope: gatehouse.Projects("P1")}, clickhouse.Period{})
		if err != nil {
			return err.Error()
		}
		var got []string
		for _, r := range rows {
			got = append(got, fmt.Sprintf("%s %s", r.Project, r.Numerator))
		}
		return strings.Join(got, ", ")
	}
	const projects = "(SELECT arrayJoin(['P1', 'P2']) AS p)"
	for _, c := range []struct{ numerator, from, want string }{
		{"7", projects, "P1 7"},
		{"toUInt64(getSetting('readonly'))", projects, "P1 1"},
		{"toUInt64(getSetting('max_memory_usage'))", projects, "P1 2147483648"},
		{"toUInt64(getSetting('max_result_rows'))", projects, "P1 2000000"},
		{"least(toUInt64(getSetting('max_execution_time')), 66)", projects, "P1 6"},
		{"length(groupArray(repeat(toString(number), 1000)))", "(SELECT 'P1' AS p, number FROM numbers(100000000)) GROUP BY p", "memory"},
	} {
		if got := run(c.numerator, c.from); !strings.Contains(got, c.want) {
			t.Errorf("%s FROM %s: %s, want %s", c.numerator, c.from, got, c.want)
		}
	}
}
