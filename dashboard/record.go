package dashboard

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"gatehouse/dashboard/audit"
)

// recordTime is how long an answer waits for its line in the trail.
const recordTime = 5 * time.Second

// record adds a line to the trail, also when the reader has left meanwhile.
// That it could not be added does not undo what was done; the log tells.
func (s *Server) record(r *http.Request, e audit.Entry) {
	if e.Person == "" {
		e.Person = userOf(r).Name
	}
	e.Address = addressOf(r)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), recordTime)
	defer cancel()
	if err := s.trail.Record(ctx, e); err != nil {
		s.log.Error("audit entry lost", "action", e.Action, "user", e.Person, "error", err)
	}
}

// addressOf is where a request came from, without the port.
func addressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// recorded writes down what was downloaded: every file that tells of projects,
// whatever its route is, also one that was cut off.
func (s *Server) recorded(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) (err error) {
		defer func() {
			if err != nil || r.Method != http.MethodGet || !wantsData(r) && !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
				return
			}
			e := audit.Entry{Action: audit.Download, Subject: r.URL.Path, Detail: downloadDetail(r.URL.Query())}
			if project := r.URL.Query().Get("project"); project != "" {
				e.Projects = []string{project}
			}
			s.record(r, e)
		}()
		return h(w, r)
	}
}

// downloadDetail is what the query asked for. Only what is known to be no
// secret is kept: a search may hold a name, and a ticket opens a file.
func downloadDetail(q url.Values) string {
	kept := url.Values{}
	for _, key := range []string{"period", "known", "by", "kpi", "then", "side", "from", "to", "lang"} {
		if v := q.Get(key); v != "" && len(v) <= 64 {
			kept.Set(key, v)
		}
	}
	text, err := url.QueryUnescape(kept.Encode())
	if err != nil {
		return kept.Encode()
	}
	return text
}
