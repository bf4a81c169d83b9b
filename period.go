package gatehouse

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Period is a half-open run of whole months, [Start, End).
type Period struct{ Start, End Month }

// Calendar is what turns the name of a period into months: where days begin
// and with which month the company's year does.
type Calendar struct {
	Location  *time.Location // time zone of the business, default Asia/Shanghai
	YearStart time.Month     // first month of the fiscal year, default January
}

// MonthPeriod is the single month m.
func MonthPeriod(m Month) Period { return Period{m, m + 1} }

// Parse reads 2026-03, 2026-Q1, 2026-H1, 2026, 2026-01..2026-03 or ytd, where
// ytd runs from the start of the fiscal year through the month of today.
func (c Calendar) Parse(s string, today Date) (Period, error) {
	if strings.EqualFold(s, "ytd") {
		return c.YearToDate(today.Month()), nil
	}
	if first, last, ok := strings.Cut(s, ".."); ok {
		from, err := ParseMonth(first)
		if err != nil {
			return Period{}, err
		}
		to, err := ParseMonth(last)
		if err != nil {
			return Period{}, err
		}
		if !inRange(from.Year()) || !inRange(to.Year()) {
			return Period{}, Errorf(Invalid, "period %q is not within the years 1970 to 2148", s)
		}
		if to < from {
			return Period{}, Errorf(Invalid, "period %q ends before it starts", s)
		}
		return Period{from, to + 1}, nil
	}
	if len(s) >= 4 {
		if year, err := strconv.Atoi(s[:4]); err == nil && inRange(year) {
			first := NewMonth(year, c.YearStart)
			switch rest := strings.ToUpper(s[4:]); rest {
			case "":
				return Period{first, first + 12}, nil
			case "-Q1", "-Q2", "-Q3", "-Q4":
				q := Month(rest[2]-'1') * 3
				return Period{first + q, first + q + 3}, nil
			case "-H1", "-H2":
				h := Month(rest[2]-'1') * 6
				return Period{first + h, first + h + 6}, nil
			default:
				if m, err := ParseMonth(s); err == nil {
					return MonthPeriod(m), nil
				}
			}
		}
	}
	return Period{}, Errorf(Invalid, "period %q is not 2026-03, 2026-Q1, 2026-H1, 2026, 2026-01..2026-03 or ytd", s)
}

// inRange tells whether ClickHouse's Date has the whole year.
func inRange(year int) bool { return year >= 1970 && year < 2149 }

// YearToDate runs from the first month of the fiscal year that m lies in, through m.
func (c Calendar) YearToDate(m Month) Period { return Period{c.FiscalYear(m).Start, m + 1} }

// FiscalYear is the company's year that m lies in.
func (c Calendar) FiscalYear(m Month) Period {
	first := NewMonth(m.Year(), c.YearStart)
	if first > m {
		first -= 12
	}
	return Period{first, first + 12}
}

// Quarter is the quarter of the fiscal year that m lies in.
func (c Calendar) Quarter(m Month) Period {
	year := c.FiscalYear(m)
	quarter := (m - year.Start) / 3 * 3
	return Period{year.Start + quarter, year.Start + quarter + 3}
}

// HalfYear is the half of the fiscal year that m lies in: the rhythm of owners' surveys.
func (c Calendar) HalfYear(m Month) Period {
	year := c.FiscalYear(m)
	half := (m - year.Start) / 6 * 6
	return Period{year.Start + half, year.Start + half + 6}
}

// Format names the period as Parse reads it, in its shortest form.
func (c Calendar) Format(p Period) string {
	first := NewMonth(p.Start.Year(), c.YearStart)
	if first > p.Start {
		first -= 12
	}
	at := p.Start - first
	switch length := p.End - p.Start; {
	case length == 1:
		return p.Start.String()
	case length == 3 && at%3 == 0:
		return fmt.Sprintf("%04d-Q%d", first.Year(), at/3+1)
	case length == 6 && at%6 == 0:
		return fmt.Sprintf("%04d-H%d", first.Year(), at/6+1)
	case length == 12 && at == 0:
		return fmt.Sprintf("%04d", first.Year())
	}
	return p.Start.String() + ".." + (p.End - 1).String()
}

// Months is the number of months in the period.
func (p Period) Months() int { return int(p.End - p.Start) }

// Contains tells whether m lies in the period.
func (p Period) Contains(m Month) bool { return p.Start <= m && m < p.End }

// Last is the last month inside the period.
func (p Period) Last() Month { return p.End - 1 }

// Previous is the period of equal length just before (环比).
func (p Period) Previous() Period { return Period{p.Start - (p.End - p.Start), p.Start} }

// YearEarlier is the same period of the year before (同比).
func (p Period) YearEarlier() Period { return Period{p.Start - 12, p.End - 12} }

// ParseInstant reads an instant of known-at: RFC 3339, or on the clocks of the
// business "2026-03-31 18:00", with T or seconds as well; a bare day means its end.
func (c Calendar) ParseInstant(s string) (time.Time, error) {
	if d, err := ParseDate(s); err == nil {
		return (d + 1).In(c.Location), nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	for _, form := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", time.DateTime, "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(form, s, c.Location); err == nil {
			return t, nil
		}
	}
	return time.Time{}, Errorf(Invalid, "%q is not an instant like 2026-03-31 18:00 or 2026-03-31", s)
}
