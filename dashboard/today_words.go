package dashboard

import (
	"strconv"
	"strings"
	"time"

	"gatehouse/analytics"
)

// reasonWords are why a room owes: a word for the kind, and what tells it.
func (f Frame) reasonWords(r analytics.RoomArrears) (kind, said string) {
	n, owed := f.Count(r.Reason.Run), f.Count(r.Months)
	switch r.Reason.Kind {
	case analytics.NeverPaid:
		kind, said = f.T("从未缴", "never paid"), f.T("欠 "+owed+" 期，没有缴费记录", owed+" months owed, no payment on record")
	case analytics.StoppedPay:
		kind, said = f.T("停缴", "stopped"), f.T("连续 "+n+" 期未缴", "nothing for "+n+" months in a row")
	case analytics.PaysInPart:
		kind, said = f.T("部分缴", "in part"), f.T("连续 "+n+" 期部分缴", "part of each of "+n+" months in a row")
	case analytics.OldDebt:
		kind, said = f.T("旧欠", "old debt"), f.T("近 "+n+" 期已缴，旧账未清", "the last "+n+" months are paid, older ones not")
	case analytics.NewDebt:
		kind, said = f.T("新欠", "new"), f.T("只欠最近 1 期", "owes the last month only")
	case analytics.OnAndOff:
		kind, said = f.T("断续缴", "on and off"), f.T("欠 "+owed+" 期，缴缴停停", owed+" months owed, others paid")
	case analytics.Unexplained:
		kind, said = f.T("待核", "to check"), f.T("逐月无欠费，合计有欠", "no month owes by itself, together they do")
	}
	if more := r.Months - r.Reason.Run; more > 0 && (r.Reason.Kind == analytics.StoppedPay || r.Reason.Kind == analytics.PaysInPart) {
		said += f.T("，共欠 "+owed+" 期", ", "+owed+" owed in all")
	}
	if r.Reason.PaidLastYear {
		said += f.T("，去年同期已缴", ", paid by this day last year")
	}
	return kind, said
}

// itemWords are the fee items that a room owes, the largest first; amounts stand
// beside them where there are several.
func (f Frame) itemWords(items []analytics.ItemOwed) string {
	if len(items) == 1 {
		return items[0].Item
	}
	var parts []string
	for _, i := range items {
		parts = append(parts, i.Item+" "+moneyTable(i.Owed))
	}
	return strings.Join(parts, f.T("、", ", "))
}

// spell is a stretch of time in its largest unit that has at least one, rounded
// down: 3 小时, 2 天; 3 h, 2 d.
func (f Frame) spell(d time.Duration) string {
	d = d.Abs()
	switch {
	case d < time.Hour:
		n := strconv.Itoa(int(d / time.Minute))
		return f.T(n+" 分钟", n+" min")
	case d < 72*time.Hour:
		n := strconv.Itoa(int(d / time.Hour))
		return f.T(n+" 小时", n+" h")
	}
	n := f.Count(int(d / (24 * time.Hour)))
	return f.T(n+" 天", n+" d")
}

// things counts things in English: 1 room, 2 rooms.
func (f Frame) things(n int, one string) string {
	return f.Count(n) + " " + unitOf(n, one)
}

// urgentWithin is how long before its deadline a request is marked.
const urgentWithin = 4 * time.Hour

// deadlineWords are how a request stands to its next deadline.
func (f Frame) deadlineWords(left time.Duration) Judgement {
	size := f.spell(left)
	switch {
	case left < 0:
		return Judgement{Glyph: "▲", Word: f.T("逾期", "overdue"), Figure: size, Class: "bad"}
	case left <= urgentWithin:
		return Judgement{Glyph: "●", Word: f.T("剩", "left"), Figure: size, Class: "warn"}
	}
	return Judgement{Word: f.T("剩", "left"), Figure: size}
}

// handlerName is who has a request; nobody has some.
func (f Frame) handlerName(name string) string {
	if name == "" {
		return f.T("未派单", "nobody yet")
	}
	return name
}

// requestWords are what a request is about.
func (f Frame) requestWords(r analytics.Request) string {
	if r.Category == "" {
		return f.codeName(r.Kind)
	}
	return f.codeName(r.Kind) + " · " + r.Category
}

// roomName is where something is; some rows name no room.
func (f Frame) roomName(room string) string {
	if room == "" {
		return f.T("公共区域", "common area")
	}
	return room
}

// clock writes an instant of these days: 11-03 09:30, 3 Nov 09:30.
func (f Frame) clock(t time.Time) string {
	t = t.In(f.Calendar.Location)
	if f.English() {
		return t.Format("2 Jan 15:04")
	}
	return t.Format("01-02 15:04")
}

// daysAgo words how long ago a day was.
func (f Frame) daysAgo(n int) string {
	return f.T(f.Count(n)+" 天前", f.Count(n)+" d ago")
}
