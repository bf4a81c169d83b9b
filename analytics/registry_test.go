package analytics

import (
	"strings"
	"testing"

	"gatehouse"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

func TestEveryKPIRunsOnNoData(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	s := newService(t, db)
	now, err := db.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	periods := spans([]gatehouse.Period{{Start: gatehouse.NewMonth(2026, 1), End: gatehouse.NewMonth(2027, 1)}})
	for _, k := range s.Registry().All() {
		if len(k.Parts) > 0 {
			continue
		}
		t.Run(k.Name, func(t *testing.T) {
			t.Parallel()
			for _, scope := range []gatehouse.Scope{{}, gatehouse.Projects("A"), gatehouse.AllProjects()} {
				asked := s.asked(now, 0)
				asked.Scope = scope
				if err := db.SumKPI(t.Context(), k.query(), asked, periods); err != nil {
					t.Fatalf("%+v: %v", scope, err)
				}
				if err := db.KeepSums(t.Context(), []string{k.Name}, asked, asked.Run-1); err != nil {
					t.Fatalf("%+v: %v", scope, err)
				}
			}
			type counted struct {
				N uint64 `ch:"n"`
			}
			got, err := clickhouse.SelectText[counted](t.Context(), db, "SELECT count() AS n FROM kpi_value WHERE kpi = {kpi:String}", clickhouse.Asked{}, clickhouse.Params{"kpi": k.Name})
			if err != nil || len(got) != 1 || got[0].N != 0 {
				t.Errorf("values of nothing: %v, %v", got, err)
			}
		})
	}
}

// A file with a mistake in its header is refused with the mistake named.
func TestFaultyKPIIsRefused(t *testing.T) {
	t.Parallel()
	good := "-- name: 率 | Rate\n-- unit: percent\n-- direction: up\n-- n: 件 | things\n-- version: 1\n-- definition: 甲 ÷ 乙。 | A ÷ B.\n"
	if _, err := parseKPI("x", good+"SELECT 1"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to, want string }{
		{"-- unit: percent\n", "", "unit is missing"},
		{"unit: percent", "unit: parsec", `unit "parsec" is none of`},
		{"direction: up", "direction: left", `direction "left" is none of`},
		{"-- direction: up\n", "", "direction must be up or down"},
		{"name: 率 | Rate", "name: Rate", "name must be given as Chinese | English"},
		{"version: 1", "version: one", "version must be a number"},
		{"version: 1", "version: 1\n-- rollup: sum, sum", "rollup must say"},
		{"version: 1", "version: 1\n-- rollup: sum, sum, mean", `rollup "mean" is none of`},
		{"version: 1", "version: 1\n-- colour: red", `line 6: "colour: red" is not one of the lines`},
		{"version: 1", "version: 1\n-- version: 2", "version is given twice"},
		{"version: 1", "version: 1\n-- change: 2: more", "change must be given as"},
		{"version: 1", "version: 2", "it is version 2, so it needs a line"},
		{"version: 1", "version: 3\n-- change: 3 | 丙 | c\n-- change: 2 | 乙 | b", "in this order"},
		{"version: 1", "version: 1\n-- change: 2 | 乙 | b", "it is version 1"},
	} {
		_, err := parseKPI("x", strings.Replace(good, c.from, c.to, 1))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q in place of %q: %v, want %q", c.to, c.from, err, c.want)
		}
	}
}
