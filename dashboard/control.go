package dashboard

import (
	"cmp"
	"slices"
	"strings"

	"gatehouse"
	"gatehouse/ingest"
)

// controlRow ties a sum of money to what the file says of it.
type controlRow struct {
	Label, Claimed, Cells, Loaded, Held string
	Verdicts                            []tieOut
}

// tieOut is what a comparison comes to: a glyph, words, and the colour.
type tieOut struct{ Class, Glyph, Text string }

// controlRows words control totals; differences are said in words, since two
// long numbers side by side look alike.
func (f Frame) controlRows(totals []ingest.ControlTotal) []controlRow {
	var rows []controlRow
	for _, t := range totals {
		row := controlRow{
			Label: f.sumLabel(t.Name), Claimed: missing, Cells: f.Money(t.Cells), Loaded: f.Money(t.Loaded), Held: f.Less(-t.Held),
		}
		switch {
		case t.Claimed == nil:
			row.Verdicts = append(row.Verdicts, tieOut{"muted", "–", f.T("文件没有可核对的合计行", "the file has no total row to compare with")})
		case t.Differs():
			row.Claimed = f.Money(*t.Claimed)
			row.Verdicts = append(row.Verdicts, tieOut{"warn", "▲", f.moreOrLess(*t.Claimed-t.Cells,
				"合计行比单元格之和多 %s 元", "合计行比单元格之和少 %s 元", "the total row is %s more than its cells", "the total row is %s less than its cells")})
		default:
			row.Claimed = f.Money(*t.Claimed)
			row.Verdicts = append(row.Verdicts, tieOut{"good", "✓", f.T("与合计行一致", "the total row agrees")})
		}
		if gap := t.Loaded + t.Held - t.Cells; gap != 0 {
			row.Verdicts = append(row.Verdicts, tieOut{"", "≠", f.moreOrLess(gap,
				"载入与隔离之和比单元格多 %s 元", "载入与隔离之和比单元格少 %s 元", "loaded and set aside are %s more than the cells", "loaded and set aside are %s less than the cells") +
				f.T("：红冲按反号计，占两行的账单只计一次", ": a reversal counts against its sign, a bill in two rows once")})
		} else {
			row.Verdicts = append(row.Verdicts, tieOut{"good", "✓", f.T("载入 + 隔离 = 单元格之和", "loaded + set aside = cells")})
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b controlRow) int { return cmp.Compare(a.Label, b.Label) })
	return rows
}

// moreOrLess words an amount that is too much or too little.
func (f Frame) moreOrLess(by gatehouse.Money, moreZH, lessZH, moreEN, lessEN string) string {
	text := f.T(moreZH, moreEN)
	if by < 0 {
		text, by = f.T(lessZH, lessEN), -by
	}
	return strings.Replace(text, "%s", f.Money(by), 1)
}

// loadControl are the control totals of a load; loads of old have sums only.
func (f Frame) loadControl(l ingest.LoadRow) ([]controlRow, error) {
	if len(l.Cells) > 0 || len(l.Sums) == 0 {
		return f.controlRows(l.Control()), nil
	}
	var rows []controlRow
	for name, sum := range l.Sums {
		m, err := gatehouse.ParseMoney(sum.StringFixed(2))
		if err != nil {
			return nil, err
		}
		rows = append(rows, controlRow{Label: f.sumLabel(name), Claimed: missing, Cells: missing, Loaded: f.Money(m), Held: missing})
	}
	slices.SortFunc(rows, func(a, b controlRow) int { return cmp.Compare(a.Label, b.Label) })
	return rows, nil
}

// findingGroup is one kind of finding and how often it comes.
type findingGroup struct {
	Message, Hint string
	Cells, Rows   uint64
}

// finding is a bad or doubtful cell with what to do about it.
type finding struct {
	ingest.QuarantinedCell
	Message, Hint string
	Other         string // name of the file that has the cell, where it is not the load's own
}

// findings are those of one level: kinds, commonest first, and each by itself.
type findings struct {
	Groups []findingGroup
	List   []finding
	All    int
}

func (f Frame) findings(l ingest.LoadRow, cells []ingest.QuarantinedCell, level ingest.Level) findings {
	found := findings{}
	at := map[ingest.Code]int{}
	rows := map[ingest.Code]map[[3]any]bool{}
	for _, c := range cells {
		if c.Level != level {
			continue
		}
		e := c.Code.Explain()
		i, ok := at[c.Code]
		if !ok {
			i, at[c.Code], rows[c.Code] = len(found.Groups), len(found.Groups), map[[3]any]bool{}
			found.Groups = append(found.Groups, findingGroup{Message: f.In(e.Message), Hint: f.In(e.Hint)})
		}
		g := &found.Groups[i]
		g.Cells++
		if row := [3]any{c.Sheet, c.Row, c.Brought}; !rows[c.Code][row] {
			rows[c.Code][row] = true
			g.Rows += uint64(max(c.Rows, 1))
		}
		one := finding{QuarantinedCell: c, Message: f.In(e.Message) + f.detail(c.Detail), Hint: f.In(e.Hint)}
		if c.SHA256 != l.SHA256 {
			one.Other = c.File
		}
		found.List = append(found.List, one)
	}
	found.All = len(found.List)
	slices.SortStableFunc(found.Groups, func(a, b findingGroup) int { return cmp.Compare(b.Cells, a.Cells) })
	return found
}

// detail is what a finding says besides its kind: another row, a sum.
func (f Frame) detail(d string) string {
	if d == "" {
		return ""
	}
	if row, ok := strings.CutPrefix(d, "row "); ok {
		d = f.T("第 "+row+" 行", d)
	}
	return f.T("（"+d+"）", " ("+d+")")
}
