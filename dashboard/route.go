package dashboard

import (
	"net/http"
	"time"

	"gatehouse"
	"gatehouse/dashboard/auth"
)

const (
	pageTime     = 60 * time.Second
	transferTime = 30 * time.Minute // of an upload or a workbook
	formBytes    = 64 << 10
	mappingBytes = 4 << 20 // of a form with a mapping
)

// route is an address of the site, as data: the server is made of them, and a
// test walks them as each role.
type route struct {
	pattern string
	may     audience
	weight  weight
	scope   scopeRule
	handler handler
}

// audience is who may use an address. The zero audience is nobody.
type audience string

const (
	forEveryone   audience = "everyone"    // needs no session
	forPrograms   audience = "programs"    // bring a token that the handler asks for, and no session
	forUsers      audience = "signed in"   // whoever has a session; his scope limits what he sees
	forOfficers   audience = "officers"    // finance and head office: who answers for all projects
	forHeadOffice audience = "head office" // runs the site
)

// admits tells whether a signed-in user belongs to the audience.
func (a audience) admits(u auth.User) bool {
	switch a {
	case forEveryone, forUsers:
		return true
	case forOfficers:
		return (u.Role == auth.HeadOffice || u.Role == auth.Finance) && u.Scope().All()
	case forHeadOffice:
		return u.Role == auth.HeadOffice
	case forPrograms:
	}
	return false
}

// weight is how much time and body a request may take.
type weight int

const (
	light    weight = iota // a page, or a form of a few fields
	files                  // sent or fetched
	mappings               // with a mapping in them, by which files are read
	pushes                 // rows that a program sends
	reports                // a workbook to verify
)

// scopeRule says what an address tells of projects, so how the test tries to
// reach another's. A route without one fails the test.
type scopeRule struct {
	by    scopeBy
	query string // what the address needs besides to be answered
	why   string // there is nothing to refuse
}

type scopeBy int

const (
	unruled    scopeBy = iota
	byProject          // project= in the query: another's is refused
	byLoad             // the id in the path is of a load: another's is not found
	byField            // the project of the form: another's is refused
	byForm             // the same, and each row of a file in it
	byShelf            // the id in the path is of a saved view or a note: another's is not found
	byWords            // q= in the query: nothing of another's is found
	byTicket           // sealed for one user: another's is refused
	byAudience         // about all projects, for those only who may see all
	byNothing          // tells nothing of any project
)

// ofProject is the rule of addresses that a project narrows.
func ofProject(query string) scopeRule { return scopeRule{by: byProject, query: query} }

// ofNothing is the rule of addresses that tell nothing of projects.
func ofNothing(why string) scopeRule { return scopeRule{by: byNothing, why: why} }

// serveRoutes makes the server of a table of routes.
func (s *Server) serveRoutes(table []route) *http.ServeMux {
	mux := http.NewServeMux()
	for _, one := range table {
		mux.Handle(one.pattern, s.serveRoute(one))
	}
	return mux
}

func (s *Server) serveRoute(one route) http.Handler {
	duration, bytes := pageTime, int64(formBytes)
	switch one.weight {
	case light:
	case files:
		duration, bytes = transferTime, uploadSizes*s.Loader.FileBytes()
	case mappings:
		duration, bytes = transferTime, mappingBytes
	case pushes:
		duration, bytes = transferTime, s.Loader.FileBytes()
	case reports:
		duration, bytes = transferTime, verifyBytes+formBytes
	}
	switch one.may {
	case forEveryone:
		return s.handle(limit(duration, bytes, one.handler))
	case forPrograms:
		return s.api(limit(duration, bytes, one.handler))
	case forUsers, forOfficers, forHeadOffice:
	}
	h := one.handler
	if one.scope.by != byNothing {
		h = s.recorded(h)
	}
	return s.handle(limit(duration, bytes, s.private(only(one.may, h))))
}

// only lets those in who belong to the audience.
func only(a audience, h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if !a.admits(userOf(r)) {
			return gatehouse.Errorf(gatehouse.Forbidden, "this page is for another role")
		}
		return h(w, r)
	}
}
