package gatehouse

import (
	"fmt"
	"time"
)

// Date is a civil day, without hour or zone: the number of days since 1970-01-01.
type Date int32

// NewDate gives the day; like time.Date it normalises, so day 0 is the last of the month before.
func NewDate(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// DateOf is the civil day that the clock shows at t, in t's own location.
func DateOf(t time.Time) Date { return NewDate(t.Year(), t.Month(), t.Day()) }

// ParseDate reads "2006-01-02".
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, Errorf(Invalid, "%q is not a date like 2026-03-31", s)
	}
	return DateOf(t), nil
}

// Time is midnight of the day in UTC, the form in which ClickHouse takes a Date.
func (d Date) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// In is midnight of the day where loc's clocks are.
func (d Date) In(loc *time.Location) time.Time {
	t := d.Time()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, loc)
}

// String gives "2006-01-02".
func (d Date) String() string { return d.Time().Format(time.DateOnly) }

// Month is the calendar month that d lies in.
func (d Date) Month() Month {
	year, month, _ := d.Time().Date()
	return NewMonth(year, month)
}

// Scan reads a database Date.
func (d *Date) Scan(src any) error {
	t, ok := src.(time.Time)
	if !ok {
		return Errorf(Internal, "cannot read %T as a date", src)
	}
	*d = DateOf(t)
	return nil
}

// Month is a calendar month, counted in months since year 0.
type Month int32

// NewMonth gives the month; month 13 is January of the next year.
func NewMonth(year int, month time.Month) Month { return Month(year*12 + int(month) - 1) }

// ParseMonth reads "2006-01".
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return 0, Errorf(Invalid, "%q is not a month like 2026-03", s)
	}
	return NewMonth(t.Year(), t.Month()), nil
}

// Year is the calendar year.
func (m Month) Year() int { return int(m) / 12 }

// Of is the month of the year.
func (m Month) Of() time.Month { return time.Month(int(m)%12 + 1) }

// Start is the first day of the month; the first day of m+1 is its half-open end.
func (m Month) Start() Date { return NewDate(m.Year(), m.Of(), 1) }

// Time is midnight of the first day in UTC.
func (m Month) Time() time.Time { return m.Start().Time() }

// String gives "2006-01".
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m.Year(), int(m.Of())) }

// Scan reads the month of a database Date.
func (m *Month) Scan(src any) error {
	var d Date
	if err := d.Scan(src); err != nil {
		return err
	}
	*m = d.Month()
	return nil
}
