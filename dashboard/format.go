package dashboard

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"gatehouse"
)

// missing stands for a value there is none of.
const missing = "—"

// minus is U+2212, as wide as a plus.
const minus = "−"

// moneyProse words an amount in running text: 4.3万元, 1.25亿元, 9,982 元; ¥43k, ¥12.5M.
func moneyProse(lang gatehouse.Lang, m gatehouse.Money) string {
	yuan := math.Round(m.Yuan())
	sign := signOf(yuan)
	yuan = math.Abs(yuan)
	if lang == gatehouse.English {
		switch {
		case yuan >= 999_500:
			return sign + "¥" + decimals(yuan/1e6, 1) + "M"
		case yuan >= 1000:
			return sign + "¥" + decimals(yuan/1e3, 0) + "k"
		}
		return sign + "¥" + decimals(yuan, 0)
	}
	switch {
	case yuan >= 99_999_500:
		return sign + decimals(yuan/1e8, 2) + "亿元"
	case yuan >= 10_000:
		return sign + decimals(yuan/1e4, 1) + "万元"
	}
	return sign + decimals(yuan, 0) + " 元"
}

// moneyTable writes an amount in yuan to the fen, with comma groups.
func moneyTable(m gatehouse.Money) string {
	s, negative := strings.CutPrefix(m.String(), "-")
	whole, fraction, _ := strings.Cut(s, ".")
	s = grouped(whole) + "." + fraction
	if negative {
		return minus + s
	}
	return s
}

// percent writes a share: 91.6%.
func percent(share float64) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return missing
	}
	share = math.Round(share*1000) / 1000
	return signOf(share) + decimals(math.Abs(share)*100, 1) + "%"
}

// points writes the difference of two shares: +2.3 个百分点, +2.3 pp.
func points(lang gatehouse.Lang, difference float64) string {
	if math.IsNaN(difference) || math.IsInf(difference, 0) {
		return missing
	}
	unit := gatehouse.Text{ZH: " 个百分点", EN: " pp"}.In(lang)
	return signed(difference*100, 1) + unit
}

// signed writes a change with its sign; what rounds to nothing is ±.
func signed(x float64, places int) string {
	scale := math.Pow10(places)
	x = math.Round(x*scale) / scale
	switch {
	case x > 0:
		return "+" + decimals(x, places)
	case x < 0:
		return minus + decimals(-x, places)
	}
	return "±" + decimals(0, places)
}

func signOf(x float64) string {
	if x < 0 {
		return minus
	}
	return ""
}

// decimals writes a number of no sign with comma groups.
func decimals(x float64, places int) string {
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(x, 'f', places, 64), ".")
	if fraction == "" {
		return grouped(whole)
	}
	return grouped(whole) + "." + fraction
}

func grouped(digits string) string {
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// dateLabel writes a day: 2026-10-31, 31 Oct 2026.
func dateLabel(lang gatehouse.Lang, d gatehouse.Date) string {
	if lang == gatehouse.English {
		return d.Time().Format("2 Jan 2006")
	}
	return d.String()
}

// instantLabel writes an instant on the business's clock; midnight is the end
// of the day before: 2026-10-31 24:00.
func instantLabel(lang gatehouse.Lang, t time.Time, loc *time.Location) string {
	if t.IsZero() {
		return missing
	}
	t = t.In(loc)
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		return dateLabel(lang, gatehouse.DateOf(t)-1) + " 24:00"
	}
	return dateLabel(lang, gatehouse.DateOf(t)) + t.Format(" 15:04")
}

// periodLabel writes a period: 2026年10月, 2026年1–10月, 26Q1, 2026年上半年;
// Oct 2026, Jan–Oct 2026, 26Q1, H1 2026.
func periodLabel(lang gatehouse.Lang, c gatehouse.Calendar, p gatehouse.Period) string {
	name := c.Format(p)
	year, part, _ := strings.Cut(name, "-")
	zh := lang == gatehouse.Chinese
	switch {
	case strings.HasPrefix(part, "Q"):
		return year[2:] + part
	case part == "H1" || part == "H2":
		if zh {
			return year + map[string]string{"H1": "年上半年", "H2": "年下半年"}[part]
		}
		return part + " " + year
	case len(name) == 4 && zh:
		return year + "年"
	case len(name) == 4:
		return year
	}
	first, last := p.Start, p.Last()
	switch {
	case zh && first == last:
		return fmt.Sprintf("%d年%d月", first.Year(), first.Of())
	case zh && first.Year() == last.Year():
		return fmt.Sprintf("%d年%d–%d月", first.Year(), first.Of(), last.Of())
	case zh:
		return fmt.Sprintf("%d年%d月–%d年%d月", first.Year(), first.Of(), last.Year(), last.Of())
	case first == last:
		return first.Time().Format("Jan 2006")
	case first.Year() == last.Year():
		return first.Time().Format("Jan") + "–" + last.Time().Format("Jan 2006")
	}
	return first.Time().Format("Jan 2006") + "–" + last.Time().Format("Jan 2006")
}

// Money writes an amount for a table.
func (f Frame) Money(m gatehouse.Money) string { return moneyTable(m) }

// Less writes an amount that is taken away, nothing as 0.
func (f Frame) Less(m gatehouse.Money) string {
	if m == 0 {
		return "0"
	}
	return moneyTable(-m)
}

// Signed writes the change of an amount with its sign, none as 0.
func (f Frame) Signed(m gatehouse.Money) string {
	if m > 0 {
		return "+" + moneyTable(m)
	}
	return f.Less(-m)
}

// Prose words an amount.
func (f Frame) Prose(m gatehouse.Money) string { return moneyProse(f.Lang, m) }

// Count writes a whole number.
func (f Frame) Count(n any) string { return grouped(fmt.Sprint(n)) }

// Percent writes a share.
func (f Frame) Percent(share float64) string { return percent(share) }

// Points writes the difference of two shares.
func (f Frame) Points(difference float64) string { return points(f.Lang, difference) }

// Day writes a date.
func (f Frame) Day(d gatehouse.Date) string { return dateLabel(f.Lang, d) }

// Instant writes an instant.
func (f Frame) Instant(t time.Time) string { return instantLabel(f.Lang, t, f.Calendar.Location) }

// PeriodLabel writes a period.
func (f Frame) PeriodLabel(p gatehouse.Period) string { return periodLabel(f.Lang, f.Calendar, p) }

// KnownAt writes the instant of knowledge the page is about.
func (f Frame) KnownAt() string { return f.Instant(f.Snapshot.KnownAt) }

// weekday writes a day with its weekday: 11月3日 周二, Tue 3 Nov.
func (f Frame) weekday(d gatehouse.Date) string {
	t := d.Time()
	if f.English() {
		return t.Format("Mon 2 Jan")
	}
	return t.Format("1月2日 周") + []string{"日", "一", "二", "三", "四", "五", "六"}[t.Weekday()]
}
