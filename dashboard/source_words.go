package dashboard

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"gatehouse"
	"gatehouse/ingest/source"
)

func (f Frame) kindWord(kind source.Kind) string {
	switch kind {
	case source.Folder:
		return f.T("文件夹", "Folder")
	case source.REST:
		return f.T("HTTP 接口", "HTTP API")
	case source.Push:
		return f.T("推送", "Push")
	case source.S3:
		return f.T("对象存储", "Bucket")
	case source.SFTP:
		return "SFTP"
	case source.IMAP:
		return f.T("邮箱", "Mailbox")
	}
	return string(kind)
}

// schedule words when a source runs.
func (f Frame) schedule(s source.Source) string {
	switch {
	case s.Disabled:
		return f.T("已停用", "Switched off")
	case s.Kind == source.Push:
		return f.T("对方推送时", "When sent")
	}
	return f.times(s.Every, s.Cron)
}

// times words when something runs that is due regularly, or when asked.
func (f Frame) times(every time.Duration, cron string) string {
	switch {
	case every > 0:
		return f.T("每 ", "Every ") + f.took(every)
	case cron != "":
		return f.cron(cron)
	}
	return f.T("手动运行", "By hand")
}

// cron words the times that people declare: at a minute of each hour, or at a
// time of each day, of some weekdays, of a day of the month. Others stay as they are.
func (f Frame) cron(expression string) string {
	fields := strings.Fields(expression)
	if len(fields) != 5 || fields[3] != "*" {
		return expression
	}
	minute, err := strconv.Atoi(fields[0])
	if err != nil {
		return expression
	}
	if fields[1] == "*" && fields[2] == "*" && fields[4] == "*" {
		return f.In(gatehouse.Text{ZH: "每小时第 %d 分", EN: "Hourly at minute %d"}.With(minute))
	}
	hour, err := strconv.Atoi(fields[1])
	if err != nil {
		return expression
	}
	at := fmt.Sprintf("%02d:%02d", hour, minute)
	day, byDay := strconv.Atoi(fields[2])
	switch days := f.weekdays(fields[4]); {
	case fields[2] == "*" && fields[4] == "*":
		return f.T("每天 ", "Daily at ") + at
	case fields[2] == "*" && days != "":
		return days + " " + at
	case byDay == nil && day == 31 && fields[4] == "*":
		return f.T("每月最后一天 ", "Last day of the month at ") + at
	case byDay == nil && fields[4] == "*":
		return f.In(gatehouse.Text{ZH: "每月 %d 日 %s", EN: "Day %d of the month at %s"}.With(day, at))
	}
	return expression
}

// weekdays words "1", "1-5" or "1,3", empty for anything else.
func (f Frame) weekdays(field string) string {
	names := strings.Fields(f.T("日 一 二 三 四 五 六 日", "Sun Mon Tue Wed Thu Fri Sat Sun"))
	word := func(s string) string {
		day, err := strconv.Atoi(s)
		if err != nil || day < 0 || day >= len(names) {
			return ""
		}
		return f.T("周", "") + names[day]
	}
	separator, joined := ",", f.T("、", ", ")
	if strings.Contains(field, "-") {
		separator, joined = "-", f.T("至", "–")
	}
	parts := strings.Split(field, separator)
	for i, p := range parts {
		if parts[i] = word(p); parts[i] == "" {
			return ""
		}
	}
	return strings.Join(parts, joined)
}

// took words how long something takes, in its two largest units.
func (f Frame) took(d time.Duration) string {
	units := []struct {
		length time.Duration
		word   string
	}{
		{24 * time.Hour, f.T(" 天", " d")}, {time.Hour, f.T(" 小时", " h")}, {time.Minute, f.T(" 分", " min")}, {time.Second, f.T(" 秒", " s")},
	}
	var words []string
	for _, u := range units {
		if n := d / u.length; n > 0 && len(words) < 2 {
			words = append(words, fmt.Sprint(int64(n))+u.word)
			d -= n * u.length
		}
	}
	if len(words) == 0 {
		return f.T("不到 1 秒", "under 1 s")
	}
	return strings.Join(words, " ")
}

// runBy words who had a source run.
func (f Frame) runBy(by string) string {
	switch {
	case by == "schedule":
		return f.T("定时", "Schedule")
	case strings.HasPrefix(by, "push:"):
		return f.T("推送", "Push")
	}
	return by
}

// sourceBadge is how a source stands.
func (f Frame) sourceBadge(s source.Status) stateBadge {
	if s.Last == nil {
		if s.Running {
			return stateBadge{f.T("运行中", "Running"), "", "refresh"}
		}
		return stateBadge{f.T("未运行", "Never ran"), "", "dots"}
	}
	return f.runBadge(s.Last.RunRow, s.Running)
}

// runBadge words how a run went. One that has no end and is none of this
// process runs elsewhere, or was cut off.
func (f Frame) runBadge(r source.RunRow, running bool) stateBadge {
	switch {
	case running:
		return stateBadge{f.T("运行中", "Running"), "", "refresh"}
	case r.State == source.RunStarted:
		return stateBadge{f.T("未结束", "Not ended"), "warn", "alert-triangle"}
	case r.State == source.RunFailed:
		return stateBadge{f.T("出错", "Failed"), "bad", "x"}
	case r.Refused+r.Failed > 0:
		return stateBadge{f.T("部分未载入", "Partly not loaded"), "warn", "alert-triangle"}
	case r.Quarantined > 0:
		return stateBadge{f.T("部分隔离", "Partly set aside"), "warn", "alert-triangle"}
	}
	return stateBadge{f.T("正常", "Done"), "good", "check"}
}

// itemBadge words what became of an item.
func (f Frame) itemBadge(i source.ItemRow) stateBadge {
	if i.State == source.ItemFailed {
		return stateBadge{f.T("将重试", "To be tried again"), "warn", "alert-triangle"}
	}
	return f.Badge(i.State, i.Quarantined)
}
