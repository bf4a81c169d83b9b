package gatehouse

import "slices"

// Scope is the set of projects somebody may see. Every query takes one, and
// the zero Scope sees nothing, so forgetting it never shows too much.
type Scope struct {
	all      bool
	projects []string
}

// AllProjects sees the whole portfolio, rows of no known project included.
func AllProjects() Scope { return Scope{all: true} }

// Projects sees the listed projects only.
func Projects(codes ...string) Scope { return Scope{projects: slices.Clone(codes)} }

// All tells whether the scope is the whole portfolio.
func (s Scope) All() bool { return s.all }

// Codes lists the projects of a limited scope, nil when it is the whole portfolio.
func (s Scope) Codes() []string { return slices.Clone(s.projects) }

// Allows tells whether project may be seen.
func (s Scope) Allows(project string) bool {
	return s.all || slices.Contains(s.projects, project)
}

// Narrow limits the scope to one project, or leaves it as it is when project
// is empty. It is an error to narrow to a project outside the scope.
func (s Scope) Narrow(project string) (Scope, error) {
	if project == "" {
		return s, nil
	}
	if !s.Allows(project) {
		return Scope{}, Errorf(Forbidden, "project %s is not among yours", project)
	}
	return Projects(project), nil
}
