package clickhouse_test

import (
	"os"
	"testing"

	"gatehouse"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

func TestMain(m *testing.M) { os.Exit(sqltest.Run(m)) }

func TestOpenAppliesEverySchemaFileOnce(t *testing.T) {
	t.Parallel()
	config := sqltest.Config(t)
	type applied struct {
		Version uint32 `ch:"version"`
		Name    string `ch:"name"`
		Engine  string `ch:"engine"`
	}
	for range 2 {
		db, err := clickhouse.Open(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := clickhouse.Select[applied](t.Context(), db, "clickhouse.Applied", clickhouse.Asked{Scope: gatehouse.AllProjects()}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if row.Version != uint32(i+1) || row.Engine == "" {
				t.Errorf("row %d is %+v", i, row)
			}
		}
		if len(rows) != 4 {
			t.Errorf("%d schema files applied, want 4", len(rows))
		}
		db.Close()
	}
}
