package analytics

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
	"gatehouse/ingest/demo"
	"gatehouse/sql/sqltest"
)

// What is computed from the facts when somebody asks is what a refresh has
// stored, for every KPI, slice and period. On top of it: funnels, control
// charts, developments and explanations of a portfolio.
func TestStoredAndComputedAgree(t *testing.T) {
	t.Parallel()
	truth, files := written(t, demo.Options{Seed: 5, Last: lastMonth(), Months: 15, RoomsPerProject: 4})
	db := sqltest.New(t)
	s, l := newService(t, db), loader(t, db)
	for _, f := range files {
		load(t, l, f)
	}
	at := asKnownOn(t, s, gatehouse.NewDate(2026, 11, 5), 0)
	live := at
	live.moved = true
	periods := testPeriods(t, s.Calendar(), at.AsOf)
	for _, k := range s.Registry().All() {
		for _, dim := range append([]string{""}, k.Slices...) {
			for _, byProject := range []bool{false, true} {
				ask := Ask{KPI: k.Name, Periods: periods, ByProject: byProject, Dim: dim}
				want, got := told(t, s, at, ask), told(t, s, live, ask)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s by %q, projects %v, stored −, computed +:\n%s", k.Name, dim, byProject, diff)
				}
			}
		}
	}
	t.Run("funnel", func(t *testing.T) { funnels(t, s, at, len(truth.Projects)) })
	t.Run("control", func(t *testing.T) { controls(t, s, at) })
	t.Run("development", func(t *testing.T) { developments(t, s, at) })
	t.Run("explanation", func(t *testing.T) { explanations(t, s, at) })
	t.Run("comparison", func(t *testing.T) { comparisons(t, s, at) })
}

// told are values as text, moments to nine digits.
func told(t *testing.T, s *Service, at Snapshot, ask Ask) []string {
	t.Helper()
	values, err := s.Values(t.Context(), gatehouse.AllProjects(), at, ask)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, v := range values {
		if v.Numerator.IsZero() && v.Denominator.IsZero() && v.N == 0 {
			continue
		}
		moments := ""
		for _, m := range v.Moments {
			if v.Period != odd() { // of which no moments of rooms are kept
				moments += fmt.Sprintf(" %.9g", m)
			}
		}
		list = append(list, fmt.Sprintf("%s %s %s=%s: %s / %s, n %d,%s %d samples", s.Calendar().Format(v.Period), v.Project, ask.Dim, v.Slice,
			v.Numerator, v.Denominator, v.N, moments, len(v.Samples)))
	}
	slices.Sort(list)
	return slices.Compact(list) // a period asked for twice
}

// odd is a period that is no month, quarter, half-year, year or year to date.
func odd() gatehouse.Period {
	return gatehouse.Period{Start: gatehouse.NewMonth(2025, 11), End: gatehouse.NewMonth(2026, 3)}
}

func october() gatehouse.Period { return gatehouse.MonthPeriod(lastMonth()) }

func funnels(t *testing.T, s *Service, at Snapshot, projects int) {
	year := gatehouse.Period{Start: gatehouse.NewMonth(2026, 1), End: gatehouse.NewMonth(2027, 1)}
	for _, kpi := range []string{"collection_rate", "resolved_on_time", "complaints_per_1000", "room_paid_rate"} {
		f, err := s.Funnel(t.Context(), gatehouse.AllProjects(), at, kpi, year)
		if err != nil {
			t.Errorf("%s: %v", kpi, err)
			continue
		}
		whole, err := s.Value(t.Context(), gatehouse.AllProjects(), at, kpi, year)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := f.Target*f.Per, whole.Float(); math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: the centre line is %v, all together is %v", kpi, got, want)
		}
		if n := len(f.Points) + len(f.Without); n > projects || n < LeastProjects {
			t.Errorf("%s: %d units of %d projects", kpi, n, projects)
		}
	}
	if _, err := s.Funnel(t.Context(), gatehouse.AllProjects(), at, "energy_use", year); gatehouse.KindOf(err) != gatehouse.Invalid {
		t.Errorf("a funnel of a sum: %v", err)
	}
	if _, err := s.Funnel(t.Context(), gatehouse.Projects("P01"), at, "collection_rate", year); gatehouse.KindOf(err) != gatehouse.NotFound {
		t.Errorf("a funnel of one project: %v", err)
	}
}

func controls(t *testing.T, s *Service, at Snapshot) {
	c, err := s.Control(t.Context(), gatehouse.AllProjects(), at, "on_time_rate", lastMonth(), 15)
	if err != nil {
		t.Fatal(err)
	}
	sum, n := 0.0, 0
	for _, v := range c.Values {
		if v.Known() {
			sum, n = sum+v.Float(), n+1
		}
	}
	if n != c.N || n < 12 || c.Trial || math.Abs(c.Mean-sum/float64(n)) > 1e-12 || len(c.Months) != 15 || c.Months[14] != lastMonth() {
		t.Errorf("%d of %d points, mean %v, want %v; months %v", c.N, n, c.Mean, sum/float64(n), c.Months)
	}
}

func developments(t *testing.T, s *Service, at Snapshot) {
	d, err := s.Development(t.Context(), gatehouse.AllProjects(), at, 15)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range d.Months {
		rate, err := s.Value(t.Context(), gatehouse.AllProjects(), at, "collection_rate", gatehouse.MonthPeriod(m))
		if err != nil {
			t.Fatal(err)
		}
		last := latestAge(d.Received[i])
		// Received of a month that is not over is in the rate and not in the triangle.
		if got, want := d.Received[i][last], rate.Numerator.InexactFloat64(); got > want+0.005 || got < want*0.9 {
			t.Errorf("%s: %v received by age %d, %v in the rate", m, got, last, want)
		}
		if want := int(lastMonth() - m); last != want {
			t.Errorf("%s has ages to %d, want %d", m, last, want)
		}
	}
	year := gatehouse.Period{Start: gatehouse.NewMonth(2026, 1), End: gatehouse.NewMonth(2027, 1)}
	e, err := d.Expect(year, year.Last())
	if err != nil {
		t.Fatal(err)
	}
	if rate, se := e.Rate(); len(e.Months) != 10 || e.Value < e.Latest || rate <= 0.5 || rate > 1.1 || !(se > 0) || se > 0.2 {
		t.Errorf("expected %v of %v (%v ± %v) of %v", e.Value, e.Net, rate, se, e.Months)
	}
}

func explanations(t *testing.T, s *Service, at Snapshot) {
	all := gatehouse.AllProjects()
	was, is := Subject{all, at, october().Previous()}, Subject{all, at, october()}
	for _, by := range []string{ByProjects, "fee_item", "building"} {
		e, err := s.Explain(t.Context(), "collection_rate", by, was, is)
		if err != nil {
			t.Fatal(err)
		}
		before, _ := e.Was.Exact()
		after, _ := e.Is.Exact()
		if want := after.Round(effectPlaces).Sub(before.Round(effectPlaces)); !e.Ratio.Rate.Add(e.Ratio.Mix).Equal(want) {
			t.Errorf("by %s: rate %s + mix %s is not the change %s", by, e.Ratio.Rate, e.Ratio.Mix, want)
		}
		if want := e.Is.Numerator.Sub(e.Was.Numerator); !e.Amount.Rate.Add(e.Amount.Mix).Add(e.Amount.Volume).Equal(want) {
			t.Errorf("by %s: amounts do not add up to %s", by, want)
		}
	}
	if _, err := s.Explain(t.Context(), "satisfaction_rate", "question", was, is); gatehouse.KindOf(err) != gatehouse.Invalid {
		t.Errorf("questions are not parts of the headline: %v", err)
	}
	if _, err := s.Explain(t.Context(), "energy_use", ByProjects, was, is); gatehouse.KindOf(err) != gatehouse.Invalid {
		t.Errorf("a sum has no rate: %v", err)
	}
}

func comparisons(t *testing.T, s *Service, at Snapshot) {
	all := gatehouse.AllProjects()
	for _, k := range s.Registry().All() {
		for _, against := range []Basis{AgainstPrevious, AgainstLastYear, AgainstTarget} {
			c, err := s.Compare(t.Context(), all, at, CompareAsk{KPI: k.Name, Period: october(), Against: against})
			if err != nil {
				t.Errorf("%s against %s: %v", k.Name, against, err)
				continue
			}
			if c.HasInterval && (c.Difference.InexactFloat64() < c.Low-1e-9 || c.Difference.InexactFloat64() > c.High+1e-9) {
				t.Errorf("%s against %s: %s is not within %v to %v", k.Name, against, c.Difference, c.Low, c.High)
			}
		}
	}
}
