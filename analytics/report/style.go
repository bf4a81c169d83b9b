package report

import "github.com/xuri/excelize/v2"

// Colours of the visual system, light theme. Actual is solid and dark, the
// prior year light, a target an outline in the colour of actual.
const (
	ink, ink2, ink3 = "161C24", "4A5461", "66707C"
	actualColour    = "2A3441"
	priorColour     = "B3BCC6"
	ruleColour      = "E2E5E9"
	sunkColour      = "F0F2F4"
	goodColour      = "14733F"
	badColour       = "B8291F"
	heatLow         = "FFFFFF"
	heatHigh        = "8FB1CC"
	barColour       = "C3D6E5"
)

// Number formats of the cells. A figure that may be better or worse carries its
// direction as a glyph, so that it reads without colour.
const (
	moneyFormat = `#,##0.00;−#,##0.00;0.00`
	countFormat = `#,##0`
	rateFormat  = `0.0%;−0.0%`
	dateFormat  = `yyyy-mm-dd`
	deltaFormat = `▲ +0.0;▼ −0.0;0.0`
	thousands   = `#,##0,`
)

// styles are the cells' looks, by their numbers in the workbook.
type styles struct {
	title, note, section, label, value, mono           int
	head, headRight, text, count, money, rate          int
	date, delta, totalDelta, amountDelta, moneyStrong  int
	points, change, textRight, noteRuled               int
	totalText, totalCount, totalMoney, totalRate, good int
}

func (b *book) addStyles() error {
	rule := []excelize.Border{{Type: "bottom", Style: 1, Color: ruleColour}}
	total := []excelize.Border{{Type: "bottom", Style: 1, Color: ruleColour}, {Type: "top", Style: 2, Color: actualColour}}
	font := func(size float64, bold bool, colour string) *excelize.Font {
		return &excelize.Font{Family: b.fontFamily(), Size: size, Bold: bold, Color: colour}
	}
	right := &excelize.Alignment{Horizontal: "right", Vertical: "center"}
	number := func(format string) *excelize.Style {
		return &excelize.Style{Font: font(10, false, ink), CustomNumFmt: &format, Border: rule, Alignment: right}
	}
	sum := func(format string) *excelize.Style {
		return &excelize.Style{
			Font: font(10, true, ink), CustomNumFmt: &format, Border: total, Alignment: right,
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{sunkColour}},
		}
	}
	header := func(side string) *excelize.Style {
		return &excelize.Style{
			Font: font(10, true, ink2), Border: []excelize.Border{{Type: "bottom", Style: 2, Color: actualColour}},
			Alignment: &excelize.Alignment{Horizontal: side, Vertical: "center", WrapText: true},
		}
	}
	pp := b.t(" 个百分点", " pp")
	strong := number(moneyFormat)
	strong.Font = font(10, true, ink)
	totalText := sum("@")
	totalText.Alignment = &excelize.Alignment{Horizontal: "left", Vertical: "center"}
	wrapped := &excelize.Alignment{Horizontal: "left", Vertical: "top", WrapText: true}
	for _, s := range []struct {
		id    *int
		style *excelize.Style
	}{
		{&b.title, &excelize.Style{Font: font(16, true, ink), Alignment: &excelize.Alignment{Vertical: "center"}}},
		{&b.note, &excelize.Style{Font: font(9, false, ink3), Alignment: &excelize.Alignment{Vertical: "center"}}},
		{&b.section, &excelize.Style{Font: font(12, true, ink), Border: []excelize.Border{{Type: "bottom", Style: 2, Color: actualColour}}, Alignment: &excelize.Alignment{Vertical: "center"}}},
		{&b.label, &excelize.Style{Font: font(10, false, ink3), Border: rule, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}},
		{&b.value, &excelize.Style{Font: font(10, false, ink), Border: rule, Alignment: wrapped}},
		{&b.mono, &excelize.Style{Font: &excelize.Font{Family: "Consolas", Size: 10, Color: ink}, Border: rule, Alignment: wrapped}},
		{&b.head, header("left")},
		{&b.headRight, header("right")},
		{&b.text, &excelize.Style{Font: font(10, false, ink), Border: rule, Alignment: &excelize.Alignment{Vertical: "center"}}},
		{&b.count, number(countFormat)},
		{&b.money, number(moneyFormat)},
		{&b.moneyStrong, strong},
		{&b.rate, number(rateFormat)},
		{&b.date, number(dateFormat)},
		{&b.delta, number(deltaFormat)},
		{&b.amountDelta, number(`▲ +#,##0.00;▼ −#,##0.00;0.00`)},
		{&b.points, number(`▲ +0.0"` + pp + `";▼ −0.0"` + pp + `";0.0"` + pp + `"`)},
		{&b.change, number(`▲ +0.0%;▼ −0.0%;0.0%`)},
		{&b.textRight, number("@")},
		{&b.noteRuled, &excelize.Style{Font: font(9, false, ink3), Border: rule, Alignment: &excelize.Alignment{Vertical: "center"}}},
		{&b.totalText, totalText},
		{&b.totalCount, sum(countFormat)},
		{&b.totalMoney, sum(moneyFormat)},
		{&b.totalRate, sum(rateFormat)},
		{&b.totalDelta, sum(deltaFormat)},
		{&b.good, &excelize.Style{Font: font(10, true, goodColour), Border: rule, Alignment: wrapped}},
	} {
		id, err := b.NewStyle(s.style)
		if err != nil {
			return err
		}
		*s.id = id
	}
	return nil
}

// fontFamily is one that Excel and WPS have for the language.
func (b *book) fontFamily() string { return b.t("Microsoft YaHei", "Calibri") }

// judged colours cells of a range by what they say: better good, worse bad.
// Formulas are of its first cell.
func (b *book) judged(sheet, cells, better, worse string) error {
	var rules []excelize.ConditionalFormatOptions
	for _, r := range []struct{ formula, colour string }{{better, goodColour}, {worse, badColour}} {
		if r.formula == "" {
			continue
		}
		style, err := b.NewConditionalStyle(&excelize.Style{Font: &excelize.Font{Color: r.colour}})
		if err != nil {
			return err
		}
		rules = append(rules, excelize.ConditionalFormatOptions{Type: "formula", Criteria: r.formula, Format: &style})
	}
	return b.SetConditionalFormat(sheet, cells, rules)
}

// bars draws amounts of a range as bars from zero.
func (b *book) bars(sheet, cells string) error {
	return b.SetConditionalFormat(sheet, cells, []excelize.ConditionalFormatOptions{{
		Type: "data_bar", Criteria: "=", MinType: "num", MinValue: "0", MaxType: "max", BarColor: "#" + barColour, BarSolid: true,
	}})
}
