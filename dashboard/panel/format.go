package panel

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
)

// Kind says what the exact value of a cell is.
type Kind string

const (
	Text    Kind = "text"
	Integer Kind = "integer"
	Percent Kind = "percent" // a share: 1 is 100 %
	Money   Kind = "money"   // yuan
	Decimal Kind = "decimal"
	Date    Kind = "date"  // 2026-10-31
	Month   Kind = "month" // 2026-10
	Bar     Kind = "bar"   // drawn from other columns; no value of its own, so in no file
)

// Number tells whether cells of the kind hold a decimal number.
func (k Kind) Number() bool {
	return k == Integer || k == Percent || k == Money || k == Decimal
}

// Format says how exact values are shown: multiplied by ten to the Shift and
// rounded to Places.
type Format struct {
	Kind   Kind
	Shift  int32
	Places int32
	Signed bool   // a difference: + and − are written, nothing is ±
	Unit   string // of the value as shown, for the heading
	Base   string // of the exact value, for files
	Suffix string // written after each number as shown
	Nil    string // shown for nothing, empty for a plain 0
}

// Plain are formats of a kind without a unit.
func Plain(k Kind) Format {
	f := Format{Kind: k}
	switch k {
	case Percent:
		f.Shift, f.Places, f.Suffix = 2, 1, "%"
	case Money:
		f.Places = 2
	case Decimal:
		f.Places = 1
	case Text, Integer, Date, Month, Bar:
	}
	return f
}

// OfUnit is the format of a KPI's values, as charts and tiles have them.
func OfUnit(lang gatehouse.Lang, unit analytics.Unit) Format {
	shown := chart.Format{Lang: lang, Unit: unit}
	f := Format{Kind: Decimal, Unit: shown.Symbol()}
	f.Shift, f.Places = shown.Shift()
	switch unit {
	case analytics.Percent:
		f.Kind = Percent
	case analytics.Yuan:
		f.Kind, f.Base = Money, gatehouse.Text{ZH: "元", EN: "yuan"}.In(lang)
	case analytics.KWh:
		f.Base = "kWh"
	case analytics.Per1000, analytics.Score, analytics.KWhPerM2, analytics.Hours:
		f.Base = f.Unit
	}
	return f
}

// Change is the format of a difference of such values.
func (f Format) Change() Format {
	f.Signed = true
	return f
}

// In is the format with another unit in the heading.
func (f Format) In(unit string) Format {
	f.Unit, f.Base = unit, unit
	return f
}

// Show writes an exact value as readers see it, "—" where there is none.
func (f Format) Show(lang gatehouse.Lang, exact string) string {
	if exact == "" {
		return chart.None
	}
	switch f.Kind {
	case Integer, Percent, Money, Decimal:
		d, err := decimal.NewFromString(exact)
		if err != nil {
			return exact
		}
		if text := f.number(d); text != f.Nil {
			return text + f.Suffix
		}
		return f.Nil
	case Date:
		if day, err := gatehouse.ParseDate(exact); err == nil && lang == gatehouse.English {
			return day.Time().Format("2 Jan 2006")
		}
	case Month:
		if t, err := time.Parse("2006-01", exact); err == nil {
			return chart.MonthYear(gatehouse.DateOf(t).Month(), lang)
		}
	case Text, Bar:
	}
	return exact
}

func (f Format) number(d decimal.Decimal) string {
	if d.IsZero() && f.Nil != "" {
		return f.Nil
	}
	d = d.Shift(f.Shift).Round(f.Places)
	text := chart.Grouped(d.Abs().StringFixed(f.Places))
	switch {
	case d.IsNegative():
		return "−" + text
	case f.Signed && d.IsZero():
		return "±" + text
	case f.Signed:
		return "+" + text
	}
	return text
}

// pattern is the number format of a spreadsheet. Percentages are its own; other
// values stand there in their base unit with all their places.
func (f Format) pattern() string {
	digits := "#,##0"
	switch f.Kind {
	case Percent:
		digits = "0." + strings.Repeat("0", int(max(f.Places, 1))) + "%"
	case Money:
		digits = "#,##0.00"
	case Decimal:
		if places := f.Places + max(f.Shift, 0); places > 0 {
			digits += "." + strings.Repeat("0", int(places))
		}
	case Date:
		return "yyyy-mm-dd"
	case Month:
		return "yyyy-mm"
	case Text, Integer, Bar:
	}
	if f.Signed {
		return "+" + digits + ";-" + digits + ";" + digits
	}
	return digits + ";-" + digits
}
