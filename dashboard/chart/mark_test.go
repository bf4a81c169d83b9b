package chart

import (
	"encoding/json"
	"strings"
	"testing"

	"gatehouse"
	"gatehouse/analytics"
)

// TestMarked: a line on the month of each note, one for notes that share it; the
// values of the chart stay what they are.
func TestMarked(t *testing.T) {
	t.Parallel()
	months := []gatehouse.Month{24300, 24301, 24302}
	var columns []Column
	for i, m := range months {
		columns = append(columns, Column{Month: m, Actual: float64(100 + i), Prior: 90, Plan: 95})
	}
	plain, err := Columns{ID: "a", Name: "columns", Format: Format{gatehouse.English, analytics.Yuan}, HigherIs: 1, Months: columns}.Chart()
	if err != nil {
		t.Fatal(err)
	}
	marked, err := plain.Marked([]Mark{{24301, "①", hostile}, {24301, "②", "same month"}, {24302, "③", "last"}, {24400, "④", "beyond"}})
	if err != nil {
		t.Fatal(err)
	}
	type option struct {
		Series []struct {
			Data     []any
			MarkLine struct {
				Data []struct {
					Name  string
					XAxis int
				}
			}
			MarkPoint struct {
				Data []struct {
					Coord [2]float64
					Label struct{ Formatter string }
				}
			}
		}
	}
	var before, after option
	for text, into := range map[string]*option{string(plain.Option): &before, string(marked.Option): &after} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			t.Fatal(err)
		}
	}
	if len(after.Series) != len(before.Series)+1 {
		t.Fatalf("%d series of %d", len(after.Series), len(before.Series))
	}
	lines := after.Series[len(before.Series)].MarkLine.Data
	points := after.Series[len(before.Series)].MarkPoint.Data
	if len(points) != 2 || points[0].Label.Formatter != "①②" || points[1].Coord != [2]float64{2, 0} {
		t.Errorf("signs: %+v", points)
	}
	if len(lines) != 2 || lines[0].XAxis != 1 || !strings.Contains(lines[0].Name, "② same month") || lines[1].XAxis != 2 {
		t.Errorf("lines: %+v", lines)
	}
	for _, bad := range []string{"</", "<script", "beyond"} {
		if strings.Contains(string(marked.Option), bad) {
			t.Errorf("option contains %s", bad)
		}
	}
	if len(marked.Drawn) != len(after.Series) || len(plain.Drawn) != len(before.Series) {
		t.Errorf("%d series told of, %d before", len(marked.Drawn), len(plain.Drawn))
	}
	if same, err := plain.Marked(nil); err != nil || same.Option != plain.Option {
		t.Errorf("without notes the option is another one (%v)", err)
	}
}
