package analytics

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gatehouse"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/sqltest"
)

// tries is how many random portfolios are made when -rapid.checks says nothing:
// a database is slow for a property.
const tries = 2

// Of any facts, loaded in any order and by code or name of their project, every
// KPI is what the oracle makes of them on any day, and totals are ratios of
// sums.
func TestKPIsOfRandomPortfoliosEqualTheOracle(t *testing.T) {
	t.Parallel()
	checks := flag.Lookup("rapid.checks")
	asked := checks.Value.String() != checks.DefValue
	began, held := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		if !asked && began == held && began >= tries {
			return // one that failed is tried again, to make it smaller
		}
		began++
		b := drawBook(rt)
		day := drawDay(rt)
		files := b.files(rt)
		if faults := b.faults(t, files, day); len(faults) > 0 {
			text := make([]string, len(files))
			for i, f := range files {
				text[i] = f.String()
			}
			rt.Fatalf("as of %s:\n%s\n\nof these files, loaded in this order:\n\n%s", day, strings.Join(faults[:min(len(faults), mostDiffs)], "\n"), strings.Join(text, "\n"))
		}
		held++
	})
}

// faults loads the files and holds what the program says against the truth.
func (b *book) faults(t *testing.T, files []bookFile, day gatehouse.Date) []string {
	t.Helper()
	db := sqltest.New(t)
	s, l := newService(t, db), loader(t, db)
	if err := db.Insert(t.Context(), "sla_hours", "", []clickhouse.Column{
		{Name: "kind", Values: []string{"complaint"}}, {Name: "category", Values: []string{"电梯"}},
		{Name: "hours", Values: []uint32{24}}, {Name: "response_hours", Values: []uint32{1}},
	}); err != nil {
		t.Fatal(err)
	}
	if err := loadBook(t.Context(), l, files); err != nil {
		return []string{err.Error()}
	}
	o := newOracle(&b.truth, s.Calendar(), day, randomHours(), randomPeriods(t, s.Calendar(), day))
	c, err := compare(t.Context(), s, asKnownOn(t, s, day, 0), o, true)
	if err != nil {
		return []string{err.Error()}
	}
	return append(c.diffs, c.unsummed(t)...)
}

// randomPeriods are all months that facts may be of, the longer ones that they
// make up, and two that nobody keeps: one ends after the as-of day.
func randomPeriods(t *testing.T, c gatehouse.Calendar, day gatehouse.Date) []gatehouse.Period {
	t.Helper()
	var periods []gatehouse.Period
	for _, span := range []string{"2023-01..2023-03", "2023-11..2024-05"} {
		p, err := c.Parse(span, day)
		if err != nil {
			t.Fatal(err)
		}
		for m := p.Start; m < p.End; m++ {
			periods = append(periods, gatehouse.MonthPeriod(m))
		}
	}
	for _, name := range []string{"2024-Q1", "2024-H1", "2024", "2023-12..2024-02", "2024-01..2024-05"} {
		p, err := c.Parse(name, day)
		if err != nil {
			t.Fatal(err)
		}
		periods = append(periods, p)
	}
	if p := c.YearToDate(day.Month()); !slices.Contains(periods, p) {
		periods = append(periods, p)
	}
	return periods
}

func (p place) String() string {
	return fmt.Sprintf("%s..%s of %q, %q", p.period.Start, p.period.Last(), p.project, p.slice)
}
