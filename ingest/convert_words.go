package ingest

import (
	"strconv"
	"strings"

	"gatehouse"
	"gatehouse/ingest/sheet"
)

func formatInt(n int64) string { return strconv.FormatInt(n, 10) }

func readMonth(c *converter, _ *column, cell *sheet.Cell, v *value) Code {
	m, ok := c.month(cell)
	if !ok {
		return DateError
	}
	if !storable(m) {
		return OutOfRange
	}
	v.n, v.given = int64(m), true
	return ""
}

// storable tells whether ClickHouse has days for the whole month.
func storable(m gatehouse.Month) bool {
	return gatehouse.NewMonth(1970, 1) <= m && m <= gatehouse.NewMonth(2148, 12)
}

func (c *converter) month(cell *sheet.Cell) (gatehouse.Month, bool) {
	if cell.Kind == sheet.Date {
		return gatehouse.DateOf(cell.Date).Month(), true
	}
	return parseMonth(narrow(cell.Text), c.date1904)
}

// readPeriod reads a month, a first and a last month or day, or a period as
// the calendar names it: 2026-Q1, 2026.
func readPeriod(c *converter, _ *column, cell *sheet.Cell, v *value) Code {
	if m, ok := c.month(cell); ok {
		if !storable(m) {
			return OutOfRange
		}
		v.n, v.end, v.given = int64(m.Start()), int64((m + 1).Start()), true
		return ""
	}
	text := narrow(strings.TrimSpace(cell.Text))
	if start, end, ok := c.between(text); ok {
		if end <= start {
			return PeriodReversed
		}
		if start < firstDay || end > lastDay {
			return OutOfRange
		}
		v.n, v.end, v.given = int64(start), int64(end), true
		return ""
	}
	named := strings.NewReplacer("年度", "", "年全年", "", "年上半年", "-H1", "年下半年", "-H2", "上半年", "-H1", "下半年", "-H2",
		"年第一季度", "-Q1", "年第二季度", "-Q2", "年第三季度", "-Q3", "年第四季度", "-Q4",
		"年一季度", "-Q1", "年二季度", "-Q2", "年三季度", "-Q3", "年四季度", "-Q4",
		"年1季度", "-Q1", "年2季度", "-Q2", "年3季度", "-Q3", "年4季度", "-Q4", "年", "").Replace(text)
	if len(named) == 6 && (named[4] == 'Q' || named[4] == 'H') {
		named = named[:4] + "-" + named[4:]
	}
	p, err := c.calendar.Parse(named, 0)
	if err != nil || strings.EqualFold(named, "ytd") {
		return DateError
	}
	v.n, v.end, v.given = int64(p.Start.Start()), int64(p.End.Start()), true
	return ""
}

// between splits "202601-202603", "2026-01-01至2026-03-31" and their like.
func (c *converter) between(s string) (start, end gatehouse.Date, ok bool) {
	for _, mark := range [...]string{"至", "到", "~", "～", "..", "—", "–", "-"} {
		first, last, found := strings.Cut(s, mark)
		if mark == "-" && len(s) > 2 && len(s)%2 == 1 { // the middle one of an odd number
			first, last, found = s[:len(s)/2], s[len(s)/2+1:], s[len(s)/2] == '-'
		}
		if !found {
			continue
		}
		first, last = strings.Trim(first, " -—–"), strings.Trim(last, " -—–")
		from, isDay := parseWall(first, c.date1904)
		to, isDay2 := parseWall(last, c.date1904)
		if isDay && isDay2 {
			return from.day, halfOpen(from.day, to.day), true
		}
		m1, ok1 := parseMonth(first, c.date1904)
		m2, ok2 := parseMonth(last, c.date1904)
		if ok1 && ok2 {
			return m1.Start(), (m2 + 1).Start(), true
		}
	}
	return 0, 0, false
}

// readEnum finds the word among the column's; an open one keeps strangers.
func readEnum(_ *converter, col *column, cell *sheet.Cell, v *value) Code {
	if name, ok := col.words[cell.Text]; ok {
		v.text, v.given = name, true
		return ""
	}
	word := foldValue(cellText(cell))
	if name, ok := col.words[word]; ok {
		v.text, v.given = name, true
		return ""
	}
	if isDash(word) {
		return ""
	}
	if !col.def.Open {
		return TypeError
	}
	v.text, v.given = word, true
	return ""
}

func readBool(_ *converter, _ *column, cell *sheet.Cell, v *value) Code {
	switch foldValue(cell.Text) {
	case "true", "1", "是", "y", "yes", "√", "✓", "有":
		v.n, v.given = 1, true
	case "false", "0", "否", "n", "no", "×", "无", "-":
		v.n, v.given = 0, true
	default:
		return TypeError
	}
	return ""
}

// dontKnow is the score of an answer that is none; no scale has it.
const dontKnow = -1 << 62

// readScore reads a number, a word of satisfaction, or that the owner does not know.
func readScore(_ *converter, col *column, cell *sheet.Cell, v *value) Code {
	if cell.Kind == sheet.Date || cell.Kind == sheet.Bool {
		return TypeError
	}
	if n, _, code := parseDecimal(cell.Text, 4, 0); code == "" {
		v.n, v.given = n, true
		return ""
	}
	word := strings.TrimSuffix(foldValue(cell.Text), "分")
	switch word {
	case "不清楚", "不了解", "不适用", "未接触", "说不清", "不知道", "n/a", "na", "-", "--", "—", "/", "无":
		v.n, v.given = dontKnow, true
		return ""
	case "非常满意", "很满意":
		word = "5"
	case "满意", "比较满意", "较满意":
		word = "4"
	case "一般", "基本满意", "尚可":
		word = "3"
	case "不满意", "不太满意", "较不满意":
		word = "2"
	case "非常不满意", "很不满意":
		word = "1"
	}
	n, _, code := parseDecimal(word, 4, 0)
	if code != "" {
		return TypeError
	}
	v.n, v.given = n, true
	return ""
}
