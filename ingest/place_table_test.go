package ingest

import (
	"os"
	"slices"
	"strings"
	"testing"

	"gatehouse/ingest/sheet"
)

// TestStoredValuesAreThoseOfTheTables: the query of values names every column.
func TestStoredValuesAreThoseOfTheTables(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../sql/query/ingest.PlaceFacts.sql")
	if err != nil {
		t.Fatal(err)
	}
	for table, columns := range factTables() {
		_, part, found := strings.Cut(string(text), "'"+table+"' AS fact")
		part, _, _ = strings.Cut(part, "AS stored")
		if !found {
			t.Errorf("no values of %s", table)
		}
		for _, c := range columns {
			if !strings.Contains(part, "'"+c.name+"', ") {
				t.Errorf("%s.%s is not asked for", table, c.name)
			}
		}
		if got := strings.Count(part, "', "); got != len(columns) {
			t.Errorf("%s: %d values, want %d", table, got, len(columns))
		}
	}
	for table, names := range measures() {
		for _, name := range names {
			if !slices.ContainsFunc(factTables()[table], func(c tableColumn) bool { return c.name == name }) {
				t.Errorf("%s has no %s", table, name)
			}
		}
	}
}

func TestPersonalNumbersAreKnown(t *testing.T) {
	t.Parallel()
	numbers := personalNumbers()
	for text, want := range map[string]bool{
		"13800138000": true, "电话138 0013 8000": true, "138-0013-8000 转": true, "11010119900307123X": true, "身份证110101199003071234。": true,
		"2026-03-05": false, "B202603-0001": false, "113800138000": false, "1380013800": false, "268.50": false, "622848001234567890123": false, "12800138000": false,
	} {
		if got := numbers.MatchString(text); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	m := masker{columns: []PlaceColumn{{Use: UseIgnored}}, numbers: numbers}
	if c := m.cell(m.columns[0], sheet.Cell{Kind: sheet.Number, Text: "13800138000"}, RowLoaded); !c.Masked {
		t.Errorf("%+v", c)
	}
}
