package dashboard

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatehouse"
	"gatehouse/ingest"
)

// freshness is the matrix of feeds and projects: how far the data of each go.
type freshness struct {
	Title string
	Feeds []string // names of the columns
	Rows  []freshRow
	More  []freshRow // of projects with nothing to do, behind those shown
	Key   bool
}

type freshRow struct {
	Name  string
	Code  string
	Cells []freshCell
	Quiet bool // nothing is the matter; phones leave its cells out
	worst int
}

// freshCell is what a feed of a project looks like.
type freshCell struct {
	Feed  string // for phones, where the columns have no heads
	Class string // ok, late, held or gone
	Lines []freshLine
	Note  string // when the newest load came
	Title string
	URL   string
}

// freshLine is one thing that is the matter, told by a glyph and a word.
type freshLine struct{ Glyph, Text string }

const (
	// dueDay is the day of the month on which the data of the month before, or
	// of the half-year before for surveys, are due.
	dueDay = 5
	// freshRows are shown at once; projects where nothing is the matter come last.
	freshRows = 12
)

// unit is the stretch of time that data of a feed come for: months, and
// half-years for the surveys of owners.
func (f Frame) unit(feed string, m gatehouse.Month) gatehouse.Period {
	if feed == "survey_response" {
		return f.Calendar.HalfYear(m)
	}
	return gatehouse.MonthPeriod(m)
}

// due is the last day on which the data of a stretch of time are in time.
func due(p gatehouse.Period) gatehouse.Date { return p.End.Start() + dueDay - 1 }

// gaps are the stretches without a row between the first and the last.
func (f Frame) gaps(r ingest.Reach) []gatehouse.Period {
	if r.Feed != "survey_response" {
		var gaps []gatehouse.Period
		for _, m := range r.Gaps() {
			gaps = append(gaps, gatehouse.MonthPeriod(m))
		}
		return gaps
	}
	var gaps []gatehouse.Period
	for i := 1; i < len(r.Months); i++ {
		for p := f.unit(r.Feed, f.unit(r.Feed, r.Months[i-1]).End); p.End <= r.Months[i]; p = f.unit(r.Feed, p.End) {
			gaps = append(gaps, p)
		}
	}
	return gaps
}

// fresh words what is known of a feed of a project on a day.
func (f Frame) fresh(r ingest.Reach, known bool, now time.Time) freshCell {
	today := gatehouse.DateOf(now.In(f.Calendar.Location))
	c := freshCell{Feed: f.FeedTitle(r.Feed), Class: "ok"}
	say := func(class, glyph, zh, en string) {
		if c.Class == "ok" {
			c.Class = class
		}
		c.Lines = append(c.Lines, freshLine{glyph, f.T(zh, en)})
	}
	if !known || len(r.Months) == 0 {
		say("gone", "✕", "缺", "missing")
	} else if gaps := f.gaps(r); len(gaps) == 1 {
		say("gone", "✕", "缺 "+f.PeriodLabel(gaps[0]), f.PeriodLabel(gaps[0])+" missing")
	} else if len(gaps) > 1 {
		n := strconv.Itoa(len(gaps))
		say("gone", "✕", "缺 "+n+" 期", n+" gaps")
		c.Title = f.T("缺 ", "missing: ") + f.periodList(gaps) + f.T("。", ". ")
	}
	if r.Held > 0 {
		n := f.Count(r.Held)
		say("held", "!", "隔离 "+n+" 行", n+" rows aside")
	}
	if !known || len(r.Months) == 0 {
		return c
	}
	last := f.unit(r.Feed, r.Last.Month())
	if late := today - due(f.unit(r.Feed, last.End)); late > 0 {
		n := f.Count(int(late))
		say("late", "▲", "迟 "+n+" 天", n+" d late")
	}
	if c.Class == "ok" {
		c.Lines = append(c.Lines, freshLine{"✓", f.T("至 ", "to ") + f.reachLabel(last)})
		c.Note = f.age(r.At, now)
	} else {
		c.Note = f.T("至 ", "to ") + f.reachLabel(last) + " · " + f.age(r.At, now)
	}
	c.Title += f.Day(r.First) + "–" + f.Day(r.Last) + f.T("；最近载入 ", "; last load ") + f.Instant(r.At)
	return c
}

// reachLabel is the stretch of time that the newest rows are of, in short.
func (f Frame) reachLabel(p gatehouse.Period) string {
	if p.Months() == 1 && !f.English() {
		return p.Start.String()
	}
	return f.PeriodLabel(p)
}

func (f Frame) periodList(periods []gatehouse.Period) string {
	var names []string
	for _, p := range periods {
		names = append(names, f.PeriodLabel(p))
	}
	return strings.Join(names, f.T("、", ", "))
}

// age is how long ago a load came, in days of the business.
func (f Frame) age(at, now time.Time) string {
	days := int(gatehouse.DateOf(now.In(f.Calendar.Location)) - gatehouse.DateOf(at.In(f.Calendar.Location)))
	if days <= 0 {
		return f.T("今天载入", "loaded today")
	}
	return f.T(strconv.Itoa(days)+" 天前载入", "loaded "+strconv.Itoa(days)+" d ago")
}

// freshness lays the matrix out, projects with the most to do first.
func (f Frame) freshness(reaches []ingest.Reach, now time.Time) freshness {
	m := freshness{}
	of := map[[2]string]ingest.Reach{}
	codes := []string{}
	for _, p := range f.Projects {
		codes = append(codes, p.Code)
	}
	for _, r := range reaches {
		of[[2]string{r.Project, r.Feed}] = r
		if !slices.Contains(codes, r.Project) {
			codes = append(codes, r.Project)
		}
	}
	feeds := ingest.ReachFeeds()
	for _, feed := range feeds {
		m.Feeds = append(m.Feeds, f.FeedTitle(feed))
	}
	counts := map[string]int{}
	var held uint64
	for _, code := range codes {
		row := freshRow{Code: code, Name: f.ProjectName(code)}
		for _, feed := range feeds {
			r, known := of[[2]string{code, feed}]
			if code == "" && !known {
				row.Cells = append(row.Cells, freshCell{}) // nobody waits for rows of no project
				continue
			}
			r.Feed = feed
			c := f.fresh(r, known, now)
			c.URL = f.switches.Loads(feed, code)
			row.worst += map[string]int{"gone": 100, "held": 10, "late": 1}[c.Class]
			counts[c.Class]++
			held += r.Held
			row.Cells = append(row.Cells, c)
		}
		row.Quiet = row.worst == 0
		m.Rows = append(m.Rows, row)
	}
	slices.SortStableFunc(m.Rows, func(a, b freshRow) int { return cmp.Compare(b.worst, a.worst) })
	if len(m.Rows) > freshRows+2 {
		cut := freshRows
		for cut < len(m.Rows) && m.Rows[cut].worst >= 100 {
			cut++ // what is missing is never folded away
		}
		m.Rows, m.More = m.Rows[:cut], m.Rows[cut:]
	}
	m.Title = f.freshTitle(counts, held)
	return m
}

// freshTitle states what the matrix shows.
func (f Frame) freshTitle(counts map[string]int, held uint64) string {
	all := counts["ok"] + counts["late"] + counts["held"] + counts["gone"]
	if counts["ok"] == all {
		return f.T("数据齐全，均按时到达", "All data are complete and in time")
	}
	var parts []string
	if n := counts["gone"]; n > 0 {
		parts = append(parts, f.T(f.Count(n)+" 份有缺", f.Count(n)+" with something missing"))
	}
	if n := counts["late"]; n > 0 {
		parts = append(parts, f.T(f.Count(n)+" 份迟到", f.Count(n)+" late"))
	}
	if held > 0 {
		parts = append(parts, f.T(f.Count(held)+" 行在隔离区", f.Count(held)+" rows set aside"))
	}
	return f.T(f.Count(all)+" 份数据 "+f.Count(counts["ok"])+" 份按时："+strings.Join(parts, "，"),
		f.Count(counts["ok"])+" of "+f.Count(all)+" in time: "+strings.Join(parts, ", "))
}
