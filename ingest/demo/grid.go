package demo

// grid is a dressed sheet: lines of cells, and which of them is the header.
type grid struct {
	sheet  string
	width  int
	header int // index of the header line, -1 for a sheet of text
	lines  [][]any
}

// dress lays the table out.
func (t *table) dress(l look) grid {
	g := grid{sheet: t.sheet, width: len(t.headers)}
	if l.title {
		g.lines = append(g.lines, []any{t.title}, []any{"单位：元、平方米　　制表：收费员01"}, nil)
	}
	g.header = len(g.lines)
	header := make([]any, 0, len(t.headers)+2)
	for _, h := range t.headers {
		header = append(header, h)
	}
	if l.notes {
		header = append(header, nil, "填写说明")
	}
	g.lines = append(g.lines, header)
	advice := []string{"日期按年/月/日填写", "金额保留两位小数，退款填负数", "房号格式：楼栋-单元-房间"}
	from := 0
	for i, r := range t.rows {
		line := make([]any, 0, len(r.values)+2)
		for _, v := range r.values {
			line = append(line, l.cell(v))
		}
		if l.notes && i < len(advice) {
			line = append(line, nil, advice[i])
		}
		g.lines = append(g.lines, line)
		last := i == len(t.rows)-1
		if l.subtotals && r.group != "" && (last || t.rows[i+1].group != r.group) {
			g.lines = append(g.lines, t.sumLine(l, "小计", t.rows[from:i+1]))
			from = i + 1
		}
		if l.blanks && !last && i%150 == 149 {
			g.lines = append(g.lines, nil)
		}
	}
	if l.totals && t.hasMoney() {
		g.lines = append(g.lines, t.sumLine(l, "合计", t.rows))
	}
	return g
}

// sumLine is a row of totals with its label in the first column.
func (t *table) sumLine(l look, label string, rows []row) []any {
	line := t.sum(rows)
	for j, v := range line {
		line[j] = l.cell(v)
	}
	line[0] = label
	return line
}

func (t *table) hasMoney() bool {
	for _, v := range t.sum(t.rows) {
		if v != nil {
			return true
		}
	}
	return false
}

// helpSheet is text that belongs to no feed.
func helpSheet() grid {
	return grid{sheet: "说明", header: -1, width: 1, lines: [][]any{
		{"使用说明"},
		nil,
		{"1. 本表由收费系统导出，金额单位为元。"},
		{"2. 红冲账单须填写原账单号；退款以负数表示。"},
		{"3. 如有疑问，请联系财务部。"},
	}}
}
