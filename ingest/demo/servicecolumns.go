package demo

import (
	"fmt"
	"time"
)

// moment is nil where nothing has happened yet.
func moment(t *time.Time) any {
	if t == nil {
		return nil
	}
	return *t
}

func requestColumns(l look, d directory) []column[Request] {
	return []column[Request]{
		projectColumn(l, d, func(r *Request) string { return r.Project }),
		{"request_no", []string{"工单编号", "单号"}, func(r *Request) any { return r.RequestNo }, ""},
		{"kind", []string{"类型"}, func(r *Request) any { return l.chinese(r.Kind) }, ""},
		{"category", []string{"类别"}, func(r *Request) any { return r.Category }, ""},
		{"channel", []string{"渠道"}, func(r *Request) any { return r.Channel }, ""},
		{"room", []string{"房号", "房屋编码", "房屋"}, func(r *Request) any { return r.Room }, ""},
		{"opened_at", []string{"受理时间", "报修时间", "投诉时间"}, func(r *Request) any { return r.OpenedAt }, ""},
		{"responded_at", []string{"响应时间"}, func(r *Request) any { return moment(r.RespondedAt) }, ""},
		{"due_at", []string{"要求完成时间"}, func(r *Request) any { return moment(r.DueAt) }, ""},
		{"closed_at", []string{"办结时间", "完成时间"}, func(r *Request) any { return moment(r.ClosedAt) }, ""},
		{"followed_up_at", []string{"回访时间"}, func(r *Request) any { return moment(r.FollowedUpAt) }, ""},
		{"follow_up", []string{"回访结果"}, func(r *Request) any { return l.chinese(r.FollowUp) }, ""},
		{"handler", []string{"处理人"}, func(r *Request) any { return r.Handler }, ""},
		{"status", []string{"状态"}, func(r *Request) any { return r.Status }, ""},
		{"text", []string{"内容"}, func(r *Request) any { return r.Text }, ""},
	}
}

// answerColumns are the long form. The scale is left out where it is the usual one.
func answerColumns(l look, d directory) []column[Answer] {
	scale := func(a *Answer, bound int) any {
		if l.lean && a.ScaleMax == 5 {
			return nil
		}
		return bound
	}
	return []column[Answer]{
		projectColumn(l, d, func(a *Answer) string { return a.Project }),
		{"wave", []string{"问卷批次"}, func(a *Answer) any { return a.Wave }, ""},
		{"respondent", []string{"答卷编号"}, func(a *Answer) any { return a.Respondent }, ""},
		{"channel", []string{"渠道"}, func(a *Answer) any { return a.Channel }, ""},
		{"submitted_at", []string{"提交时间"}, func(a *Answer) any { return a.SubmittedAt }, ""},
		{"question", []string{"题目"}, func(a *Answer) any { return a.Question }, ""},
		{"dimension", []string{"维度", "所属维度"}, func(a *Answer) any { return a.Dimension }, ""},
		{"score", []string{"得分"}, mark, ""},
		{"scale_min", []string{"最低分"}, func(a *Answer) any { return scale(a, a.ScaleMin) }, ""},
		{"scale_max", []string{"最高分"}, func(a *Answer) any { return scale(a, a.ScaleMax) }, ""},
		{"comment", []string{"意见"}, func(a *Answer) any { return a.Comment }, ""},
	}
}

// mark is the score, or one of the ways of not knowing: words, a blank, or a 9
// where the scale ends at 5.
func mark(a *Answer) any {
	if !a.DontKnow {
		return a.Score
	}
	switch a.SubmittedAt.Minute() % 4 {
	case 0:
		return nil
	case 1:
		return "不了解"
	case 2:
		if a.ScaleMax == 5 {
			return 9
		}
	}
	return "不清楚"
}

// form is one questionnaire, all of its answers in the order of the questions.
type form []Answer

// formColumns are the wide form: a column a question, its header numbered.
func formColumns(l look, d directory) []column[form] {
	columns := []column[form]{
		projectColumn(l, d, func(f *form) string { return (*f)[0].Project }),
		{"wave", []string{"问卷批次"}, func(f *form) any { return (*f)[0].Wave }, ""},
		{"respondent", []string{"答卷编号"}, func(f *form) any { return (*f)[0].Respondent }, ""},
		{"channel", []string{"渠道"}, func(f *form) any { return (*f)[0].Channel }, ""},
		{"submitted_at", []string{"提交时间"}, func(f *form) any { return (*f)[0].SubmittedAt }, ""},
	}
	for i, q := range questions() {
		header := fmt.Sprintf("%d.%s", i+1, q.text)
		if q.high != 5 {
			header += fmt.Sprintf("(%d-%d分)", q.low, q.high)
		}
		columns = append(columns, column[form]{header, nil, func(f *form) any { return mark(&(*f)[i]) }, ""})
	}
	return columns
}
