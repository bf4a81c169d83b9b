package dashboard

import (
	"math"
	"testing"
	"time"

	"gatehouse"
	"gatehouse/sql/sqltest"
)

func TestMoney(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		money         gatehouse.Money
		zh, en, table string
	}{
		{0, "0 元", "¥0", "0.00"},
		{998_200, "9,982 元", "¥10k", "9,982.00"},
		{4_300_000, "4.3万元", "¥43k", "43,000.00"},
		{12_500_000_00, "1,250.0万元", "¥12.5M", "12,500,000.00"},
		{125_000_000_00, "1.25亿元", "¥125.0M", "125,000,000.00"},
		{-4_300_050, "−4.3万元", "−¥43k", "−43,000.50"},
		{-5, "0 元", "¥0", "−0.05"},
		{99_99, "100 元", "¥100", "99.99"},
		{99_999_499_00, "9,999.9万元", "¥100.0M", "99,999,499.00"},
	} {
		if got := moneyProse(gatehouse.Chinese, c.money); got != c.zh {
			t.Errorf("%s in Chinese: %s, want %s", c.money, got, c.zh)
		}
		if got := moneyProse(gatehouse.English, c.money); got != c.en {
			t.Errorf("%s in English: %s, want %s", c.money, got, c.en)
		}
		if got := moneyTable(c.money); got != c.table {
			t.Errorf("%s in a table: %s, want %s", c.money, got, c.table)
		}
	}
}

func TestShares(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		share      float64
		percent    string
		zh, en     string
		difference float64
	}{
		{0.9164, "91.6%", "+2.3 个百分点", "+2.3 pp", 0.0231},
		{0, "0.0%", "−9.2 个百分点", "−9.2 pp", -0.092},
		{1.0204, "102.0%", "±0.0 个百分点", "±0.0 pp", -0.0004},
		{-0.031, "−3.1%", "±0.0 个百分点", "±0.0 pp", 0},
		{math.NaN(), "—", "—", "—", math.NaN()},
	} {
		if got := percent(c.share); got != c.percent {
			t.Errorf("percent(%v) = %s, want %s", c.share, got, c.percent)
		}
		if got := points(gatehouse.Chinese, c.difference); got != c.zh {
			t.Errorf("points(%v) = %s, want %s", c.difference, got, c.zh)
		}
		if got := points(gatehouse.English, c.difference); got != c.en {
			t.Errorf("points(%v) = %s, want %s", c.difference, got, c.en)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	shanghai := sqltest.Calendar(t).Location
	for _, c := range []struct{ instant, zh, en string }{
		{"2026-10-31T16:00:00Z", "2026-10-31 24:00", "31 Oct 2026 24:00"},
		{"2026-10-31T16:00:01Z", "2026-11-01 00:00", "1 Nov 2026 00:00"},
		{"2026-07-08T01:30:59Z", "2026-07-08 09:30", "8 Jul 2026 09:30"},
	} {
		at, err := time.Parse(time.RFC3339, c.instant)
		if err != nil {
			t.Fatal(err)
		}
		if got := instantLabel(gatehouse.Chinese, at, shanghai); got != c.zh {
			t.Errorf("%s: %s, want %s", c.instant, got, c.zh)
		}
		if got := instantLabel(gatehouse.English, at, shanghai); got != c.en {
			t.Errorf("%s: %s, want %s", c.instant, got, c.en)
		}
	}
	if got := instantLabel(gatehouse.Chinese, time.Time{}, shanghai); got != missing {
		t.Errorf("no instant: %s", got)
	}
}

func TestPeriodLabel(t *testing.T) {
	t.Parallel()
	calendar := sqltest.Calendar(t)
	for _, c := range []struct{ period, zh, en string }{
		{"2026-10", "2026年10月", "Oct 2026"},
		{"2026-01..2026-10", "2026年1–10月", "Jan–Oct 2026"},
		{"2026-Q1", "26Q1", "26Q1"},
		{"2026-H2", "2026年下半年", "H2 2026"},
		{"2026", "2026年", "2026"},
		{"2025-11..2026-02", "2025年11月–2026年2月", "Nov 2025–Feb 2026"},
	} {
		p, err := calendar.Parse(c.period, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := periodLabel(gatehouse.Chinese, calendar, p); got != c.zh {
			t.Errorf("%s: %s, want %s", c.period, got, c.zh)
		}
		if got := periodLabel(gatehouse.English, calendar, p); got != c.en {
			t.Errorf("%s: %s, want %s", c.period, got, c.en)
		}
	}
}

func TestFilterStepsAndAddresses(t *testing.T) {
	t.Parallel()
	calendar := sqltest.Calendar(t)
	newest := gatehouse.NewMonth(2026, time.October)
	for _, c := range []struct{ period, earlier, later string }{
		{"2026-10", "/collections?by=building&period=2026-09", ""},
		{"2026-09", "/collections?by=building&period=2026-08", "/collections?by=building&period=2026-10"},
		{"2026-Q3", "/collections?by=building&period=2026-Q2", "/collections?by=building&period=2026-Q4"},
		{"2026-01..2026-10", "/collections?by=building&period=2025-01..2025-10", ""},
		{"2025", "/collections?by=building&period=2024", "/collections?by=building&period=2026"},
	} {
		p, err := calendar.Parse(c.period, 0)
		if err != nil {
			t.Fatal(err)
		}
		f := Filter{Period: p, path: "/collections", newest: newest, calendar: calendar, query: map[string][]string{"by": {"building"}, "lang": {"en"}, "page": {"3"}}}
		if got := f.Earlier(); got != c.earlier {
			t.Errorf("before %s: %s, want %s", c.period, got, c.earlier)
		}
		if got := f.Later(); got != c.later {
			t.Errorf("after %s: %s, want %s", c.period, got, c.later)
		}
	}
}

func TestLocalPath(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"/collections?by=building": "/collections?by=building", "": "", "//evil.example": "", "https://evil.example/": "",
		"/\\evil.example": "", "evil": "", "javascript:alert(1)": "", "/a\nb": "", "/%2F/evil": "/%2F/evil",
	} {
		if got := localPath(given); got != want {
			t.Errorf("localPath(%q) = %q, want %q", given, got, want)
		}
	}
}
