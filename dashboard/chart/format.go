package chart

import (
	"math"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/analytics"
)

// Format writes the values of one unit in one language.
type Format struct {
	Lang gatehouse.Lang
	Unit analytics.Unit
}

// Count is the unit of things that are counted, which no KPI has.
const Count analytics.Unit = "count"

// None stands where there is no value.
const None = "—"

const minus = "−" // U+2212, as wide as a digit

// Shift says how a value is shown: times ten to the power of it, with so many places.
func (f Format) Shift() (power, places int32) {
	switch f.Unit {
	case analytics.Percent:
		return 2, 1
	case analytics.Yuan:
		if f.Lang == gatehouse.English {
			return -3, 0
		}
		return -4, 1
	case analytics.KWh:
		if f.Lang == gatehouse.English {
			return -3, 1
		}
		return -4, 2
	case analytics.KWhPerM2:
		return 0, 2
	case Count:
		return 0, 0
	}
	return 0, 1
}

// Symbol is the unit that stands after a value or in a column's head.
func (f Format) Symbol() string {
	text := gatehouse.Text{}
	switch f.Unit {
	case analytics.Percent:
		text = gatehouse.Text{ZH: "%", EN: "%"}
	case analytics.Per1000:
		text = gatehouse.Text{ZH: "件/千户", EN: "/1,000 homes"}
	case analytics.Score:
		text = gatehouse.Text{ZH: "分", EN: "points"}
	case analytics.Yuan:
		text = gatehouse.Text{ZH: "万元", EN: "¥'000"}
	case analytics.KWh:
		text = gatehouse.Text{ZH: "万 kWh", EN: "MWh"}
	case analytics.KWhPerM2:
		text = gatehouse.Text{ZH: "kWh/m²", EN: "kWh/m²"}
	case analytics.Hours:
		text = gatehouse.Text{ZH: "小时", EN: "hours"}
	case Count:
		text = gatehouse.Text{ZH: "件", EN: "count"}
	}
	return text.In(f.Lang)
}

// Number is the value without its unit, "—" when there is none.
func (f Format) Number(v float64) string {
	power, places := f.Shift()
	return shifted(v, power, places)
}

// Value is the value with its unit as prose has it.
func (f Format) Value(v float64) string {
	switch {
	case !finite(v):
		return None
	case f.Unit == analytics.Percent:
		return f.Number(v) + "%"
	case f.Unit == analytics.Yuan:
		return Money(v, f.Lang)
	}
	return f.Number(v) + " " + f.Symbol()
}

// Change is a difference with its sign; percentages differ by points.
func (f Format) Change(d float64) string {
	text := f.Number(d)
	switch f.Sign(d) {
	case 1:
		return "+" + text
	case 0:
		if finite(d) {
			return "±" + text
		}
	}
	return text
}

// ChangeSymbol is the unit of a difference.
func (f Format) ChangeSymbol() string {
	if f.Unit == analytics.Percent {
		return gatehouse.Text{ZH: "个百分点", EN: "pp"}.In(f.Lang)
	}
	return f.Symbol()
}

// Sign is −1, 0 or +1 of a difference as it is shown: what rounds to nil has none.
func (f Format) Sign(d float64) int {
	if !finite(d) {
		return 0
	}
	power, places := f.Shift()
	return decimal.NewFromFloat(d).Shift(power).Round(places).Sign()
}

// Money is an amount as prose has it: 4.3万元, 1.25亿元, ¥43k, ¥12.5M.
func Money(yuan float64, lang gatehouse.Lang) string {
	abs := math.Abs(yuan)
	if !finite(yuan) {
		return None
	}
	if lang == gatehouse.English {
		sign := ""
		if yuan < 0 {
			sign = minus
		}
		switch {
		case abs >= 1e6:
			return sign + "¥" + Decimal(abs/1e6, 1) + "M"
		case abs >= 1e4:
			return sign + "¥" + Decimal(abs/1e3, 0) + "k"
		}
		return sign + "¥" + Decimal(abs, 0)
	}
	switch {
	case abs >= 1e8:
		return Decimal(yuan/1e8, 2) + "亿元"
	case abs >= 1e4:
		return Decimal(yuan/1e4, 1) + "万元"
	}
	return Decimal(yuan, 0) + " 元"
}

// Decimal writes a number with grouped thousands and a true minus sign.
func Decimal(v float64, decimals int) string {
	return shifted(v, 0, int32(decimals))
}

// shifted writes a number times ten to a power. It is rounded as the decimal
// that it reads as, so that a chart's label and a table's cell are the same.
func shifted(v float64, power, places int32) string {
	if !finite(v) {
		return None
	}
	d := decimal.NewFromFloat(v).Shift(power).Round(places)
	text := Grouped(d.Abs().StringFixed(places))
	if d.IsNegative() {
		return minus + text
	}
	return text
}

// Grouped puts commas between the thousands of digits.
func Grouped(digits string) string {
	whole, fraction, found := strings.Cut(digits, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if found {
		whole += "." + fraction
	}
	return whole
}

// Signed is Decimal with a plus sign, ±0 for what rounds to nil.
func Signed(v float64, decimals int) string {
	text := Decimal(v, decimals)
	switch r := round(v, decimals); {
	case r > 0:
		return "+" + text
	case r == 0:
		return "±" + text
	}
	return text
}

func round(v float64, decimals int) float64 {
	if !finite(v) {
		return v
	}
	return decimal.NewFromFloat(v).Round(int32(decimals)).InexactFloat64()
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// MonthName is the short name of a month on an axis.
func MonthName(m gatehouse.Month, lang gatehouse.Lang) string {
	if lang == gatehouse.English {
		return m.Of().String()[:3]
	}
	return strconv.Itoa(int(m.Of())) + "月"
}

// MonthYear is a month with its year: 2026年6月, Jun 2026.
func MonthYear(m gatehouse.Month, lang gatehouse.Lang) string {
	if lang == gatehouse.English {
		return MonthName(m, lang) + " " + strconv.Itoa(m.Year())
	}
	return strconv.Itoa(m.Year()) + "年" + MonthName(m, lang)
}

// PeriodName is a period in prose: 2026年1–10月, Jan–Oct 2026.
func PeriodName(p gatehouse.Period, lang gatehouse.Lang) string {
	first, last := p.Start, p.Last()
	year := strconv.Itoa(first.Year())
	switch {
	case p.Months() == 1:
		return MonthYear(first, lang)
	case p.Months() == 12 && first.Of() == 1:
		if lang == gatehouse.English {
			return year
		}
		return year + "年"
	case first.Year() != last.Year():
		return MonthYear(first, lang) + "–" + MonthYear(last, lang)
	case lang == gatehouse.English:
		return MonthName(first, lang) + "–" + MonthName(last, lang) + " " + year
	}
	return year + "年" + strconv.Itoa(int(first.Of())) + "–" + MonthName(last, lang)
}
