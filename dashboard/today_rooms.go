package dashboard

import (
	"context"
	"fmt"
	"math"

	"gatehouse/analytics"
	"gatehouse/dashboard/panel"
)

// arrears are the rooms to chase. They do not depend on the clock, and both the
// list and its count ask for them.
func (t *today) arrears(ctx context.Context) (analytics.Arrears, error) {
	return remember(ctx, t, "arrears", t.head(todayRooms), func(ctx context.Context, some analytics.Stretch) (analytics.Arrears, error) {
		return t.server.kpis.Arrears(ctx, t.work, some)
	})
}

// remember keeps the part of a work list that pages show; whole ones pass by.
func remember[T any](ctx context.Context, t *today, name string, some analytics.Stretch, read func(context.Context, analytics.Stretch) (T, error)) (T, error) {
	if some.Limit == 0 {
		return read(ctx, some)
	}
	found, err := analytics.Remembered(ctx, t.server.kpis, t.Scope, t.Snapshot, fmt.Sprintf("work %s %+v", name, some), func(ctx context.Context) ([]T, error) {
		one, err := read(ctx, some)
		return []T{one}, err
	})
	if err != nil {
		var none T
		return none, err
	}
	return found[0], nil
}

// rooms are those to call, ranked by what they owe and since when.
func (t *today) rooms(ctx context.Context, p *panel.Result) error {
	all, err := t.arrears(ctx)
	if err != nil {
		return err
	}
	p.Unit = t.T("元", "yuan")
	p.Note = []string{
		t.T("业务日 ", "business day ") + t.Day(t.Snapshot.AsOf), t.T("排序：每笔欠费 × 逾期天数之和，大者在前", "order: Σ of each bill's arrears × days past due, largest first"),
		t.T("不含违约金", "without late fees"),
	}
	p.N = "n " + t.T(t.Count(all.Rooms)+" 户", t.things(all.Rooms, "room"))
	p.Figure, p.Style = listSize(all.Rooms), "todo rooms"
	t.leads(p, "rooms", t.T("全部 "+t.Count(all.Rooms)+" 户", "All "+t.things(all.Rooms, "room")))
	text, number := panel.Plain(panel.Text), panel.Plain(panel.Integer)
	p.Table.Columns = append([]panel.Column{styled(column("rank", "序", "#", number), "muted rank")}, t.projectColumns()...)
	p.Table.Columns = append(p.Table.Columns,
		extra(column("building", "楼栋", "Building", text)), styled(column("room", "房号", "Room", text), "name"),
		styled(column("owed", "欠费", "Owed", t.yuanFormat()), "strong"), barColumn(panel.Bars{Actual: "owed", Average: math.NaN()}),
		styled(column("days", "最长账龄", "Past due", t.days()), "age"),
		extra(column("oldest", "最早应交日", "Oldest due on", panel.Plain(panel.Date))), extra(column("months", "欠费期数", "Months owed", number)),
		extra(column("kind", "类别", "Kind", text)), styled(column("reason", "原因", "Reason", text), "reason"),
		styled(column("last_paid", "上次缴费", "Last paid", panel.Plain(panel.Date)), "paid"),
		t.more(styled(column("items", "收费项目", "Fee items", text), "items")),
		t.more(column("weight", "欠费×天数", "Arrears × days", panel.Plain(panel.Money).In(t.T("元·天", "yuan·days")))))
	p.Table.Columns = append(p.Table.Columns, t.sourceColumns(column("called_on", "联系日期", "Called on", text), column("outcome", "结果", "Outcome", text))...)
	for i, r := range all.List {
		p.Table.Rows = append(p.Table.Rows, panel.Row{Cells: t.roomCells(t.some.Offset+i+1, r)})
	}
	switch {
	case len(all.List) == 0:
		p.Empty = t.nothing(t.T("没有逾期未缴的房号。", "No room has anything past due."))
	case t.list == "":
		p.Sentence = t.roomsSentence(all)
	default:
		p.Sentence = t.T(t.Count(all.Rooms)+" 户逾期未缴 "+moneyTable(all.Owed)+" 元", "past due of "+t.things(all.Rooms, "room")+": "+moneyTable(all.Owed)+" yuan")
	}
	return nil
}

func (t *today) roomCells(rank int, r analytics.RoomArrears) []panel.Cell {
	kind, said := t.reasonWords(r)
	room := panel.OfText(r.Room).Linked(sourceURL(r.Bill))
	if room.Exact == "" {
		room.Shown = t.T("未填房号", "no room")
	}
	if t.list == "" {
		room.Note = t.itemNames(r.Items)
	}
	paid := panel.Cell{Shown: t.T("无记录", "never")}
	if r.LastPaid != 0 {
		paid = panel.OfDate(r.LastPaid)
		paid.Note = t.daysAgo(int(t.Snapshot.AsOf - r.LastPaid))
	}
	days := panel.OfCount(r.Days)
	days.Note = t.T("自 ", "since ") + t.Day(r.Oldest)
	reason := panel.OfText(said)
	reason.Glyph = kind
	cells := append([]panel.Cell{panel.OfCount(rank)}, t.projectCells(r.Project)...)
	cells = append(cells,
		panel.OfText(r.Building), room, panel.OfMoney(r.Owed), panel.Cell{}, days, panel.OfDate(r.Oldest), panel.OfCount(r.Months),
		panel.OfText(kind), reason, paid, panel.OfText(t.itemWords(r.Items)), panel.OfMoney(r.Weight))
	return append(cells, sourceCells(r.Bill, 2)...)
}

// roomsSentence says how much of it the rooms listed owe.
func (t *today) roomsSentence(all analytics.Arrears) string {
	sum := all.Owed - all.Owed
	for _, r := range all.List {
		sum += r.Owed
	}
	n, share := t.Count(len(all.List)), percent(float64(sum)/float64(all.Owed))
	if len(all.List) == all.Rooms {
		return t.T(n+" 户合计 "+moneyTable(sum)+" 元", "past due of "+t.things(all.Rooms, "room")+": "+moneyTable(sum)+" yuan")
	}
	return t.T("前 "+n+" 户合计 "+moneyTable(sum)+" 元，占全部 "+t.Count(all.Rooms)+" 户欠费的 "+share,
		"the first "+n+" owe "+moneyTable(sum)+" yuan, "+share+" of the arrears of all "+t.things(all.Rooms, "room"))
}

// itemNames are the fee items owed.
func (t *today) itemNames(items []analytics.ItemOwed) string {
	names := ""
	for i, item := range items {
		if i > 0 {
			names += t.T("、", ", ")
		}
		names += item.Item
	}
	return names
}

// days is the format of a number of days, the unit behind each.
func (t *today) days() panel.Format {
	f := panel.Plain(panel.Integer)
	f.Base, f.Suffix = t.T("天", "days"), t.T(" 天", " d")
	return f
}

// nothing says why a list is empty: nothing to do, or nothing known.
func (t *today) nothing(said string) string {
	if t.Snapshot.Empty() {
		return t.T("还没有计算过指标。请先在“数据”页上传。", "No figures have been computed yet. Upload data on the Data page first.")
	}
	if t.some.Offset > 0 {
		return t.T("没有更多的行。", "There are no more rows.")
	}
	return said
}
