package dashboard

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What was paid after the month of the bill does not count: 50 of B2 came in
// September.
func TestHeatReadsEveryMonthAtOneAge(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	site.fill()
	w := pageServer(t, site.db).asked(t, headOffice(), "/panel/project/heat.json?project=P1&period=2026-09&lang=en")
	var answer struct {
		Title       string
		Rows, Total []struct {
			Building  string
			Rooms     int
			August    *string `json:"m2026_08"`
			September *string `json:"m2026_09"`
			Mean      *string
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	var got []string
	for _, row := range append(answer.Rows, answer.Total...) {
		line := row.Building
		for _, v := range []*string{row.August, row.September, row.Mean} {
			if v == nil {
				line += " —"
			} else {
				line += " " + *v
			}
		}
		got = append(got, line)
	}
	want := []string{"2 0 — 0", "1 1 0.333610648918 0.666805324459", "Project 0.6003996004 0.333610648918 0.500312109863"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("−want +got:\n%s", diff)
	}
	if want := "No. 2 pays 50 points less within the month than the project"; answer.Title != want {
		t.Errorf("title %q, want %q", answer.Title, want)
	}
}

func TestHeatClasses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		values []float64
		bounds [4]float64
	}{
		{"nothing", nil, [4]float64{}},
		{"all the same", []float64{0.8, 0.8}, [4]float64{0.79, 0.8, 0.81, 0.82}},
		{"25 points", []float64{0.6, 0.7, 0.85}, [4]float64{0.65, 0.7, 0.75, 0.8}},
		{"stray cells", append(repeated(0.8, 20), 0, 0.82), [4]float64{0.79, 0.8, 0.81, 0.82}},
	} {
		if got := heatBounds(c.values); !cmp.Equal(got, c.bounds) {
			t.Errorf("%s: bounds %v, want %v", c.name, got, c.bounds)
		}
	}
	h := heat{bounds: [4]float64{0.65, 0.7, 0.75, 0.8}}
	for value, want := range map[float64]int{0: 1, 0.644: 1, 0.646: 2, 0.7: 3, 0.799: 5, 1: 5} {
		if got := h.class(value); got != want {
			t.Errorf("class of %v is %d, want %d", value, got, want)
		}
	}
}

func repeated(v float64, n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = v
	}
	return values
}
