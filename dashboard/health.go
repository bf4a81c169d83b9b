package dashboard

import (
	"net/http"

	"gatehouse"
)

// healthz tells that the process is alive.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := w.Write([]byte("ok\n"))
	return err
}

// readyz tells that pages can be served: the database answers and its KPIs can
// be read, though there may be none yet.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	problem := ""
	if err := s.db.Ping(r.Context()); err != nil {
		problem = "database does not answer"
	} else if _, err := s.kpis.Latest(r.Context()); err != nil {
		problem = "KPIs cannot be read"
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if problem != "" {
		w.WriteHeader(http.StatusServiceUnavailable)
	} else {
		problem = "ready"
	}
	_, err := w.Write([]byte(problem + "\n"))
	return err
}

func (s *Server) notFound(_ http.ResponseWriter, r *http.Request) error {
	return gatehouse.Errorf(gatehouse.NotFound, "there is no page %s", r.URL.Path)
}
