package gatehouse_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"gatehouse"
)

func TestParsePeriod(t *testing.T) {
	t.Parallel()
	today := gatehouse.NewDate(2026, time.February, 10)
	for _, c := range []struct {
		text            string
		january, april  string // first..last month, for years that begin so
		januarySays     string // as Format writes it; "" when it is the text
		aprilSays       string
		januaryPrevious string
	}{
		{"2026-03", "2026-03..2026-03", "2026-03..2026-03", "", "", "2026-02"},
		{"2026-Q1", "2026-01..2026-03", "2026-04..2026-06", "", "", "2025-Q4"},
		{"2026-q4", "2026-10..2026-12", "2027-01..2027-03", "2026-Q4", "2026-Q4", "2026-Q3"},
		{"2026-H1", "2026-01..2026-06", "2026-04..2026-09", "", "", "2025-H2"},
		{"2026-h2", "2026-07..2026-12", "2026-10..2027-03", "2026-H2", "2026-H2", "2026-H1"},
		{"2026", "2026-01..2026-12", "2026-04..2027-03", "", "", "2025"},
		{"2026-01..2026-03", "2026-01..2026-03", "2026-01..2026-03", "2026-Q1", "2025-Q4", "2025-Q4"},
		{"2025-11..2026-02", "2025-11..2026-02", "2025-11..2026-02", "", "", "2025-07..2025-10"},
		{"2026-05..2026-05", "2026-05..2026-05", "2026-05..2026-05", "2026-05", "2026-05", "2026-04"},
		{"ytd", "2026-01..2026-02", "2025-04..2026-02", "2026-01..2026-02", "2025-04..2026-02", "2025-11..2025-12"},
		{"YTD", "2026-01..2026-02", "2025-04..2026-02", "2026-01..2026-02", "2025-04..2026-02", "2025-11..2025-12"},
	} {
		for _, y := range []struct {
			start      time.Month
			want, says string
		}{{time.January, c.january, c.januarySays}, {time.April, c.april, c.aprilSays}} {
			calendar := gatehouse.Calendar{Location: time.UTC, YearStart: y.start}
			p, err := calendar.Parse(c.text, today)
			if err != nil {
				t.Errorf("%q: %v", c.text, err)
				continue
			}
			if got := p.Start.String() + ".." + p.Last().String(); got != y.want {
				t.Errorf("%q with years from %v is %s, want %s", c.text, y.start, got, y.want)
			}
			if y.says == "" {
				y.says = c.text
			}
			if got := calendar.Format(p); got != y.says {
				t.Errorf("%q with years from %v is written %s, want %s", c.text, y.start, got, y.says)
			}
			if got := calendar.Format(p.Previous()); y.start == time.January && got != c.januaryPrevious {
				t.Errorf("before %q comes %s, want %s", c.text, got, c.januaryPrevious)
			}
		}
	}
}

func TestParsePeriodRefuses(t *testing.T) {
	t.Parallel()
	calendar := gatehouse.Calendar{Location: time.UTC, YearStart: time.January}
	for _, text := range []string{
		"", " ", "26", "2026-", "2026-13", "2026-00", "2026-3", "2026-Q0", "2026-Q5", "2026-Q", "2026-Q11", "2026-H3", "2026Q1", "2026-1",
		"1969", "2149", "9999-01", "-026", "+2026", "2026-03..2026-01", "2026-03..", "..2026-03", "2026-Q1..2026-Q2", "2026-01-01", "mtd", "today",
		"1000-01..9000-01", // as far out of range as the year 1000 alone
	} {
		if p, err := calendar.Parse(text, 0); gatehouse.KindOf(err) != gatehouse.Invalid {
			t.Errorf("%q is %v, error %v; want an Invalid error", text, p, err)
		}
	}
}

func TestPeriodProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		calendar := gatehouse.Calendar{Location: time.UTC, YearStart: time.Month(rapid.IntRange(1, 12).Draw(t, "year start"))}
		m := gatehouse.Month(rapid.IntRange(1980*12, 2100*12).Draw(t, "month"))
		length := gatehouse.Month(rapid.IntRange(1, 40).Draw(t, "length"))
		p := gatehouse.Period{Start: m, End: m + length}

		if back, err := calendar.Parse(calendar.Format(p), 0); err != nil || back != p {
			t.Fatalf("%v is written %s and read %v, error %v", p, calendar.Format(p), back, err)
		}
		// Half-open: the start is inside, the end is not, and neighbours share nothing.
		if !p.Contains(p.Start) || p.Contains(p.End) || !p.Contains(p.Last()) || p.Contains(p.Start-1) {
			t.Fatalf("%v has wrong ends", p)
		}
		if q := p.Previous(); q.End != p.Start || q.Months() != p.Months() || p.Months() != int(length) {
			t.Fatalf("before %v comes %v", p, q)
		}
		if q := p.YearEarlier(); q.Months() != p.Months() || q.Start.Of() != p.Start.Of() || q.Start.Year() != p.Start.Year()-1 {
			t.Fatalf("a year before %v is %v", p, q)
		}

		year, half, ytd := calendar.FiscalYear(m), calendar.HalfYear(m), calendar.YearToDate(m)
		if !year.Contains(m) || year.Months() != 12 || year.Start.Of() != calendar.YearStart {
			t.Fatalf("%v lies in the year %v", m, year)
		}
		if !half.Contains(m) || half.Months() != 6 || half.Start != year.Start && half.End != year.End {
			t.Fatalf("%v lies in the half %v of %v", m, half, year)
		}
		if ytd.Start != year.Start || ytd.Last() != m {
			t.Fatalf("up to %v it is %v", m, ytd)
		}
	})
}
