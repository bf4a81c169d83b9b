package dashboard

import (
	"testing"
	"time"

	"gatehouse"
	"gatehouse/analytics"
)

func TestReasonsInWords(t *testing.T) {
	t.Parallel()
	zh, en := Frame{Lang: gatehouse.Chinese}, Frame{Lang: gatehouse.English}
	for _, c := range []struct {
		reason          analytics.Reason
		months          int
		kind, zhs, said string
	}{
		{analytics.Reason{Kind: analytics.NeverPaid, Run: 25}, 25, "从未缴", "欠 25 期，没有缴费记录", "25 months owed, no payment on record"},
		{analytics.Reason{Kind: analytics.StoppedPay, Run: 3, PaidLastYear: true}, 3, "停缴", "连续 3 期未缴，去年同期已缴", "nothing for 3 months in a row, paid by this day last year"},
		{analytics.Reason{Kind: analytics.StoppedPay, Run: 3}, 5, "停缴", "连续 3 期未缴，共欠 5 期", "nothing for 3 months in a row, 5 owed in all"},
		{analytics.Reason{Kind: analytics.PaysInPart, Run: 2}, 2, "部分缴", "连续 2 期部分缴", "part of each of 2 months in a row"},
		{analytics.Reason{Kind: analytics.OldDebt, Run: 8}, 1, "旧欠", "近 8 期已缴，旧账未清", "the last 8 months are paid, older ones not"},
		{analytics.Reason{Kind: analytics.NewDebt, Run: 1}, 1, "新欠", "只欠最近 1 期", "owes the last month only"},
		{analytics.Reason{Kind: analytics.OnAndOff}, 4, "断续缴", "欠 4 期，缴缴停停", "4 months owed, others paid"},
		{analytics.Reason{Kind: analytics.Unexplained}, 0, "待核", "逐月无欠费，合计有欠", "no month owes by itself, together they do"},
	} {
		room := analytics.RoomArrears{Months: c.months, Reason: c.reason}
		kind, said := zh.reasonWords(room)
		if kind != c.kind || said != c.zhs {
			t.Errorf("%+v: %s, %s; want %s, %s", c.reason, kind, said, c.kind, c.zhs)
		}
		if kind, said := en.reasonWords(room); kind == "" || said != c.said {
			t.Errorf("%+v: %s, %s; want %s", c.reason, kind, said, c.said)
		}
	}
}

func TestDeadlinesInWords(t *testing.T) {
	t.Parallel()
	zh, en := Frame{Lang: gatehouse.Chinese}, Frame{Lang: gatehouse.English}
	for _, c := range []struct {
		left          time.Duration
		zh, en, class string
	}{
		{-28*time.Hour - time.Minute, "▲ 逾期 28 小时", "▲ overdue 28 h", "bad"},
		{-time.Second, "▲ 逾期 0 分钟", "▲ overdue 0 min", "bad"},
		{-100 * 24 * time.Hour, "▲ 逾期 100 天", "▲ overdue 100 d", "bad"},
		{0, "● 剩 0 分钟", "● left 0 min", "warn"},
		{4 * time.Hour, "● 剩 4 小时", "● left 4 h", "warn"},
		{4*time.Hour + time.Second, " 剩 4 小时", " left 4 h", ""},
	} {
		for f, want := range map[*Frame]string{&zh: c.zh, &en: c.en} {
			j := f.deadlineWords(c.left)
			if got := j.Glyph + " " + j.Word + " " + j.Figure; got != want || j.Class != c.class {
				t.Errorf("%s left: %q %s, want %q %s", c.left, got, j.Class, want, c.class)
			}
		}
	}
}
