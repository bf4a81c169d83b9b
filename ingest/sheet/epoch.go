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
	zero := int64(-25_569) // 1899-12-30, in days since 1970
	switch e {
	case epoch1904:
		zero = -24_107 // 1904-01-01
	case epoch1900:
		if day == 0 || day == 60 {
			return time.Time{}, false
		}
		if day < 60 {
			seconds += daySeconds
		}
	}
	t := time.Unix(zero*daySeconds+seconds, 0).UTC()
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
	if t.Unix()%daySeconds == 0 {
		year, month, day := t.Date() // of four digits, as a cell's year is
		return append(dst, '0'+byte(year/1000), '0'+byte(year/100%10), '0'+byte(year/10%10), '0'+byte(year%10),
			'-', '0'+byte(month/10), '0'+byte(month%10), '-', '0'+byte(day/10), '0'+byte(day%10))
	}
	return t.AppendFormat(dst, time.DateTime)
}
