package dashboard

import (
	"context"
	"math"
	"strings"

	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
	"gatehouse/dashboard/panel"
)

// dots is one KPI of the projects in order, on one scale.
func (c *comparison) dots(k *analytics.KPI) func(context.Context, *panel.Result) error {
	return func(ctx context.Context, p *panel.Result) error {
		b, err := c.server.boardOf(ctx, c.Frame, k)
		if err != nil {
			return err
		}
		p.Title, p.Unit, p.Period = c.In(b.measure.title(k)), c.unitOf(b.measure, k), c.PeriodLabel(b.period)
		p.Table = c.dotsTable(b)
		average, name, n := b.average, c.T("合计", "together"), uint64(0)
		best, worst := -1, -1
		for i, one := range b.standing {
			if one.Code == c.subject {
				average, name = b.sides()[i].others.prior, c.T("同类", "peers")
			}
			if !math.IsNaN(one.value) {
				n += one.n
				if worst = i; best < 0 {
					best = i
				}
			}
		}
		if best < 0 {
			p.Empty = c.T("本期没有数据。换一个期间，或在“数据”页上传。", "No data in this period. Choose another period, or upload on the Data page.")
			return nil
		}
		p.Note = []string{c.PeriodLabel(b.period), c.T("由好到差", "best first"), c.T("黑点本期，空心点上年，竖标目标", "dark dot now, ring last year, tick target")}
		if k.Interval != analytics.NoInterval {
			p.Note = append(p.Note, c.T("浅带为 95% 区间", "pale band: 95% interval"))
		}
		p.N = "n " + c.Count(n) + " " + c.In(k.NUnit)
		p.Sentence = c.spread(b, best, worst)
		drawn, err := chart.Dots{ID: p.Name, Name: c.named(p), Format: b.format, Rows: c.rowsOf(b, p.Table), Average: average, AverageName: name}.Chart()
		return draw(p, drawn, err)
	}
}

// spread words how far the best and the worst are apart.
func (c *comparison) spread(b *board, best, worst int) string {
	first, last := b.standing[best], b.standing[worst]
	if best == worst {
		return c.ProjectName(first.Code) + " " + b.format.Value(first.value)
	}
	gap := trimSign(b.format.Change(first.value-last.value)) + " " + b.format.ChangeSymbol()
	return c.T(c.ProjectName(first.Code)+" 与 "+c.ProjectName(last.Code)+" 相差 "+gap, c.ProjectName(first.Code)+" and "+c.ProjectName(last.Code)+" are "+gap+" apart")
}

func (c *comparison) dotsTable(b *board) panel.Table {
	text, format := panel.Plain(panel.Text), c.ofUnit(b.kpi.Unit)
	change := format.Change().In(b.format.ChangeSymbol())
	t := panel.Table{Columns: []panel.Column{
		column("project", "项目", "Project", text), column("code", "项目编码", "Project code", text), column("value", "本期", "Now", format),
		column("beside", "比其余", "vs others", change), column("prior", "上年", "Last year", format), column("target", "目标", "Target", format),
		column("low", "95% 下限", "95% low", format), column("high", "95% 上限", "95% high", format), column("n", "n", "n", panel.Plain(panel.Integer)),
	}}
	listed := c.order(b)
	for _, one := range b.sides() {
		if c.subject != "" && len(t.Rows) >= mostPeers && one.Code != c.subject && len(listed) < len(b.standing) {
			continue
		}
		low, high, prior := panel.OfFloat(one.low), panel.OfFloat(one.high), panel.OfFloat(one.prior)
		if one.tooFew {
			low, high = panel.Cell{}, panel.Cell{}
		}
		name := panel.OfText(c.ProjectName(one.Code)).Linked(c.toProject(one.Code))
		name.Note = c.lacking(b, one.standing)
		t.Rows = append(t.Rows, panel.Row{Cells: []panel.Cell{
			name, panel.OfText(one.Code), panel.OfFloat(one.value), c.beside(one.others, b.format), prior, panel.OfFloat(one.target), low, high, panel.OfCount(one.n),
		}})
	}
	return t
}

// rowsOf are the rows of the table as dots; the project whose peers the others
// are is marked.
func (c *comparison) rowsOf(b *board, t panel.Table) []chart.Dot {
	var rows []chart.Dot
	for _, row := range t.Rows {
		cells := row.Cells
		d := chart.Dot{Name: cells[0].Exact, Value: cells[2].Float(), Prior: cells[4].Float(), Target: cells[5].Float(), Low: cells[6].Float(), High: cells[7].Float()}
		if c.subject != "" && cells[1].Exact == c.subject {
			d.Name = "▸ " + d.Name
		}
		d.Beside = b.format.Number(d.Value)
		if beside := cells[3]; beside.Exact != "" {
			d.Beside += "  " + strings.TrimSpace(beside.Glyph+" "+t.Columns[3].Text(c.Lang, beside))
		}
		rows = append(rows, d)
	}
	return rows
}
