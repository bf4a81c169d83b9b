package ingest

import (
	"math"
	"strings"
	"time"

	"gatehouse"
)

// wall is what a clock and a calendar on the wall show.
type wall struct {
	day     gatehouse.Date
	seconds int // since midnight
	zone    *time.Location
}

// ClickHouse's Date runs from 1970-01-01 to 2149-06-06 and wraps silently beyond.
const (
	firstDay = gatehouse.Date(0)
	lastDay  = gatehouse.Date(math.MaxUint16)
)

// dayOf gives the civil day, false when the calendar has no such day.
func dayOf(year, month, day int) (gatehouse.Date, bool) {
	if year < 1000 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31 {
		return 0, false
	}
	d := gatehouse.NewDate(year, time.Month(month), day)
	return d, day <= 28 || d.Time().Day() == day
}

// parseWall reads a day, perhaps with a time: 2026-03-05, 2026/3/5 14:05,
// 2026年3月5日, 20260305, an Excel serial number, or ISO 8601 with an offset.
func parseWall(s string, date1904 bool) (wall, bool) {
	if day, ok := isoDay(s); ok {
		return wall{day: day}, true
	}
	s = strings.TrimSpace(s)
	if n, ok := wholeNumber(s); ok && len(s) == 8 {
		day, ok := dayOf(n/10000, n/100%100, n%100)
		return wall{day: day}, ok
	}
	if w, ok := parseSerial(s, date1904); ok {
		return w, true
	}
	p := scan{s: s}
	year, ok := p.number(4, 4)
	if !ok || !p.separator("年") {
		return wall{}, false
	}
	month, ok := p.number(1, 2)
	if !ok || !p.separator("月") {
		return wall{}, false
	}
	day, ok := p.number(1, 2)
	if !ok {
		return wall{}, false
	}
	if !p.word("日") {
		p.word("号")
	}
	date, ok := dayOf(year, month, day)
	if !ok {
		return wall{}, false
	}
	w := wall{day: date}
	if p.done() {
		return w, true
	}
	w.seconds, w.zone, ok = p.clock()
	return w, ok
}

// isoDay is the common case 2026-03-05.
func isoDay(s string) (gatehouse.Date, bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	year, ok1 := wholeNumber(s[:4])
	month, ok2 := wholeNumber(s[5:7])
	day, ok3 := wholeNumber(s[8:])
	if !ok1 || !ok2 || !ok3 {
		return 0, false
	}
	return dayOf(year, month, day)
}

// parseSerial reads Excel's count of days. Numbers of fewer than five digits
// are refused: nobody's bill is of 1927, but a stray count or amount is common.
func parseSerial(s string, date1904 bool) (wall, bool) {
	whole, fraction, _ := strings.Cut(s, ".")
	days, ok := wholeNumber(whole)
	if !ok || len(whole) != 5 || len(fraction) > 17 {
		return wall{}, false
	}
	w := wall{day: gatehouse.NewDate(1899, time.December, 30) + gatehouse.Date(days)}
	if date1904 {
		w.day = gatehouse.NewDate(1904, time.January, 1) + gatehouse.Date(days)
	}
	part, unit := 0.0, 0.1
	for i := range len(fraction) {
		if fraction[i] < '0' || fraction[i] > '9' {
			return wall{}, false
		}
		part += float64(fraction[i]-'0') * unit
		unit /= 10
	}
	w.seconds = int(math.Round(part * 86400))
	if w.seconds == 86400 {
		w.day, w.seconds = w.day+1, 0
	}
	return w, true
}

// parseMonth reads 202603, 2026-03, 2026年3月, or the month of a whole date.
func parseMonth(s string, date1904 bool) (gatehouse.Month, bool) {
	s = strings.TrimSpace(s)
	if n, ok := wholeNumber(s); ok && len(s) == 6 {
		return monthOf(n/100, n%100)
	}
	p := scan{s: s}
	year, ok := p.number(4, 4)
	if ok && p.separator("年") {
		month, ok := p.number(1, 2)
		if ok {
			p.word("月")
			p.word("份")
			if p.done() {
				return monthOf(year, month)
			}
		}
	}
	w, ok := parseWall(s, date1904)
	return w.day.Month(), ok
}

func monthOf(year, month int) (gatehouse.Month, bool) {
	if year < 1970 || year > 2148 || month < 1 || month > 12 {
		return 0, false
	}
	return gatehouse.NewMonth(year, time.Month(month)), true
}

// at is the instant in UTC, in seconds; a wall without a zone is the business's.
func (w wall) at(loc *time.Location) int64 {
	if w.zone != nil {
		loc = w.zone
	}
	t := w.day.Time()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, w.seconds, 0, loc).Unix()
}

func wholeNumber(s string) (int, bool) {
	if s == "" || len(s) > 9 {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}
