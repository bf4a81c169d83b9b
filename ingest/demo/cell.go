package demo

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"gatehouse"
)

// dated is a cell that holds a number and shows a date; clock tells whether it
// shows the hour too.
type dated struct {
	at    time.Time
	clock bool
}

// percent is a fraction that clerks write as 93%.
type percent float64

// cell turns a value into what stands in the file: nil, a string, an int, a
// float64 or a dated.
func (l look) cell(v any) any {
	switch v := v.(type) {
	case gatehouse.Money:
		return l.amount(v)
	case gatehouse.Date:
		return l.day(v)
	case gatehouse.Month:
		return l.month(v)
	case time.Time:
		return l.instant(v)
	case percent:
		return strconv.FormatFloat(math.Round(float64(v)*1e6)/1e4, 'f', -1, 64) + "%"
	case string:
		if v == "" {
			return nil
		}
	}
	return v
}

func (l look) amount(m gatehouse.Money) any {
	if l.money == moneyNumber {
		if l.format == xlsx {
			return m.Yuan() // the shortest decimal that gives this number is the amount itself
		}
		return m.String()
	}
	negative := m < 0
	text := thousands(max(m, -m).String())
	switch l.money {
	case moneyYuan:
		text = "￥" + text
		if negative {
			text = "(" + text + ")"
		}
	case moneyTrailing:
		if negative {
			text += "-"
		}
	case moneyWide:
		if negative {
			text = "-" + text
		}
		text = strings.Map(func(r rune) rune { return r - '!' + '！' }, text)
	}
	return text
}

// thousands puts separators into a decimal with two places.
func thousands(text string) string {
	whole, fraction, _ := strings.Cut(text, ".")
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	return whole + "." + fraction
}

func (l look) day(d gatehouse.Date) any {
	t := d.Time()
	switch {
	case l.dates == dateCell && l.format == xlsx:
		return dated{at: t}
	case l.dates == dateSerial && l.format == xlsx:
		return int(d) + serial1970
	case l.dates == dateChinese:
		return t.Format("2006年1月2日")
	case l.dates == dateISO:
		return t.Format(time.DateOnly)
	}
	return t.Format("2006/1/2")
}

// serial1970 is 1 January 1970 in the days that Excel counts from 1900.
const serial1970 = 25569

func (l look) instant(t time.Time) any {
	switch {
	case l.dates == dateCell && l.format == xlsx:
		return dated{t, true}
	case l.dates == dateSerial && l.format == xlsx:
		day := gatehouse.DateOf(t)
		minutes := t.Hour()*60 + t.Minute()
		return float64(int(day)+serial1970) + math.Round(float64(minutes)/1440*1e8)/1e8
	case l.dates == dateChinese:
		return t.Format("2006年1月2日 15:04")
	case l.dates == dateISO && l.english:
		return t.Format(time.RFC3339)
	case l.dates == dateISO:
		return t.Format(time.DateTime)
	}
	return t.Format("2006/1/2 15:04")
}

func (l look) month(m gatehouse.Month) any {
	switch {
	case l.months == monthISO:
		return m.String()
	case l.months == monthChinese:
		return fmt.Sprintf("%d年%d月", m.Year(), int(m.Of()))
	}
	return m.Year()*100 + int(m.Of())
}
