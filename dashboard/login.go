package dashboard

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"gatehouse/dashboard/audit"
	"gatehouse/dashboard/auth"
)

// loginData is the sign-in page.
type loginData struct {
	Frame
	Name    string
	Next    string
	Problem string
}

func (s *Server) loginPage(w http.ResponseWriter, r *http.Request) error {
	if _, ok, err := s.signedIn(r); err == nil && ok {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	page := loginData{Frame: s.bareFrame(r), Next: localPath(r.URL.Query().Get("next"))}
	page.Title = page.T("登录", "Sign in")
	return s.render(w, "login.html", page)
}

func (s *Server) login(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	page := loginData{Frame: s.bareFrame(r), Name: r.PostForm.Get("name"), Next: localPath(r.PostForm.Get("next"))}
	page.Title = page.T("登录", "Sign in")
	user, err := s.Users.Authenticate(r.Context(), page.Name, r.PostForm.Get("password"), addressOf(r))
	s.recordSignIn(r, page.Name, err)
	switch {
	case errors.Is(err, auth.ErrDenied):
		page.Problem = page.T("用户名或密码不正确。", "Name and password do not belong together.")
		return s.renderStatus(w, http.StatusUnauthorized, "login.html", page)
	case errors.Is(err, auth.ErrLocked):
		page.Problem = page.T("失败次数过多，请 15 分钟后再试。", "Too many failed tries. Try again in 15 minutes.")
		return s.renderStatus(w, http.StatusTooManyRequests, "login.html", page)
	case err != nil:
		return err
	}
	if err := s.startSession(w, user); err != nil {
		return err
	}
	s.log.Info("signed in", "user", user.Name, "role", user.Role)
	next := page.Next
	if next == "" {
		next = "/"
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// recordSignIn writes down how a try to sign in went. A name that is no user's is
// not kept: people type their password into the wrong field.
func (s *Server) recordSignIn(r *http.Request, name string, err error) {
	e := audit.Entry{Action: audit.SignIn}
	switch {
	case errors.Is(err, auth.ErrLockedNow):
		e.Action = audit.SignInLocked
	case errors.Is(err, auth.ErrDenied):
		e.Action = audit.SignInFailed
	case err != nil:
		return // locked is told once; else nobody knows how it went
	}
	if user, unknown := s.Users.Find(r.Context(), strings.TrimSpace(name)); unknown == nil {
		e.Person = user.Name
	}
	s.record(r, e)
}

func (s *Server) logout(w http.ResponseWriter, r *http.Request) error {
	if user, ok, err := s.signedIn(r); err == nil && ok {
		s.record(r, audit.Entry{Person: user.Name, Action: audit.SignOut})
	}
	s.setCookie(w, sessionCookie, "", 0)
	http.Redirect(w, r, "/login", http.StatusSeeOther)
	return nil
}

// home leads each user to what he comes for.
func (s *Server) home(w http.ResponseWriter, r *http.Request) error {
	user := userOf(r)
	to := "/portfolio"
	switch {
	case s.pages["portfolio.html"] == nil:
		to = "/collections"
	case user.Role == auth.Manager && len(user.Projects) == 1:
		to = "/today?project=" + url.QueryEscape(user.Projects[0])
	case user.Role == auth.Manager:
		to = "/today"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// localPath is a path of this site, empty for anything that leads elsewhere.
func localPath(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(s, "//") || strings.ContainsAny(s, "\\\r\n\t") {
		return ""
	}
	return u.RequestURI()
}
