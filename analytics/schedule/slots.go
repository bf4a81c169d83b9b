package schedule

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"gatehouse"
)

// times are when a job is due.
type times struct {
	every time.Duration
	spec  cron.Schedule
	day   int  // of the month, 29 to 31, or the last one of shorter months; 0: as spec says
	fixed bool // spec names hours, so it is about the clock on the wall
	loc   *time.Location
}

// parseTimes reads the times of a job; none at all are times too.
func parseTimes(j Job, loc *time.Location) (times, error) {
	t := times{every: j.Every, loc: loc}
	switch {
	case j.Every < 0 || j.Every%time.Second != 0:
		return t, gatehouse.Errorf(gatehouse.Invalid, "job %s: every %s is not a number of seconds", j.Name, j.Every)
	case j.Every > 0 || j.Cron == "":
		return t, nil
	}
	expression := j.Cron
	if fields := strings.Fields(j.Cron); len(fields) == 5 {
		t.fixed = !strings.HasPrefix(fields[1], "*")
		if day, err := strconv.Atoi(fields[2]); err == nil && day > 28 && day <= 31 && fields[4] == "*" {
			t.day, fields[2] = day, "28-31"
			expression = strings.Join(fields, " ")
		}
	}
	var err error
	if t.spec, err = cron.ParseStandard(expression); err != nil {
		return t, fmt.Errorf("job %s: cron %q: %w", j.Name, j.Cron, err)
	}
	return t, nil
}

// next is the first time after an instant, false when there is none.
//
// Hours that are named are those of the clock on the wall. When it is put
// forward over such a time, the time is the moment at which it is; when the
// clock shows it twice, the first one counts. So a daily job runs once on each
// day. A job of every hour or minute goes by elapsed time instead.
func (t times) next(after time.Time) (time.Time, bool) {
	switch {
	case t.every > 0:
		return after.UTC().Truncate(t.every).Add(t.every), true
	case t.spec == nil:
		return time.Time{}, false
	case !t.fixed:
		at := t.onDay(after.In(t.loc))
		return at, !at.IsZero()
	}
	for wall := shown(after.In(t.loc)); ; {
		if wall = t.onDay(wall); wall.IsZero() {
			return wall, false
		}
		if at := instant(wall, t.loc); at.After(after) {
			return at, true
		}
	}
}

// onDay is the next time of spec on a day that counts.
func (t times) onDay(after time.Time) time.Time {
	at := t.spec.Next(after)
	for t.day > 0 && !at.IsZero() && at.Day() != min(t.day, lastDay(at)) {
		at = t.spec.Next(at)
	}
	return at
}

func lastDay(t time.Time) int { return time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day() }

// shown is what a clock on the wall shows, as if the place were UTC, where no
// hour is missing or comes twice.
func shown(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// instant is when the clock of a place shows what wall says.
func instant(wall time.Time, loc *time.Location) time.Time {
	at := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, loc)
	start, end := at.ZoneBounds()
	switch got := shown(at); {
	case got.After(wall): // never shown; Go gives either side of the change
		return start
	case got.Before(wall):
		return end
	case start.IsZero():
		return at
	}
	_, before := start.Add(-1).Zone()
	_, now := at.Zone()
	if first := at.Add(time.Duration(now-before) * time.Second); before > now && first.Before(start) {
		return first
	}
	return at
}
