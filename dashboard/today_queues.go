package dashboard

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"gatehouse/dashboard/panel"
	"gatehouse/ingest"
)

// queue is how much of one kind of work there is.
type queue struct {
	Name, Count, Unit string
	Alarm             Judgement // what is worst in it
	Said              string
	URL               string
	Failed            bool
}

// queues are the counts on top. One that cannot be read says so.
func (t *today) queues(ctx context.Context, p *panel.Result) error {
	type read func(context.Context) (queue, []panel.Cell, error)
	names := []string{
		t.T("待催缴", "To chase"), t.T("工单时限", "Deadlines"), t.T("回访缺失", "Not followed up"), t.T("未抄表", "Meters unread"), t.T("调查回收", "Returns short"),
	}
	lists := todayLists()
	reads := []read{t.chaseQueue, t.deadlineQueue, t.followUpQueue, t.meterQueue, t.returnQueue}
	found, cells := make([]queue, len(reads)), make([][]panel.Cell, len(reads))
	var group errgroup.Group
	group.SetLimit(panelsAtOnce)
	for i, of := range reads {
		group.Go(func() error {
			err := guarded(func() (err error) {
				found[i], cells[i], err = of(ctx)
				return err
			})
			if err != nil {
				t.server.log.Error("queue failed", "queue", lists[i], "error", err)
				found[i].Failed, cells[i] = true, []panel.Cell{{}, {}}
			}
			found[i].Name, found[i].URL = names[i], t.listURL(lists[i])
			return nil
		})
	}
	_ = group.Wait() // no queue's error reaches the group
	text := panel.Plain(panel.Text)
	p.Table.Columns = []panel.Column{column("queue", "待办", "To do", text), column("count", "数量", "Count", panel.Plain(panel.Integer)), column("unit", "单位", "Unit", text), column("said", "说明", "Note", text)}
	failed := false
	for i, q := range found {
		failed = failed || q.Failed
		said := q.Said
		if q.Alarm.Word != "" {
			said = q.Alarm.Figure + " " + q.Alarm.Word + t.T("；", "; ") + said
		}
		p.Table.Rows = append(p.Table.Rows, panel.Row{Cells: []panel.Cell{panel.OfText(q.Name).Linked(q.URL), cells[i][0], panel.OfText(q.Unit), panel.OfText(said)}})
	}
	p.Body, p.Figure = "queues", found
	if failed {
		return incomplete{p}
	}
	return nil
}

// unitOf is the English word for n things.
func unitOf(n int, one string) string {
	if n == 1 {
		return one
	}
	return one + "s"
}

func counted(n int) []panel.Cell { return []panel.Cell{panel.OfCount(n)} }

func (t *today) chaseQueue(ctx context.Context) (queue, []panel.Cell, error) {
	all, err := t.arrears(ctx)
	said := t.T("逾期欠费 ", "past due ") + t.Prose(all.Owed)
	if n := len(all.List); n > 0 && all.Rooms > n {
		sum := all.Owed - all.Owed
		for _, r := range all.List {
			sum += r.Owed
		}
		said += t.T("，前 "+t.Count(n)+" 户占 ", ", the first "+t.Count(n)+" owe ") + percent(float64(sum)/float64(all.Owed))
	}
	return queue{Count: t.Count(all.Rooms), Unit: t.T("户", unitOf(all.Rooms, "room")), Said: said}, counted(all.Rooms), err
}

func (t *today) deadlineQueue(ctx context.Context) (queue, []panel.Cell, error) {
	_, all, err := t.server.kpis.Duties(ctx, t.work)
	q := queue{Count: t.Count(all.Overdue + all.Near), Unit: t.T("件", unitOf(int(all.Overdue+all.Near), "request")), Said: t.T(t.Count(all.Near)+" 件 24 小时内到期", t.Count(all.Near)+" due within 24 h")}
	if all.Overdue > 0 {
		q.Alarm = Judgement{Glyph: "▲", Figure: t.Count(all.Overdue), Word: t.T("件逾期", "overdue"), Class: "bad"}
	}
	return q, counted(int(all.Overdue + all.Near)), err
}

func (t *today) followUpQueue(ctx context.Context) (queue, []panel.Cell, error) {
	_, all, err := t.server.kpis.Duties(ctx, t.work)
	return queue{Count: t.Count(all.Unfollowed), Unit: t.T("件", unitOf(int(all.Unfollowed), "request")), Said: t.T("办结满 48 小时、90 天内未回访", "closed 48 h to 90 days ago")}, counted(int(all.Unfollowed)), err
}

func (t *today) meterQueue(ctx context.Context) (queue, []panel.Cell, error) {
	all, err := t.unread(ctx)
	return queue{Count: t.Count(all.Unread), Unit: t.T("块", unitOf(all.Unread, "meter")), Said: t.readOf(all)}, counted(all.Unread), err
}

func (t *today) returnQueue(ctx context.Context) (queue, []panel.Cell, error) {
	waves, err := t.waves(ctx)
	short, missing := shortOf(waves)
	said := t.T(t.Count(short)+" 个批次不足", t.things(short, "wave")+" short")
	if len(waves) == 0 {
		said = t.T("本半年没有发放问卷", "none issued this half-year")
	}
	return queue{Count: t.Count(missing), Unit: t.T("份差额", "missing"), Said: said}, counted(missing), err
}

// fresh tells of each feed how far its data go: of a project by itself, else of
// how many projects they are in time.
func (t *today) fresh(ctx context.Context, p *panel.Result) error {
	now, err := t.server.answersNow(ctx)
	if err != nil {
		return err
	}
	reaches, err := kept(ctx, now, func(ctx context.Context) ([]ingest.Reach, error) {
		return ingest.Freshness(ctx, t.server.db, t.Scope)
	}, "freshness", t.Scope.All(), t.Scope.Codes())
	if err != nil {
		return err
	}
	codes := []string{t.Filter.Project}
	if t.Filter.Project == "" {
		codes = codes[:0]
		for _, one := range t.Projects {
			codes = append(codes, one.Code)
		}
	}
	text := panel.Plain(panel.Text)
	p.Table.Columns = []panel.Column{column("feed", "数据", "Feed", text), column("state", "状态", "State", text), column("note", "说明", "Note", text)}
	var strip []freshCell
	for _, feed := range ingest.ReachFeeds() {
		var cells []freshCell
		for _, code := range codes {
			i := slices.IndexFunc(reaches, func(r ingest.Reach) bool { return r.Project == code && r.Feed == feed })
			r := ingest.Reach{Project: code, Feed: feed}
			if i >= 0 {
				r = reaches[i]
			}
			cells = append(cells, t.Frame.fresh(r, i >= 0, t.server.now()))
		}
		c := t.together(feed, cells)
		c.URL = t.Filter.Loads(feed, t.Filter.Project)
		strip = append(strip, c)
		state := ""
		for i, line := range c.Lines {
			if i > 0 {
				state += t.T("，", ", ")
			}
			state += line.Text
		}
		p.Table.Rows = append(p.Table.Rows, panel.Row{Cells: []panel.Cell{panel.OfText(c.Feed).Linked(c.URL), panel.OfText(state), panel.OfText(c.Note)}})
	}
	p.Body, p.Figure = "fresh-strip", strip
	return nil
}

// together is a feed of several projects as one.
func (t *today) together(feed string, cells []freshCell) freshCell {
	if len(cells) == 1 {
		return cells[0]
	}
	all := freshCell{Feed: t.FeedTitle(feed), Class: "ok"}
	n := map[string]int{}
	for _, c := range cells {
		n[c.Class]++
	}
	in := t.Count(n["ok"]) + " / " + t.Count(len(cells))
	for _, one := range []struct{ class, glyph, zh, en string }{{"gone", "✕", " 个有缺", " incomplete"}, {"held", "!", " 个有隔离行", " with rows aside"}, {"late", "▲", " 个迟到", " late"}} {
		if count := n[one.class]; count > 0 {
			if all.Class == "ok" {
				all.Class = one.class
			}
			all.Lines = append(all.Lines, freshLine{one.glyph, t.Count(count) + t.T(one.zh, one.en)})
		}
	}
	if all.Class == "ok" {
		all.Lines = []freshLine{{"✓", t.T(in+" 个项目按时", in+" projects in time")}}
	} else {
		all.Note = t.T(in+" 按时", in+" in time")
	}
	return all
}
