package analytics

import (
	"slices"
	"testing"
	"time"

	"gatehouse"
	"gatehouse/ingest/demo"
	"gatehouse/sql/clickhouse"
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
// quarters, half-years, years, the year to date and four months across a year
// end, is what plain Go makes of the truth, on a day after all data and on one
// in the middle of it. Files loaded in another order, and twice, give the same.
func TestKPIsEqualTheOracle(t *testing.T) {
	t.Parallel()
	truth, files := written(t, demo.Options{Seed: 1, Last: lastMonth(), Months: 16, RoomsPerProject: 24})
	order := append(shuffled(files, 7), shuffled(files, 8)...)
	db := sqltest.New(t)
	s, l := newService(t, db), loader(t, db)
	bad := 0
	for _, f := range order {
		r := load(t, l, f)
		if r.Status == "published" && int(r.Quarantined) != f.BadRows {
			t.Errorf("%s: %d rows quarantined, %d are bad: %+v", f.Path, r.Quarantined, f.BadRows, r.Errors)
		}
		bad += int(r.Quarantined)
	}
	if bad == 0 {
		t.Error("the portfolio has no bad rows to quarantine")
	}
	for i, day := range []gatehouse.Date{gatehouse.NewDate(2026, 11, 5), gatehouse.NewDate(2026, 8, 17)} {
		o := newOracle(truth, s.Calendar(), day, usualHours(), testPeriods(t, s.Calendar(), day))
		holds(t, s, asKnownOn(t, s, day, uint64(i)), o)
	}
}

// A company whose year begins in April has its arrears opened in April, its
// halves from April and October, and years to date from April.
func TestKPIsEqualTheOracleInFiscalYears(t *testing.T) {
	t.Parallel()
	truth, files := written(t, demo.Options{Seed: 2, Last: lastMonth(), Months: 16, Projects: 2, RoomsPerProject: 12})
	config := sqltest.Config(t)
	config.Calendar.YearStart = time.April
	db, err := clickhouse.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s, l := newService(t, db), loader(t, db)
	for _, f := range files {
		load(t, l, f)
	}
	day := gatehouse.NewDate(2026, 8, 17)
	holds(t, s, asKnownOn(t, s, day, 0), newOracle(truth, s.Calendar(), day, usualHours(), testPeriods(t, s.Calendar(), day)))
}

// holds tells where the service and the oracle differ.
func holds(t *testing.T, s *Service, at Snapshot, o *oracle) {
	t.Helper()
	c, err := compare(t.Context(), s, at, o, false)
	if err != nil {
		t.Fatal(err)
	}
	faults := append(c.diffs, c.unsummed(t)...)
	for _, f := range faults[:min(len(faults), mostDiffs)] {
		t.Errorf("as of %s, %s", at.AsOf, f)
	}
	if len(faults) > mostDiffs {
		t.Errorf("and %d more", len(faults)-mostDiffs)
	}
}

// mostDiffs is how many differences are told: one cause has many.
const mostDiffs = 20

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
