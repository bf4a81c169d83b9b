package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"gatehouse/ingest/sheet"
)

func isBlank(cells []sheet.Cell) bool {
	for i := range cells {
		if cells[i].Kind != sheet.Empty && strings.TrimSpace(cells[i].Text) != "" {
			return false
		}
	}
	return true
}

// beside tells rows that have nothing in any column that is read: remarks to
// the right of the table.
func (p *plan) beside(cells []sheet.Cell) bool {
	for i := range p.columns {
		if !empty(cells, p.columns[i].col) {
			return false
		}
	}
	for i := range p.questions {
		if !empty(cells, p.questions[i].col) {
			return false
		}
	}
	return true
}

func empty(cells []sheet.Cell, col int) bool {
	return col >= len(cells) || cells[col].Kind == sheet.Empty && !cells[col].Formula
}

// isTotal tells rows that add up others, sign the sheet, or repeat its header:
// a word in the first text cell, and no key beside it.
func (p *plan) isTotal(cells []sheet.Cell) bool {
	first := 0
	for first < len(cells) && cells[first].Kind == sheet.Empty {
		first++
	}
	if first == len(cells) || cells[first].Kind != sheet.Text {
		return false
	}
	if p.repeatsHeader(cells) {
		return true
	}
	if !isTotalWord(cells[first].Text) {
		return false
	}
	for _, f := range p.feed.keys {
		if at := p.columnOf[f]; at >= 0 {
			if col := p.columns[at].col; col != first && !empty(cells, col) && !isTotalWord(cells[col].Text) {
				return false
			}
		}
	}
	return true
}

func (p *plan) repeatsHeader(cells []sheet.Cell) bool {
	if len(p.columns) < 2 {
		return false
	}
	for i := range 2 {
		c := &p.columns[i]
		if c.col >= len(cells) || cells[c.col].Text == "" || strings.TrimSpace(cells[c.col].Text) != c.header {
			return false
		}
	}
	return true
}

// isSubtotal tells a total row of a part from one of the whole.
func isSubtotal(cells []sheet.Cell) bool {
	for i := range cells {
		if cells[i].Kind == sheet.Text {
			word := foldValue(cells[i].Text)
			return strings.Contains(word, "小计") || strings.Contains(word, "subtotal") || strings.Contains(word, "sub-total")
		}
	}
	return false
}

func isTotalWord(s string) bool { return len(s) <= 60 && mayBeTotalWord(s) && foldsToTotalWord(s) }

// mayBeTotalWord is a quick look that spares most rows the folding: what it
// looks for is in every such word, however spaced or wide.
func mayBeTotalWord(s string) bool {
	first := true
	for _, r := range s {
		switch {
		case r >= utf8.RuneSelf:
			if r >= 0xFF00 || strings.ContainsRune("计制审打导", r) {
				return true
			}
		case first && r > ' ':
			if strings.IndexByte("TtSsGg", byte(r)) >= 0 {
				return true
			}
		}
		first = first && unicode.IsSpace(r)
	}
	return false
}

func foldsToTotalWord(s string) bool {
	word := strings.TrimRight(foldValue(s), ":")
	for _, w := range [...]string{"合计", "小计", "总计", "累计", "共计"} {
		if strings.HasPrefix(word, w) || strings.HasSuffix(word, w) {
			return true
		}
	}
	switch word {
	case "total", "subtotal", "sub-total", "grandtotal", "sum":
		return true
	}
	for _, w := range [...]string{"制表人", "制表:", "审核人", "审核:", "打印时间", "打印日期", "制表日期", "导出时间"} {
		if strings.HasPrefix(word, w) || strings.HasPrefix(foldValue(s), w) {
			return true
		}
	}
	return false
}
