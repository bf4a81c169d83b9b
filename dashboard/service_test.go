package dashboard

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// served loads requests of last month, of the month before, and of last year,
// in two projects, and says which month that is.
func (s *site) served() time.Time {
	s.t.Helper()
	s.fill()
	now := s.now().In(s.db.Calendar().Location)
	month := time.Date(now.Year(), now.Month()-1, 1, 0, 0, 0, 0, now.Location())
	at := func(months int, text string) string { return month.AddDate(0, months, 0).Format("2006-01-") + text }
	s.load("工单.csv", "项目编码,工单编号,类型,类别,房号,受理时间,响应时间,办结时间,回访时间,回访结果,处理人",
		"P1,W1,投诉,噪音,1-1-101,"+at(0, "02 09:00")+","+at(0, "02 10:00")+","+at(0, "03 09:00")+","+at(0, "04 09:00")+",满意,何敏",  // 24 hours, content
		"P1,W2,投诉,噪音,1-1-101,"+at(0, "05 09:00")+","+at(0, "08 09:00")+","+at(0, "11 09:00")+","+at(0, "12 09:00")+",不满意,何敏", // again, late
		"P1,W3,投诉,漏水,2-1-101,"+at(0, "06 09:00")+",,,,,",                                                                     // open, overdue, nobody's
		"P1,W4,报修,漏水,2-1-101,"+at(0, "06 09:00")+","+at(0, "06 10:00")+","+at(0, "06 21:00")+",,,周强",                         // 12 hours
		"P1,W5,投诉,噪音,2-1-101,"+at(-1, "06 09:00")+","+at(-1, "06 10:00")+","+at(-1, "06 21:00")+",,,周强",
		"P1,W6,报修,水电,2-1-101,"+at(-12, "06 09:00")+","+at(-12, "06 10:00")+","+at(-12, "06 21:00")+",,,周强",
		"P2,W7,投诉,停车,1-1-101,"+at(0, "20 09:00")+","+at(0, "20 10:00")+","+at(0, "20 21:00")+",,,王五")
	if _, err := s.kpis.Refresh(s.t.Context(), false); err != nil {
		s.t.Fatal(err)
	}
	return month
}

// short is a record by the columns named, missing ones as "·".
func short(row map[string]string, columns ...string) string {
	var cells []string
	for _, c := range columns {
		v, ok := row[c]
		if !ok {
			v = "?"
		}
		if v == "" {
			v = "·"
		}
		cells = append(cells, v)
	}
	return strings.Join(cells, " ")
}

func (b *browser) lines(address string, columns ...string) []string {
	b.t.Helper()
	r := b.get(address)
	if r.status != http.StatusOK {
		b.t.Fatalf("%s: %d", address, r.status)
	}
	var lines []string
	for _, row := range records(b.t, r.body) {
		lines = append(lines, short(row, columns...))
	}
	return lines
}

func TestServiceOfAMonth(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	month := s.served()
	query := "?lang=en&project=P1&period=" + month.Format("2006-01")
	head := s.as("head")
	for _, one := range []struct {
		panel   string
		columns []string
		want    []string
	}{
		{"summary", []string{"Kind and category", "Opened", "last month", "vs last month", "last year", "vs last year", "Open at end", "Of it overdue", "Answered on time", "Fell due", "Resolved on time", "Closed", "Median time hours"}, []string{
			"complaint 3 1 2 0 3 1 1 0.333333333333 3 0.333333333333 2 84",
			"噪音 2 1 1 0 2 0 0 0.5 2 0.5 2 84",
			"漏水 1 0 1 0 1 1 1 0 1 0 0 ·",
			"repair 1 0 1 1 0 0 0 1 1 1 1 12",
			"漏水 1 0 1 0 1 0 0 1 1 1 1 12",
			"水电 0 0 0 1 -1 0 0 · 0 · 0 ·",
			"Total 4 1 3 1 3 1 1 0.5 4 0.5 3 24",
		}},
		{"backlog", []string{"Age", "Now", "Last year", "Share"}, []string{
			"≤ 1 day 0 0 0", "2–3 days 0 0 0", "4–7 days 0 0 0", "8–14 days 0 0 0", "15–30 days 1 0 1", "> 30 days 0 0 0", "Total 1 0 1",
		}},
		{"repeats", []string{"Category", "Repeated", "Complaints", "Rate", "Last year"}, []string{"噪音 1 2 0.5 ·", "漏水 0 1 0 ·", "Total 1 3 0.333333333333 ·"}},
		{"followups", []string{"Kind", "Closed", "Followed up", "Last year", "Calls", "Satisfied"}, []string{"complaint 2 1 · 2 0.5", "repair 1 0 0 0 ·", "Total 3 0.666666666667 0 2 0.5"}},
		{"handlers", []string{"Handler", "Opened", "Closed of them", "Answered on time", "Fell due", "Resolved on time", "Closed", "Median time hours"}, []string{
			"何敏 2 1 0.5 2 0.5 2 84", "nobody yet 1 0 0 1 0 0 ·", "周强 1 1 1 1 1 1 12", "Total 4 0.75 0.5 4 0.5 3 24",
		}},
	} {
		got := head.lines("/panel/service/"+one.panel+".csv"+query, one.columns...)
		if diff := cmp.Diff(one.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", one.panel, diff)
		}
	}
	volume := head.lines("/panel/service/volume.csv"+query, "Month", "Actual", "Prior year", "vs last year")
	if last := volume[len(volume)-1]; last != month.Format("2006-01")+" 4 1 3" {
		t.Errorf("volume ends with %s", last)
	}
}

// The table by project is there for several only, and has none of others.
func TestServiceByProject(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	period := "&period=" + s.served().Format("2006-01")
	head, manager := s.as("head"), s.as("manager")
	got := head.lines("/panel/service/projects.csv?lang=zh"+period, "项目", "项目编码", "受理")
	if diff := cmp.Diff([]string{"阳光花园 P1 4", "云栖苑 P2 1", "合计 · 5"}, got); diff != "" {
		t.Errorf("projects (-want +got):\n%s", diff)
	}
	if r := manager.get("/panel/service/projects.csv?lang=zh" + period); r.status != http.StatusNotFound {
		t.Errorf("a manager of one project has a table by project: %d", r.status)
	}
	for path, want := range map[string]int{"/service?project=P2": http.StatusForbidden, "/survey?project=P2": http.StatusForbidden, "/service?lang=zh": http.StatusOK} {
		r := manager.get(path + period)
		if strings.Contains(path, "lang") && (r.status != want || strings.Contains(r.body, "王五") || strings.Contains(r.body, "停车") || !strings.Contains(r.body, "何敏")) || r.status != want {
			t.Errorf("manager, %s: %d, or another's in it", path, r.status)
		}
	}
}

// Both pages in both languages, with and without facts: the title block has
// whose, when, and the state of knowledge.
func TestServiceAndSurveyPages(t *testing.T) {
	t.Parallel()
	empty, full := newSite(t), newSite(t)
	month := full.served()
	full.surveyed()
	for name, s := range map[string]*site{"empty": empty, "full": full} {
		head := s.as("head")
		for _, path := range []string{"/service?period=" + month.Format("2006-01"), "/survey?period=" + month.Format("2006-01")} {
			for _, lang := range []string{"zh", "en"} {
				r := head.get(path + "&lang=" + lang)
				page := parse(t, r.body)
				if r.status != http.StatusOK || len(page.all("h1", "")) != 1 || strings.Contains(r.body, "style=") || strings.Contains(r.body, "NaN") {
					t.Errorf("%s %s in %s: %d", name, path, lang, r.status)
				}
				if known := page.all("p", "known-at"); len(known) != 1 {
					t.Errorf("%s %s does not say as of when", name, path)
				}
				if strings.Contains(r.body, "could not be read") || strings.Contains(r.body, "读取失败") {
					t.Errorf("%s %s in %s: a panel failed", name, path, lang)
				}
				if words := englishOf(page); lang == "zh" && len(words) > 0 && !cmp.Equal(words, allowed(words)) {
					t.Errorf("%s %s: English on a Chinese page: %v", name, path, words)
				}
			}
		}
	}
}

// allowed are those of the words that Chinese readers use too.
func allowed(words []string) []string {
	var kept []string
	for _, w := range words {
		if w == "Wilson" || w == "Enter" || w == "Esc" {
			kept = append(kept, w)
		}
	}
	return kept
}
