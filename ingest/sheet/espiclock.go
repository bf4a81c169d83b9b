package sheet

import (
	"strconv"
	"time"
)

// espiClock is what a feed says about local time: LocalTimeParameters.
type espiClock struct {
	espiEntry
	standard, summer int64 // seconds east of UTC, and what summer time adds
	start, end       dstRule
	changes          bool // there is a summer time
}

// dstRule says when summer time starts or ends in a year, on the clock that is
// in force until then. The standard packs it into 32 bits: seconds (12), hours
// (5), day of week (3, Monday 1), day of month (5), operator (3), month (4).
type dstRule struct {
	seconds, weekday, day, operator, month int
}

const (
	ruleOff     = 1<<32 - 1 // no summer time
	onDay       = 0         // operators: on the day of the month
	onOrAfter   = 1         // on the weekday on or after that day
	lastOfMonth = 7         // 2 to 6 are the first to the fifth weekday of the month
)

func (r *espiReader) clock() (espiClock, error) {
	var c espiClock
	var rules [2]uint64
	seen := [2]bool{}
	hex := func(i int) func() error {
		return func() error {
			text, err := r.string()
			if err != nil {
				return err
			}
			seen[i] = true
			if rules[i], err = strconv.ParseUint(text, 16, 32); err != nil {
				return faultf(BadValue, "the rule of summer time %s is not a hexadecimal number of 32 bits; the file is damaged", excerpt([]byte(text)))
			}
			return nil
		}
	}
	err := r.fields(map[string]func() error{
		"tzOffset":     func() error { return r.number64(&c.standard) },
		"dstOffset":    func() error { return r.number64(&c.summer) },
		"dstStartRule": hex(0),
		"dstEndRule":   hex(1),
	})
	if err != nil {
		return c, err
	}
	if max(c.standard, -c.standard, c.summer, -c.summer) > daySeconds {
		return c, faultf(BadValue, "the local time lies more than a day from UTC; the file is damaged")
	}
	c.changes = c.summer != 0 && seen[0] && seen[1] && rules[0] != ruleOff && rules[1] != ruleOff
	if !c.changes {
		return c, nil
	}
	for i, rule := range []*dstRule{&c.start, &c.end} {
		*rule = unpackRule(rules[i])
		if !rule.sound() {
			return c, faultf(BadValue, "the rule of summer time %08X names no day; the file is damaged", rules[i])
		}
	}
	return c, nil
}

func unpackRule(n uint64) dstRule {
	return dstRule{
		seconds: int(n>>12&31)*3600 + int(n&0xFFF), weekday: int(n >> 17 & 7), day: int(n >> 20 & 31),
		operator: int(n >> 25 & 7), month: int(n >> 28),
	}
}

func (r dstRule) sound() bool {
	switch {
	case r.month < 1 || r.month > 12 || r.seconds > 24*3600:
		return false
	case r.operator == onDay:
		return r.day > 0
	case r.operator == onOrAfter:
		return r.day > 0 && r.weekday > 0
	}
	return r.weekday > 0
}

// wall is the moment on the wall clock of a year, as if that were UTC.
func (r dstRule) wall(year int) int64 {
	first := time.Date(year, time.Month(r.month), max(r.day, 1), 0, 0, 0, 0, time.UTC)
	day := first
	if r.operator != onDay {
		day = first.AddDate(0, 0, (r.weekday%7-int(first.Weekday())+7)%7)
	}
	if r.operator > onOrAfter {
		first = time.Date(year, time.Month(r.month), 1, 0, 0, 0, 0, time.UTC)
		day = first.AddDate(0, 0, (r.weekday%7-int(first.Weekday())+7)%7+7*(min(r.operator, 6)-2))
		for day.Month() != first.Month() {
			day = day.AddDate(0, 0, -7) // no fifth, so the last one
		}
		if r.operator == lastOfMonth {
			for day.AddDate(0, 0, 7).Month() == first.Month() {
				day = day.AddDate(0, 0, 7)
			}
		}
	}
	return day.Unix() + int64(r.seconds)
}

// offset is how far local time is ahead of UTC at an instant, in seconds.
func (c *espiClock) offset(at int64) int64 {
	if !c.changes {
		return c.standard
	}
	year := time.Unix(at+c.standard, 0).UTC().Year()
	start, end := c.start.wall(year)-c.standard, c.end.wall(year)-c.standard-c.summer
	summer := start <= at && at < end
	if start > end { // south of the equator summer spans the new year
		summer = at >= start || at < end
	}
	if summer {
		return c.standard + c.summer
	}
	return c.standard
}

// localTime tells how far local time is ahead of UTC at an instant.
type localTime func(at int64) int64

func inLocation(l *time.Location) localTime {
	return func(at int64) int64 {
		_, offset := time.Unix(at, 0).In(l).Zone()
		return int64(offset)
	}
}

// day is the local day of an instant, counted from 1970-01-01.
func (l localTime) day(at int64) int64 {
	wall := at + l(at)
	day := wall / daySeconds
	if wall%daySeconds < 0 {
		day--
	}
	return day
}

// midnight is the instant at which a local day begins. Clocks may change at
// midnight itself, so that it comes twice or never.
func (l localTime) midnight(day int64) int64 {
	wall := day * daySeconds
	before, after := wall-l(wall-daySeconds), wall-l(wall+daySeconds)
	earlier, later := min(before, after), max(before, after)
	if l.day(earlier) == day {
		return earlier
	}
	return later
}
