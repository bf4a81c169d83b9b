package dashboard

import (
	"context"
	"math"
	"strings"

	"golang.org/x/sync/errgroup"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
	"gatehouse/dashboard/panel"
)

// side is a project beside the others of a comparison, itself left out of them.
type side struct {
	standing
	others reading // value is the project's, prior that of the others
	other  analytics.Value
}

// sides holds every project of a board against the others together.
func (b *board) sides() []side {
	sides := make([]side, len(b.standing))
	for i, one := range b.standing {
		var sum analytics.Value
		for j, other := range b.standing {
			if j != i && other.basis.Known() {
				sum = sum.Plus(other.basis)
			}
		}
		r := one.reading
		r.relative, r.prior = false, sum.Float()
		if b.kpi.Interval != analytics.NoInterval && b.measure.survey && sum.N < analytics.MinimumN {
			r.prior = math.NaN()
		}
		r.pLow, r.pHigh = interval(sum)
		sides[i] = side{one, r, sum}
	}
	return sides
}

// beside judges a project by the others; chance is no difference.
func (f Frame) beside(r reading, format chart.Format) panel.Cell {
	if math.IsNaN(r.value) || math.IsNaN(r.prior) {
		return panel.Cell{}
	}
	c := less(r.value, r.prior)
	sign := format.Sign(r.value - r.prior)
	switch {
	case sign == 0:
		return c.Judged("", f.T("相同", "level"), "muted")
	case !r.significant():
		return c.Judged(arrow(sign), f.T("不显著", "not signif."), "")
	case sign == r.of.HigherIs:
		return c.Judged(arrow(sign), f.T("较好", "better"), "good")
	}
	return c.Judged(arrow(sign), f.T("较差", "worse"), "bad")
}

// boards are those of all KPIs chosen, read at the same time.
func (c *comparison) boards(ctx context.Context) ([]*board, error) {
	found := make([]*board, len(c.kpis))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(panelsAtOnce)
	for i, k := range c.kpis {
		group.Go(func() (err error) {
			found[i], err = c.server.boardOf(ctx, c.Frame, k)
			return err
		})
	}
	return found, group.Wait()
}

// table is projects by KPIs: the value against its target, and the difference
// to the others.
func (c *comparison) table(ctx context.Context, p *panel.Result) error {
	boards, err := c.boards(ctx)
	if err != nil {
		return err
	}
	p.Note = []string{c.PeriodLabel(c.Filter.Period), c.T("符号与词：比目标", "sign and word: against target"), c.othersName() + c.T("：其余项目合计，不含本行", ": all other rows together")}
	if c.subject == "" && len(c.Scope.Codes()) < 2 {
		p.Sentence = c.T("再选一个项目即可对比。", "Choose another project to compare.")
	}
	p.Table, p.Style = panel.Table{Columns: c.tableColumns(boards)}, "bars compare"
	sides := map[string][]*side{}
	for i, b := range boards {
		for _, one := range b.sides() {
			if sides[one.Code] == nil {
				sides[one.Code] = make([]*side, len(boards))
			}
			sides[one.Code][i] = &one
		}
	}
	shown, uneven := c.order(boards[0]), 0
	for _, code := range shown {
		row := c.tableRow(code, boards, sides[code])
		if row.Cells[len(row.Cells)-1].Exact != "" {
			uneven++
		}
		p.Table.Rows = append(p.Table.Rows, row)
	}
	if len(shown) == 0 {
		p.Empty = c.T("没有可对比的项目。先在“数据”页上传项目主数据。", "No projects to compare. Upload the project list on the Data page first.")
		return nil
	}
	p.Table.Rows = append(p.Table.Rows, c.wholeRow(boards))
	if uneven > 0 {
		p.Sentence = c.T(c.Count(uneven)+" 个项目的数据不全或 n 太小，见“可比性”。", c.Count(uneven)+" projects have gaps or a small n: see the last column.")
	}
	return nil
}

// order is that of the rows: as chosen, or the project before its peers, which
// stand best first.
func (c *comparison) order(b *board) []string {
	if c.subject == "" {
		return c.codes
	}
	codes := []string{}
	for _, one := range b.standing {
		if one.Code == c.subject {
			codes = append([]string{one.Code}, codes...)
		} else {
			codes = append(codes, one.Code)
		}
	}
	return codes[:min(len(codes), mostPeers)]
}

func (c *comparison) othersName() string {
	if c.subject != "" {
		return c.T("比同类", "vs peers")
	}
	return c.T("比其余", "vs others")
}

func (c *comparison) tableColumns(boards []*board) []panel.Column {
	text, number := panel.Plain(panel.Text), panel.Plain(panel.Integer)
	columns := []panel.Column{extra(column("code", "项目编码", "Project code", text)), styled(column("project", "项目", "Project", text), "nowrap")}
	for _, b := range boards {
		name, format := b.kpi.Name, c.ofUnit(b.kpi.Unit)
		if b.kpi.Unit != analytics.Percent {
			format.Unit = c.unitOf(b.measure, b.kpi)
		}
		title := b.measure.title(b.kpi)
		beside := gatehouse.Text{ZH: title.ZH + "，比其余", EN: title.EN + " vs others"}
		change := format.Change().In(b.format.ChangeSymbol())
		columns = append(columns,
			styled(column("value_"+name, title.ZH, title.EN, format), "strong"), column("beside_"+name, beside.ZH, beside.EN, change),
			extra(column("others_"+name, "其余："+title.ZH, "Others: "+title.EN, format)),
			extra(column("low_"+name, title.ZH+" 95% 下限", title.EN+", 95% low", format)), extra(column("high_"+name, title.ZH+" 95% 上限", title.EN+", 95% high", format)),
			extra(column("target_"+name, title.ZH+"目标", title.EN+", target", format)), extra(column("n_"+name, title.ZH+" n", title.EN+", n", number)))
	}
	return append(columns, styled(column("uneven", "可比性", "Comparable", text), "note"))
}

func (c *comparison) tableRow(code string, boards []*board, of []*side) panel.Row {
	name := panel.OfText(c.ProjectName(code)).Linked(c.toProject(code))
	if code == c.subject {
		name.Class = "strong"
	}
	cells := []panel.Cell{panel.OfText(code), name}
	var flags []string
	for i, b := range boards {
		one := of[i]
		if one == nil {
			cells = append(cells, make([]panel.Cell, 7)...)
			continue
		}
		value, low, high := panel.OfFloat(one.value), panel.OfFloat(one.low), panel.OfFloat(one.high)
		if one.tooFew {
			low, high = panel.Cell{}, panel.Cell{}
		}
		if !math.IsNaN(one.value) {
			value = value.Linked(c.Trace(analytics.LinesAsk{KPI: b.kpi.Name, Period: b.period, OneProject: true, Project: code}))
			_, j := c.status(one.reading, b.format)
			value = value.Judged(j.Glyph, j.Word, j.Class)
			value.Note = "n " + c.Count(one.n)
		}
		cells = append(cells, value, c.beside(one.others, b.format), panel.OfFloat(one.others.prior), low, high, panel.OfFloat(one.target), panel.OfCount(one.n))
		if why := c.uneven(b, one.standing); why != "" {
			flags = append(flags, c.In(b.measure.title(b.kpi))+c.T("：", ": ")+why)
		}
	}
	return panel.Row{Cells: append(cells, panel.OfText(strings.Join(flags, c.T("；", "; "))))}
}

// uneven says what sets a project's value apart from those of projects whose
// data are whole.
func (c *comparison) uneven(b *board, one standing) string {
	if why := c.lacking(b, one); why != "" {
		return why
	}
	lacking := 0
	for i, step := range b.steps {
		if step.Start >= b.period.Start && step.End <= b.period.End && b.kpi.Grain == analytics.Monthly && math.IsNaN(one.months[i]) {
			lacking++
		}
	}
	if lacking == 0 {
		return ""
	}
	return c.T("缺 "+c.Count(lacking)+" 个月", c.Count(lacking)+" months missing")
}

// wholeRow is what all come to together: those chosen, or the peers without the
// project itself.
func (c *comparison) wholeRow(boards []*board) panel.Row {
	name := c.T("合计", "Together")
	if c.subject != "" {
		name = c.T("同类合计，不含本项目", "Peers, the project left out")
	}
	cells := []panel.Cell{{}, panel.OfText(name)}
	for _, b := range boards {
		var sum analytics.Value
		for _, one := range b.standing {
			if one.Code != c.subject && one.basis.Known() {
				sum = sum.Plus(one.basis)
			}
		}
		low, high := interval(sum)
		value := panel.OfFloat(sum.Float())
		n := panel.OfCount(sum.N)
		if b.kpi.Interval != analytics.NoInterval && b.measure.survey && sum.N < analytics.MinimumN {
			value, low, high = panel.Cell{}, math.NaN(), math.NaN()
		}
		cells = append(cells, value, panel.Cell{}, panel.Cell{}, panel.OfFloat(low), panel.OfFloat(high), panel.Cell{}, n)
	}
	return panel.Row{Total: true, Cells: append(cells, panel.Cell{})}
}
