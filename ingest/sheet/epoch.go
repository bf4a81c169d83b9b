package sheet

import (
	"math"
	"time"
)

// epoch is a workbook's way to count days.
type epoch uint8

const (
	// epoch1900 counts 1900-01-01 as day 1 and then has a 1900-02-29, day 60,
	// that never was: Excel inherited the mistake from Lotus 1-2-3.
	epoch1900 epoch = iota
	// epoch1904 counts 1904-01-01 as day 0.
	epoch1904
	// epochISO counts 1899-12-30 as day 0 and has no such mistake; strict
	// workbooks may ask for it.
	epochISO
)

const daySeconds = 24 * 60 * 60

// time turns a serial into wall clock, to the nearest second: serials are
// floats, and 08:30 comes as .35416666666424135. What is no day of the
// calendar (negative, day 0 or day 60 of 1900, beyond the year 9999) is not a
// date, whatever its style says.
func (e epoch) time(serial float64) (time.Time, bool) {
	const beyond = 2_958_466 // 10000-01-01 in the 1900 system
	if !(serial >= 0 && serial < beyond) {
		return time.Time{}, false
	}
	seconds := int64(math.Round(serial * daySeconds))
	day := seconds / daySeconds
	zero := time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)
	switch e {
	case epoch1904:
		zero = time.Date(1904, time.January, 1, 0, 0, 0, 0, time.UTC)
	case epoch1900:
		if day == 0 || day == 60 {
			return time.Time{}, false
		}
		if day < 60 {
			seconds += daySeconds
		}
	}
	t := time.Unix(zero.Unix()+seconds, 0).UTC()
	return t, t.Year() <= 9999
}

// parseISO reads the text of a cell of type "d". An offset other than Z is
// refused: a cell has no zone, and to shift or to drop it would both be guesses.
func parseISO(s string) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02", "2006-01-02T15:04"} {
		for _, zone := range []string{"", "Z"} {
			if t, err := time.Parse(layout+zone, s); err == nil {
				return t.Round(time.Second), true
			}
		}
	}
	return time.Time{}, false
}

// appendDate writes the text of a date.
func appendDate(dst []byte, t time.Time) []byte {
	if t.Hour()|t.Minute()|t.Second() == 0 {
		return t.AppendFormat(dst, time.DateOnly)
	}
	return t.AppendFormat(dst, time.DateTime)
}
