package dashboard

import (
	"cmp"
	"context"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/panel"
)

// deadlines are the open requests past their next deadline or near it.
func (t *today) deadlines(ctx context.Context, p *panel.Result) error {
	_, all, err := t.server.kpis.Duties(ctx, t.work)
	if err != nil {
		return err
	}
	list, err := t.dueList(ctx, all)
	if err != nil {
		return err
	}
	p.Note = []string{t.T("未响应的按响应时限，其余按办结时限", "to be answered first, then to be closed"), t.T("逾期最久在前", "longest overdue first")}
	if t.list == "" && all.Overdue > 0 && all.Near > 0 {
		p.Note = append(p.Note, t.T("其后是最先到期的", "then those due next"))
	}
	p.N = "n " + t.T(t.Count(all.Overdue+all.Near)+" 件", t.things(int(all.Overdue+all.Near), "request"))
	p.Sentence = t.T(t.Count(all.Overdue)+" 件逾期，"+t.Count(all.Near)+" 件 24 小时内到期", t.Count(all.Overdue)+" overdue, "+t.Count(all.Near)+" due within 24 h")
	p.Figure, p.Style = listSize(all.Overdue+all.Near), "todo deadlines"
	t.leads(p, "deadlines", t.T("全部 "+t.Count(all.Overdue+all.Near)+" 件", "All "+t.Count(all.Overdue+all.Near)))
	if t.of.One {
		p.Sentence, p.N = "", ""
		p.Figure = listSize(t.ofHandler(ctx, func(d analytics.Duties) uint64 { return d.Overdue + d.Near }))
	}
	text, hours := panel.Plain(panel.Text), panel.Plain(panel.Decimal)
	hours.Base = t.T("小时", "h")
	p.Table.Columns = append([]panel.Column{styled(column("left", "时限", "Time left", hours), "left")}, t.projectColumns()...)
	p.Table.Columns = append(p.Table.Columns, styled(t.whereColumn(), "name"))
	p.Table.Columns = append(p.Table.Columns, t.requestColumns()...)
	p.Table.Columns = append(p.Table.Columns,
		extra(column("next", "下一步", "Next", text)), t.more(column("answer_due", "响应时限", "Answer due", text)), t.more(column("close_due", "办结时限", "Close due", text)))
	p.Table.Columns = append(p.Table.Columns, t.sourceColumns(column("done_on", "处理日期", "Done on", text), column("outcome", "结果", "Outcome", text))...)
	for _, r := range list {
		left := r.Left(t.work.Now)
		j := t.deadlineWords(left)
		next := t.T("办结", "close")
		if r.ToAnswer() {
			next = t.T("响应", "answer")
		}
		cell := panel.Of(decimal.NewFromInt(int64(left/time.Minute)).DivRound(decimal.NewFromInt(60), 2))
		cell.Shown, cell.Glyph, cell.Class, cell.Note = j.Word+" "+j.Figure, j.Glyph, j.Class, next+" "+t.moment(r.Deadline, left)
		cells := append([]panel.Cell{cell}, t.projectCells(r.Project)...)
		cells = append(cells, t.whereCell(r))
		cells = append(cells, t.requestCells(r)...)
		cells = append(cells, panel.OfText(next), panel.OfText(t.minute(r.AnswerDue)), panel.OfText(t.minute(r.CloseDue)))
		p.Table.Rows = append(p.Table.Rows, panel.Row{Cells: append(cells, sourceCells(r.Row, 2)...)})
	}
	if len(list) == 0 {
		p.Empty = t.nothing(t.T("没有逾期或 24 小时内到期的工单。", "No request is overdue or due within 24 hours."))
	}
	return nil
}

// nearAtLeast is how many requests that can still be in time stand beside those
// that cannot.
const nearAtLeast = 4

// dueList is the list; its head has both those longest overdue and those due next.
func (t *today) dueList(ctx context.Context, all analytics.Duties) ([]analytics.Request, error) {
	if t.list != "" {
		return t.server.kpis.DueRequests(ctx, t.work, t.of, t.some)
	}
	near := min(int(all.Near), max(nearAtLeast, todayDeadlines-int(all.Overdue)))
	var list []analytics.Request
	var err error
	if past := min(int(all.Overdue), todayDeadlines-near); past > 0 {
		if list, err = t.server.kpis.DueRequests(ctx, t.work, analytics.OfHandler{}, analytics.Stretch{Limit: past}); err != nil {
			return nil, err
		}
	}
	if near == 0 {
		return list, nil
	}
	next, err := t.server.kpis.NearRequests(ctx, t.work, analytics.Stretch{Limit: near})
	return append(list, next...), err
}

// followups are the requests closed that nobody has called back about.
func (t *today) followups(ctx context.Context, p *panel.Result) error {
	_, all, err := t.server.kpis.Duties(ctx, t.work)
	if err != nil {
		return err
	}
	list, err := t.server.kpis.Unfollowed(ctx, t.work, t.of, t.head(todayRows))
	if err != nil {
		return err
	}
	p.Note = []string{t.T("办结满 48 小时、90 天内，仍无回访", "closed 48 hours to 90 days ago, nobody called back"), t.T("最久在前", "longest first")}
	p.N = "n " + t.T(t.Count(all.Unfollowed)+" 件", t.things(int(all.Unfollowed), "request"))
	p.Sentence = t.T(t.Count(all.Unfollowed)+" 件", t.things(int(all.Unfollowed), "request"))
	if all.UnfollowedBefore > 0 {
		p.Sentence += t.T("；更早未回访 "+t.Count(all.UnfollowedBefore)+" 件不列", "; "+t.Count(all.UnfollowedBefore)+" closed before that are not listed")
	}
	p.Figure, p.Style = listSize(all.Unfollowed), "todo followups"
	t.leads(p, "followups", t.T("全部 "+t.Count(all.Unfollowed)+" 件", "All "+t.Count(all.Unfollowed)))
	if t.of.One {
		p.Sentence, p.N = "", ""
		p.Figure = listSize(t.ofHandler(ctx, func(d analytics.Duties) uint64 { return d.Unfollowed }))
	}
	text := panel.Plain(panel.Text)
	p.Table.Columns = append(t.projectColumns(), styled(t.whereColumn(), "name"))
	p.Table.Columns = append(p.Table.Columns, t.requestColumns()...)
	p.Table.Columns = append(p.Table.Columns,
		styled(column("closed_on", "办结", "Closed", panel.Plain(panel.Date)), "nowrap"), styled(column("days", "已过", "Waiting", t.days()), "strong"))
	p.Table.Columns = append(p.Table.Columns, t.sourceColumns(column("called_on", "回访日期", "Called on", text), column("outcome", "结果", "Outcome", text))...)
	for _, r := range list {
		closed := r.ClosedAt.In(t.Calendar.Location)
		cells := append(t.projectCells(r.Project), t.whereCell(r))
		cells = append(cells, t.requestCells(r)...)
		cells = append(cells, panel.OfText(closed.Format(time.DateOnly)), panel.OfCount(int(t.work.Now.Sub(r.ClosedAt)/(24*time.Hour))))
		p.Table.Rows = append(p.Table.Rows, panel.Row{Cells: append(cells, sourceCells(r.Row, 2)...)})
	}
	if len(list) == 0 {
		p.Empty = t.nothing(t.T("办结的工单都已回访。", "All closed requests have been followed up."))
	}
	return nil
}

// moment writes a deadline: near ones to the minute, others as a day.
func (t *today) moment(at time.Time, left time.Duration) string {
	if left.Abs() > 72*time.Hour {
		return t.Day(gatehouse.DateOf(at.In(t.Calendar.Location)))
	}
	return t.clock(at)
}

// whereColumn heads whereCell.
func (t *today) whereColumn() panel.Column {
	if t.list == "" {
		return column("where", "事项 · 经办", "Request · handler", panel.Plain(panel.Text))
	}
	return column("where", "事项", "Request", panel.Plain(panel.Text))
}

// whereCell says where a request is and, beside other panels, what and whose.
func (t *today) whereCell(r analytics.Request) panel.Cell {
	c := panel.OfText(t.roomName(r.Room)).Linked(sourceURL(r.Row))
	c.Note = t.requestWords(r)
	if t.list == "" {
		c.Note += " · " + t.handlerName(r.Handler)
	}
	return c
}

func (t *today) requestColumns() []panel.Column {
	text := panel.Plain(panel.Text)
	return []panel.Column{
		t.more(column("number", "工单号", "Request no.", text)), extra(column("kind", "类型", "Kind", text)), extra(column("category", "类别", "Category", text)),
		t.more(column("handler", "经办", "Handler", text)), t.more(column("opened_at", "受理时间", "Opened", text)),
	}
}

func (t *today) requestCells(r analytics.Request) []panel.Cell {
	handler := panel.OfText(r.Handler)
	handler.Shown = t.handlerName(r.Handler)
	return []panel.Cell{panel.OfText(r.Number), panel.OfText(t.codeName(r.Kind)), panel.OfText(r.Category), handler, panel.OfText(t.minute(r.OpenedAt))}
}

// minute writes an instant for files.
func (t *today) minute(at time.Time) string {
	return at.In(t.Calendar.Location).Format("2006-01-02 15:04")
}

// ofHandler is what one handler's duties come to.
func (t *today) ofHandler(ctx context.Context, count func(analytics.Duties) uint64) uint64 {
	all, _, err := t.server.kpis.Duties(ctx, t.work)
	if err != nil {
		return 0
	}
	for _, d := range all {
		if d.Handler == t.of.Name {
			return count(d)
		}
	}
	return 0
}

// handlers are those who have something on a list, to narrow it to one of them.
func (t *today) handlers(ctx context.Context) []Choice {
	all, sum, err := t.server.kpis.Duties(ctx, t.work)
	if err != nil {
		t.server.log.Error("handlers could not be read", "error", err)
		return nil
	}
	count := func(d analytics.Duties) uint64 {
		if t.list == "followups" {
			return d.Unfollowed
		}
		return d.Overdue + d.Near
	}
	whole := t.asked("/today", "from", "handler")
	choices := []Choice{{Value: whole.With("", ""), Label: t.T("全部 ", "All ") + t.Count(count(sum)), Current: !t.of.One}}
	for _, d := range all {
		if n := count(d); n > 0 {
			choices = append(choices, Choice{Value: whole.With("handler", cmp.Or(d.Handler, nobody)), Label: t.handlerName(d.Handler) + " " + t.Count(n), Current: t.of.One && t.of.Name == d.Handler})
		}
	}
	return choices
}
