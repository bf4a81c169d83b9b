package dashboard

import (
	"context"
	"slices"
	"strings"

	"gatehouse/analytics"
	"gatehouse/dashboard/panel"
)

// change is each KPI of the projects together, or of the one with peers,
// against an earlier period, with what makes the two uneven.
func (c *comparison) change(ctx context.Context, p *panel.Result) error {
	text, number := panel.Plain(panel.Text), panel.Plain(panel.Decimal)
	p.Table, p.Style = panel.Table{Columns: []panel.Column{
		column("kpi", "指标", "KPI", text), styled(column("unit", "单位", "Unit", text), "muted"), styled(column("now", "本期", "Now", number), "strong"), column("then", "从前", "Then", number),
		column("difference", "变化", "Change", number), extra(column("low", "变化 95% 下限", "Change, 95% low", number)), extra(column("high", "变化 95% 上限", "Change, 95% high", number)),
		column("n_now", "本期 n", "n now", panel.Plain(panel.Integer)), column("n_then", "从前 n", "n then", panel.Plain(panel.Integer)),
		styled(column("cautions", "可比性", "Comparable", text), "note"), extra(column("uneven", "涉及项目", "Projects concerned", text)),
	}}, "bars compare"
	scope, who := c.Scope, c.T("所选项目合计", "the chosen together")
	if c.subject != "" {
		who = c.ProjectName(c.subject)
	}
	flagged := 0
	for _, k := range c.kpis {
		m := measureOf(k.Name)
		period := c.Filter.Period
		if m.survey || m.yearlong {
			b, err := c.server.boardOf(ctx, c.Frame, k)
			if err != nil {
				return err
			}
			period = b.period
		}
		at, err := c.server.evenDay(ctx, c.Frame, k)
		if err != nil {
			return err
		}
		found, err := c.server.kpis.Compare(ctx, scope, at, analytics.CompareAsk{KPI: k.Name, Period: period, Project: c.subject, Against: c.against, SameStore: c.sameStore})
		if err != nil {
			return err
		}
		if len(found.Cautions) > 0 {
			flagged++
		}
		p.Table.Rows = append(p.Table.Rows, c.changeRow(k, found))
	}
	p.Note = []string{who}
	if c.against == analytics.AgainstPrevious {
		p.Note = append(p.Note, c.T("上期账单收款时间更长", "bills of the period before had longer to be paid"))
	} else {
		p.Note = append(p.Note, c.T("上年按同日当时的数据", "last year as it stood on the same day"))
	}
	if c.sameStore {
		p.Note = append(p.Note, c.T("只含两期数据都完整的项目", "only projects with both periods whole"))
	}
	p.Sentence = c.T("两期均可比。", "All of them compare like with like.")
	if flagged > 0 {
		p.Sentence = c.T(c.Count(flagged)+" 个指标两期不完全可比，原因见表。", "Not like with like: "+c.Count(flagged)+" of "+c.Count(len(c.kpis))+" KPIs; the table says why.")
	}
	return nil
}

func (c *comparison) changeRow(k *analytics.KPI, found analytics.Comparison) panel.Row {
	format := c.ofUnit(k.Unit)
	change := format.Change()
	now, then, d := ofValue(found.Now).In(format), ofValue(found.Then).In(format), panel.Cell{}
	low, high := panel.Cell{}, panel.Cell{}
	if found.Known {
		d = c.moved(found, panel.Of(found.Difference)).In(change)
		if found.HasInterval {
			low, high = panel.OfFloat(found.Low).In(change), panel.OfFloat(found.High).In(change)
		}
	}
	if measureOf(k.Name).survey && slices.Contains(found.Cautions, analytics.SmallN) { // withheld, as on every page
		d, low, high = panel.Cell{}, panel.Cell{}, panel.Cell{}
		if found.Now.N < analytics.MinimumN {
			now = panel.Cell{}
		}
		if found.Then.N < analytics.MinimumN {
			then = panel.Cell{}
		}
	}
	var words, projects []string
	for _, one := range found.Cautions {
		words = append(words, c.caution(one))
	}
	for _, code := range slices.Compact(slices.Clone(found.Uneven)) {
		projects = append(projects, c.ProjectName(code))
	}
	said := panel.OfText(strings.Join(words, c.T("；", "; ")))
	if said.Exact == "" {
		said = panel.OfText(c.T("可比", "yes"))
	} else {
		said = said.Judged("!", "", "warn")
	}
	if len(projects) > 0 {
		said.Note = strings.Join(projects[:min(len(projects), 3)], c.T("、", ", "))
		if more := len(projects) - 3; more > 0 {
			said.Note += c.T(" 等 "+c.Count(len(projects))+" 个", " and "+c.Count(more)+" more")
		}
	}
	return panel.Row{Cells: []panel.Cell{
		panel.OfText(c.In(k.Title)), panel.OfText(c.format(k).Symbol()), now, then, d, low, high,
		panel.OfCount(found.Now.N), panel.OfCount(found.Then.N), said, panel.OfText(strings.Join(projects, c.T("、", ", "))),
	}}
}

// moved judges a difference over time; one within its interval is chance.
func (c *comparison) moved(found analytics.Comparison, d panel.Cell) panel.Cell {
	sign := c.format(found.Now.KPI).Sign(found.Difference.InexactFloat64())
	switch {
	case sign == 0:
		return d.Judged("", c.T("持平", "unchanged"), "muted")
	case found.HasInterval && !found.Real():
		return d.Judged(arrow(sign), c.T("不显著", "not signif."), "")
	case found.Better() > 0:
		return d.Judged(arrow(sign), c.T("改善", "better"), "good")
	}
	return d.Judged(arrow(sign), c.T("变差", "worse"), "bad")
}

// caution words what makes a comparison uneven.
func (f Frame) caution(c analytics.Caution) string {
	switch c {
	case analytics.UnequalPeriods:
		return f.T("两期长短不同", "periods of unequal length")
	case analytics.MissingData:
		return f.T("有项目缺月份", "months missing")
	case analytics.ChangedPortfolio:
		return f.T("项目有增减", "projects came or went")
	case analytics.SmallN:
		return f.T("n 少于 ", "n under ") + f.Count(analytics.MinimumN)
	}
	return string(c)
}
