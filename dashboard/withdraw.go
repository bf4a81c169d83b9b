package dashboard

import (
	"context"
	"net/http"

	"gatehouse"
	"gatehouse/ingest"
)

// changing gives the page of a load whose visibility the user wants to change.
func (s *Server) changing(r *http.Request) (loadData, error) {
	page, err := s.readLoad(r, r.PathValue("id"))
	if err == nil && !page.MayChange {
		err = gatehouse.Errorf(gatehouse.Forbidden, "load %s is not wholly yours", page.Load.LoadID)
	}
	return page, err
}

// askWithdraw says what withdrawing a load does before it is done.
func (s *Server) askWithdraw(w http.ResponseWriter, r *http.Request) error {
	page, err := s.changing(r)
	if err != nil {
		return err
	}
	if page.Load.State != ingest.Published {
		http.Redirect(w, r, page.Load.URL, http.StatusSeeOther) // nothing to ask
		return nil
	}
	page.Title = page.T("撤回载入", "Withdraw a load")
	return s.render(w, "withdraw.html", page)
}

func (s *Server) withdraw(w http.ResponseWriter, r *http.Request) error {
	return s.change(w, r, "load withdrawn", s.Loader.Withdraw)
}

func (s *Server) restore(w http.ResponseWriter, r *http.Request) error {
	return s.change(w, r, "load restored", s.Loader.Restore)
}

// change makes a load invisible or visible again, and figures follow.
func (s *Server) change(w http.ResponseWriter, r *http.Request, what string, do func(ctx context.Context, scope gatehouse.Scope, loadID, by string) error) error {
	page, err := s.changing(r)
	if err != nil {
		return err
	}
	if err := do(r.Context(), page.User.Scope(), page.Load.LoadID, page.User.Name); err != nil {
		return err
	}
	s.log.Info(what, "user", page.User.Name, "load", page.Load.LoadID)
	s.Refresh()
	http.Redirect(w, r, page.Load.URL, http.StatusSeeOther)
	return nil
}
