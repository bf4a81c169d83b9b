package auth

import (
	"slices"
	"time"

	"gatehouse"
)

// Role is what a user is to the company.
type Role string

const (
	Manager    Role = "manager"     // sees and uploads for the listed projects
	Finance    Role = "finance"     // sees, downloads and uploads for all projects
	HeadOffice Role = "head_office" // everything
)

// Roles lists the roles there are.
func Roles() []Role { return []Role{Manager, Finance, HeadOffice} }

// ParseRole reads the name of a role.
func ParseRole(s string) (Role, error) {
	if r := Role(s); slices.Contains(Roles(), r) {
		return r, nil
	}
	return "", gatehouse.Errorf(gatehouse.Invalid, "there is no role %q: choose one of %v", s, Roles())
}

// Scan reads the role from the database.
func (r *Role) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return gatehouse.Errorf(gatehouse.Internal, "cannot read %T as a role", src)
	}
	*r = Role(text)
	return nil
}

// User is somebody who may sign in.
type User struct {
	Name      string    `ch:"name"`
	Role      Role      `ch:"role"`
	Projects  []string  `ch:"projects"` // of a manager
	Epoch     uint32    `ch:"epoch"`    // sessions of earlier epochs are over
	Disabled  bool      `ch:"disabled"`
	ChangedBy string    `ch:"changed_by"`
	ChangedAt time.Time `ch:"changed_at"`

	PasswordHash string `ch:"password_hash" json:"-"`
}

// Scope is what the user may see. A role nobody knows sees nothing.
func (u User) Scope() gatehouse.Scope {
	switch u.Role {
	case Finance, HeadOffice:
		return gatehouse.AllProjects()
	case Manager:
		return gatehouse.Projects(u.Projects...)
	}
	return gatehouse.Scope{}
}

// MayLoad tells whether the user may load rows of a feed for a project; ""
// stands for rows of no project. Projects' masters decide which names mean
// which project, and targets who is praised: neither is a manager's to load.
func (u User) MayLoad(feed, project string) bool {
	if u.Role == Manager {
		return project != "" && u.Scope().Allows(project) && feed != "project" && feed != "kpi_target"
	}
	return u.Scope().All()
}
