package analytics

import (
	"slices"
	"testing"

	"gatehouse"
	"gatehouse/ingest/demo"
	"gatehouse/sql/sqltest"
)

// lastMonth is the last one of the tests' portfolios.
func lastMonth() gatehouse.Month { return gatehouse.NewMonth(2026, 10) }

// asKnownOn computes everything as of a business day of the test's choice.
func asKnownOn(t *testing.T, s *Service, day gatehouse.Date, series uint64) Snapshot {
	t.Helper()
	now, err := s.db.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	asked := s.asked(now, series)
	asked.AsOf = day
	if _, err := s.refresh(t.Context(), asked, true); err != nil {
		t.Fatal(err)
	}
	return Snapshot{KnownAt: now, AsOf: day, series: series, run: asked.Run}
}

// Every KPI, whole and by each slice, by project and together, of months,
// quarters, half-years, years and the year to date, is what plain Go makes of
// the truth, on a day after all data and on one in the middle of it. Files
// loaded in another order, and twice, give the same.
func TestKPIsEqualTheOracle(t *testing.T) {
	t.Parallel()
	truth, files := written(t, demo.Options{Seed: 1, Last: lastMonth(), Months: 16, RoomsPerProject: 24})
	orders := map[string][]demo.File{
		"as written":               files,
		"another order, and twice": append(shuffled(files, 7), shuffled(files, 8)...),
	}
	days := []gatehouse.Date{gatehouse.NewDate(2026, 11, 5), gatehouse.NewDate(2026, 8, 17)}
	oracles := map[gatehouse.Date]*oracle{}
	for _, day := range days {
		oracles[day] = newOracle(truth, day)
	}
	for name, order := range orders {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := sqltest.New(t)
			s, l := newService(t, db), loader(t, db)
			bad := 0
			for _, f := range order {
				if r := load(t, l, f); r.Status == "published" && int(r.Quarantined) != f.BadRows {
					t.Errorf("%s: %d rows quarantined, %d are bad: %+v", f.Path, r.Quarantined, f.BadRows, r.Errors)
				} else {
					bad += int(r.Quarantined)
				}
			}
			if bad == 0 {
				t.Error("the portfolio has no bad rows to quarantine")
			}
			for i, day := range days {
				compare(t, s, asKnownOn(t, s, day, uint64(i)), oracles[day])
			}
		})
	}
}

// compare checks all values of all KPIs against the oracle.
func compare(t *testing.T, s *Service, at Snapshot, o *oracle) {
	t.Helper()
	periods := testPeriods(t, s.Calendar(), at.AsOf)
	for _, k := range s.Registry().All() {
		for _, dim := range append([]string{""}, k.Slices...) {
			for _, byProject := range []bool{false, true} {
				got, err := s.Values(t.Context(), gatehouse.AllProjects(), at, Ask{KPI: k.Name, Periods: periods, ByProject: byProject, Dim: dim})
				if err != nil {
					t.Fatal(err)
				}
				compareValues(t, s, k, dim, byProject, periods, got, o)
			}
		}
	}
}

func compareValues(t *testing.T, s *Service, k *KPI, dim string, byProject bool, periods []gatehouse.Period, got []Value, o *oracle) {
	t.Helper()
	type spot struct {
		period         gatehouse.Period
		project, slice string
	}
	found := map[spot]sums{}
	for _, v := range got {
		found[spot{v.Period, v.Project, v.Slice}] = sums{v.Numerator.InexactFloat64(), v.Denominator.InexactFloat64(), v.N}
	}
	projects := []string{""}
	if byProject {
		projects = projects[:0]
		for _, p := range o.truth.Projects {
			projects = append(projects, p.Code)
		}
	}
	values, checked := 0, map[spot]bool{}
	for _, p := range periods {
		if k.Grain == Halves {
			p = s.wholeHalves(p)
		}
		for _, project := range projects {
			for _, slice := range o.slicesOf(k.Name, dim) {
				want := o.total(k, project, p, dim, slice)
				have := found[spot{p, project, slice}]
				checked[spot{p, project, slice}] = true
				if k.SharedDenominator && dim != "" && have.n == 0 && want.n == 0 {
					continue // a category without complaints has no row
				}
				if !want.near(have) {
					t.Errorf("%s %s of %q, %s=%q: got %s, want %s", k.Name, s.Calendar().Format(p), project, dim, slice, have, want)
				}
				if want != (sums{}) {
					values++
				}
			}
		}
	}
	for at, v := range found {
		if !checked[at] && v != (sums{}) {
			t.Errorf("%s %s of %q, %s=%q: got %s, want none", k.Name, s.Calendar().Format(at.period), at.project, dim, at.slice, v)
		}
	}
	if values == 0 {
		t.Errorf("%s by %q: the oracle has no values, so nothing was compared", k.Name, dim)
	}
}

// testPeriods are one or more of each kind that people ask for.
func testPeriods(t *testing.T, c gatehouse.Calendar, today gatehouse.Date) []gatehouse.Period {
	t.Helper()
	var periods []gatehouse.Period
	for m := lastMonth() - 15; m <= lastMonth(); m++ {
		periods = append(periods, gatehouse.MonthPeriod(m))
	}
	for _, name := range []string{"2025-Q4", "2026-Q1", "2026-Q3", "2025-H2", "2026-H1", "2025", "2026", "2025-11..2026-02", "ytd"} {
		p, err := c.Parse(name, today)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(periods, p) {
			periods = append(periods, p)
		}
	}
	return periods
}
