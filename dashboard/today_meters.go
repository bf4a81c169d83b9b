package dashboard

import (
	"context"

	"gatehouse/analytics"
	"gatehouse/dashboard/panel"
)

// unread are the meters that should have been read by now.
func (t *today) unread(ctx context.Context) (analytics.UnreadMeters, error) {
	return remember(ctx, t, "meters", t.head(todayRows), func(ctx context.Context, some analytics.Stretch) (analytics.UnreadMeters, error) {
		return t.server.kpis.UnreadMeters(ctx, t.work, some)
	})
}

// meters are the list of them.
func (t *today) meters(ctx context.Context, p *panel.Result) error {
	all, err := t.unread(ctx)
	if err != nil {
		return err
	}
	p.Note = []string{
		t.T("距上次抄表超过该表惯常间隔 3 天以上", "more than 3 days past the meter's own usual gap"), t.T("超期最久在前，从未抄过的在后", "longest overdue first, those never read last"),
	}
	p.N = "n " + t.T(t.Count(all.Meters)+" 块表", t.things(all.Meters, "meter"))
	p.Sentence = t.readOf(all)
	p.Figure, p.Style = listSize(all.Unread), "todo meters"
	t.leads(p, "meters", t.T("全部 "+t.Count(all.Unread)+" 块", "All "+t.Count(all.Unread)))
	text, days := panel.Plain(panel.Text), t.days()
	p.Table.Columns = append(t.projectColumns(), styled(column("meter", "表号", "Meter", text), "name"),
		extra(column("energy", "能源", "Energy", text)), extra(column("role", "用途", "Role", text)),
		styled(column("last_read", "上次抄表", "Last read", panel.Plain(panel.Date)), "nowrap"), t.more(column("days", "已过", "Not read for", days)),
		column("usual", "惯常间隔", "Usual gap", days), styled(column("late", "超期", "Overdue", days), "strong"))
	p.Table.Columns = append(p.Table.Columns, t.sourceColumns(column("read_on", "抄表日期", "Read on", text), column("reading", "读数", "Reading", text))...)
	for _, m := range all.List {
		name := panel.OfText(m.Meter).Linked(sourceURL(m.Row))
		name.Note = t.meterWords(m)
		last, since, usual, late := panel.Cell{Shown: t.T("从未", "never")}, panel.Cell{}, panel.Cell{}, panel.Cell{}
		if m.LastRead != 0 {
			last, since, usual, late = panel.OfDate(m.LastRead), panel.OfCount(m.Days), panel.OfCount(m.Usual), panel.OfCount(m.Late)
		}
		cells := append(t.projectCells(m.Project), name, panel.OfText(t.codeName(m.Energy)), panel.OfText(t.codeName(m.Role)), last, since, usual, late)
		p.Table.Rows = append(p.Table.Rows, panel.Row{Cells: append(cells, sourceCells(m.Row, 2)...)})
	}
	switch {
	case len(all.List) > 0:
	case all.Meters == 0 && !t.Snapshot.Empty():
		p.Empty = t.nothing(t.T("还没有表计和读数。", "There are no meters and no readings yet."))
	default:
		p.Empty = t.nothing(t.T("各表均已按惯常间隔抄读。", "All meters have been read as they usually are."))
	}
	return nil
}

// readOf says how many meters are read in time, and of how many nobody can tell.
func (t *today) readOf(all analytics.UnreadMeters) string {
	said := t.T("已读 "+t.Count(all.Judged-all.Unread)+" / "+t.Count(all.Judged), t.Count(all.Judged-all.Unread)+" of "+t.Count(all.Judged)+" read")
	if rest := all.Meters - all.Judged; rest > 0 {
		said += t.T("；"+t.Count(rest)+" 块只抄过一次，无从判断", "; "+t.Count(rest)+" read only once cannot be judged")
	}
	return said
}

// meterWords are what a meter measures; one without a master is not known.
func (t *today) meterWords(m analytics.UnreadMeter) string {
	if m.Energy == "" {
		return t.T("没有表计资料", "no master data")
	}
	return t.codeName(m.Energy) + " · " + t.codeName(m.Role)
}
