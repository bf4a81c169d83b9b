package dashboard

import (
	"fmt"
	"math"
	"slices"
	"time"

	"gatehouse"
	"gatehouse/analytics/schedule"
)

// jobBadge words how a run went.
func (f Frame) jobBadge(r schedule.Run) stateBadge {
	switch r.State {
	case schedule.Started:
		if r.CancelledBy != "" {
			return stateBadge{f.T("正在取消", "Ending"), "", "player-stop"}
		}
		return stateBadge{f.T("运行中", "Running"), "", "refresh"}
	case schedule.Done:
		return stateBadge{f.T("完成", "Done"), "good", "check"}
	case schedule.Cancelled:
		return stateBadge{f.T("已取消", "Cancelled"), "", "player-stop"}
	case schedule.Stopped:
		return stateBadge{f.T("中断", "Stopped"), "warn", "alert-triangle"}
	case schedule.Failed:
	}
	return stateBadge{f.T("出错", "Failed"), "bad", "x"}
}

// causeWord words why a run was: the user's name when one asked.
func (f Frame) causeWord(r schedule.Run) string {
	switch r.Cause {
	case schedule.Scheduled:
		return f.T("定时", "Schedule")
	case schedule.Missed:
		return f.T("补运行", "Missed before")
	case schedule.AtStart:
		return f.T("启动时", "At the start")
	case schedule.AfterLoad:
		return f.T("载入后", "After a load")
	case schedule.Manual:
		return r.By
	}
	return missing // of before it was written down
}

// AttemptWord tells which try of its time a run is, from the second on.
func (f Frame) AttemptWord(r schedule.Run) string {
	if r.Attempt < 2 {
		return ""
	}
	return f.In(gatehouse.Text{ZH: "第 %d 次尝试", EN: "attempt %d"}.With(r.Attempt))
}

// jobTook words how long a run took, or has taken by its last sign of life. How
// long one lasted whose process died nobody knows.
func (f Frame) jobTook(r schedule.Run) string {
	switch r.State {
	case schedule.Started:
		return f.T("已 ", "") + f.seconds(r.Seconds) + f.T("", " so far")
	case schedule.Stopped:
		return ""
	case schedule.Done, schedule.Failed, schedule.Cancelled:
	}
	return f.seconds(r.Seconds)
}

// seconds words a duration, with tenths when it is short.
func (f Frame) seconds(s float64) string {
	switch {
	case s < 0.1:
		return f.T("不到 0.1 秒", "under 0.1 s")
	case s < 10:
		return fmt.Sprintf("%.1f", s) + f.T(" 秒", " s")
	}
	return f.took(time.Duration(math.Round(s)) * time.Second)
}

// jobRules words what holds for a job's runs beside its times.
func (f Frame) jobRules(j schedule.Job) []string {
	var rules []string
	if j.Every > 0 || j.Cron != "" {
		rules = append(rules, map[schedule.CatchUp]string{
			schedule.Latest: f.T("错过的补一次", "missed: run once"),
			schedule.Skip:   f.T("错过的不补", "missed: left out"),
			schedule.All:    f.T("错过的逐次补", "missed: run each"),
		}[j.CatchUp])
	}
	if j.Timeout > 0 {
		rules = append(rules, f.T("限时 ", "limit ")+f.took(j.Timeout))
	}
	if j.Retries > 0 {
		rules = append(rules, f.In(gatehouse.Text{ZH: "出错重试 %d 次", EN: "retries %d"}.With(j.Retries)))
	}
	return rules
}

// durationBar is a run's duration drawn to the scale of the longest of its job.
type durationBar struct {
	X, Y, Height float64
	Class        string
	Says         string
}

const (
	barStep   = 5.0  // from one bar to the next
	barHeight = 24.0 // of the longest
)

// durationBars draws the durations of runs, newest at the right, and words
// their bounds. What did not come to its end is no duration, but its place is kept.
func (f Frame) durationBars(runs []schedule.Run) (bars []durationBar, bounds string) {
	longest, shortest := 0.0, math.Inf(1)
	for _, r := range runs {
		if r.State == schedule.Done {
			longest, shortest = max(longest, r.Seconds), min(shortest, r.Seconds)
		}
	}
	x := barStep * float64(jobBars-len(runs))
	for _, r := range slices.Backward(runs) {
		bar := durationBar{X: x, Height: barHeight, Class: "ac", Says: f.Instant(r.Started) + " " + f.jobBadge(r).Word + " " + f.jobTook(r)}
		switch r.State {
		case schedule.Done:
			// At least a hair's breadth, so that it is seen that it ran.
			bar.Height = max(1.5, barHeight*r.Seconds/max(longest, 1e-9))
		case schedule.Failed:
			bar.Class = "not-well"
		case schedule.Started, schedule.Cancelled, schedule.Stopped:
			bar.Class = "py"
		}
		bar.Y = barHeight - bar.Height
		bars = append(bars, bar)
		x += barStep
	}
	switch {
	case longest == 0 && math.IsInf(shortest, 1):
		return bars, ""
	case f.seconds(shortest) == f.seconds(longest):
		return bars, f.seconds(longest)
	}
	return bars, f.seconds(shortest) + " – " + f.seconds(longest)
}
