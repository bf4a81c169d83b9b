package dashboard

import (
	"strings"
	"testing"
	"time"

	"gatehouse"
	"gatehouse/ingest"
	"gatehouse/sql/sqltest"
)

// TestFreshWords: a cell says what is the matter in words, worst first.
func TestFreshWords(t *testing.T) {
	t.Parallel()
	calendar := sqltest.Calendar(t)
	now := time.Date(2026, time.November, 6, 9, 0, 0, 0, calendar.Location)
	months := func(first, last string, without ...string) []gatehouse.Month {
		var list []gatehouse.Month
		from, _ := gatehouse.ParseMonth(first)
		to, _ := gatehouse.ParseMonth(last)
		for m := from; m <= to; m++ {
			if !strings.Contains(strings.Join(without, " "), m.String()) {
				list = append(list, m)
			}
		}
		return list
	}
	for _, c := range []struct {
		name  string
		feed  string
		now   time.Time
		reach []gatehouse.Month
		held  uint64
		class string
		zh    string
		en    string
	}{
		{"in time", "fee_bill", now, months("2026-01", "2026-10"), 0, "ok", "✓ 至 2026-10", "✓ to Oct 2026"},
		{"due today", "fee_bill", now.AddDate(0, 0, -1), months("2026-01", "2026-09"), 0, "ok", "✓ 至 2026-09", "✓ to Sep 2026"},
		{"due yesterday", "fee_bill", now, months("2026-01", "2026-09"), 0, "late", "▲ 迟 1 天", "▲ 1 d late"},
		{"two months behind", "fee_payment", now, months("2026-01", "2026-08"), 0, "late", "▲ 迟 32 天", "▲ 32 d late"},
		{"rows held", "fee_bill", now, months("2026-01", "2026-10"), 1200, "held", "! 隔离 1,200 行", "! 1,200 rows aside"},
		{"one month missing", "energy_reading", now, months("2026-01", "2026-10", "2026-04"), 0, "gone", "✕ 缺 2026年4月", "✕ Apr 2026 missing"},
		{"months missing and late", "fee_bill", now, months("2026-01", "2026-09", "2026-04", "2026-06"), 0, "gone", "✕ 缺 2 期 ▲ 迟 1 天", "✕ 2 gaps ▲ 1 d late"},
		{"nothing", "fee_bill", now, nil, 0, "gone", "✕ 缺", "✕ missing"},
		{"nothing but held rows", "fee_bill", now, nil, 3, "gone", "✕ 缺 ! 隔离 3 行", "✕ missing ! 3 rows aside"},
		{"surveys come by the half-year", "survey_response", now, months("2026-05", "2026-06"), 0, "ok", "✓ 至 2026年上半年", "✓ to H1 2026"},
		{"a half-year is missing", "survey_response", now, append(months("2025-05", "2025-06"), months("2026-05", "2026-05")...), 0, "gone", "✕ 缺 2025年下半年", "✕ H2 2025 missing"},
		{"a survey is late", "survey_response", now, months("2025-11", "2025-11"), 0, "late", "▲ 迟 124 天", "▲ 124 d late"},
	} {
		r := ingest.Reach{Project: "P1", Feed: c.feed, Months: c.reach, Held: c.held, At: now}
		if len(c.reach) > 0 {
			r.First, r.Last = c.reach[0].Start(), c.reach[len(c.reach)-1].Start()
		}
		for lang, want := range map[gatehouse.Lang]string{gatehouse.Chinese: c.zh, gatehouse.English: c.en} {
			f := Frame{Lang: lang, Calendar: calendar}
			cell := f.fresh(r, true, c.now)
			var said []string
			for _, l := range cell.Lines {
				said = append(said, l.Glyph+" "+l.Text)
			}
			if got := strings.Join(said, " "); got != want || cell.Class != c.class {
				t.Errorf("%s: %s %q, want %s %q", c.name, cell.Class, got, c.class, want)
			}
		}
	}
}

// TestFreshnessOnThePage: a row for each project one may see, and each cell
// leads to its loads.
func TestFreshnessOnThePage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	rows := func(b *browser) []node {
		return parse(t, b.get("/loads?lang=en").body).all("table", "fresh")[0].all("tr", "")
	}
	head := rows(s.as("head"))
	if len(head) != 4 { // a head, two projects, and rows of no known one
		t.Fatalf("%d rows", len(head))
	}
	for _, row := range head[1:] {
		links := row.all("a", "")
		if strings.Contains(row.text(), "云栖苑") && (len(links) != 5 || attribute(links[0].Node, "href") != "/loads?feed=fee_bill&project=P2#loads") {
			t.Errorf("links of %s: %v", row, links)
		}
	}
	if own := rows(s.as("manager")); len(own) != 2 || !strings.Contains(own[1].text(), "阳光花园") {
		t.Errorf("a manager sees %v", own)
	}
	head = parse(t, s.as("head").get("/loads?lang=en&feed=fee_payment&project=P2").body).all("table", "loads")[0].all("tr", "")
	if len(head) != 2 || !strings.Contains(head[1].text(), "payments.csv") {
		t.Errorf("payments of P2: %v", head)
	}
}
