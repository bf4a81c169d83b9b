package dashboard

import (
	"context"
	"math"

	"gatehouse/analytics"
	"gatehouse/dashboard/panel"
)

// waves are those of the half-year.
func (t *today) waves(ctx context.Context) ([]analytics.Returns, error) {
	return remember(ctx, t, "returns", analytics.Stretch{Limit: 1}, func(ctx context.Context, _ analytics.Stretch) ([]analytics.Returns, error) {
		return t.server.kpis.Returns(ctx, t.work)
	})
}

// shortOf counts the waves that lack questionnaires, and those.
func shortOf(waves []analytics.Returns) (short, missing int) {
	for _, w := range waves {
		if n := w.Short(); n > 0 {
			short++
			missing += n
		}
	}
	return short, missing
}

// returns are the waves that lack questionnaires. All of them fit in one list.
func (t *today) returns(ctx context.Context, p *panel.Result) error {
	waves, err := t.waves(ctx)
	if err != nil {
		return err
	}
	short, missing := shortOf(waves)
	half := t.Calendar.HalfYear(t.Snapshot.AsOf.Month())
	p.Period, p.Unit = t.PeriodLabel(half), t.T("份", "answers")
	p.Note = []string{t.PeriodLabel(half), t.T("应回 = 目标回收率 × 发放，至少 30 份", "needed = target rate × issued, at least 30"), t.T("差额大在前", "most missing first")}
	p.N = "n " + t.T(t.Count(len(waves))+" 个批次", t.things(len(waves), "wave"))
	p.Figure, p.Style = listSize(short), "todo returns"
	t.leads(p, "returns", t.T("全部 "+t.Count(short)+" 批次", "All "+t.Count(short)))
	text, number := panel.Plain(panel.Text), panel.Plain(panel.Integer)
	several := t.several
	p.Table.Columns = t.projectColumns()
	p.Table.Columns = append(p.Table.Columns, styled(column("wave", "批次", "Wave", text), "name"),
		barColumn(panel.Bars{Actual: "returned", Target: "needed", Average: math.NaN(), Track: true}), column("returned", "已回", "Returned", number),
		t.more(column("needed", "应回", "Needed", number)), styled(column("short", "还差", "Short", number), "strong"),
		t.more(column("issued", "发放", "Issued", number)), t.more(column("target", "目标回收率", "Target rate", panel.Plain(panel.Percent))),
		t.more(column("last_answer", "最近答卷", "Last answer", panel.Plain(panel.Date))))
	p.Table.Columns = append(p.Table.Columns, t.sourceColumns(column("sent_on", "催收日期", "Reminded on", text))...)
	listed := 0
	for _, w := range waves {
		if w.Short() == 0 || t.list == "" && listed == todayRows {
			break
		}
		listed++
		name := panel.OfText(w.Wave).Linked(sourceURL(w.Row))
		if !several && t.Filter.Project == "" {
			name.Note = t.ProjectName(w.Project)
		}
		issued, target, last := panel.Cell{}, panel.Cell{}, panel.Cell{}
		if w.Issued > 0 {
			issued = panel.OfCount(w.Issued)
		}
		if w.Target != nil {
			target = panel.Of(*w.Target)
		}
		if w.LastAnswer != 0 {
			last = panel.OfDate(w.LastAnswer)
		}
		cells := append(t.projectCells(w.Project), name, panel.Cell{}, panel.OfCount(w.Returned), panel.OfCount(w.Needed()), panel.OfCount(w.Short()), issued, target, last)
		p.Table.Rows = append(p.Table.Rows, panel.Row{Cells: append(cells, sourceCells(w.Row, 1)...)})
	}
	switch {
	case len(waves) == 0:
		p.Empty = t.nothing(t.T("本半年没有发放问卷。", "No questionnaires were issued this half-year."))
	case short == 0:
		p.Empty = t.nothing(t.T("本半年的问卷已回够。", "Enough questionnaires have come back this half-year."))
	default:
		p.Sentence = t.T(t.Count(short)+" 个批次还差 "+t.Count(missing)+" 份；"+t.Count(len(waves)-short)+" 个已回够", t.Count(missing)+" missing in "+t.things(short, "wave")+"; "+t.Count(len(waves)-short)+" with enough")
	}
	return nil
}
