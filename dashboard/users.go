package dashboard

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"gatehouse"
	"gatehouse/dashboard/auth"
)

// usersData is the page of who may sign in, and of one of them.
type usersData struct {
	Frame
	Rows     []userRow
	Of       *userRow // whose settings are shown, nil: those of a new one
	Roles    []Choice
	Choices  []Choice // projects of a manager
	Others   string   // codes of projects that are not loaded yet
	Typed    string   // the name of a user who was not made
	Fault    string   // why nothing was changed
	Password string   // made up, and shown this once
	Least    int      // characters of a password
}

// userRow is a user in the list.
type userRow struct {
	auth.User
	Role     string
	Names    string // of his projects
	Badge    stateBadge
	LastSeen string // when he last signed in
	URL      string
	Self     bool
	Shown    bool
}

func (s *Server) userList(w http.ResponseWriter, r *http.Request) error {
	page, err := s.readUsers(r, r.URL.Query().Get("name"))
	if err != nil {
		return err
	}
	page.Notice = page.userNotice(r.URL.Query().Get("done"))
	return s.render(w, "users.html", page)
}

// readUsers is the page with the settings of one user, or of a new one.
func (s *Server) readUsers(r *http.Request, of string) (usersData, error) {
	page := usersData{Frame: s.bareFrame(r), Least: auth.ShortestPassword()}
	page.Nav, page.Title = "users", page.T("用户", "Users")
	at, err := s.kpis.Latest(r.Context())
	if err != nil {
		return page, err
	}
	if page.Projects, err = s.kpis.Projects(r.Context(), page.User.Scope(), at); err != nil {
		return page, err
	}
	users, err := s.Users.List(r.Context())
	if err != nil {
		return page, err
	}
	seen, err := s.trail.SignIns(r.Context())
	if err != nil {
		return page, err
	}
	for _, u := range users {
		row := page.userRow(u, seen[u.Name])
		row.Shown = u.Name == of
		page.Rows = append(page.Rows, row)
	}
	i := slices.IndexFunc(page.Rows, func(u userRow) bool { return u.Shown })
	if i < 0 && of != "" {
		return page, gatehouse.Errorf(gatehouse.NotFound, "there is no user %s", of)
	}
	settings := auth.User{Role: auth.Manager}
	if i >= 0 {
		page.Of, settings = &page.Rows[i], users[i]
	}
	page.choose(settings)
	return page, nil
}

// choose fills the form with a user's role and projects.
func (d *usersData) choose(u auth.User) {
	d.Roles, d.Choices, d.Others = nil, nil, ""
	for _, role := range auth.Roles() {
		d.Roles = append(d.Roles, Choice{Value: string(role), Label: d.roleWord(role), Current: role == u.Role})
	}
	others := slices.Clone(u.Projects)
	for _, p := range d.Projects {
		d.Choices = append(d.Choices, Choice{Value: p.Code, Label: d.ProjectName(p.Code), Current: slices.Contains(u.Projects, p.Code)})
		others = slices.DeleteFunc(others, func(code string) bool { return code == p.Code })
	}
	d.Others = strings.Join(others, ", ")
}

func (f Frame) userRow(u auth.User, seen time.Time) userRow {
	row := userRow{User: u, Role: f.roleWord(u.Role), Names: f.T("全部项目", "all projects"), URL: "/users?" + url.Values{"name": {u.Name}}.Encode(), Self: u.Name == f.User.Name, LastSeen: missing}
	if u.Role == auth.Manager {
		row.Names = f.projectNames(u.Projects)
	}
	row.Badge = stateBadge{f.T("可登录", "Active"), "good", "check"}
	if u.Disabled {
		row.Badge = stateBadge{f.T("已停用", "Disabled"), "", "x"}
	}
	if !seen.IsZero() {
		row.LastSeen = f.Instant(seen)
	}
	return row
}

// sentUser reads role and projects of a form.
func sentUser(r *http.Request) auth.User {
	u := auth.User{Name: strings.TrimSpace(r.PostFormValue("name")), Role: auth.Role(r.PostFormValue("role"))}
	if u.Role != auth.Manager {
		return u
	}
	others := strings.FieldsFunc(r.PostFormValue("others"), func(c rune) bool { return strings.ContainsRune(" ,;，、；\t\r\n", c) })
	for _, code := range append(slices.Clone(r.PostForm["project"]), others...) {
		if !slices.Contains(u.Projects, code) {
			u.Projects = append(u.Projects, code)
		}
	}
	return u
}
