package ingest

import (
	"testing"

	"pgregory.net/rapid"
)

func TestTotalWords(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]bool{
		"合计": true, "小 计：": true, "1栋合计": true, "合计（元）": true, " Total": true, "ＴＯＴＡＬ": true, "Grand total:": true, "SUM": true,
		"制 表 人：张三": true, "打印时间 2026-03-05": true,
		"": false, "P01": false, "1-1-101": false, "阳光花园": false, "物业管理费": false, "Sunshine": false, "计划外": false, "3栋": false,
	} {
		if got := isTotalWord(word); got != want {
			t.Errorf("%q: %v, want %v", word, got, want)
		}
	}
}

// The quick look never hides a word.
func TestQuickLookAtTotalWords(t *testing.T) {
	t.Parallel()
	text := rapid.StringOf(rapid.RuneFrom([]rune("合小总累共计制表人审核打印时间日期导出totalsubmgrndTOTALＴＯＳ:：- \u3000\u00a0\t1楼")))
	rapid.Check(t, func(r *rapid.T) {
		s := text.Draw(r, "text")
		if foldsToTotalWord(s) && !mayBeTotalWord(s) {
			r.Errorf("%q was passed over", s)
		}
	})
}
