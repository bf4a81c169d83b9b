package dashboard

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"unicode/utf8"

	"gatehouse"
	"gatehouse/dashboard/auth"
)

const (
	longestUser  = 64 // characters of a name
	longestSaid  = 256
	madePassword = 16 // characters of a password that is made up: 80 bits
)

// makeUser makes a user who was not there.
func (s *Server) makeUser(w http.ResponseWriter, r *http.Request) error {
	page, err := s.readUsers(r, "")
	if err != nil {
		return err
	}
	u := sentUser(r)
	password, made := sentPassword(r)
	fault := page.userFault(u, password)
	if slices.ContainsFunc(page.Rows, func(one userRow) bool { return one.Name == u.Name }) {
		fault = page.T("已有同名用户。", "There is a user of that name.")
	}
	if fault != "" {
		page.Typed = u.Name
		return s.userRefused(w, page, u, fault)
	}
	if err := s.Users.Put(r.Context(), u, password, page.User.Name); err != nil {
		return err
	}
	return s.userDone(w, r, u.Name, "made", made)
}

// changeUser changes role and projects of a user.
func (s *Server) changeUser(w http.ResponseWriter, r *http.Request) error {
	return s.putUser(w, r, "changed", func(page usersData, before auth.User) (auth.User, string) {
		u := sentUser(r)
		u.Disabled = before.Disabled
		if page.Of.Self && u.Role != before.Role {
			return u, page.T("不能更改自己的角色，请由另一位管理员更改。", "You cannot change your own role: another administrator can.")
		}
		return u, page.userFault(u, "")
	})
}

// disableUser locks a user out, at once.
func (s *Server) disableUser(w http.ResponseWriter, r *http.Request) error {
	return s.putUser(w, r, "disabled", func(page usersData, u auth.User) (auth.User, string) {
		if page.Of.Self {
			return u, page.T("不能停用自己。", "You cannot disable yourself.")
		}
		u.Disabled = true
		return u, ""
	})
}

func (s *Server) enableUser(w http.ResponseWriter, r *http.Request) error {
	return s.putUser(w, r, "enabled", func(_ usersData, u auth.User) (auth.User, string) {
		u.Disabled = false
		return u, ""
	})
}

// putUser changes the user of the form, unless there is a fault in that.
func (s *Server) putUser(w http.ResponseWriter, r *http.Request, done string, change func(usersData, auth.User) (auth.User, string)) error {
	page, err := s.readUsers(r, r.PostFormValue("name"))
	if err != nil {
		return err
	}
	if page.Of == nil {
		return gatehouse.Errorf(gatehouse.Invalid, "name the user to change")
	}
	after, fault := change(page, page.Of.User)
	if fault != "" {
		return s.userRefused(w, page, after, fault)
	}
	if err := s.Users.Put(r.Context(), after, "", page.User.Name); err != nil {
		return err
	}
	return s.userDone(w, r, after.Name, done, "")
}

// resetPassword gives a user another password, which ends his sessions.
func (s *Server) resetPassword(w http.ResponseWriter, r *http.Request) error {
	page, err := s.readUsers(r, r.PostFormValue("name"))
	if err != nil {
		return err
	}
	if page.Of == nil {
		return gatehouse.Errorf(gatehouse.Invalid, "name the user whose password to set")
	}
	password, made := sentPassword(r)
	if fault := page.userFault(page.Of.User, password); fault != "" {
		return s.userRefused(w, page, page.Of.User, fault)
	}
	if err := s.Users.Put(r.Context(), page.Of.User, password, page.User.Name); err != nil {
		return err
	}
	return s.userDone(w, r, page.Of.Name, "password", made)
}

// endSessions signs a user out wherever he is signed in.
func (s *Server) endSessions(w http.ResponseWriter, r *http.Request) error {
	name := r.PostFormValue("name")
	if err := s.Users.SignOut(r.Context(), name, userOf(r).Name); err != nil {
		return err
	}
	return s.userDone(w, r, name, "out", "")
}

// sentPassword is the password of the form, or one made up, which is to be shown.
func sentPassword(r *http.Request) (password, made string) {
	if typed := r.PostFormValue("password"); typed != "" {
		return typed, ""
	}
	made = rand.Text()[:madePassword]
	return made, made
}

// userFault says what is wrong with a user, empty for nothing. An empty password
// is none that is set.
func (f Frame) userFault(u auth.User, password string) string {
	letters := utf8.RuneCountInString(u.Name)
	_, err := auth.ParseRole(string(u.Role))
	switch {
	case letters == 0 || letters > longestUser:
		return f.T("用户名为 1 至 64 个字符。", "A name has 1 to 64 characters.")
	case err != nil:
		return f.T("请选择角色。", "Choose a role.")
	case u.Role == auth.Manager && len(u.Projects) == 0:
		return f.T("项目经理至少要有一个项目。", "A manager needs at least one project.")
	case password != "" && utf8.RuneCountInString(password) < auth.ShortestPassword():
		return f.In(gatehouse.Text{ZH: "密码至少 %d 个字符。", EN: "A password has at least %d characters."}.With(auth.ShortestPassword()))
	case len(password) > longestSaid:
		return f.T("密码过长。", "The password is too long.")
	}
	return ""
}

// userRefused shows the form again with what was typed and why it was not taken.
func (s *Server) userRefused(w http.ResponseWriter, page usersData, typed auth.User, fault string) error {
	page.Fault = fault
	page.choose(typed)
	return s.renderStatus(w, http.StatusUnprocessableEntity, "users.html", page)
}

// userDone leads to the user's settings. A password that was made up is shown on
// the answer itself, this once: it is in no address and not kept.
func (s *Server) userDone(w http.ResponseWriter, r *http.Request, name, done, made string) error {
	s.log.Info("user "+done, "name", name, "by", userOf(r).Name)
	if made == "" {
		http.Redirect(w, r, "/users?"+url.Values{"name": {name}, "done": {done}}.Encode(), http.StatusSeeOther)
		return nil
	}
	page, err := s.readUsers(r, name)
	if err != nil {
		return err
	}
	page.Notice, page.Password = page.userNotice(done), made
	return s.render(w, "users.html", page)
}
