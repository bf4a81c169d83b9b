package dashboard

import "gatehouse/dashboard/auth"

// roleWord names a role.
func (f Frame) roleWord(r auth.Role) string {
	switch r {
	case auth.Manager:
		return f.T("项目经理", "Manager")
	case auth.Finance:
		return f.T("财务", "Finance")
	case auth.HeadOffice:
		return f.T("总部管理员", "Head office")
	}
	return string(r)
}

// RoleHint says what a role may do.
func (f Frame) RoleHint(role string) string {
	switch auth.Role(role) {
	case auth.Manager:
		return f.T("查看并上传所选项目", "sees and uploads for the chosen projects")
	case auth.Finance:
		return f.T("查看、下载、上传全部项目，关账", "sees, downloads and uploads for all projects, closes periods")
	case auth.HeadOffice:
		return f.T("全部权限，含用户、来源与任务", "everything, also users, sources and jobs")
	}
	return ""
}

// userNotice says what was done to a user on the page before.
func (f Frame) userNotice(done string) string {
	switch done {
	case "made":
		return f.T("用户已新建。", "The user was made.")
	case "changed":
		return f.T("已保存，立即生效。", "Saved; it holds at once.")
	case "disabled":
		return f.T("用户已停用，其会话已结束。", "The user is disabled and signed out.")
	case "enabled":
		return f.T("用户已启用。", "The user may sign in again.")
	case "password":
		return f.T("新密码已设置，原有会话已结束。", "The new password is set; sessions are over.")
	case "out":
		return f.T("该用户的会话已全部结束。", "The user is signed out everywhere.")
	}
	return ""
}
