package dashboard

import (
	"net/http"
	"net/url"
	"strings"

	"gatehouse"
	"gatehouse/dashboard/shelf"
)

// savedView is a view in the menu of the filter bar.
type savedView struct {
	shelf.View
	URL     string
	Own     bool
	Current bool // it is the page one is on
}

// viewed reads what the user has put beside the figures: his saved views, and
// the notes on what he may see.
func (s *Server) viewed(r *http.Request, f *Frame) error {
	list, err := s.shelf.Views(r.Context(), f.User.Name, f.User.Scope())
	if err != nil {
		return err
	}
	here := shelf.View{Path: r.URL.Path, Query: viewQuery(r.URL.Query())}
	for _, v := range list {
		f.Views = append(f.Views, savedView{View: v, URL: "/views/" + v.ID, Own: v.Owner == f.User.Name, Current: v.Address() == here.Address()})
	}
	f.Here = here.Address()
	f.notes, err = s.shelf.Notes(r.Context(), f.User.Scope())
	return err
}

// viewQuery is the query of a page without what is the reader's own or of the moment.
func viewQuery(q url.Values) string {
	kept := url.Values{}
	for key, values := range q {
		switch key {
		case "lang", "theme", "page", "done", "of":
			continue
		}
		if len(values) > 0 && values[0] != "" {
			kept[key] = values[:1]
		}
	}
	return kept.Encode()
}

// openView leads to the page of a view, which asks the viewer's own scope.
func (s *Server) openView(w http.ResponseWriter, r *http.Request) error {
	user := userOf(r)
	v, err := s.shelf.FindView(r.Context(), user.Name, user.Scope(), r.PathValue("id"))
	if err != nil {
		return err
	}
	http.Redirect(w, r, v.Address(), http.StatusSeeOther)
	return nil
}

// saveView keeps the page one is on.
func (s *Server) saveView(w http.ResponseWriter, r *http.Request) error {
	at, err := s.viewable(r.PostFormValue("at"))
	if err != nil {
		return err
	}
	v := shelf.View{Owner: userOf(r).Name, Name: r.PostFormValue("name"), Path: at.Path, Query: viewQuery(at.Query()), Shared: r.PostFormValue("shared") != ""}
	if v, err = s.shelf.SaveView(r.Context(), v); err != nil {
		return err
	}
	http.Redirect(w, r, v.Address(), http.StatusSeeOther)
	return nil
}

func (s *Server) removeView(w http.ResponseWriter, r *http.Request) error {
	if err := s.shelf.RemoveView(r.Context(), userOf(r).Name, r.PathValue("id")); err != nil {
		return err
	}
	return s.goBack(w, r)
}

// goBack leads to the page that a form was on.
func (s *Server) goBack(w http.ResponseWriter, r *http.Request) error {
	to := "/"
	if at, err := s.viewable(r.PostFormValue("at")); err == nil {
		to = at.RequestURI()
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// viewable reads the address of a page that shows figures: of the table of
// routes those that a project narrows, but no files.
func (s *Server) viewable(address string) (*url.URL, error) {
	at, err := url.Parse(localPath(address))
	if err != nil || at.Path == "" {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "%q is no page of this site", address)
	}
	for _, one := range s.routes() {
		path, ok := strings.CutPrefix(one.pattern, "GET ")
		if ok && path == at.Path && one.scope.by == byProject && one.weight == light && !strings.Contains(path, ".") {
			return at, nil
		}
	}
	return nil, gatehouse.Errorf(gatehouse.Invalid, "%s is no page whose view can be saved", at.Path)
}
