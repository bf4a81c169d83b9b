package ingest

import (
	"strconv"
	"strings"
	"unicode"

	"gatehouse/ingest/sheet"
)

// questionColumns finds the columns of a wide survey that are questions: no
// field's, not personal, answered with scores as far as one can see, and
// either numbered or worded like one, or standing between such columns.
func questionColumns(c candidate, below []headRow) []int {
	taken := map[int]bool{}
	for _, m := range c.columns {
		if m.def != nil {
			taken[m.col] = true
		}
	}
	var likely []int
	var worded []bool
	first, last := -1, -1
	for col, name := range c.names {
		if name == "" || taken[col] || isPersonal(name) || c.ruled[col] == UseIgnored {
			continue
		}
		asks := c.ruled[col] == UseQuestion || asksForScore(name)
		if c.ruled[col] != UseQuestion && !scored(below, col, asks) {
			continue
		}
		if asks {
			if first < 0 {
				first = col
			}
			last = col
		}
		likely, worded = append(likely, col), append(worded, asks)
	}
	var questions []int
	for i, col := range likely {
		if worded[i] || first <= col && col <= last {
			questions = append(questions, col)
		}
	}
	return questions
}

// scored tells whether the cells of a column are blank, scores from 0 to 10,
// or words of satisfaction. Below a header that asks for a score one cell in
// four may be none: it is then a bad answer, not a column to leave out.
func scored(rows []headRow, col int, asks bool) bool {
	var ignore column
	filled, bad := 0, 0
	for _, r := range rows {
		if col >= len(r.cells) || r.cells[col].Kind == sheet.Empty {
			continue
		}
		filled++
		var v value
		if code := readScore(nil, &ignore, &r.cells[col], &v); code != "" || v.n != dontKnow && (v.n < 0 || v.n > 10*one) {
			bad++
		}
	}
	return bad == 0 || asks && 4*bad <= filled
}

func asksForScore(name string) bool {
	if stripNumbering(name) != name {
		return true
	}
	for _, word := range [...]string{"满意", "评价", "评分", "打分", "推荐"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return dimensionOf(name) != name
}

// splitScale takes a scale such as "（0-10分）" or "(满分5分)" off the end of a
// question, and gives its ends; both are 0 when it names none.
func splitScale(name string) (question string, low, high int64) {
	s := strings.TrimRight(strings.TrimSpace(name), ")）")
	open := strings.LastIndexAny(s, "(（")
	if open <= 0 || s == strings.TrimSpace(name) || !strings.Contains(s[open:], "分") {
		return name, 0, 0
	}
	numbers := strings.FieldsFunc(s[open:], func(r rune) bool { return !unicode.IsDigit(r) })
	var ends []int64
	for _, n := range numbers {
		if v, err := strconv.ParseInt(n, 10, 16); err == nil {
			ends = append(ends, v*one)
		}
	}
	question = strings.TrimSpace(s[:open])
	switch {
	case len(ends) == 2 && ends[0] < ends[1]:
		return question, ends[0], ends[1]
	case len(ends) == 1 && ends[0] > one:
		return question, one, ends[0]
	}
	return question, 0, 0
}

// stripNumbering takes "1、", "Q1.", "（1）", "第1题" and "一、" off a question.
func stripNumbering(name string) string {
	s := strings.TrimSpace(name)
	rest := strings.TrimLeft(s, "（( ")
	bracket := rest != s
	rest = strings.TrimPrefix(rest, "第")
	ordinal := rest != s && !bracket
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "Q"), "q")
	trimmed := strings.TrimLeftFunc(rest, func(r rune) bool {
		return unicode.IsDigit(r) || strings.ContainsRune("一二三四五六七八九十", r)
	})
	if trimmed == rest {
		return s
	}
	if ordinal {
		trimmed = strings.TrimPrefix(trimmed, "题")
	}
	end := strings.TrimLeft(trimmed, "、.．)）:： ")
	if end == "" || end == trimmed && !ordinal {
		return s
	}
	return end
}
