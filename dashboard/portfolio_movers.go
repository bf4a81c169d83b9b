package dashboard

import (
	"context"

	"github.com/shopspring/decimal"

	"gatehouse/analytics"
	"gatehouse/analytics/stat"
	"gatehouse/dashboard/panel"
)

// moversShown is how many projects stand at each end.
const moversShown = 4

// moversPanel is the projects whose rates moved most, either way; the others
// are added up, so that rows and columns close.
func (s *Server) moversPanel(f Frame, k *analytics.KPI, against analytics.Basis) func(context.Context, *panel.Result) error {
	return s.explained(f, k, against, func(p *panel.Result, m *moved) error {
		format := f.movedFormat(m)
		p.Unit = format.Unit
		p.Note = []string{f.T("比 ", "against ") + f.PeriodLabel(m.by), f.T("按率的影响，好的在前", "by rate effect, best first")}
		p.N = "n " + f.T(f.Count(len(m.Groups))+" 个项目", f.Count(len(m.Groups))+" projects")
		p.Table, p.Style = f.moversTable(m, format, k.HigherIs), "bars"
		return nil
	})
}

func (f Frame) moversTable(m *moved, format panel.Format, higherIs int) panel.Table {
	text := panel.Plain(panel.Text)
	t := panel.Table{Columns: []panel.Column{
		extra(column("code", "项目编码", "Project code", text)), column("project", "项目", "Project", text),
		styled(column("volume", "量", "Volume", format), "optional"), styled(column("mix", "结构", "Mix", format), "optional"), column("rate", "率", "Rate", format), styled(column("total", "合计", "Total", format), "strong"),
	}}
	row := func(code, name panel.Cell, volume, mix, rate decimal.Decimal) panel.Row {
		return panel.Row{Cells: []panel.Cell{code, name, panel.Of(volume), panel.Of(mix), effect(rate, format, higherIs), panel.Of(volume.Add(mix).Add(rate))}}
	}
	best, others, worst := ends(m.lasting)
	project := func(g stat.GroupEffect) {
		t.Rows = append(t.Rows, row(panel.OfText(g.Key), panel.OfText(f.ProjectName(g.Key)).Linked(f.toProject(g.Key)), g.Volume, g.Mix, g.Rate))
	}
	for _, g := range best {
		project(g)
	}
	if len(others) > 0 {
		var volume, mix, rate decimal.Decimal
		for _, g := range others {
			volume, mix, rate = volume.Add(g.Volume), mix.Add(g.Mix), rate.Add(g.Rate)
		}
		n := f.Count(len(others))
		t.Rows = append(t.Rows, row(panel.Cell{}, panel.OfText(f.T("其余 "+n+" 个", "other "+n)), volume, mix, rate))
	}
	for _, g := range worst {
		project(g)
	}
	total := row(panel.Cell{}, panel.OfText(f.T("合计", "Total")), m.Volume, m.Mix, m.Rate)
	total.Total = true
	t.Rows = append(t.Rows, total)
	if !m.money { // a rate has no volume
		return t.Without("volume")
	}
	return t
}

// ends are the first and last few of a list and what is between; a list of few
// has no middle, since one row in its place says as much.
func ends[T any](list []T) (first, middle, last []T) {
	if len(list) <= 2*moversShown+1 {
		return list, nil, nil
	}
	at := len(list) - moversShown
	return list[:moversShown], list[moversShown:at], list[at:]
}
