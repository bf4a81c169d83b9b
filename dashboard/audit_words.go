package dashboard

import (
	"net/url"
	"strings"

	"gatehouse"
	"gatehouse/dashboard/audit"
	"gatehouse/dashboard/auth"
)

// actionWord words what was done.
func (f Frame) actionWord(a audit.Action) string {
	switch a {
	case audit.SignIn:
		return f.T("登录", "signed in")
	case audit.SignInFailed:
		return f.T("登录失败", "failed to sign in")
	case audit.SignInLocked:
		return f.T("登录被锁定", "was locked out")
	case audit.SignOut:
		return f.T("退出", "signed out")
	case audit.Download:
		return f.T("下载", "downloaded")
	case audit.Load:
		return f.T("载入文件", "loaded a file")
	case audit.LoadRefused:
		return f.T("载入被拒绝", "had a file refused")
	case audit.LoadWithdrawn:
		return f.T("撤回载入", "withdrew a load")
	case audit.LoadRestored:
		return f.T("恢复载入", "restored a load")
	case audit.PeriodClosed:
		return f.T("关账", "closed a period")
	case audit.PeriodReopened:
		return f.T("重新开账", "opened a period again")
	case audit.UserMade:
		return f.T("新建用户", "made a user")
	case audit.UserChanged:
		return f.T("更改用户权限", "changed a user's role or projects")
	case audit.UserDisabled:
		return f.T("停用用户", "disabled a user")
	case audit.UserEnabled:
		return f.T("启用用户", "enabled a user")
	case audit.UserPassword:
		return f.T("重设密码", "set a password")
	case audit.UserSignedOut:
		return f.T("强制退出", "signed a user out everywhere")
	case audit.JobRun:
		return f.T("手动运行任务", "ran a job by hand")
	case audit.JobCancelled:
		return f.T("取消任务", "cancelled a job")
	case audit.MappingSaved:
		return f.T("保存映射", "saved a mapping")
	case audit.SourceRestarted:
		return f.T("来源重新取数", "had a source start over")
	case audit.ViewSaved:
		return f.T("保存视图", "saved a view")
	case audit.ViewRemoved:
		return f.T("删除视图", "deleted a view")
	case audit.NoteAdded:
		return f.T("添加批注", "added an annotation")
	case audit.NoteRemoved:
		return f.T("删除批注", "deleted an annotation")
	}
	return string(a)
}

// auditRow words an entry.
func (f Frame) auditRow(e audit.Entry) auditRow {
	row := auditRow{Entry: e, Time: e.At.In(f.Calendar.Location).Format("15:04:05"), Word: f.actionWord(e.Action), Subject: e.Subject, Detail: e.Detail}
	if len(e.Projects) > 0 {
		row.Names = f.projectNames(e.Projects)
	}
	switch e.Action {
	case audit.SignInFailed, audit.SignInLocked:
		row.Class = "warn"
	case audit.Load, audit.LoadRefused, audit.LoadWithdrawn, audit.LoadRestored:
		row.Subject, row.Detail, row.URL = e.Detail, "", "/loads/"+url.PathEscape(e.Subject)
	case audit.PeriodClosed, audit.PeriodReopened:
		row.Subject = f.closedPeriod(e.Subject)
	case audit.UserMade, audit.UserChanged, audit.UserDisabled, audit.UserEnabled, audit.UserPassword, audit.UserSignedOut:
		row.Detail, row.URL = f.roleWord(auth.Role(e.Detail)), "/users?"+url.Values{"name": {e.Subject}}.Encode()
	case audit.JobRun, audit.JobCancelled:
		row.URL = "/jobs?" + url.Values{"job": {e.Subject}}.Encode()
	case audit.MappingSaved:
		name, _, _ := strings.Cut(e.Subject, "@")
		row.URL = "/mappings/" + url.PathEscape(name)
	case audit.SourceRestarted:
		row.URL = "/sources/" + url.PathEscape(e.Subject)
	case audit.ViewSaved, audit.ViewRemoved:
		if row.Detail != "" {
			row.Detail = f.T("共享", "shared")
		}
	case audit.SignIn, audit.SignOut, audit.Download, audit.NoteAdded, audit.NoteRemoved:
	}
	return row
}

// closedPeriod words a period as the trail names it: its first day and the day after it.
func (f Frame) closedPeriod(days string) string {
	from, until, _ := strings.Cut(days, "/")
	start, err := gatehouse.ParseDate(from)
	if err != nil {
		return days
	}
	end, err := gatehouse.ParseDate(until)
	if err != nil {
		return days
	}
	return f.PeriodLabel(gatehouse.Period{Start: start.Month(), End: end.Month()})
}
