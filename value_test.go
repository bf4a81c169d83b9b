package gatehouse_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"gatehouse"
)

func TestParseMoney(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]gatehouse.Money{
		"0":                     0,
		"12":                    1200,
		"1234.5":                123450,
		"-1234.56":              -123456,
		".5":                    50,
		"5.":                    500,
		"-0.01":                 -1,
		"1.2300":                123,
		"92233720368547758.07":  math.MaxInt64,
		"-92233720368547758.07": -math.MaxInt64,
		"-92233720368547758.08": math.MinInt64,
	} {
		if got, err := gatehouse.ParseMoney(text); err != nil || got != want {
			t.Errorf("%q is %v, error %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "-", ".", "-.", "+1", "--1", "1-", "1.234", "1,234", "¥1", "1e3", "0x1", "1.2.3", "1. 2", " 1", "1_000", "NaN", "1.-5",
		"92233720368547758.08", "-92233720368547758.09", "１２",
	} {
		if got, err := gatehouse.ParseMoney(text); gatehouse.KindOf(err) != gatehouse.Invalid {
			t.Errorf("%q is %v, error %v; want an Invalid error", text, got, err)
		}
	}
}

func TestMoneyRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := gatehouse.Money(rapid.Int64().Draw(t, "fen"))
		if back, err := gatehouse.ParseMoney(m.String()); err != nil || back != m {
			t.Fatalf("%d is written %s and read %d, error %v", m, m, back, err)
		}
		var scanned gatehouse.Money
		if err := scanned.Scan(decimal.New(int64(m), -2)); err != nil || scanned != m {
			t.Fatalf("%d is scanned as %d, error %v", m, scanned, err)
		}
	})
}

func TestScanMoney(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		coefficient int64
		exponent    int32
		want        gatehouse.Money
		ok          bool
	}{
		{5, 0, 500, true},
		{5, 1, 5000, true},
		{12, -1, 120, true},
		{1234500, -6, 123, false},
		{1230000, -6, 123, true},
		{0, 0, 0, true},
		{math.MaxInt64, 0, 0, false}, // too much, and no wrong amount instead
		{0, 40, 0, true},
	} {
		var m gatehouse.Money
		err := m.Scan(decimal.New(c.coefficient, c.exponent))
		if (err == nil) != c.ok || c.ok && m != c.want {
			t.Errorf("%d × 10^%d is %v, error %v; want %v", c.coefficient, c.exponent, m, err, c.want)
		}
	}
	var m gatehouse.Money
	if err := m.Scan("1.00"); gatehouse.KindOf(err) != gatehouse.Internal {
		t.Errorf("a text is %v, error %v", m, err)
	}
	huge, err := decimal.NewFromString("123456789012345678901234567890.12")
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Scan(huge); err == nil {
		t.Errorf("%v is %v", huge, m)
	}
}

func TestDate(t *testing.T) {
	t.Parallel()
	shanghai := location(t, "Asia/Shanghai")
	d := gatehouse.NewDate(2026, time.March, 31)
	if d.String() != "2026-03-31" || d.Month().String() != "2026-03" {
		t.Errorf("%v lies in %v", d, d.Month())
	}
	if got := gatehouse.NewDate(2024, time.March, 0); got.String() != "2024-02-29" {
		t.Errorf("the day before March 2024 is %v", got)
	}
	// Half past four in the afternoon in UTC is tomorrow in Shanghai.
	at := time.Date(2026, time.March, 31, 16, 30, 0, 0, time.UTC)
	if got := gatehouse.DateOf(at.In(shanghai)); got != d+1 {
		t.Errorf("the day in Shanghai is %v", got)
	}
	if got := d.In(shanghai); !got.Equal(time.Date(2026, time.March, 30, 16, 0, 0, 0, time.UTC)) {
		t.Errorf("the day begins in Shanghai at %v", got.UTC())
	}
	for _, text := range []string{"", "2026-3-1", "2026-02-29", "2026-13-01", "20260301", "2026-03-01 "} {
		if got, err := gatehouse.ParseDate(text); gatehouse.KindOf(err) != gatehouse.Invalid {
			t.Errorf("%q is %v, error %v; want an Invalid error", text, got, err)
		}
	}
}

func TestDateRoundTrip(t *testing.T) {
	t.Parallel()
	shanghai := location(t, "Asia/Shanghai")
	rapid.Check(t, func(t *rapid.T) {
		d := gatehouse.Date(rapid.Int32Range(-200_000, 200_000).Draw(t, "day"))
		if back, err := gatehouse.ParseDate(d.String()); err != nil || back != d {
			t.Fatalf("%d is written %s and read %d, error %v", d, d, back, err)
		}
		var scanned gatehouse.Date
		if err := scanned.Scan(d.Time()); err != nil || scanned != d {
			t.Fatalf("%v is scanned as %v, error %v", d, scanned, err)
		}
		if got := gatehouse.DateOf(d.In(shanghai)); got != d {
			t.Fatalf("%v in Shanghai is %v", d, got)
		}
		m := d.Month()
		if d < m.Start() || d >= (m+1).Start() {
			t.Fatalf("%v lies outside its month %v", d, m)
		}
	})
}

func TestMonthRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := gatehouse.Month(rapid.Int32Range(12, 12*9999).Draw(t, "month"))
		if back, err := gatehouse.ParseMonth(m.String()); err != nil || back != m {
			t.Fatalf("%d is written %s and read %d, error %v", m, m, back, err)
		}
		if gatehouse.NewMonth(m.Year(), m.Of()) != m || gatehouse.NewMonth(m.Year()-1, m.Of()+12) != m {
			t.Fatalf("%v is not made of its parts", m)
		}
		var scanned gatehouse.Month
		if err := scanned.Scan(m.Time()); err != nil || scanned != m {
			t.Fatalf("%v is scanned as %v, error %v", m, scanned, err)
		}
	})
}

func TestErrorKeepsKindAndCause(t *testing.T) {
	t.Parallel()
	inner := gatehouse.Errorf(gatehouse.Conflict, "it is taken: %w", fs.ErrExist)
	outer := fmt.Errorf("load: %w", inner)
	if gatehouse.KindOf(outer) != gatehouse.Conflict || !errors.Is(outer, fs.ErrExist) {
		t.Errorf("%v is %s", outer, gatehouse.KindOf(outer))
	}
	if gatehouse.KindOf(fs.ErrExist) != gatehouse.Internal {
		t.Error("an error nobody classified is not Internal")
	}
}

func TestZeroScopeSeesNothing(t *testing.T) {
	t.Parallel()
	var s gatehouse.Scope
	if s.All() || s.Allows("A") || s.Allows("") || len(s.Codes()) != 0 {
		t.Errorf("the zero scope sees something: %+v", s)
	}
	if _, err := s.Narrow("A"); gatehouse.KindOf(err) != gatehouse.Forbidden {
		t.Errorf("narrowed to a project, error %v", err)
	}
}

func TestScopeNeverWidens(t *testing.T) {
	t.Parallel()
	project := rapid.SampledFrom([]string{"", "A", "B", "C", "D"})
	rapid.Check(t, func(t *rapid.T) {
		codes := rapid.SliceOf(project).Draw(t, "codes")
		wide := gatehouse.Projects(codes...)
		if rapid.Bool().Draw(t, "all") {
			wide = gatehouse.AllProjects()
		}
		to, asked := project.Draw(t, "to"), project.Draw(t, "asked")
		narrow, err := wide.Narrow(to)
		if narrow.Allows(asked) && !wide.Allows(asked) || narrow.All() && !wide.All() {
			t.Fatalf("%+v narrowed to %q sees %q", wide, to, asked)
		}
		if refused := to != "" && !wide.Allows(to); refused != (err != nil) {
			t.Fatalf("%+v narrowed to %q: error %v", wide, to, err)
		}
		if err == nil && to != "" && asked != to && narrow.Allows(asked) {
			t.Fatalf("%+v narrowed to %q still sees %q", wide, to, asked)
		}
		// The caller's slice, and the one handed out, are not the scope's own.
		for _, s := range [][]string{codes, wide.Codes()} {
			for i := range s {
				s[i] = "X"
			}
		}
		if !wide.All() && (wide.Allows("X") || slices.Contains(wide.Codes(), "X")) {
			t.Fatal("a scope changed from outside")
		}
	})
}

func location(t *testing.T, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}
